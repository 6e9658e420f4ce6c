"""Looking for promotional wording in a draft: offline, the same today and in five years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from contacts.policy.promotion.phrases import Lexicon, Match, PhraseBook, spelling
from contacts.policy.promotion.reading import Link, Reading, Word, read
from contacts.policy.promotion.rule import PromotionRule
from contacts.policy.promotion.rules import RULES
from contacts.policy.promotion.rules.redress import NEW_PURCHASE, REDRESS
from contacts.policy.promotion.rules.slogans import SIGN_OFF


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of a draft that promote something: `text[start:end]` of the original, and why that matters."""

    rule: str
    start: int
    end: int
    words: str
    title_de: str
    title_en: str
    reason_de: str
    reason_en: str
    citation: str


def find_promotion(text: str) -> tuple[Hit, ...]:
    """What promotes sales in this text, in its order; links and signature are part of the text."""
    reading = read(text)
    if not reading.words and not reading.links:
        return ()
    spans = _in_prose(reading) + _in_links(reading)
    return tuple(_hit(rule, start, end, text) for rule, start, end in _merged(spans))


Span = tuple[str, int, int]
BY_ID = {rule.id: rule for rule in RULES}


def _book(rules: Iterable[PromotionRule]) -> PhraseBook:
    """One book for everything, so that each word is looked up once; the owner tells what was found."""
    book = PhraseBook()
    for rule in rules:
        book.add(rule.id, (*rule.de, *rule.en))
        book.add(f"{rule.id} not when", rule.not_when)
        book.add(f"{rule.id} not beside", rule.not_beside)
    book.add("redress", REDRESS)
    book.add("new purchase", NEW_PURCHASE)
    book.add("sign-off", SIGN_OFF)
    return book


def _spelt(patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(spelling(pattern) for pattern in patterns)


def _lexicon_of_links(rules: Iterable[PromotionRule]) -> Lexicon:
    lexicon = Lexicon()
    for rule in rules:
        for pattern in _spelt(rule.links) | _spelt(rule.not_links):
            lexicon.add(pattern)
    return lexicon


BOOK = _book(RULES)
LINKS = _lexicon_of_links(RULES)
LINK_RULES = [(rule.id, _spelt(rule.links), _spelt(rule.not_links)) for rule in RULES if rule.links]


def _in_prose(reading: Reading) -> list[Span]:
    words = reading.words
    found: dict[str, list[Match]] = defaultdict(list)
    for match in BOOK.matches(words):
        found[match.owner].append(match)
    spans: list[Span] = []
    for rule in RULES:
        spans += _of_rule(rule, found, words)
    return spans


def _of_rule(rule: PromotionRule, found: dict[str, list[Match]], words: tuple[Word, ...]) -> list[Span]:
    matches = found.get(rule.id)
    if not matches:
        return []
    innocent = _covered(found[f"{rule.id} not when"])
    beside = _sentences(found[f"{rule.id} not beside"], words)
    if rule.redress_excuses:
        told = _sentences(found["redress"], words)
        beside |= (told | {sentence + 1 for sentence in told}) - _sentences(found["new purchase"], words)
    signature = _signature(found["sign-off"], len(words)) if rule.only_in_signature else 0
    return [
        (rule.id, words[match.first].start, words[match.last].end)
        for match in matches
        if match.first >= signature
        and words[match.first].sentence not in beside
        and innocent.isdisjoint(range(match.first, match.last + 1))
    ]


def _covered(matches: list[Match]) -> set[int]:
    return {place for match in matches for place in range(match.first, match.last + 1)}


def _sentences(matches: list[Match], words: tuple[Word, ...]) -> set[int]:
    return {words[match.first].sentence for match in matches}


def _signature(matches: list[Match], length: int) -> int:
    """Where the signature begins: after the first sign-off, or nowhere."""
    return min((match.last + 1 for match in matches), default=length)


def _in_links(reading: Reading) -> list[Span]:
    known: dict[tuple[str, ...], list[str]] = {}
    spans: list[Span] = []
    for link in reading.links:
        if link.words not in known:
            known[link.words] = _rules_of(link)
        spans += [(rule, link.start, link.end) for rule in known[link.words]]
    return spans


def _rules_of(link: Link) -> list[str]:
    fitting = frozenset().union(*(LINKS.patterns_of(word) for word in set(link.words)))
    return [rule for rule, words, innocent in LINK_RULES if fitting & words and not fitting & innocent]


def _merged(spans: list[Span]) -> list[Span]:
    """Hits of one rule that overlap are one hit; in the order of the text."""
    merged: list[Span] = []
    for rule, start, end in sorted(spans):
        if merged and merged[-1][0] == rule and start < merged[-1][2]:
            merged[-1] = (rule, merged[-1][1], max(end, merged[-1][2]))
        else:
            merged.append((rule, start, end))
    return sorted(merged, key=lambda span: (span[1], span[2], span[0]))


def _hit(rule_id: str, start: int, end: int, text: str) -> Hit:
    rule = BY_ID[rule_id]
    return Hit(
        rule=rule.id,
        start=start,
        end=end,
        words=text[start:end],
        title_de=rule.title_de,
        title_en=rule.title_en,
        reason_de=rule.reason_de,
        reason_en=rule.reason_en,
        citation=rule.citation,
    )
