"""What stands between the braces, and which kind of question it makes (Moodle's own order of asking)."""

from __future__ import annotations

import re
from decimal import Decimal

from training.interchange import trouble as t
from training.interchange.draft import Choice, Draft, decimal, share
from training.interchange.gift.piece import Piece, styled
from training.interchange.report import Lost
from training.interchange.wording import plain_words

_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{0,10})?)%")
_ORDERING = re.compile(r">\s*\d+[^\n]*(?:\n|$)")
_TRUE_FALSE = {"T": True, "TRUE": True, "F": False, "FALSE": False}


def read_answers(draft: Draft, answers: Piece, style: str) -> None:
    """Complete the draft; raises Lost."""
    if not answers.text:
        raise Lost(draft.line, t.ESSAY)
    if answers.text.startswith(">") and (head := _ORDERING.match(answers.text)):
        _ordering(draft, answers.cut(head.end()), style)
    elif answers.text.startswith("#"):
        _numerical(draft, answers.cut(1).strip())
    elif next(answers.find("~"), None):
        _choice(draft, answers, style)
    elif next(answers.find("="), None) and next(answers.find("->"), None):
        _matching(draft, answers, style)
    elif (word := answers.partition("#")[0].text.strip()) in _TRUE_FALSE:
        _without_feedback(draft, answers)
        draft.true_false(_TRUE_FALSE[word])
    else:
        _short_text(draft, answers)


def _without_feedback(draft: Draft, piece: Piece) -> Piece:
    """The answer before “#”; feedback to one answer has no place here."""
    answer, feedback = piece.partition("#")
    if feedback is not None and feedback.text.strip(" \t\n#"):
        draft.bank.tell(feedback.line, t.FEEDBACK)
    return answer.strip()


def _weighed(piece: Piece, default: int) -> tuple[Decimal, Piece]:
    match = _WEIGHT.match(piece.text)
    return (Decimal(default), piece) if match is None else (share(match[1], piece.line), piece.cut(match.end()).strip())


def _parts(answers: Piece, signs: str) -> list[tuple[str, Piece]]:
    """The answers with their signs; nothing may stand before the first."""
    first, *parts = answers.split(signs)
    if first[1].text.strip():
        raise Lost(first[1].line, t.STRAY_TEXT, text=first[1].text.strip()[:80])
    return [(sign, part.strip()) for sign, part in parts]


def _choice(draft: Draft, answers: Piece, style: str) -> None:
    choices, signs = [], set()
    for sign, part in _parts(answers, "[=~]"):
        percent, said = _weighed(part, 100 if sign == "=" else 0)
        answer = _without_feedback(draft, said)
        own, words = styled(answer, style)
        choices.append(Choice(percent, draft.words(words.raw, own, words.line).text, part.line))
        signs.add(sign)
    if "=" in signs:
        draft.single(choices)
    else:
        draft.multiple(choices)


def _matching(draft: Draft, answers: Piece, style: str) -> None:
    pairs = []
    for _, part in _parts(answers, "="):
        left, right = part.partition("->")
        if right is None:
            raise Lost(part.line, t.NO_ARROW, text=part.text[:80])
        own, words = styled(left.strip(), style)
        pairs.append(
            (draft.words(words.raw, own, left.line).text, draft.words(right.strip().raw, own, right.line).text)
        )
    draft.matching(pairs)


def _ordering(draft: Draft, items: Piece, style: str) -> None:
    lines = [part.strip() for _, part in items.split("\n") if part.text.strip()]
    draft.ordering([draft.words(line.raw, style, line.line).text for line in lines])


def _short_text(draft: Draft, answers: Piece) -> None:
    parts = [part.strip() for _, part in answers.split("=")]
    accepted = []
    for part in parts if parts[0].text else parts[1:]:
        percent, said = _weighed(part, 100)
        words = plain_words(_without_feedback(draft, said).raw, "de").text.de
        accepted.append((percent, words))
    draft.short_text([(percent, words) for percent, words in accepted if words])


def _numerical(draft: Draft, answers: Piece) -> None:
    answers, wrong = answers.partition("~")
    if wrong is not None:
        draft.bank.tell(wrong.line, t.FEEDBACK)
    parts = [part.strip() for _, part in answers.split("=") if part.text.strip()]
    found = []
    for part in parts:
        percent, said = _weighed(part, 100)
        answer = _without_feedback(draft, said)
        if percent >= 100:
            found.append(_number(answer))
        else:
            draft.bank.tell(part.line, t.PARTLY_RIGHT)
    if len(found) != 1:
        raise Lost(draft.line, t.SEVERAL_NUMBERS if found else t.NONE_RIGHT)
    draft.numerical(*found[0])


def _number(piece: Piece) -> tuple[Decimal, Decimal]:
    """`72`, `72:2` or `70..74` as the value and its tolerance."""
    raw = piece.raw.strip()
    low, dots, high = raw.partition("..")
    value, _, tolerance = raw.partition(":")
    ends = (decimal(low), decimal(high)) if dots else (decimal(value), decimal(tolerance or "0"))
    if ends[0] is None or ends[1] is None or (dots and ends[0] > ends[1]):
        raise Lost(piece.line, t.NOT_A_NUMBER, text=raw[:80])
    return ((ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2) if dots else (ends[0], ends[1])
