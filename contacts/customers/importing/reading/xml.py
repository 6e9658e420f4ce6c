"""The XML of a workbook, read as a stream in bounded memory: no tree is built, nothing is expanded.

openpyxl reads a sheet through a tree that keeps every tag it does not know until the end, and all texts as
Python strings; a file of a few kilobytes can make that gigabytes. So the parts are read with expat itself, under the
same refusals as defusedxml's (no document type, no entities), and with a limit for everything that expat buffers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile
from zlib import error as ZlibError

from django.utils.translation import gettext as _

from contacts.customers.importing import limits
from contacts.customers.importing.limits import figure
from contacts.customers.importing.reading.archive import broken
from contacts.customers.importing.reading.base import FileRefused

BLOCK = 1 << 16


class Handler:
    """What a part is read into. `done` ends the reading early. A handler for many tags overrides `begin` itself."""

    done = False
    depth = tags = 0

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.count()
        self.start(name.rpartition(":")[2], attributes)

    def finish(self, name: str) -> None:
        self.depth -= 1
        self.end(name.rpartition(":")[2])

    def count(self) -> None:
        """Called at each tag that opens."""
        self.depth += 1
        self.tags += 1
        if self.depth > limits.MAX_DEPTH:
            raise FileRefused(
                _("The tags of this workbook lie %(found)s deep in each other; at most %(limit)s are taken.")
                % {"found": figure(self.depth), "limit": figure(limits.MAX_DEPTH)}
            )
        if self.tags > limits.MAX_ELEMENTS:
            raise FileRefused(
                _("A part of this workbook has more than %(limit)s tags. Copy the list into a new workbook.")
                % {"limit": figure(limits.MAX_ELEMENTS)}
            )


def read(part: IO[bytes], handler: Handler) -> None:
    """Read a part to its end, or until the handler is done. Raises FileRefused."""
    for _block in read_in_blocks(part, handler):
        pass


def read_in_blocks(part: IO[bytes], handler: Handler) -> Iterator[None]:
    """Read a part and give way after each block, so that what was read so far can be handed on."""
    parser = _parser(handler)
    fed = 0
    try:
        while not handler.done:
            block = part.read(BLOCK)
            fed += len(block)
            parser.Parse(block, not block)
            _check_kept(fed - parser.CurrentByteIndex)
            yield
            if not block:
                break
    except (expat.ExpatError, BadZipFile, ZlibError, EOFError, ValueError, LookupError) as error:
        raise broken() from error


def _check_kept(kept: int) -> None:
    """expat keeps an unfinished tag, comment or declaration in memory whole."""
    if kept > limits.MAX_TOKEN + BLOCK:
        raise FileRefused(
            _("This workbook holds a tag of %(found)s bytes or more; at most %(limit)s are taken. It was not read.")
            % {"found": figure(kept), "limit": figure(limits.MAX_TOKEN)}
        )


def _parser(handler: Handler) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = handler.begin, handler.finish
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_entities
    parser.ExternalEntityRefHandler = _refuse_entities
    return parser


def _refuse_doctype(*_arguments: object) -> None:
    raise FileRefused(
        _("This workbook contains a document type (DTD); none is allowed, and no honest workbook has one.")
    )


def _refuse_entities(*_arguments: object) -> int:
    raise FileRefused(_("This workbook contains XML entities; none are allowed, and no honest workbook has any."))
