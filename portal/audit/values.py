"""What a field of an entry says, in the reader's language and time. What has no word here is shown as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.audit.models import AuditEntry
from portal.people.models import Department, User
from portal.ui.templatetags.kk import STATES
from portal.vocabulary import Channel, ContactSource, CustomerKind, Outcome, Platform, Purpose, Relationship

Words = dict[str, str | Promise]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
PEOPLE = ("person", "manager")
DEPARTMENTS = ("owner", "department")

_OUTCOMES: Words = dict(Outcome.choices)
_CHANNELS: Words = dict(Channel.choices)
# The floor knows no room: these words are those of the rooms' own choices (a test keeps them equal).
WORDS: dict[str, Words] = {
    "about": {"authority": _("Supervisory authority"), "person": _("Person concerned")},
    "addresses_added": _CHANNELS,
    "channel": _CHANNELS,
    "how": {
        "spoken": _("In a conversation"),
        "written": _("In writing"),
        "contact": _("During a contact under a permit"),
        "imported": _("From an earlier system"),
    },
    "kind": {
        **dict(CustomerKind.choices),
        "private_account": _("A private phone or account was used"),
        "wrong_person": _("A message or call reached the wrong person"),
        "searched_profile": _("A profile or number was searched out"),
        "other": _("Something else"),
        "company_account_verified": _("Verified company account"),
        "company_shared_device": _("Shared company device"),
    },
    "language": dict(settings.LANGUAGES),
    "outcome": _OUTCOMES,
    "outcome_before": _OUTCOMES,
    "platform": dict(Platform.choices),
    "purpose": dict(Purpose.choices),
    "reason": {
        "address": _("The address is no longer used."),
        "person": _("The account of the holder was closed."),
        "role": _("The holder has no role any more that contacts customers."),
    },
    "relationship": dict(Relationship.choices),
    "released": _OUTCOMES,
    "result": {
        "reached": _("Reached"),
        "not_reached": _("Not reached"),
        "sent": _("Sent"),
        "objected": _("Objects to advertising"),
        "full_block": _("Wants no contact at all"),
        "wrong_person": _("Wrong person"),
    },
    "risk": {"none": _("No risk"), "risk": _("Risk"), "high": _("High risk")},
    "roles": dict(Role.choices),
    "scope": {"marketing_objection": _("No advertising"), "full_block": _("No contact at all")},
    "source": dict(ContactSource.choices),
    "stage": {"manager": _("Manager"), "dpo": _("Data protection officer")},
    "step": {
        "tell_nobody": _("Tell nobody further, and pass nothing on"),
        "stop_looking": _("Do not open the profile again"),
        "hand_over": _("First hand over what the company needs: export or photograph it and file it with the company"),
        "delete_chat": _("Then delete the chat from the private phone, backups included"),
        "delete_contact": _("Then delete the contact from the private phone"),
        "delete_findings": _("Then delete what you noted or saved from the profile"),
        "ask_delete": _(
            "Agree it with the data protection officer, then ask the wrong recipient to delete what arrived"
        ),
    },
    "status": {"approved": _("Approved"), "under_review": _("Under review"), "not_approved": _("Not approved")},
}


@dataclass(frozen=True, slots=True)
class Names:
    """Names for the keys that entries hold, read at once for a whole page."""

    people: dict[int, str] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)
    customers: dict[int, str] = field(default_factory=dict)

    def of(self, name: str, value: Any) -> str | None:
        """The name behind a key; None where the field holds none, or where nobody knows it any more."""
        known = self.people if name in PEOPLE else self.departments if name in DEPARTMENTS else {}
        return known.get(value) if isinstance(value, int) else None


def names_in(entries: list[AuditEntry]) -> Names:
    """What a page of entries needs; nothing is read where no entry holds a key."""
    people = _keys(entries, PEOPLE) | _own_keys(entries, "person")
    departments = _keys(entries, DEPARTMENTS) | _own_keys(entries, "department")
    customers = {entry.customer_id for entry in entries if entry.customer_id and entry.subject_type != "customer"}
    return Names(
        {one.pk: one.get_full_name() for one in User.objects.filter(pk__in=people)} if people else {},
        dict(Department.objects.filter(pk__in=departments).values_list("pk", "name")) if departments else {},
        _customer_numbers(customers) if customers else {},
    )


def _keys(entries: list[AuditEntry], names: tuple[str, ...]) -> set[int]:
    held = (told.get(name) for entry in entries for told in (entry.before, entry.after) for name in names)
    return {key for key in held if type(key) is int}


def _own_keys(entries: list[AuditEntry], subject_type: str) -> set[int]:
    return {int(entry.subject_id) for entry in entries if entry.subject_type == subject_type and _is_key(entry)}


def _is_key(entry: AuditEntry) -> bool:
    return entry.subject_id.isascii() and entry.subject_id.isdigit() and len(entry.subject_id) < 19


def _customer_numbers(keys: set[int]) -> dict[int, str]:
    """The trail knows a customer's number by the entries about the customer itself, also after its erasure."""
    named = AuditEntry.objects.filter(subject_type="customer", customer_id__in=keys).order_by("customer_id", "-pk")
    rows = named.distinct("customer_id").values_list("customer_id", "subject_id")
    return {key: number for key, number in rows if key is not None}


def about(entry: AuditEntry, names: Names) -> str:
    """Which thing an entry is about, by the number or name that people know; a bare key is said to be one."""
    if entry.subject_type in ("person", "department") and _is_key(entry):
        known = names.people if entry.subject_type == "person" else names.departments
        return known.get(int(entry.subject_id)) or _key_word(entry.subject_id)
    if entry.subject_type == "platform":
        return str(WORDS["platform"].get(entry.subject_id, entry.subject_id))
    return entry.subject_id if entry.subject_type in NUMBERED else _key_word(entry.subject_id)


# Things whose number people know; all others are told by the key of their row.
NUMBERED = ("certificate", "customer", "incident", "permit", "request")


def _key_word(key: object) -> str:
    return gettext("no. %(key)s") % {"key": key}


def value_word(subject_type: str, name: str, value: Any, names: Names) -> str:
    """One value of one field as a person reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(value_word(subject_type, name, part, names) for part in value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if name in (*PEOPLE, *DEPARTMENTS, "contact_point", "event"):
        return names.of(name, value) or _key_word(value)
    return _text_word(subject_type, name, value) if isinstance(value, str) else str(value)


def _text_word(subject_type: str, name: str, text: str) -> str:
    if name == "state" and text in STATES.get(subject_type, {}):
        return str(STATES[subject_type][text][1])
    if text in WORDS.get(name, {}):
        return str(WORDS[name][text])
    return _moment_word(text) or text


def _moment_word(text: str) -> str:
    """An instant as the clock on the wall said it, a day as people write it; empty for every other text."""
    try:
        if INSTANT.fullmatch(text):
            return date_format(timezone.localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
        if DAY.fullmatch(text):
            return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
    except (ValueError, OverflowError):
        pass
    return ""
