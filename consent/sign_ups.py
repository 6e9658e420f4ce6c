"""Signing up on the public form: which wording is shown, and how often anybody may try."""

from __future__ import annotations

from datetime import datetime

from consent.models import ConsentText
from consent.rules import ADVERTISING
from consent.selectors import newest
from consent.services import Trace, request_opt_in
from consent.services.opt_in import SIGN_UP
from contacts.customers.selectors import normalise_address
from portal.access.limits import Limit
from portal.vocabulary import Channel

BY_NETWORK = Limit("sign_up.network", 30, 3600)
BY_ADDRESS = Limit("sign_up.address", 3, 24 * 3600)


def text_on_show(line: str, language: str, *, at: datetime) -> ConsentText | None:
    """The version of a wording in use at an instant, in this language or else the one there is; None where the
    company asks for nothing by e-mail under this name."""
    rows = {text.language: text for text in _by_mail(at) if text.line == line}
    return rows.get(language) or next(iter(rows.values()), None)


def lines_on_show(language: str, *, at: datetime) -> list[ConsentText]:
    """What people may sign up for, one wording for each."""
    rows = {text.line: text for text in _by_mail(at) if text.purpose in ADVERTISING}
    return [text_on_show(line, language, at=at) or text for line, text in sorted(rows.items())]


def _by_mail(at: datetime) -> list[ConsentText]:
    rows = newest(ConsentText.objects.published().filter(valid_from__lte=at))
    return [text for text in rows if Channel.EMAIL in text.channels and not text.platform]


def sign_up(text: ConsentText, *, email: str, first_name: str, last_name: str, at: datetime, trace: Trace) -> None:
    """Ask for the confirmation, within the limits. Returns nothing on purpose: the page says the same to everybody."""
    if not BY_NETWORK.take(trace.ip, at=at) or not BY_ADDRESS.take(normalise_address("email", "", email), at=at):
        return
    request_opt_in(
        SIGN_UP,
        address=email,
        text=text,
        via="web_form",
        first_name=first_name,
        last_name=last_name,
        at=at,
        trace=trace,
    )
