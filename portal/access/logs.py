"""Log lines without the secrets that stand in addresses."""

import logging
import re

#: Pages whose address carries a token: the link to one's own page, the unsubscribe button, the confirmation.
_TOKENS = re.compile(r"(/(?:p|u|opt-in/confirm)/)[A-Za-z0-9_-]{20,}")


#: What ends a line somewhere, or steers a terminal.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def _spelled(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode()


def hide_tokens(text: str) -> str:
    return _TOKENS.sub(r"\1***", text)


class TokenFreeFormatter(logging.Formatter):
    """Every line goes through here, also tracebacks: whoever reads the log can open nobody's page, and whoever sends
    an address with a line break in it writes no line of their own (ASVS 5.0, 16.4.1)."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _UNPRINTABLE.sub(_spelled, super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        return hide_tokens(super().format(record))
