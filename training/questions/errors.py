"""What is wrong, as a sentence a page can translate: the template is the msgid, the values are its gaps."""


def gettext_noop(sentence: str) -> str:
    """Marks a msgid for the catalogue; this package knows no Django, so pages translate."""
    return sentence


class ToldError(ValueError):
    """A whole English sentence. A page says `gettext(error.template) % error.values`."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template % values)
        self.template, self.values = template, values


class QuestionError(ToldError):
    """The question cannot be taken; the sentence names its key and the field."""


class AnswerError(ToldError):
    """The answer does not fit the question, which only a broken or forged form can send."""


class DrawError(ToldError):
    """The bank has too few questions for what a course draws."""
