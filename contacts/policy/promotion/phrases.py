"""Phrases as data, and how they are found: each word of a text is looked up once, each phrase reaches a bounded way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from contacts.policy.promotion.reading import CURRENCIES, JOINING, PERCENT, Word, fold

#: How many words `…` may stand for.
REACH = 5
#: How far a phrase can reach at all.
FURTHEST = 40
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
class Match:
    """`owner` was found from the first to the last of these words."""

    owner: str
    first: int
    last: int


@dataclass(eq=False, slots=True)
class Node:
    """A beginning that phrases share: who ends here, and which words lead on, at once or after a gap."""

    owners: list[str] = field(default_factory=list)
    after: dict[Step, Node] = field(default_factory=dict)
    near: dict[str, list[Node]] = field(default_factory=dict)
    far: dict[str, list[Node]] = field(default_factory=dict)

    def grow(self, step: Step) -> Node:
        if step not in self.after:
            self.after[step] = node = Node()
            ways = self.far if step.gap else self.near
            for word in step.words:
                ways.setdefault(word, []).append(node)
        return self.after[step]


@dataclass
class PhraseBook:
    """All phrases as one tree, found in one walk over the words."""

    lexicon: Lexicon = field(default_factory=Lexicon)
    root: Node = field(default_factory=Node)

    def add(self, owner: str, phrases: Iterable[str]) -> None:
        for text in phrases:
            node = self.root
            for step in steps(text):
                node = node.grow(step)
                for word in step.words:
                    self.lexicon.add(word)
            if owner not in node.owners:
                node.owners.append(owner)

    def matches(self, words: Sequence[Word]) -> Iterator[Match]:
        known: dict[tuple[str, bool], frozenset[str]] = {}
        for word in words:
            key = (word.text, word.spaced)
            if key not in known:
                known[key] = self.lexicon.patterns_of(word.text, spaced=word.spaced)
        patterns = [known[word.text, word.spaced] for word in words]
        for first, fitting in enumerate(patterns):
            nodes = [node for pattern in fitting for node in self.root.near.get(pattern, ())]
            if nodes:
                yield from _walk(nodes, words, patterns, first)


def _walk(nodes: list[Node], words: Sequence[Word], patterns: Sequence[frozenset[str]], first: int) -> Iterator[Match]:
    """What begins at `first`, each phrase to where it ends at the earliest, within one sentence."""
    end = first + 1
    while end < len(words) and end <= first + FURTHEST and words[end].sentence == words[first].sentence:
        end += 1
    ends: dict[Node, int] = {}
    todo, seen = [(node, first) for node in nodes], {(node, first) for node in nodes}
    for node, place in todo:
        if node.owners:
            ends[node] = min(place, ends.get(node, place))
        for following in _following(node, place, patterns, end):
            if following not in seen:
                seen.add(following)
                todo.append(following)
    for node, last in ends.items():
        for owner in node.owners:
            yield Match(owner, first, last)


def _following(node: Node, place: int, patterns: Sequence[frozenset[str]], end: int) -> Iterator[tuple[Node, int]]:
    if node.near and place + 1 < end:
        for pattern in patterns[place + 1]:
            for following in node.near.get(pattern, ()):
                yield following, place + 1
    if node.far:
        for later in range(place + 1, min(place + REACH + 2, end)):
            for pattern in patterns[later]:
                for following in node.far.get(pattern, ()):
                    yield following, later
