"""Log lines without the secrets that stand in addresses."""

import logging
import re

#: Pages whose address carries a token: the link to one's own page, the unsubscribe button, the confirmation.
_TOKENS = re.compile(r"(/(?:p|u|opt-in/confirm)/)[A-Za-z0-9_-]{20,}")


def hide_tokens(text: str) -> str:
    return _TOKENS.sub(r"\1***", text)


class TokenFreeFormatter(logging.Formatter):
    """Every line goes through here, also tracebacks: whoever reads the log can open nobody's page."""

    def format(self, record: logging.LogRecord) -> str:
        return hide_tokens(super().format(record))
