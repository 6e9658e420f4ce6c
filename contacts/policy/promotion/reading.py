"""A text as words with their places: what spelling, spacing and disguise make different is read alike."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

#: Longer words are not put together.
LONGEST_WORD = 60
#: Letters of other alphabets that look like Latin ones.
LOOKALIKES = dict(zip("аеорсухіјѕԁкмтвнαορτυνικ", "aeopcyxijsdkmtbhaoptuvik", strict=True))


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ABBREVIATIONS = _set(
    "abs art bzw ca co dr evtl frl ggf hr inkl max mind min mr mrs ms nr no prof sog st std str tel usw vgl zzgl"
)
TOP_LEVEL = _set(
    "app at biz ch co com de deals eu example fr gle info io link ly me net nl online org page sale shop store test "
    "top uk us xyz"
)
CURRENCIES = frozenset(("€", "$", "£", "eur", "euro", "euros", "usd", "gbp", "dollar", "dollars", "pound", "pounds"))
PERCENT = frozenset(("%", "prozent", "percent", "pct"))
# No quantifier within a quantifier: each character is looked at a fixed number of times.
PIECES = re.compile(r"([^\W\d_]+)|(\d[\d.,]*)|([%€$£])|([.!?]+(?=\s|\Z)|\n[ \t]*\n)")
WORDS_OF_LINK = re.compile(r"[^\W_]+")
CHUNKS = re.compile(r"\S+")
JOINING = frozenset(("-", "'", "\u2019", "\u2010"))
TRIM = "<>()[]{}\"'„“”‚‘’»«,.;:!?*|"


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number, sign or link: folded, with its place in the original text and the number of its sentence."""

    text: str
    start: int
    end: int
    sentence: int
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    words: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    words: tuple[Word, ...]
    links: tuple[Link, ...]


class _Folds(dict[str, str]):
    """Each character folded once: small, Latin, ä as ae, without what cannot be seen."""

    def __missing__(self, character: str) -> str:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
        self[character] = folded = "".join(_plain(one) for one in plain)
        return folded


def _plain(character: str) -> str:
    if character == "\u0308":
        return "e"
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf", "Cc"):
        return "\n" if character in "\r\v\f\x85" else ""
    if category in ("Zs", "Zl", "Zp"):
        return " " if category == "Zs" else "\n"
    return LOOKALIKES.get(character, character)


def fold(text: str) -> str:
    folds = _Folds()
    return "".join([folds[character] for character in text])


def read(text: str) -> Reading:
    """Words and links of a text. Time and space grow with its length and nothing else."""
    folds = _Folds()
    parts = [folds[character] for character in text.replace("\r\n", "\n\u200b")]
    places = [place for place, part in enumerate(parts) for _letter in part]
    folded = "".join(parts)
    links = tuple(_links(folded))
    rest = _without(folded, links)
    pieces = _join_letters(_join_halves(_pieces(rest), rest), rest)
    words = [Word(p.text, places[p.start], places[p.end - 1] + 1, p.sentence, p.spaced) for p in pieces]
    placed = tuple(Link(one.words, places[one.start], places[one.end - 1] + 1) for one in links)
    return Reading(_with_links(words, placed), placed)


def _pieces(folded: str) -> list[Word]:
    found: list[Word] = []
    sentence = 0
    for match in PIECES.finditer(folded):
        kind, text = match.lastindex, match.group()
        if kind == 4:
            abbreviated = found and text == "." and found[-1].text in ABBREVIATIONS
            sentence += 0 if abbreviated else 1
            continue
        if kind == 2:
            text = "#"
        elif text in PERCENT:
            text = "%"
        elif text in CURRENCIES:
            text = "€"
        found.append(Word(text, match.start(), match.end(), sentence))
    return found


