"""What the facts of a decision are called, and what they say, in the reader's language. A test names every fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.vocabulary import (
    Channel,
    ConsentState,
    ContactSource,
    CustomerKind,
    Platform,
    Purpose,
    Relationship,
)

Words = Mapping[str, str | Promise]

NAMES: Words = {
    "customer_kind": _("Kind of customer"),
    "relationship": _("Relationship"),
    "purpose": _("Reason for the contact"),
    "contains_promotion": _("Also promotes something"),
    "channel": _("Channel"),
    "platform": _("Platform"),
    "consent_state": _("Consent"),
    "consent_proof": _("Consent can be proven"),
    "customer_initiated_on_channel": _("The customer got in touch this way"),
    "presumed_consent_documented": _("Presumed consent is documented"),
    "s7_3": _("Conditions of section 7(3) UWG"),
    "months_since_last_transaction": _("Months since the last purchase"),
    "objection": _("Objection"),
    "robinson_listed": _("On a Robinson list"),
    "contact_source": _("Source of the address"),
    "identity_verified": _("Address verified"),
    "sending_account": _("Sent from"),
    "company_present_on_platform": _("The company is present there"),
    "platform_status": _("Review of the platform"),
    "address_book_isolated": _("Address book kept apart"),
    "requester_training": _("Training of whoever asks"),
    "minor": _("Age"),
    "parental_consent": _("Parents have consented"),
    "quiet_hours": _("Outside contact hours"),
    "special_category": _("Health or other sensitive data"),
    "automated_call": _("Automatic call"),
    "sender_identity_clear": _("Company and own name are visible"),
    "caller_id_shown": _("Number is shown"),
    "opt_out_included": _("Says how to opt out"),
    "alternative_channel_available": _("An ordinary way is on record"),
    "urgency": _("Urgency"),
    "jurisdiction": _("Law of"),
    "requester_department": _("Department of whoever asks"),
}
CONDITIONS: Words = {
    "address_from_sale": _("address received with a sale"),
    "own_similar_products": _("own, similar products"),
    "not_objected": _("no objection"),
    "notice_at_collection_and_each_use": _("right to object pointed out at collection and each use"),
}
VALUES: Mapping[str, Words] = {
    "customer_kind": dict(CustomerKind.choices),
    "relationship": dict(Relationship.choices),
    "purpose": dict(Purpose.choices),
    "channel": dict(Channel.choices),
    "platform": dict(Platform.choices),
    "consent_state": dict(ConsentState.choices),
    "contact_source": dict(ContactSource.choices),
    "objection": {
        "none": pgettext_lazy("objection", "None"),
        "marketing_objection": _("No advertising"),
        "full_block": _("No contact at all"),
    },
    "sending_account": {
        "company_account_verified": _("Verified company account"),
        "company_shared_device": _("Shared company device"),
        "private_account": _("Private account or phone"),
    },
    "platform_status": {
        "approved": _("Approved"),
        "under_review": _("Under review"),
        "not_approved": _("Not approved"),
    },
    "requester_training": {
        "valid": pgettext_lazy("training", "Valid"),
        "expired": pgettext_lazy("training", "Expired"),
        "none": pgettext_lazy("training", "None"),
    },
    "minor": {
        "no": _("Of age, or not known"),
        "age_16_17": _("16 or 17 years old"),
        "under_16": _("Under 16"),
    },
    "urgency": {"normal": _("Normal"), "imminent_danger": _("Imminent danger")},
}


def name_of(fact: str) -> str:
    """The word for a fact; a name that is not known stays as it is."""
    return str(NAMES.get(fact, fact))


def value_of(fact: str, value: Any) -> str:
    """What one fact says, as a person reads it; a dash where it says nothing."""
    if isinstance(value, Mapping):
        return "; ".join(f"{CONDITIONS.get(name, name)}: {_plain(part)}" for name, part in value.items())
    if isinstance(value, str) and value in VALUES.get(fact, {}):
        return str(VALUES[fact][value])
    return _plain(value)


def rows_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All facts of a kept decision in the order of the rule book, then those that only an earlier version knew."""
    known = [name for name in NAMES if name in facts]
    return [(name_of(name), value_of(name, facts[name])) for name in [*known, *(set(facts) - set(NAMES))]]


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return str(value)
