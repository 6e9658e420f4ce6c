"""A question as read from a file, whatever the format, on its way to a question of this portal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from training.interchange import trouble as t
from training.interchange.labels import Labels
from training.interchange.report import Lost, Problem, Problems, Report, refused
from training.interchange.wording import LONGEST_HTML, Words, html_words, plain_words
from training.questions import Question, QuestionError, Text, from_json

MOST_QUESTIONS = 1000
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose: its share in percent, its words, the line it stands on."""

    share: Decimal
    text: Text
    line: int


class Bank:
    """Takes questions one by one and keeps what could not be taken."""

    def __init__(self, language: str, category: str) -> None:
        self.language, self.category = language, category
        self.questions: dict[str, Question] = {}
        self.problems = Problems()

    def tell(self, line: int, trouble: t.Trouble, **values: object) -> None:
        self.problems.add(Problem(line, trouble, values))

    def full(self) -> bool:
        return len(self.questions) >= MOST_QUESTIONS

    def take(self, draft: Draft, kind: str, body: dict[str, object]) -> None:
        """Make the question; what it refuses becomes a problem on the line where the question begins."""
        key = self._free_key(draft)
        common = {"key": key, "category": self.category, "kind": kind, "text": draft.text.to_json()}
        common |= {"explanation": draft.explanation.to_json(), "source": draft.source}
        try:
            self.questions[key] = from_json({**common, **body})
        except QuestionError as error:
            self.problems.add(refused(draft.line, error, t.NOT_TAKEN))

    def _free_key(self, draft: Draft) -> str:
        wish = slug(draft.identifier) or slug(draft.title) or slug(draft.text.in_(self.language)) or "question"
        key, number = wish, 1
        while key in self.questions:
            number += 1
            key = f"{wish[:70]}-{number}"
        if number > 1 and draft.identifier:
            self.tell(draft.line, t.KEY_TWICE, key=wish, new=key)
        return key

    def report(self) -> Report:
        if not self.questions and not self.problems.found:
            self.tell(1, t.NOTHING)
        return Report(tuple(self.questions.values()), self.problems.sorted())


