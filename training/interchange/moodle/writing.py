"""Questions as Moodle XML that `parse_moodle_xml` turns into equal questions."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from training.interchange import trouble as t
from training.interchange.draft import fraction_right, fraction_wrong
from training.interchange.labels import labels_of
from training.interchange.report import Export, LeftOut
from training.interchange.wording import to_html
from training.questions import (
    Case,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    Question,
    ShortText,
    Single,
    Text,
    TrueFalse,
)

_TYPES: dict[type[Question], str] = {
    Single: "multichoice",
    Multiple: "multichoice",
    TrueFalse: "truefalse",
    Matching: "matching",
    Ordering: "ordering",
    Numerical: "numerical",
    ShortText: "shortanswer",
    Case: "description",
}


def export_moodle_xml(questions: Iterable[Question]) -> Export:
    """Both languages in every text (see `wording`); a case becomes a description, which is reported."""
    quiz, left_out, category = Element("quiz"), [], None
    for question in questions:
        if question.category != category:
            category = question.category
            _text(SubElement(quiz, "question", type="category"), "category", f"$course$/top/{category}")
        if isinstance(question, Case):
            left_out.append(LeftOut(question.key, t.CASE_LEFT_OUT))
        elif isinstance(question, Multiple) and len(question.right_keys()) > 10:
            left_out.append(LeftOut(question.key, t.RARE_FRACTION))
        _question(SubElement(quiz, "question", type=_TYPES[type(question)]), question)
    indent(quiz)
    return Export(_bytes(quiz), tuple(left_out))


def _bytes(quiz: Element) -> bytes:
    file = BytesIO()
    ElementTree(quiz).write(file, encoding="utf-8", xml_declaration=True)
    return file.getvalue() + b"\n"


def _question(element: Element, question: Question) -> None:
    _text(element, "name", question.key)
    _html(element, "questiontext", to_html(question.text))
    _html(element, "generalfeedback", to_html(question.explanation, question.source))
    SubElement(element, "defaultgrade").text = "0" if isinstance(question, Case) else "1"
    SubElement(element, "idnumber").text = question.key
    if isinstance(question, Single | Multiple):
        _choice(element, question)
    elif isinstance(question, TrueFalse):
        _answer(element, "100", "true" if question.is_true else "false")
        _answer(element, "0", "false" if question.is_true else "true")
    elif isinstance(question, Matching):
        _matching(element, question)
    elif isinstance(question, Ordering):
        _ordering(element, question)
    elif isinstance(question, Numerical):
        answer = _answer(element, "100", f"{question.value:f}")
        SubElement(answer, "tolerance").text = f"{question.tolerance:f}"
    elif isinstance(question, ShortText):
        SubElement(element, "usecase").text = "0"
        for words in question.spellings():
            _answer(element, "100", words.replace("*", r"\*"))
    if labels := labels_of(question):
        tags = SubElement(element, "tags")
        for label in labels:
            _text(tags, "tag", label)


def _choice(element: Element, question: Single | Multiple) -> None:
    right = len(question.right_keys())
    several = isinstance(question, Multiple)
    wrong = fraction_wrong(right, len(question.options) - right) if several else 0
    SubElement(element, "single").text = "false" if several else "true"
    SubElement(element, "shuffleanswers").text = "true"
    SubElement(element, "answernumbering").text = "none"
    for option in question.options:
        share = fraction_right(right) if option.right else wrong
        _answer(element, f"{share:f}", to_html(option.text), style="html")


def _matching(element: Element, question: Matching) -> None:
    SubElement(element, "shuffleanswers").text = "true"
    sides = [(pair.left, pair.right) for pair in question.pairs]
    for left, right in [*sides, *((Text(), item.text) for item in question.distractors)]:
        part = _html(element, "subquestion", to_html(left))
        _text(part, "answer", to_html(right))


def _ordering(element: Element, question: Ordering) -> None:
    settings = {
        "layouttype": "VERTICAL",
        "selecttype": "ALL",
        "selectcount": str(len(question.items)),
        "gradingtype": "ABSOLUTE_POSITION",
        "showgrading": "SHOW",
        "numberingstyle": "none",
    }
    for name, value in settings.items():
        SubElement(element, name).text = value
    for place, item in enumerate(question.items, start=1):
        _answer(element, f"{place}.0000000", to_html(item.text), style="html")


def _answer(element: Element, share: str, words: str, style: str = "plain_text") -> Element:
    answer = SubElement(element, "answer", fraction=share, format=style)
    SubElement(answer, "text").text = words
    return answer


def _html(element: Element, name: str, words: str) -> Element:
    made = SubElement(element, name, format="html")
    SubElement(made, "text").text = words
    return made


def _text(element: Element, name: str, words: str) -> None:
    SubElement(SubElement(element, name), "text").text = words
