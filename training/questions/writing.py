"""Answers that are typed: a number, a few words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self

from contacts.policy import RULE_SET_1, RuleSet
from training.questions.errors import gettext_noop
from training.questions.fields import Fields
from training.questions.question import Answer, Given, Question
from training.questions.text import Text

LONGEST_ANSWER = 500
MOST_DIGITS = 15  # as many as survive the way through JSON's floating point numbers unchanged
_THOUSANDS = r"\d{1,3}(?:%s\d{3})+"


@dataclass(frozen=True, kw_only=True)
class Numerical(Question):
    """{"value": "1,5"}: right within the tolerance, both ends included. The unit stands behind the input field."""

    kind: ClassVar = "numerical"
    BODY: ClassVar = ("right", "tolerance", "unit")
    value: Decimal
    tolerance: Decimal
    unit: Text

    @classmethod
    def read(cls, fields: Fields, common: Mapping[str, Any]) -> Self:
        value = _number(fields, "right")
        tolerance = _number(fields, "tolerance", default=0)
        if tolerance < 0:
            fields.refuse(gettext_noop("Question “%(key)s”: “%(field)s” must not be negative."), "tolerance")
        return cls(value=value, tolerance=tolerance, unit=fields.text("unit", needed=False), **common)

    def body(self) -> dict[str, object]:
        return {"right": _plain(self.value), "tolerance": _plain(self.tolerance), "unit": self.unit.to_json()}

    def texts(self) -> Iterator[tuple[str, Text]]:
        if self.unit:
            yield "unit", self.unit

    def parse(self, given: Given) -> Answer | None:
        value = given.get("value")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.refuse(str(value))
        words = " ".join(str(value).split())
        if len(words) > LONGEST_ANSWER:
            self.refuse(words)
        return {"value": words} if words else None

    def share(self, answer: Answer, rules: RuleSet) -> Fraction:
        """Words that are no number earn nothing; where a mark can mean two things, the better reading counts."""
        read = readings(self._without_unit(str(answer["value"])))
        return Fraction(any(abs(one - self.value) <= self.tolerance for one in read))

    def right(self, rules: RuleSet = RULE_SET_1) -> Answer:
        return {"value": format(self.value, "f")}

    def _without_unit(self, words: str) -> str:
        for unit in (self.unit.de, self.unit.en):
            if unit and words.casefold().endswith(unit.casefold()):
                return words[: -len(unit)].strip()
        return words


def readings(words: str) -> set[Decimal]:
    """The numbers that words may mean with German or English marks: “1.500” is 1500 or 1.5; at most two.

    Blanks and apostrophes between groups of three digits are marks of thousands as well. Exponents are not read.
    """
    plain = re.sub(r"(?<=\d)['’\s](?=\d{3}(?!\d))", "", words.strip()).replace("−", "-")
    sign, digits = (plain[:1], plain[1:]) if plain[:1] in ("-", "+") else ("", plain)
    found = set()
    for thousands, decimal in ((r"\.", ","), (",", r"\.")):
        if (
            re.fullmatch(rf"(?:{_THOUSANDS % thousands}|\d*)(?:{decimal}\d+)?|\d+{decimal}", digits, re.ASCII)
            and digits
        ):
            unmarked = re.sub(thousands, "", digits)
            found.add(Decimal(sign + unmarked.replace(",", ".")))
    return found


def _number(fields: Fields, field: str, default: int | None = None) -> Decimal:
    """A number from JSON or TOML, exactly as it was written there."""
    value = fields.values.get(field, default)
    number = Decimal(str(value)) if type(value) in (int, float, Decimal) else Decimal("NaN")
    if not number.is_finite() or not _fits(number):
        fields.refuse(
            gettext_noop("Question “%(key)s”: “%(field)s” must be a number with at most %(most)s digits."),
            field,
            most=MOST_DIGITS,
        )
    return number.normalize() + 0  # plus 0: no negative zero


def _fits(number: Decimal) -> bool:
    _, digits, exponent = number.normalize().as_tuple()
    assert isinstance(exponent, int)
    return exponent >= -MOST_DIGITS and len(digits) + max(exponent, 0) <= MOST_DIGITS


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


@dataclass(frozen=True, kw_only=True)
class ShortText(Question):
    """{"text": "..."}: right when it is one of the accepted spellings of either language, whatever the page's."""

    kind: ClassVar = "short_text"
    BODY: ClassVar = ("accepted",)
    accepted_de: tuple[str, ...]
    accepted_en: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, common: Mapping[str, Any]) -> Self:
        accepted = fields.values.get("accepted")
        if not isinstance(accepted, Mapping):
            fields.refuse(
                gettext_noop("Question “%(key)s”: “%(field)s” must have lists under “de” and “en”."), "accepted"
            )
        parts = Fields(accepted, fields.key, "accepted.")
        parts.only(("de", "en"))
        made = cls(accepted_de=parts.strings("de"), accepted_en=parts.strings("en"), **common)
        if not made.spellings():
            fields.refuse(gettext_noop("Question “%(key)s”: “%(field)s” has no words in any language."), "accepted")
        return made

    def spellings(self) -> tuple[str, ...]:
        return self.accepted_de + self.accepted_en

    def body(self) -> dict[str, object]:
        return {"accepted": {"de": list(self.accepted_de), "en": list(self.accepted_en)}}

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "accepted", Text(de="".join(self.accepted_de), en="".join(self.accepted_en))

    def parse(self, given: Given) -> Answer | None:
        text = given.get("text")
        if text is None:
            return None
        if not isinstance(text, str) or len(text) > LONGEST_ANSWER:
            self.refuse(str(text))
        return {"text": text.strip()} if text.strip() else None

    def share(self, answer: Answer, rules: RuleSet) -> Fraction:
        return Fraction(_folded(str(answer["text"])) in map(_folded, self.spellings()))

    def right(self, rules: RuleSet = RULE_SET_1) -> Answer:
        return {"text": self.spellings()[0]}


def _folded(words: str) -> str:
    """As people compare: no case, no outer or doubled blanks, and one way to write an umlaut."""
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())
