"""A question as JSON, which is also its shape in the content files."""

from __future__ import annotations

from collections.abc import Mapping

from training.questions.case import Case
from training.questions.choosing import Multiple, Single, TrueFalse
from training.questions.errors import QuestionError, gettext_noop
from training.questions.fields import SLUG, Fields
from training.questions.placing import Matching, Ordering
from training.questions.question import Question
from training.questions.writing import Numerical, ShortText

KINDS: Mapping[str, type[Question]] = {
    kind.kind: kind for kind in (Single, Multiple, TrueFalse, Matching, Ordering, Numerical, ShortText, Case)
}
COMMON = ("key", "category", "kind", "text", "explanation", "source")


def from_json(values: Mapping[str, object]) -> Question:
    """The question of a mapping; raises QuestionError with the first thing that is wrong.

    Words may be missing in one language (`missing_translations` lists them); nothing else may be missing.
    """
    if not isinstance(values, Mapping):
        raise QuestionError(gettext_noop("A question must be an object with its fields."))
    key = values.get("key")
    if not isinstance(key, str) or not SLUG.fullmatch(key):
        template = gettext_noop(
            "The “key” of a question must be 1 to 80 small letters, digits, hyphens or underscores, not “%(key)s”."
        )
        raise QuestionError(template, key=str(key)[:80])
    fields = Fields(values, key)
    kind = KINDS.get(str(values.get("kind")))
    if kind is None:
        fields.refuse(
            gettext_noop("Question “%(key)s”: “%(field)s” must be one of %(known)s."), "kind", known=", ".join(KINDS)
        )
    fields.only(COMMON + kind.BODY)
    common = {
        "key": key,
        "category": fields.slug("category"),
        "text": fields.text("text"),
        "explanation": fields.text("explanation", needed=False),
        "source": fields.words("source"),
    }
    return kind.read(fields, common)


def to_json(question: Question) -> dict[str, object]:
    """Plain JSON values; `from_json` gives an equal question back."""
    return {
        "key": question.key,
        "category": question.category,
        "kind": question.kind,
        "text": question.text.to_json(),
        "explanation": question.explanation.to_json(),
        "source": question.source,
        **question.body(),
    }


def missing_translations(question: Question) -> list[str]:
    """The fields without words in a language, like `options.b.text.en`; a missing explanation counts as well."""
    texts = [("text", question.text), ("explanation", question.explanation), *question.texts()]
    return [f"{field}.{language}" for field, text in texts for language in text.missing()]
