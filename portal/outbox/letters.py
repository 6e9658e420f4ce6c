"""Mails to people outside the house. The outbox keeps only ids; the words are put together when the mail goes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to an outside address: `templates/emails/<template>.{subject.txt,txt,html}` in `language`."""

    to: str
    language: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


#: Called with the message's payload and `at`; None means that the mail has no reason any more and is not sent.
Composer = Callable[..., Letter | None]
