"""XML as a small tree whose elements know their line. Document types and entities are refused (defusedxml)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

from training.interchange import trouble as t
from training.interchange.report import Lost

DEEPEST = 30
MOST_ELEMENTS = 200_000


@dataclass(slots=True)
class Element:
    """An element with the text directly inside it."""

    name: str
    attributes: Mapping[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Element | None:
        return next(self.all(name), None)

    @property
    def own_text(self) -> str:
        return "".join(self.pieces)

    def said(self, name: str) -> str:
        """The text of a child, or of the `text` inside it; empty where there is none."""
        child = self.first(name)
        if child is None:
            return ""
        inner = child.first("text")
        return (child if inner is None else inner).own_text.strip()


def read_tree(content: bytes) -> Element:
    """The outermost element. Raises Lost with a line for whatever is no XML or not safe."""
    builder = _Builder()
    try:
        parseString(content, builder, forbid_dtd=True)
    except SAXParseException as error:
        raise Lost(error.getLineNumber() or 1, t.NOT_XML, reason=error.getMessage()) from error
    except DefusedXmlException as error:
        raise Lost(builder.line(), t.UNSAFE_XML) from error
    except (SAXException, ValueError, LookupError) as error:  # encodings that the parser does not know
        raise Lost(builder.line(), t.NOT_XML, reason=str(error)[:200] or "unknown") from error
    assert builder.root is not None
    return builder.root


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0
        self.locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:
        self.locator = locator

    def line(self) -> int:
        return (self.locator.getLineNumber() if self.locator else None) or 1

    def startElement(self, name: str, attributes: Mapping[str, str]) -> None:  # type: ignore[override]
        element = Element(name, dict(attributes.items()), self.line())
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise Lost(element.line, t.TOO_DEEP)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def endElement(self, name: str) -> None:
        self.open.pop()

    def characters(self, content: str) -> None:
        if self.open:
            self.open[-1].pieces.append(content)
