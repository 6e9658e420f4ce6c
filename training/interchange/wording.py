"""Words as Moodle writes them, in HTML with a span for each language, and as this portal keeps them: plain text.

Texts of a question are plain here, so HTML is taken apart on import: tags go, their breaks stay, scripts and styles
vanish with their content. What remains is escaped whenever it is shown, so nothing imported becomes markup.
Languages: `<span lang="de" class="multilang">` (Moodle's own filter) and `{mlang de}...{mlang}` are read; the first is
written, for every text and also where one language is still missing. Text outside of spans belongs to all languages.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from training.interchange.trouble import LANGUAGE, PICTURE, Trouble
from training.questions import Text

LONGEST_HTML = 20_000
# A tag, a comment, or a language mark. Every branch is left at the next “<”, so that no input is read twice.
_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z) | <[!?][^<>]*>? | </?([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|'[^']*'|[^'"<>])*)>
    | \{mlang\s*([a-zA-Z-]*)\}""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_NEWLINES = re.compile(r"(?<![ \t])[ \t]*\n[ \t\n]*")
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "table",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "section",
        "article",
        "dl",
        "dt",
        "dd",
        "hr",
    )
)
_EMBEDDED = frozenset(
    ("img", "audio", "video", "object", "embed", "iframe", "svg", "math", "canvas", "source", "picture")
)
_HIDDEN = frozenset(("script", "style", "title", "head", "template", "noscript"))


@dataclass(frozen=True, slots=True)
class Words:
    """The text, the citation in its paragraph of class “source”, and what was left out."""

    text: Text
    source: str = ""
    left_out: frozenset[Trouble] = frozenset()


def plain_words(raw: str, language: str) -> Words:
    """Words that are no HTML, in the language that the importer says they are."""
    return Words(Text(**{language: raw.strip()}))


def html_words(raw: str, language: str, *, breaks: bool = False) -> Words:
    """Words from HTML; `breaks`: an end of line in the source is one (Moodle's auto-format)."""
    reader = _Reader(breaks)
    reader.read(raw)
    return reader.words(language)


class _Buffer:
    """Text of one language, with breaks between blocks but none at the start and never two."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.last = "\n"

    def add(self, words: str) -> None:
        if words:
            self.parts.append(words)
            self.last = words[-1]

    def block(self) -> None:
        if self.last != "\n":
            self.add("\n")

    def __str__(self) -> str:
        return "".join(self.parts).strip()


class _Reader:
    def __init__(self, breaks: bool) -> None:
        self.breaks = breaks
        self.texts = {"de": _Buffer(), "en": _Buffer(), "": _Buffer()}
        self.source = _Buffer()
        self.seen: set[str] = set()
        self.spans: list[str] = []
        self.mark = ""
        self.hidden = ""
        self.in_source = False
        self.left_out: set[Trouble] = set()

    def read(self, raw: str) -> None:
        place = 0
        for token in _TOKEN.finditer(raw):
            self._say(raw[place : token.start()])
            place = token.end()
            name = (token[1] or "").lower()
            if token[3] is not None:
                self.mark = self._known(token[3].lower())
            elif name:
                self._tag(name, token[0].startswith("</"), token[2])
        self._say(raw[place:])

    def words(self, language: str) -> Words:
        if self.seen:
            text = Text(**{name: str(self.texts[name]) for name in self.seen})
        else:
            text = Text(**{language: str(self.texts[""])})
        return Words(text, str(self.source), frozenset(self.left_out))

    def _buffers(self) -> list[_Buffer]:
        """Where the words at this place belong: all languages, one, or none of ours."""
        if self.in_source:
            return [self.source]
        language = next((span for span in reversed(self.spans) if span), self.mark)
        if language:
            return [self.texts[language]] if language in self.texts else []
        return list(self.texts.values())

    def _known(self, language: str) -> str:
        """`de`, `en`, "" for all languages, or `other` for one that is left out."""
        short = language[:2]
        if short in ("de", "en"):
            self.seen.add(short)
            return short
        if language in ("", "other"):
            return ""
        self.left_out.add(LANGUAGE)
        return "other"

    def _say(self, raw: str) -> None:
        if not raw or self.hidden:
            return
        words = html.unescape(raw if self.breaks else _NEWLINES.sub(" ", raw))
        indented = not self.breaks and bool(_NEWLINES.match(raw))
        for buffer in self._buffers():
            buffer.add(words.lstrip(" ") if indented and buffer.last == "\n" else words)

    def _tag(self, name: str, closing: bool, attributes: str) -> None:
        if self.hidden:
            self.hidden = "" if closing and name == self.hidden else self.hidden
            return
        if name in _HIDDEN:
            self.hidden = "" if closing or attributes.endswith("/") else name
        elif name in _EMBEDDED:
            self.left_out.add(PICTURE)
        elif name == "br":
            for buffer in self._buffers():
                buffer.add("\n")
        elif name == "span":
            self._span(closing, attributes)
        elif name in _BLOCKS:
            self._block(name, closing, attributes)

    def _span(self, closing: bool, attributes: str) -> None:
        if closing:
            if self.spans:
                self.spans.pop()
            return
        found = _attributes(attributes)
        is_language = "multilang" in found.get("class", "").split() and found.get("lang")
        self.spans.append(self._known(found["lang"].lower()) if is_language else "")

    def _block(self, name: str, closing: bool, attributes: str) -> None:
        for buffer in self._buffers():
            buffer.block()
        if name == "p":
            self.in_source = not closing and "source" in _attributes(attributes).get("class", "").split()
        if name == "li" and not closing:
            for buffer in self._buffers():
                buffer.add("- ")


def _attributes(raw: str) -> dict[str, str]:
    return {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(raw)}


def to_html(text: Text, source: str = "") -> str:
    """HTML of which `html_words` makes the same text and source; it contains no line ends and no braces."""
    spans = [
        f'<span lang="{language}" class="multilang">{_escaped(words)}</span>'
        for language, words in (("de", text.de), ("en", text.en))
        if words
    ]
    return "".join(spans) + (f'<p class="source">{_escaped(source)}</p>' if source else "")


def _escaped(words: str) -> str:
    safe = html.escape(words, quote=False)
    return safe.replace("{", "&lbrace;").replace("}", "&rbrace;").replace("\n", "<br>")
