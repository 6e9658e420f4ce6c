"""What a field of an entry says, in the reader's language and time. What has no word here is shown as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
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
from portal.audit.field_words import FIELDS
from portal.audit.models import AuditEntry
from portal.audit.rules.leaf import ERASED
from portal.machines.models import Scope
from portal.people.models import Department, User
from portal.ui.templatetags.kk import STATES
from portal.vocabulary import Channel, ContactSource, CustomerKind, Outcome, Platform, Purpose, Relationship
from portal.webhooks.models import Delivery, EventType

Words = dict[str, str | Promise]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
PEOPLE = ("person", "manager", "responsible", "holder")
DEPARTMENTS = ("owner", "department")
# A list belongs to a person, an account to a department.
OWNED_BY_A_PERSON = ("suppression_list",)

_OUTCOMES: Words = dict(Outcome.choices)
_CHANNELS: Words = dict(Channel.choices)
# The floor knows no room: these words are those of the rooms' own choices (a test keeps them equal).
WORDS: dict[str, Words] = {
    "about": {"authority": _("Supervisory authority"), "person": _("Person concerned")},
    "addresses_added": _CHANNELS,
    "addresses_removed": _CHANNELS,
    "changed": {
        "name": _("Name"),
        "purposes": _("Purposes"),
        "legal_basis": _("Legal basis"),
        "persons": _("Categories of persons"),
        "data": _("Categories of data"),
        "recipients": _("Recipients"),
        "third_countries": _("Transfer to third countries"),
        "time_limits": _("Time limits of erasure"),
        "measures": _("Technical and organisational measures"),
        "remarks": _("Remarks"),
        "reason": _("Why"),
    },
    "channel": _CHANNELS,
    "channels": _CHANNELS,
    "delivery": dict(Delivery.State.choices),
    "events": dict(EventType.choices),
    "effect": {"robinson": _("Counts as “on a Robinson list”"), "marketing_objection": _("No advertising")},
    "fields": FIELDS,
    "factor": {
        "totp": _("App with codes"),
        "webauthn": _("Passkey or security key"),
        "recovery_codes": _("Recovery codes"),
    },
    "given_how": {
        "web_form": _("Web form"),
        "double_opt_in": _("Double opt-in"),
        "paper": _("On paper"),
        "spoken": _("Spoken"),
        "written": _("In writing"),
        "imported": _("From an earlier system"),
        "clock": _("Passage of time"),
        "contact": _("During a contact"),
        "preferences": _("On the customer's own page"),
        "one_click": _("Unsubscribe button of the mail program"),
        "api": _("Through another system"),
        "erasure": _("With the erasure of the customer"),
    },
    "how": {
        "spoken": _("In a conversation"),
        "written": _("In writing"),
        "contact": _("During a contact under a permit"),
        "imported": _("From an earlier system"),
        "preferences": _("On the customer's own page"),
        "one_click": _("Unsubscribe button of the mail program"),
        "api": _("Through another system"),
        "letter": _("By letter"),
        "email": _("By e-mail"),
        "phone": _("By telephone"),
        "own_page": _("On the customer's own page"),
        "other": _("Another way"),
    },
    "identified_how": {
        "known_address": _("It came from an address that is verified here"),
        "call_back": _("Called back under a number that is known here"),
        "questions": _("Questions that only this person can answer"),
        "in_person": _("Was here in person"),
        "own_page": _("Signed in to the own page with a link that was sent to them"),
        "no_doubt": _("There is no reasonable doubt"),
    },
    "letter": {
        "receipt": _("Confirmation of receipt"),
        "extension": _("It takes longer"),
        "access": _("Answer with all data"),
        "portability": _("Data to take along (JSON)"),
        "done": _("It was done"),
        "erased": _("The data were erased"),
        "refusal": _("Refusal"),
    },
    "kind": {
        **dict(CustomerKind.choices),
        "private_account": _("A private phone or account was used"),
        "wrong_person": _("A message or call reached the wrong person"),
        "searched_profile": _("A profile or number was searched out"),
        "other": _("Something else"),
        "company_account_verified": _("Verified company account"),
        "company_shared_device": _("Shared company device"),
        "access": _("Access to the data (Art. 15)"),
        "portability": _("Data to take along (Art. 20)"),
        "rectification": _("Rectification (Art. 16)"),
        "restriction": _("Restriction (Art. 18)"),
        "objection": _("Objection (Art. 21)"),
        "erasure": _("Erasure (Art. 17)"),
        "robinson": _("Robinson list"),
        "partner": _("List of a partner or client"),
        "own": _("Own list from another system"),
        "customers": _("Customers with their addresses"),
        "consents": _("Consents from an earlier system"),
        "customer": _("About a customer"),
        "request": _("About a request"),
        "period": _("About a period"),
        "calls": _("Consents to advertising calls (section 7a UWG)"),
        "basic": _("Data protection when contacting customers"),
        "messenger": _("Licence for messengers and social networks"),
        "approver": _("Licence to decide requests"),
    },
    "language": dict(settings.LANGUAGES),
    "outcome": _OUTCOMES,
    "outcome_before": _OUTCOMES,
    "platform": dict(Platform.choices),
    "proposed": {
        "contact_point": _("another address"),
        "account": _("another account"),
        "draft_text": _("another text"),
    },
    "purpose": dict(Purpose.choices),
    "reason": {
        "address": _("The address is no longer used."),
        "person": _("The account of the holder was closed."),
        "role": _("The holder has no role any more that contacts customers."),
        "text": _("The text is no longer the one that was approved."),
        "reached_stranger": _("A contact under this permit reached a wrong person."),
        "erased": _("The data of this person were erased."),
        "asked": _("The person asked us (no customer, or not any more)"),
        "complaint": _("A complaint or a warning letter"),
        "authority": _("A court or an authority ordered it"),
        "wrong_person": _("The address belongs to somebody else"),
        "deceased": _("The person has died"),
    },
    "relationship": dict(Relationship.choices),
    "released": _OUTCOMES,
    "result": {
        "reached": _("Reached"),
        "not_reached": _("Not reached"),
        "sent": _("Sent"),
        "objected": _("Objects to advertising"),
        "withdrew": _("Takes the consent back"),
        "full_block": _("Wants no contact at all"),
        "other_way": _("Wants to be contacted another way"),
        "wrong_person": _("Wrong person"),
    },
    "role": dict(Role.choices),
    "risk": {"none": _("No risk"), "risk": _("Risk"), "high": _("High risk")},
    "roles": dict(Role.choices),
    "rule": {
        "everybody": _("Everybody"),
        "new_joiner": _("Everybody who joins"),
        "messenger": _("Whoever wants to use messengers or social networks"),
    },
    "scope": {"marketing_objection": _("No advertising"), "full_block": _("No contact at all")},
    "shown": {"log": _("Request log of one person"), "trail": _("Names of employees in the audit trail")},
    "scopes": dict(Scope.choices),
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
    "via": {
        "web_form": _("Web form"),
        "officer": _("Entered by the company"),
        "preferences": _("On the customer's own page"),
        "api": _("Through another system"),
    },
    "what": {
        "settings": _("Titles and rules of the quiz"),
        "lesson_added": _("Lesson added"),
        "lesson_changed": _("Text of a lesson changed"),
        "lesson_moved": _("Lesson moved"),
        "lesson_removed": _("Lesson removed"),
        "question_added": _("Question added to the quiz"),
        "question_changed": _("Question of the quiz changed"),
        "question_removed": _("Question of the quiz removed"),
        "questions_imported": _("Questions taken over from a file"),
    },
    "wish": {
        "copy": _("A copy of my data"),
        "correction": _("Something is wrong: please correct it"),
        "erasure": _("Please erase my data"),
        "other": _("Another question"),
    },
}


@dataclass(frozen=True, slots=True)
class Names:
    """Names for the keys that entries hold, read at once for a whole page."""

    people: dict[int, str] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)
    customers: dict[int, str] = field(default_factory=dict)

    def of(self, subject_type: str, name: str, value: Any) -> str | None:
        """The name behind a key; None where the field holds none, or where nobody knows it any more."""
        known = self.people if name in _people(subject_type) else {}
        known = self.departments if name in _departments(subject_type) else known
        return known.get(value) if isinstance(value, int) else None


def _people(subject_type: str) -> tuple[str, ...]:
    """The fields of such a thing that hold the key of a person."""
    return (*PEOPLE, "owner") if subject_type in OWNED_BY_A_PERSON else PEOPLE


def _departments(subject_type: str) -> tuple[str, ...]:
    return tuple(name for name in DEPARTMENTS if name not in _people(subject_type))


def names_in(entries: list[AuditEntry]) -> Names:
    """What a page of entries needs; nothing is read where no entry holds a key."""
    people = _keys(entries, _people) | _own_keys(entries, "person")
    departments = _keys(entries, _departments) | _own_keys(entries, "department")
    customers = {entry.customer_id for entry in entries if entry.customer_id and entry.subject_type != "customer"}
    return Names(
        {one.pk: one.get_full_name() for one in User.objects.filter(pk__in=people)} if people else {},
        dict(Department.objects.filter(pk__in=departments).values_list("pk", "name")) if departments else {},
        _customer_numbers(customers) if customers else {},
    )


def _keys(entries: list[AuditEntry], names: Callable[[str], tuple[str, ...]]) -> set[int]:
    both = ((told, names(entry.subject_type)) for entry in entries for told in (entry.before, entry.after))
    held = (told.get(name) for told, asked in both for name in asked)
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
    if entry.subject_id == NOTHING:
        return ""
    if entry.subject_type == "platform":
        return str(WORDS["platform"].get(entry.subject_id, entry.subject_id))
    return entry.subject_id if entry.subject_type in NUMBERED else _key_word(entry.subject_id)


# A look-up that was about no single row.
NOTHING = "-"
# Things whose number or name people know; all others are told by the key of their row.
NUMBERED = (
    "api_token",
    "certificate",
    "completions",
    "consent_text",
    "course",
    "customer",
    "data_request",
    "decision",
    "evidence",
    "evidence_period",
    "incident",
    "permit",
    "picture",
    "processing",
    "request",
    "webhook",
)


def _key_word(key: object) -> str:
    return gettext("no. %(key)s") % {"key": key}


def value_word(subject_type: str, name: str, value: Any, names: Names) -> str:
    """One value of one field as a person reads it."""
    if value is None or value == "":
        return ""
    if value == ERASED:
        return gettext("erased")
    if isinstance(value, list):
        return ", ".join(value_word(subject_type, name, part, names) for part in value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if name in (*PEOPLE, *DEPARTMENTS, "contact_point", "contact_point_id", "event", "text_id"):
        return names.of(subject_type, name, value) or _key_word(value)
    return _text_word(subject_type, name, value) if isinstance(value, str) else str(value)


def _text_word(subject_type: str, name: str, text: str) -> str:
    if name in ("state", "recorded_state") and text in STATES.get(subject_type, {}):
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
