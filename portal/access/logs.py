"""Log lines without the secrets and the people that stand in addresses and errors, each with the number of its request.

Ids are logged, never what they stand for (ASVS 5.0, 16.2.5). Two writers bring a value in against everybody's will:
PostgreSQL, which quotes the row in the DETAIL of an error, and whatever quotes an address of an e-mail.
"""

import logging
import re
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter

#: Pages whose address carries a token: the link to one's own page, the unsubscribe button, the confirmation.
_TOKENS = re.compile(r"(/(?:p|u|opt-in/confirm)/)[A-Za-z0-9_-]{20,}")
#: What PostgreSQL adds to an error: the row, the value, the statement with its values. They go on to the next line.
_DETAILS = re.compile(r"^(\s*)(DETAIL|CONTEXT|HINT|QUERY|STATEMENT|LINE \d+):.*$", re.MULTILINE)
#: A value that is quoted in the first line of an error: invalid input syntax for type inet: "..."
_QUOTED = re.compile(r'(invalid input [^:\n]*: )".*"')
_ADDRESSES = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")

_NUMBER: ContextVar[str] = ContextVar("number", default="")
number_is = _NUMBER.set
number_was = _NUMBER.reset


def current() -> str:
    """The number of the request that is being answered; empty outside of one."""
    return _NUMBER.get()


#: What ends a line somewhere, or steers a terminal.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def _spelled(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode()


def hide_tokens(text: str) -> str:
    return _TOKENS.sub(r"\1***", text)


def hide(text: str) -> str:
    """The line as it may be kept."""
    text = _DETAILS.sub(r"\1\2: (left out)", hide_tokens(text))
    return _ADDRESSES.sub("***@***", _QUOTED.sub(r'\1"***"', text))


class TokenFreeFormatter(logging.Formatter):
    """Every line goes through here, also tracebacks: whoever reads the log can open nobody's page, and whoever sends
    an address with a line break in it writes no line of their own (ASVS 5.0, 16.4.1)."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _UNPRINTABLE.sub(_spelled, super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record))


class JsonLines(JsonFormatter):
    """One object a line, for a log host that reads fields; the same words are hidden. What a caller adds to a record is
    left out: Django adds the whole request."""

    KEPT = ("timestamp", "level", "logger", "message", "request", "exc_info", "stack_info")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {
            key: hide(str(value)) for key, value in log_data.items() if key in self.KEPT and value not in (None, "")
        }


class NumberFilter(logging.Filter):
    """Puts the number of the request, or of the job, on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request = current()
        return True
