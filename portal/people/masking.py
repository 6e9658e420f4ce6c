"""Pseudonyms of employees for a reader who is to see no names.

Who reads is known for the time of one request, as its language is (`portal.retention.masks.MaskingMiddleware`); jobs
and mails have no reader, and name people. A pseudonym is a keyed hash of the account's key: the same on every page, so
that a trail can be followed, and nobody's who does not know the server's secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

#: The account of the reader who sees no names but the own one; None where names are shown.
_reader: ContextVar[int | None] = ContextVar("reader_without_names", default=None)


@contextmanager
def names_hidden_from(reader: int) -> Iterator[None]:
    """Inside, employees are shown to this account under pseudonyms."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


def names_are_hidden() -> bool:
    return _reader.get() is not None


def pseudonym(account: int) -> str:
    """“Employee 5F0A81”: 24 bits tell the people of a company apart, and lead back to nobody."""
    code = salted_hmac("portal.people.masking", str(account)).hexdigest()[:6].upper()
    return _("Employee %(code)s") % {"code": code}


def pseudonym_for_reader(account: int | None) -> str:
    """The pseudonym that the present reader sees for this account; empty where the name is shown."""
    reader = _reader.get()
    return "" if reader is None or account in (None, reader) else pseudonym(int(account or 0))
