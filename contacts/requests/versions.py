"""Two people, or two windows, and one draft: which version a page shows, and how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from contacts.requests.freezing import material
from contacts.requests.presenting import account_words
from contacts.requests.routing.fingerprint import sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from contacts.requests.models import ContactRequest

#: So many signs of the fingerprint tell versions of one draft apart.
SIGNS = 16
#: Told together with the account, never alone.
NOT_ALONE = ("private_account",)


def version_of(asked: ContactRequest) -> str:
    """The fingerprint of everything that can be changed about a draft."""
    return str(sha256_of(material(asked)))[:SIGNS]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what is saved now, and what was typed on the older page; both as words."""

    label: str
    saved: str
    typed: str


def differences(asked: ContactRequest, typed: Mapping[str, Any]) -> list[Difference]:
    """Where the arguments for `services.asking.edit` differ from what is saved, in the order of the form."""
    mine = _as_typed(asked, typed)
    rows = []
    for name in typed:
        if name in NOT_ALONE:
            continue
        saved, wanted = _words(asked, name), _words(mine, name)
        if saved != wanted:
            rows.append(Difference(_label(asked, name), saved or "–", wanted or "–"))
    return rows


def _as_typed(asked: ContactRequest, typed: Mapping[str, Any]) -> ContactRequest:
    """An object that is never saved, only read out."""
    mine = type(asked)(requester=asked.requester, customer=asked.customer, contact_point=asked.contact_point)
    for name, value in typed.items():
        setattr(mine, name, value)
    return mine


def _words(asked: ContactRequest, name: str) -> str:
    if name == "account":
        return str(account_words(asked))
    if name == "contact_point":
        return str(asked.contact_point)
    display = getattr(asked, f"get_{name}_display", None)
    value = display() if display is not None else getattr(asked, name)
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _time(value) if hasattr(value, "tzinfo") else str(value)


def _time(value: datetime) -> str:
    return date_format(localtime(value), "SHORT_DATETIME_FORMAT")


def _label(asked: ContactRequest, name: str) -> str:
    label = str(asked._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]
