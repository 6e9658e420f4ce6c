"""Phrases as data, and how they are found: each word of a text is looked up once, each phrase reaches a bounded way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from contacts.policy.promotion.reading import CURRENCIES, JOINING, PERCENT, Word, fold

#: How many words `…` may stand for.
REACH = 5
SIGNS = frozenset(("#", "%", "€", "<link>"))


@dataclass(frozen=True, slots=True)
class Step:
    """One place of a phrase: the words that fit it, and how many may come before."""

    words: tuple[str, ...]
    gap: int = 0


def steps(phrase: str) -> tuple[Step, ...]:
    """`jetzt/heute … bestell*` as its steps."""
    found, gap = [], 0
    for part in phrase.split():
        if part == "…":
            gap = REACH
            continue
        found.append(Step(tuple(spelling(word) for word in part.split("/")), gap))
        gap = 0
    if not found or gap:
        raise ValueError(f"A phrase begins and ends with a word: {phrase!r}")
    return tuple(found)


def spelling(pattern: str) -> str:
    """The pattern as words are read: folded, one word where a hyphen stands."""
    if pattern in SIGNS:
        return pattern
    folded = "".join(sign for sign in fold(pattern) if sign not in JOINING)
    if folded in PERCENT:
        return "%"
    if folded in CURRENCIES:
        return "€"
    if not folded.strip("*").isalpha() or "*" in folded.strip("*"):
        raise ValueError(f"Not a word of a phrase: {pattern!r}")
    return folded


class Lexicon:
    """Which patterns a word fits: by its whole, its beginning, its end, or a part of it."""

    def __init__(self) -> None:
        self._whole: dict[str, str] = {}
        self._begins: dict[int, set[str]] = defaultdict(set)
        self._ends: dict[int, set[str]] = defaultdict(set)
        self._within: set[str] = set()
        self._hidden: dict[str, str] = {}

    def add(self, pattern: str) -> None:
        core = pattern.strip("*")
        if pattern.startswith("*") and pattern.endswith("*"):
            self._within.add(core)
        elif pattern.startswith("*"):
            self._ends[len(core)].add(core)
        elif pattern.endswith("*"):
            self._begins[len(core)].add(core)
        else:
            self._whole[core] = pattern
        if len(core) > 4:
            self._hidden[core] = pattern

    def patterns_of(self, word: str, *, spaced: bool = False) -> frozenset[str]:
        fits = {self._whole[word]} if word in self._whole else set()
        fits |= {f"{word[:n]}*" for n, cores in self._begins.items() if word[:n] in cores}
        fits |= {f"*{word[-n:]}" for n, cores in self._ends.items() if word[-n:] in cores}
        fits |= {f"*{core}*" for core in self._within if core in word}
        if spaced:  # Where one word ends and the next begins cannot be seen.
            fits |= {pattern for core, pattern in self._hidden.items() if core in word}
        return frozenset(fits)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that belongs to something: `owner` says what."""

    owner: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Match:
    owner: str
    first: int
    last: int


@dataclass
class PhraseBook:
    """All phrases, found in one walk over the words."""

    lexicon: Lexicon = field(default_factory=Lexicon)
    _starting: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))

    def add(self, owner: str, phrases: Iterable[str]) -> None:
        for text in phrases:
            phrase = Phrase(owner, steps(text))
            for step in phrase.steps:
                for word in step.words:
                    self.lexicon.add(word)
            for word in phrase.steps[0].words:
                self._starting[word].append(phrase)

    def matches(self, words: Sequence[Word]) -> Iterator[Match]:
        known: dict[tuple[str, bool], frozenset[str]] = {}
        for word in words:
            key = (word.text, word.spaced)
            if key not in known:
                known[key] = self.lexicon.patterns_of(word.text, spaced=word.spaced)
        patterns = [known[word.text, word.spaced] for word in words]
        for place, fitting in enumerate(patterns):
            for pattern in fitting:
                for phrase in self._starting.get(pattern, ()):
                    last = _last(phrase, words, patterns, place)
                    if last is not None:
                        yield Match(phrase.owner, place, last)


def _last(
    phrase: Phrase, words: Sequence[Word], patterns: Sequence[frozenset[str]], first: int
) -> int | None:
    """Where the phrase that begins at `first` ends at the earliest, if it is there, within one sentence."""
    ends = [first]
    for step in phrase.steps[1:]:
        reach = range(ends[0] + 1, min(ends[-1] + 2 + step.gap, len(words)))
        ends = [
            place
            for place in reach
            if words[place].sentence == words[first].sentence
            and not patterns[place].isdisjoint(step.words)
            and any(end < place <= end + 1 + step.gap for end in ends)
        ]
        if not ends:
            return None
    return ends[0]
