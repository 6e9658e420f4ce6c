"""A GIFT file to its questions. Reads what Moodle reads, and says on which line it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from training.interchange import trouble as t
from training.interchange.decoding import LARGEST, decoded, lines_of
from training.interchange.draft import MOST_QUESTIONS, Bank, Draft, slug
from training.interchange.gift.answers import read_answers
from training.interchange.gift.piece import Piece, styled
from training.interchange.labels import Labels
from training.interchange.report import Lost, Report
from training.questions.fields import UNPRINTABLE

LONGEST_QUESTION = 50_000
_MARK = re.compile(r"\[(id|tag):([^\[\]]+)\]")


def parse_gift(content: str | bytes, *, language: str = "de", category: str = "imported") -> Report:
    """The questions of a GIFT file, and every problem with its line. Never raises on anything in the file.

    `language` is that of texts without language marks, `category` that of questions before the first $CATEGORY.
    """
    bank = Bank(language, category)
    if len(content) > LARGEST:
        bank.tell(1, t.TOO_LARGE, most=LARGEST // 1_000_000)
        return bank.report()
    text, as_expected = decoded(content) if isinstance(content, bytes) else (content, True)
    if not as_expected:
        bank.tell(1, t.NOT_UTF8)
    for lines in _blocks(lines_of(text)):
        if bank.problems.full:
            break
        if bank.full():
            bank.tell(lines[0][0], t.TOO_MANY_QUESTIONS, most=MOST_QUESTIONS)
            break
        try:
            _read(bank, lines)
        except Lost as lost:
            bank.problems.add(lost.problem)
    return bank.report()


def _blocks(lines: list[str]) -> Iterator[list[tuple[int, str]]]:
    """Runs of lines between blank ones; a $CATEGORY line is one of its own, wherever it stands."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        alone = line.startswith("$CATEGORY:")
        if block and (alone or not line.strip()):
            yield block
            block = []
        if alone:
            yield [(number, line)]
        elif line.strip():
            block.append((number, line))
    if block:
        yield block


def _read(bank: Bank, lines: list[tuple[int, str]]) -> None:
    first = lines[0][1]
    if first.startswith("$CATEGORY:"):
        bank.category = slug(first.removeprefix("$CATEGORY:").rpartition("/")[2]) or bank.category
        return
    notes = [line for _, line in lines if line.lstrip().startswith("//")]
    if len(notes) == len(lines):
        return
    for number, line in lines:
        if UNPRINTABLE.search(line):
            raise Lost(number, t.UNPRINTABLE)
    if sum(len(line) + 1 for _, line in lines) > LONGEST_QUESTION:
        raise Lost(lines[0][0], t.LONG_LINE, most=LONGEST_QUESTION)
    rest = ["" if line.lstrip().startswith("//") else line for _, line in lines]
    _question(bank, Piece("\n".join(rest), lines[0][0]).strip(), notes)


def _question(bank: Bank, piece: Piece, notes: list[str]) -> None:
    draft = Draft(bank, piece.line)
    marks = [match.groups() for note in notes for match in _MARK.finditer(note)]
    draft.identifier = next((value for name, value in marks if name == "id"), "")
    draft.labels = Labels(value for name, value in marks if name == "tag")
    piece = _title(draft, piece)
    before, answers, after = _parts(piece)
    style, words = styled(before, "moodle")
    asked = f"{words.raw.rstrip()} _____ {after.raw.strip()}" if after.text.strip() else words.raw
    draft.text = draft.words(asked, style, words.line).text
    answers, feedback = _feedback(answers)
    if feedback is not None:
        own, said = styled(feedback.strip(), style)
        found = draft.words(said.raw, own, said.line)
        draft.explanation, draft.source = found.text, found.source
    read_answers(draft, answers.strip(), style)


def _title(draft: Draft, piece: Piece) -> Piece:
    if not piece.text.startswith("::"):
        return piece
    title, rest = piece.cut(2).partition("::")
    if rest is None:
        raise Lost(piece.line, t.TITLE_OPEN)
    draft.title = title.raw
    return rest.strip()


def _parts(piece: Piece) -> tuple[Piece, Piece, Piece]:
    """The text before the answers, the answers, the text behind them."""
    braces = piece.split("[{}]")
    signs = [sign for sign, _ in braces[1:]]
    if not signs:
        raise Lost(piece.line, t.DESCRIPTION)
    if signs[0] == "}":
        raise Lost(braces[1][1].line, t.BRACE_CLOSE)
    if signs == ["{"]:
        raise Lost(braces[1][1].line, t.BRACE_OPEN)
    if len(signs) > 2:
        raise Lost(braces[3][1].line if signs[1] == "}" else braces[2][1].line, t.BRACE_NESTED)
    if signs[1] == "{":
        raise Lost(braces[2][1].line, t.BRACE_NESTED)
    return braces[0][1], braces[1][1], braces[2][1]


def _feedback(answers: Piece) -> tuple[Piece, Piece | None]:
    """The answers, and what stands behind the last “####”."""
    last = None
    for match in answers.find("####"):
        last = match
    return (answers, None) if last is None else (answers.cut(0, last.start()), answers.cut(last.end()))
