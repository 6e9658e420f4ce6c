"""A Moodle XML file to its questions, and every problem with its line."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from training.interchange import trouble as t
from training.interchange.decoding import LARGEST
from training.interchange.draft import MOST_QUESTIONS, Bank, Choice, Draft, decimal, share, slug
from training.interchange.labels import Labels
from training.interchange.moodle.tree import Element, read_tree
from training.interchange.report import Lost, Report
from training.interchange.wording import Words
from training.questions import Text

_STYLES = {"html": "html", "plain_text": "plain", "markdown": "markdown", "moodle_auto_format": "moodle"}


def parse_moodle_xml(content: bytes, *, language: str = "de", category: str = "imported") -> Report:
    """The questions of a Moodle XML file. Never raises on anything in the file; a file that is not well-formed, or
    defines a document type, gives no question at all.

    `language` is that of texts without language marks, `category` that of questions before the first category.
    """
    bank = Bank(language, category)
    if len(content) > LARGEST:
        bank.tell(1, t.TOO_LARGE, most=LARGEST // 1_000_000)
        return bank.report()
    try:
        root = read_tree(content)
        if root.name != "quiz":
            raise Lost(root.line, t.NOT_MOODLE, name=root.name[:80])
    except Lost as lost:
        bank.problems.add(lost.problem)
        return bank.report()
    for element in root.all("question"):
        if bank.problems.full:
            break
        if bank.full():
            bank.tell(element.line, t.TOO_MANY_QUESTIONS, most=MOST_QUESTIONS)
            break
        try:
            _read(bank, element)
        except Lost as lost:
            bank.problems.add(lost.problem)
    return bank.report()


def _read(bank: Bank, element: Element) -> None:
    kind = element.attributes.get("type", "")
    if kind == "category":
        bank.category = slug(element.said("category").rpartition("/")[2]) or bank.category
        return
    if kind not in _KINDS:
        trouble = {"essay": t.ESSAY, "description": t.DESCRIPTION}.get(kind, t.OTHER_TYPE)
        raise Lost(element.line, trouble, type=kind[:80])
    draft = Draft(bank, element.line, title=element.said("name"), identifier=element.said("idnumber"))
    draft.text = _words(draft, element.first("questiontext")).text
    explained = _words(draft, element.first("generalfeedback"))
    draft.explanation, draft.source = explained.text, explained.source
    tags = element.first("tags")
    draft.labels = Labels(_inner(tag) for tag in (tags.all("tag") if tags else ()))
    if any(hint.said("text") or _inner(hint) for hint in element.all("hint")):
        bank.tell(element.line, t.FEEDBACK)
    _KINDS[kind](draft, element)


def _inner(element: Element) -> str:
    text = element.first("text")
    return "" if text is None else text.own_text.strip()


def _words(draft: Draft, element: Element | None) -> Words:
    """The words of an element in its text format; its files are left out."""
    if element is None:
        return Words(Text())
    if element.first("file"):
        draft.bank.tell(element.line, t.PICTURE)
    text = element.first("text")
    style = _STYLES.get(element.attributes.get("format", ""), "html")
    return Words(Text()) if text is None else draft.words(text.own_text, style, text.line)


def _answers(draft: Draft, element: Element, name: str = "answer") -> list[Element]:
    """The answers; feedback to one of them has no place here."""
    answers = list(element.all(name))
    for answer in answers:
        feedback = answer.first("feedback")
        if feedback is not None and _inner(feedback):
            draft.bank.tell(feedback.line, t.FEEDBACK)
    return answers


def _share(answer: Element) -> Decimal:
    return share(answer.attributes.get("fraction", "0"), answer.line)


def _choice(draft: Draft, element: Element) -> None:
    choices = [Choice(_share(answer), _words(draft, answer).text, answer.line) for answer in _answers(draft, element)]
    if element.said("single") in ("false", "0"):
        draft.multiple(choices)
    else:
        draft.single(choices)


def _true_false(draft: Draft, element: Element) -> None:
    right = [_inner(answer).lower() for answer in _answers(draft, element) if _share(answer) >= 100]
    if len(right) != 1 or right[0] not in ("true", "false"):
        raise Lost(element.line, t.NOT_TRUE_OR_FALSE)
    draft.true_false(right[0] == "true")


def _matching(draft: Draft, element: Element) -> None:
    pairs = []
    for part in element.all("subquestion"):
        right = part.first("answer")
        pairs.append((_words(draft, part).text, _words(draft, right).text))
    draft.matching(pairs)


def _ordering(draft: Draft, element: Element) -> None:
    """Moodle keeps the place of an item in its fraction: 1, 2, 3."""
    answers = _answers(draft, element)
    places = [decimal(answer.attributes.get("fraction", "")) for answer in answers]
    for answer, place in zip(answers, places, strict=True):
        if place is None:
            raise Lost(answer.line, t.WRONG_FRACTION, text=answer.attributes.get("fraction", "")[:80])
    in_order = sorted(zip(places, answers, strict=True), key=lambda row: row[0] or 0)
    draft.ordering([_words(draft, answer).text for _, answer in in_order])


def _numerical(draft: Draft, element: Element) -> None:
    answers = [answer for answer in _answers(draft, element) if _share(answer) >= 100]
    if len(answers) != 1:
        raise Lost(element.line, t.SEVERAL_NUMBERS if answers else t.NONE_RIGHT)
    raw, width = _inner(answers[0]), answers[0].first("tolerance")
    value, tolerance = decimal(raw), decimal((width.own_text.strip() if width else "") or "0")
    if value is None or tolerance is None:
        raise Lost(answers[0].line, t.NOT_A_NUMBER, text=raw[:80])
    draft.numerical(value, tolerance, _unit(draft, element))


def _unit(draft: Draft, element: Element) -> Text | None:
    units = element.first("units")
    if units is None:
        return None
    plain = [unit.said("unit_name") for unit in units.all("unit") if decimal(unit.said("multiplier")) == 1]
    if len(plain) < len(list(units.all("unit"))) or len(plain) > 1:
        draft.bank.tell(units.line, t.UNITS)
    return Text(**{draft.bank.language: plain[0]}) if plain else None


def _short_text(draft: Draft, element: Element) -> None:
    draft.short_text([(_share(answer), _inner(answer)) for answer in _answers(draft, element) if _inner(answer)])


_KINDS: dict[str, Callable[[Draft, Element], None]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "numerical": _numerical,
    "shortanswer": _short_text,
}
