"""Questions as a GIFT file that Moodle reads and that `parse_gift` turns into equal questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from training.interchange import trouble as t
from training.interchange.draft import fraction_right, fraction_wrong
from training.interchange.gift.piece import escaped
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


def export_gift(questions: Iterable[Question]) -> Export:
    """Both languages in every text (see `wording`); a case is left out, with a comment in its place."""
    lines, left_out, category = ["// Kontaktklar, GIFT", ""], [], None
    for question in questions:
        if question.category != category:
            category = question.category
            lines += [f"$CATEGORY: {category}", ""]
        trouble = trouble_of(question)
        if trouble is not None:
            left_out.append(LeftOut(question.key, trouble))
        if trouble is not None and trouble.lost:
            lines += [f"// Left out: {question.key}. {trouble.found}", ""]
        else:
            lines += [*_question(question), ""]
    return Export("\n".join(lines).encode(), tuple(left_out))


def trouble_of(question: Question) -> t.Trouble | None:
    """What GIFT cannot carry."""
    if isinstance(question, Case):
        return t.CASE_LEFT_OUT
    if isinstance(question, ShortText) and any("->" in words for words in question.spellings()):
        return t.ARROW_LEFT_OUT
    if isinstance(question, Multiple) and len(question.right_keys()) > 10:
        return t.RARE_FRACTION
    return None


def _question(question: Question) -> Iterator[str]:
    yield " ".join([f"// [id:{question.key}]", *(f"[tag:{label}]" for label in labels_of(question))])
    yield f"::{question.key}::[html]{_words(question.text)}{{{_head(question)}"
    yield from (f"\t{answer}" for answer in _answers(question))
    if question.explanation or question.source:
        yield f"\t####{escaped(to_html(question.explanation, question.source))}"
    yield "}"


def _head(question: Question) -> str:
    if isinstance(question, Ordering):
        return f">{len(question.items)} ALL VERTICAL ABSOLUTE_POSITION SHOW"
    if isinstance(question, Numerical):
        return "#"
    if isinstance(question, TrueFalse):
        return "TRUE" if question.is_true else "FALSE"
    return ""


def _answers(question: Question) -> Iterator[str]:
    if isinstance(question, Single):
        yield from (f"{'=' if option.right else '~'}{_words(option.text)}" for option in question.options)
    elif isinstance(question, Multiple):
        yield from _weighed(question)
    elif isinstance(question, Matching):
        yield from (f"={_words(pair.left)} -> {_words(pair.right)}" for pair in question.pairs)
        yield from (f"= -> {_words(item.text)}" for item in question.distractors)
    elif isinstance(question, Ordering):
        yield from (_item(item.text) for item in question.items)
    elif isinstance(question, Numerical):
        yield f"=%100%{question.value:f}:{question.tolerance:f}"
    elif isinstance(question, ShortText):
        yield from (f"=%100%{escaped(words.replace('*', chr(92) + '*'))}" for words in question.spellings())


def _weighed(question: Multiple) -> Iterator[str]:
    right = len(question.right_keys())
    prices = {True: fraction_right(right), False: fraction_wrong(right, len(question.options) - right)}
    return (f"~%{prices[option.right]:f}%{_words(option.text)}" for option in question.options)


def _words(text: Text) -> str:
    return escaped(to_html(text))


def _item(text: Text) -> str:
    """Moodle's ordering questions read their items raw, so their signs hide in entities instead of escapes."""
    safe = to_html(Text(*(words.replace("\\", "\x00").replace("#", "\x01") for words in (text.de, text.en))))
    return safe.replace("\x00", "&bsol;").replace("\x01", "&num;")