@dataclass
class Draft:
    """What is known about one question before its kind is."""

    bank: Bank
    line: int
    title: str = ""
    identifier: str = ""
    text: Text = field(default_factory=Text)
    explanation: Text = field(default_factory=Text)
    source: str = ""
    labels: Labels = field(default_factory=lambda: Labels(()))

    def words(self, raw: str, style: str, line: int) -> Words:
        """Words in a text format of Moodle: html, moodle (auto), plain or markdown. Raises Lost when far too long."""
        if len(raw) > LONGEST_HTML:
            raise Lost(line, t.LONG_LINE, most=LONGEST_HTML)
        if style in ("plain", "markdown"):
            return plain_words(raw, self.bank.language)
        found = html_words(raw, self.bank.language, breaks=style == "moodle")
        for trouble in sorted(found.left_out, key=lambda one: one.code):
            self.bank.tell(line, trouble)
        return found

    def single(self, choices: Sequence[Choice]) -> None:
        right = [choice for choice in choices if choice.share >= 100]
        if len(right) != 1:
            raise Lost(self.line, t.NOT_ONE_RIGHT, count=len(right))
        if any(choice.share not in (0, 100) for choice in choices):
            self.bank.tell(self.line, t.PARTLY_RIGHT)
        self._options("single", choices, [choice.share >= 100 for choice in choices])

    def multiple(self, choices: Sequence[Choice]) -> None:
        right = [choice.share > 0 for choice in choices]
        count = sum(right)
        if count in (0, len(choices)):
            raise Lost(self.line, t.ALL_RIGHT if count else t.NONE_RIGHT)
        prices = (fraction_right(count), fraction_wrong(count, len(choices) - count))
        if any(abs(choice.share - prices[choice.share <= 0]) > Decimal("0.01") for choice in choices):
            self.bank.tell(self.line, t.WEIGHTS)
        self._options("multiple", choices, right)

    def _options(self, kind: str, choices: Sequence[Choice], right: Sequence[bool]) -> None:
        keys = self.labels.keys(len(choices))
        rows = zip(keys, choices, right, strict=True)
        self._take(kind, {"options": [{"key": k, "text": c.text.to_json(), "right": r} for k, c, r in rows]})

    def true_false(self, right: bool) -> None:
        self._take("true_false", {"right": right})

    def matching(self, pairs: Sequence[tuple[Text, Text]]) -> None:
        """Pairs of left and right; an empty left side makes the right one a distractor."""
        matched = [pair for pair in pairs if pair[0]]
        loose = [right for left, right in pairs if not left]
        keys = self.labels.keys(len(pairs))
        self._take(
            "matching",
            {
                "pairs": [
                    {"key": key, "left": left.to_json(), "right": right.to_json()}
                    for key, (left, right) in zip(keys, matched, strict=False)
                ],
                "distractors": [
                    {"key": key, "text": text.to_json()} for key, text in zip(keys[len(matched) :], loose, strict=True)
                ],
            },
        )

    def ordering(self, items: Sequence[Text]) -> None:
        keys = self.labels.keys(len(items))
        self._take(
            "ordering",
            {"items": [{"key": key, "text": text.to_json()} for key, text in zip(keys, items, strict=True)]},
        )

    def numerical(self, value: Decimal, tolerance: Decimal, unit: Text | None = None) -> None:
        unit = unit or self.labels.unit()
        self._take("numerical", {"right": value, "tolerance": tolerance, "unit": unit.to_json()})

    def short_text(self, answers: Sequence[tuple[Decimal, str]]) -> None:
        """Shares in percent and spellings; the wildcard “*” cannot be taken, “\\*” is a star."""
        full = [words for share, words in answers if share >= 100]
        if len(full) < len(answers):
            self.bank.tell(self.line, t.PARTLY_RIGHT)
        spelled = [words.replace(r"\*", "*") for words in full if not re.search(r"(?<!\\)\*", words)]
        if len(spelled) < len(full):
            self.bank.tell(self.line, t.WILDCARD)
        if not spelled:
            raise Lost(self.line, t.NONE_RIGHT)
        self._take("short_text", {"accepted": self.labels.accepted(spelled, self.bank.language)})

    def _take(self, kind: str, body: dict[str, object]) -> None:
        if not self.text:
            raise Lost(self.line, t.NO_TEXT)
        self.bank.take(self, kind, body)


def fraction_right(right: int) -> Decimal:
    """What a right pick earns, in percent as Moodle writes it."""
    return (Decimal(100) / right).quantize(Decimal("0.00001")).normalize()


def fraction_wrong(right: int, wrong: int) -> Decimal:
    """What a wrong pick costs here (`share_of_picks`), as a negative share in percent."""
    return -fraction_right(min(right, wrong))


def share(raw: str, line: int) -> Decimal:
    """A share in percent. Raises Lost."""
    found = decimal(raw)
    if found is None or not -100 <= found <= 100:
        raise Lost(line, t.WRONG_FRACTION, text=raw.strip()[:80])
    return found


def decimal(raw: str) -> Decimal | None:
    """A number as files write it, with a point or a comma; None for everything else."""
    words = raw.strip().replace(",", ".")
    if not re.fullmatch(r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?", words, re.ASCII):
        return None
    try:
        return Decimal(words)
    except InvalidOperation:
        return None


def slug(words: str) -> str:
    """Small letters, digits and hyphens, at most 60; empty where nothing of the words remains."""
    plain = unicodedata.normalize("NFKD", words[:200].strip().lower().translate(_UMLAUTS))
    if re.fullmatch(r"[a-z0-9](?:[a-z0-9_-]{0,78}[a-z0-9])?", words.strip()):
        return words.strip()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
