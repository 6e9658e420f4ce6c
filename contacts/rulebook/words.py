"""The words for what can be set, and for what cannot be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts import policy
from portal.vocabulary import Outcome, Platform

if TYPE_CHECKING:
    from django.utils.functional import Promise

NAMES: dict[str, str | Promise] = {
    "stale_after_months_unused": gettext_lazy("Months without use until a consent is stale"),
    "expired_after_months_unused": gettext_lazy("Months without use until a consent has ended"),
    "existing_customer_window_months": gettext_lazy("Months since the last purchase for which somebody is a customer"),
    "doi_ttl_days": gettext_lazy("Days that a sign-up waits for its confirmation"),
    "inbound_window_days": gettext_lazy("Days for which a message from the customer opens its way"),
    "monday_to_friday": gettext_lazy("Contact hours from Monday to Friday"),
    "saturday": gettext_lazy("Contact hours on Saturday"),
    "contact_hours": gettext_lazy("Contact hours"),
    "address_book_upload_platforms": gettext_lazy("Apps that upload the address book"),
    "child_age": gettext_lazy("Age up to which the parents consent"),
    "training_validity_months": gettext_lazy("Months for which a training is valid"),
    "approval_valid_days": gettext_lazy("Days for which an approval is valid, and within which somebody must decide"),
    "consent_retention_phone_years": gettext_lazy("Years for which consent to calls is kept"),
    "consent_retention_other_years": gettext_lazy("Years for which other consent is kept"),
    "art14_deadline_days": gettext_lazy("Days within which somebody is told where their data come from"),
    "breach_deadline_hours": gettext_lazy("Hours within which a breach is reported"),
    "stale_consent_outcome": gettext_lazy("Electronic advertising on a stale consent (rule CON-04)"),
    "frequency_cap_30d": gettext_lazy("Advertising contacts with one person in 30 days at most"),
}


def name_of(key: str) -> str:
    """The words for a threshold; a rule by its id, a platform by its name."""
    if key in NAMES:
        return str(NAMES[key])
    return str(dict(Platform.choices).get(key, key))


def value_words(value: Any) -> str:
    """A kept value for people."""
    if value is None:
        return _("As shipped")
    if isinstance(value, dict):
        return "; ".join(f"{name_of(key)}: {value_words(part)}" for key, part in value.items())
    if isinstance(value, list):
        separator = " - " if value and ":" in str(value[0]) else ", "
        return separator.join(value_words(one) for one in value) or _("None of them")
    return str(_choices().get(value, value))


def _choices() -> dict[Any, Any]:
    statuses = {
        "approved": _("Approved"),
        "under_review": _("Under review"),
        "not_approved": _("Not approved"),
    }
    return {**dict(Outcome.choices), **dict(Platform.choices), **statuses}


def fault_sentences(refusal: policy.SettingsError) -> dict[str, list[str]]:
    """What is wrong with each part, in whole sentences."""
    found: dict[str, list[str]] = {}
    for fault in refusal.faults:
        found.setdefault(fault.name, []).append(_sentence(fault))
    return found


def _sentence(fault: policy.Fault) -> str:
    words = {"name": fault.name[:60], "least": fault.least, "most": fault.most}
    return {
        policy.Wrong.UNKNOWN: _("“%(name)s” cannot be set. Check the spelling."),
        policy.Wrong.KIND: _("The value for “%(name)s” is of the wrong kind. Choose one of those that are offered."),
        policy.Wrong.RANGE: _("Enter a number from %(least)s to %(most)s."),
        policy.Wrong.ORDER: _("A consent cannot end before it is stale. Enter at least as many months."),
        policy.Wrong.HOURS: _("The end must come after the beginning, on the same day."),
        policy.Wrong.NOT_DISPUTED: _(
            "Rule %(name)s follows from law or is a house rule of the portal; only disputed rules can be set."
        ),
    }[fault.wrong] % words
