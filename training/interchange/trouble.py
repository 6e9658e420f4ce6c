"""Everything that can be wrong with a file of questions, in sentences; pages translate them by their msgid."""

from __future__ import annotations

from dataclasses import dataclass

from training.questions.errors import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of problem: `found` and `todo` are msgids with gaps, `lost` = the question is not taken over."""

    code: str
    found: str
    todo: str
    lost: bool = True


# The file as a whole
TOO_LARGE = Trouble(
    "too-large", _("The file is larger than %(most)s MB."), _("Split it into several files and import them one by one.")
)
NOT_UTF8 = Trouble(
    "not-utf-8",
    _("The file is not written in UTF-8 and was read as Windows-1252."),
    _("Check the umlauts in every question, or save the file as UTF-8 and import it again."),
    lost=False,
)
NOTHING = Trouble(
    "nothing", _("No question was found in this file."), _("Check that this is the right file and the right format.")
)
NOT_XML = Trouble(
    "not-xml", _("This is not well-formed XML: %(reason)s."), _("Export the file again; nothing was taken from it.")
)
UNSAFE_XML = Trouble(
    "unsafe-xml",
    _("The file defines a document type or entities, which is not allowed."),
    _("Remove the DOCTYPE with everything in it; Moodle writes none. Nothing was taken from this file."),
)
TOO_DEEP = Trouble(
    "too-deep",
    _("The elements of this file are nested too deeply or are too many."),
    _("Export the questions again in smaller files; nothing was taken from this one."),
)
NOT_MOODLE = Trouble(
    "not-moodle",
    _("The outermost element is “%(name)s”, but Moodle XML starts with “quiz”."),
    _("Choose “Moodle XML” when exporting from Moodle."),
)
TOO_MANY = Trouble(
    "too-many", _("There are more problems than these %(most)s."), _("Correct these first and import the file again.")
)
TOO_MANY_QUESTIONS = Trouble(
    "too-many-questions",
    _("There are more than %(most)s questions; everything from here on was left out."),
    _("Split the file into several files."),
)

# One question is lost
LONG_LINE = Trouble(
    "long-line",
    _("This text is longer than %(most)s characters."),
    _("Shorten it, or check whether a picture or a program got into the text."),
)
UNPRINTABLE = Trouble(
    "unprintable", _("There is a character that cannot be shown."), _("Remove it and import the question again.")
)
BRACE_OPEN = Trouble(
    "brace-open",
    _("The brace that is opened here is never closed before the next blank line."),
    _("Put “}” after the answers; inside a question there must be no blank line."),
)
BRACE_CLOSE = Trouble(
    "brace-close",
    _("A brace is closed here that was never opened."),
    _("Put “{” before the answers, or write “\\}” if the brace belongs to the text."),
)
BRACE_NESTED = Trouble(
    "brace-nested",
    _("A brace stands inside the answers, or the question has a second part with answers."),
    _("Write “\\{” and “\\}” for braces that belong to the text; give each question one part with answers."),
)
TITLE_OPEN = Trouble(
    "title-open", _("The title that begins here with “::” has no end."), _("Put “::” after the title as well.")
)
NO_TEXT = Trouble("no-text", _("The question has no text."), _("Write what is asked before the answers."))
ESSAY = Trouble(
    "essay",
    _("A question with a free text as its answer cannot be marked automatically."),
    _("Turn it into a choice or a short answer."),
)
DESCRIPTION = Trouble(
    "description",
    _("This is a text without answers and not a question."),
    _("Put it into a lesson, or add answers to it."),
)
OTHER_TYPE = Trouble(
    "other-type",
    _("Questions of the type “%(type)s” cannot be taken over."),
    _("Turn it into a choice, true or false, matching, ordering, a number or a short answer."),
)
STRAY_TEXT = Trouble(
    "stray-text",
    _("There is text before the first answer: “%(text)s”."),
    _("Begin every answer with “=” or “~”, and write “\\=” or “\\~” inside a text."),
)
NO_ARROW = Trouble(
    "no-arrow",
    _("This pair has no arrow: “%(text)s”."),
    _("Write each pair as “=left -> right”."),
)
NOT_A_NUMBER = Trouble(
    "not-a-number",
    _("“%(text)s” is not a number with a tolerance."),
    _("Write a number alone, with a point as the decimal mark; in GIFT “#72:0” or “#70..74”."),
)
SEVERAL_NUMBERS = Trouble(
    "several-numbers",
    _("The question accepts several numbers, here there is one."),
    _("Keep one number and widen its tolerance."),
)
NOT_ONE_RIGHT = Trouble(
    "not-one-right",
    _("A single choice needs exactly one right answer, this one has %(count)s."),
    _("Mark one answer as right, or make it a multiple choice in which each right answer has its share."),
)
NOT_TRUE_OR_FALSE = Trouble(
    "not-true-or-false",
    _("It is not clear whether this statement is true or false."),
    _("Give “true” or “false” 100 percent, and the other one 0."),
)
NONE_RIGHT = Trouble(
    "none-right", _("No answer of this question is marked as right."), _("Mark the right answer and import it again.")
)
ALL_RIGHT = Trouble(
    "all-right",
    _("Every answer of this question is marked as right."),
    _("Add at least one wrong answer."),
)
WRONG_FRACTION = Trouble(
    "wrong-fraction", _("“%(text)s” is not a share in percent."), _("Write a number like 100, 50 or -33.33333.")
)
NOT_TAKEN = Trouble("not-taken", "", _("Correct this and import the question again."))

# The question is taken, something in it is not
PICTURE = Trouble(
    "picture",
    _("An embedded picture, film or file was left out."),
    _("Say in words what it shows, or put it into a lesson."),
    lost=False,
)
LANGUAGE = Trouble(
    "language", _("Texts in other languages than German and English were left out."), _("Nothing to do."), lost=False
)
FEEDBACK = Trouble(
    "feedback",
    _("The feedback to single answers or tries was left out."),
    _("Put what matters into the explanation of the question."),
    lost=False,
)
WEIGHTS = Trouble(
    "weights",
    _("The weights of the answers were left out; partial marks follow the rule of this portal."),
    _("Check which answers are right."),
    lost=False,
)
PARTLY_RIGHT = Trouble(
    "partly-right",
    _("Answers that earn only a part of the marks count as wrong here."),
    _("Check which answers are right."),
    lost=False,
)
WILDCARD = Trouble(
    "wildcard",
    _("Accepted answers with the wildcard “*” were left out."),
    _("List the accepted spellings one by one."),
    lost=False,
)
UNITS = Trouble(
    "units",
    _("Further units with their factors were left out."),
    _("Say in the question which unit is meant."),
    lost=False,
)
KEY_TWICE = Trouble(
    "key-twice",
    _("The identifier “%(key)s” is there twice; this question got “%(new)s”."),
    _("Check that the same question is not there twice."),
    lost=False,
)

# Exports
CASE_LEFT_OUT = Trouble(
    "case-left-out",
    _("A case question cannot be carried by this format: its right answer comes from the rules of this portal."),
    _("Keep it here; other systems get its text only."),
)
ARROW_LEFT_OUT = Trouble(
    "arrow-left-out",
    _("An accepted answer contains “->”, which GIFT takes for a pair."),
    _("Export this question as Moodle XML."),
)
RARE_FRACTION = Trouble(
    "rare-fraction",
    _("Moodle knows no share for so many right answers."),
    _("Choose “Nearest grade if not listed” when importing into Moodle."),
    lost=False,
)
