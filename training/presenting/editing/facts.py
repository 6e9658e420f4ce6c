"""The facts of a case in words: what an author chooses from. Names and values are those of the rule book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_type_hints

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.policy import Facts
from portal.vocabulary import Channel, ConsentState, ContactSource, CustomerKind, Platform, Purpose, Relationship
from training.questions import BASE

LABELS: Mapping[str, str | Promise] = {
    "purpose": gettext_lazy("Reason for the contact"),
    "channel": gettext_lazy("Way"),
    "platform": gettext_lazy("Platform"),
    "customer_kind": gettext_lazy("Who the customer is"),
    "relationship": gettext_lazy("Relationship"),
    "contains_promotion": gettext_lazy("The message advertises something"),
    "consent_state": gettext_lazy("Consent"),
    "consent_proof": gettext_lazy("The consent can be proven"),
    "customer_initiated_on_channel": gettext_lazy("The customer wrote first on this way"),
    "presumed_consent_documented": gettext_lazy("A company's presumed consent is documented"),
    "months_since_last_transaction": gettext_lazy("Months since the last purchase"),
    "objection": gettext_lazy("Objection"),
    "robinson_listed": gettext_lazy("The customer is on a no-advertising list"),
    "contact_source": gettext_lazy("Where the address comes from"),
    "identity_verified": gettext_lazy("It is certain whom the address reaches"),
    "sending_account": gettext_lazy("From which account"),
    "company_present_on_platform": gettext_lazy("The company has an account on the platform"),
    "platform_status": gettext_lazy("The platform is approved"),
    "address_book_isolated": gettext_lazy("The address book stays out of the platform"),
    "requester_training": gettext_lazy("Training of who asks"),
    "minor": gettext_lazy("Age of the customer"),
    "parental_consent": gettext_lazy("The parents agree"),
    "quiet_hours": gettext_lazy("At night, on a Sunday or a holiday"),
    "special_category": gettext_lazy("Health or other special data in the message"),
    "automated_call": gettext_lazy("A machine calls"),
    "sender_identity_clear": gettext_lazy("The sender is clear"),
    "caller_id_shown": gettext_lazy("The number is shown"),
    "opt_out_included": gettext_lazy("The message says how to object"),
    "alternative_channel_available": gettext_lazy("Another way would reach the customer"),
    "urgency": gettext_lazy("Urgency"),
}
SECTION_73_LABELS: Mapping[str, str | Promise] = {
    "address_from_sale": gettext_lazy("The address was given when buying"),
    "own_similar_products": gettext_lazy("Own, similar products"),
    "not_objected": gettext_lazy("Not objected"),
    "notice_at_collection_and_each_use": gettext_lazy("Told about the right to object at the start and each time"),
}
VALUES: Mapping[str, str | Promise] = {
    "marketing_objection": gettext_lazy("No advertising"),
    "full_block": gettext_lazy("No contact at all"),
    "company_account_verified": gettext_lazy("Official company account"),
    "company_shared_device": gettext_lazy("Shared company device"),
    "private_account": gettext_lazy("Private account or phone"),
    "approved": gettext_lazy("Approved"),
    "under_review": gettext_lazy("Under review"),
    "not_approved": gettext_lazy("Not approved"),
    "valid": gettext_lazy("Valid"),
    "expired": gettext_lazy("Expired"),
    "no": gettext_lazy("Adult"),
    "under_16": gettext_lazy("Under 16"),
    "age_16_17": gettext_lazy("16 or 17"),
    "normal": gettext_lazy("Normal"),
    "imminent_danger": gettext_lazy("Imminent danger"),
    "none": gettext_lazy("None"),
}
_WORDS = (Channel, Platform, Purpose, ContactSource, CustomerKind, Relationship, ConsentState)
_MONTHS = (0, 3, 6, 12, 18, 24, 25, 36, 48, None)
_TYPES = get_type_hints(Facts)


@dataclass(frozen=True, slots=True)
class FactField:
    """One fact with what can be chosen: (JSON value, words, chosen). `needed` facts have no usual value."""

    name: str
    label: str
    options: tuple[tuple[str, str, bool], ...]
    needed: bool
    differs: bool


def fact_fields(facts: Mapping[str, Any]) -> list[FactField]:
    """Reason and way first, then every other fact in the order of the rule book."""
    return [_field(name, facts) for name in LABELS]


def _field(name: str, facts: Mapping[str, Any]) -> FactField:
    needed, there = name not in BASE, name in facts
    usual = _("Please choose") if needed else _("As usual: %(value)s") % {"value": value_words(name, BASE[name])}
    choices = _choices(name)
    if there and facts[name] not in choices:
        choices = [*choices, facts[name]]
    options = [("", usual, not there)]
    options += [(json.dumps(one), value_words(name, one), there and facts[name] == one) for one in choices]
    return FactField(name, str(LABELS[name]), tuple(options), needed, there)


def _choices(name: str) -> list[Any]:
    """Every value but the usual one."""
    if name == "months_since_last_transaction":
        found: list[Any] = list(_MONTHS)
    elif _TYPES[name] is bool:
        found = [True, False]
    elif name == "platform":
        found = list(Platform.values)
    else:
        found = [member.value for member in _TYPES[name]]
    return [one for one in found if name not in BASE or one != BASE[name]]


def value_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "months_since_last_transaction":
        return _("Unknown") if value is None else str(value)
    if value is None:
        return _("None")
    for words in _WORDS:
        if _is_of(name, words) and value in words.values:
            return str(words(value).label)
    return str(VALUES.get(str(value), value))


def _is_of(name: str, words: type[Enum]) -> bool:
    return name == "platform" if words is Platform else getattr(_TYPES[name], "__name__", "") == words.__name__