def _join_halves(words: list[Word], folded: str) -> list[Word]:
    """`Sonder-Angebot` and a word divided at the end of a line are one word."""
    joined: list[Word] = []
    for word in words:
        last = joined[-1] if joined else None
        if last and _halves(last, word) and _divided(folded[last.end : word.start][:12]):
            joined[-1] = Word(last.text + word.text, last.start, word.end, last.sentence)
        else:
            joined.append(word)
    return joined


def _halves(first: Word, second: Word) -> bool:
    return first.text.isalpha() and second.text.isalpha() and len(first.text) < LONGEST_WORD


def _divided(gap: str) -> bool:
    return gap in JOINING or (gap[:1] in ("-", "\u2010") and gap[1:].strip() == "" and gap.count("\n") == 1)


def _join_letters(words: list[Word], folded: str) -> list[Word]:
    """`R a b a t t` is a word, too: three or more single letters, evenly spaced."""
    joined: list[Word] = []
    run: list[Word] = []
    wide = 0
    for word in words:
        gap = word.start - run[-1].end if run else 0
        fits = len(word.text) == 1 and word.text.isalpha() and gap <= 3
        if run and not (fits and (len(run) == 1 or gap == wide)):
            joined.extend(_run(run))
            run = []
        elif len(run) == 1:
            wide = gap
        if len(word.text) == 1 and word.text.isalpha():
            run.append(word)
        else:
            joined.append(word)
    return joined + _run(run)


def _run(letters: list[Word]) -> list[Word]:
    if len(letters) < 3:
        return letters
    text = "".join(letter.text for letter in letters)
    return [Word(text, letters[0].start, letters[-1].end, letters[0].sentence, spaced=True)]


def _links(folded: str) -> Iterator[Link]:
    for chunk in CHUNKS.finditer(folded):
        text = chunk.group()
        if "." not in text or "@" in text.split("/", 1)[0]:
            continue
        begin = _begin(text)
        inner = text[begin:].strip(TRIM)
        start = chunk.start() + begin + len(text[begin:]) - len(text[begin:].lstrip(TRIM))
        if inner and ("://" in inner or inner.startswith("www.") or _is_host(inner)):
            yield Link(tuple(WORDS_OF_LINK.findall(inner)), start, start + len(inner))


def _begin(text: str) -> int:
    """Where a link begins within a run of characters without a space: `Shop:www.firma.de`."""
    return max(0, min((place for place in (text.find("http"), text.find("www.")) if place >= 0), default=0))


def _is_host(text: str) -> bool:
    host = re.split(r"[/?#:]", text, maxsplit=1)[0]
    labels = host.split(".")
    plain = all(label and label.replace("-", "").isalnum() for label in labels)
    return len(labels) > 1 and plain and labels[-1] in TOP_LEVEL


def _without(folded: str, links: tuple[Link, ...]) -> str:
    """The text with links and addresses blanked: their words are no prose."""
    parts, last = [], 0
    for link in links:
        parts += [folded[last : link.start], " " * (link.end - link.start)]
        last = link.end
    blanked = "".join([*parts, folded[last:]])
    if "@" not in blanked:
        return blanked
    return CHUNKS.sub(lambda m: " " * len(m.group()) if _is_address(m.group()) else m.group(), blanked)


def _is_address(chunk: str) -> bool:
    name, sign, host = chunk.strip(TRIM).partition("@")
    return bool(sign and name and _is_host(host))


def _with_links(words: list[Word], links: tuple[Link, ...]) -> tuple[Word, ...]:
    """Links stand among the words as `<link>`, in the sentence they follow."""
    if not links:
        return tuple(words)
    merged: list[Word] = []
    waiting = list(reversed(links))
    for word in words:
        while waiting and waiting[-1].start < word.start:
            _put(merged, waiting.pop())
        merged.append(word)
    while waiting:
        _put(merged, waiting.pop())
    return tuple(merged)


def _put(merged: list[Word], link: Link) -> None:
    sentence = merged[-1].sentence if merged else 0
    merged.append(Word("<link>", link.start, link.end, sentence))
