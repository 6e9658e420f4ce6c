"""Facts and conditions in plain words: what a rule waits for, and what makes a contact unusual.

Yes-or-no facts, and what follows from facts, are statements; everything else reads “Channel: E-mail or SMS”. A
condition keeps the shape of its tree (`policy.conditions`), so its words leave nothing out and add nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.policy import Rule, Thresholds
from contacts.policy.conditions import Asked, Group, Mode, condition_of
from contacts.rulebook.fact_words import name_of, value_of
from portal.vocabulary import Platform

Statement = tuple[str | Promise, str | Promise]

#: For each yes-or-no word of a condition what is said when it is so, and when it is not.
STATEMENTS: Mapping[str, Statement] = {
    "is_adv": (gettext_lazy("The message is advertising."), gettext_lazy("The message is not advertising.")),
    "is_service": (
        gettext_lazy("The message serves a contract, a question or a legal duty, without advertising."),
        gettext_lazy("The message is no service."),
    ),
    "channel_agreed": (
        gettext_lazy("The customer has provably agreed to this channel, or got in touch there first."),
        gettext_lazy("The customer has neither provably agreed to this channel nor got in touch there first."),
    ),
    "s73_path": (
        gettext_lazy("The exception for existing customers may apply: by its reason and its channel."),
        gettext_lazy("The exception for existing customers does not fit this reason and channel."),
    ),
    "s73_ok": (
        gettext_lazy("The exception for existing customers is met in all its conditions."),
        gettext_lazy("The exception for existing customers is not met in all its conditions."),
    ),
    "emergency": (
        gettext_lazy("There is imminent danger, and a legal duty to warn of it."),
        gettext_lazy("There is no imminent danger of which a legal duty asks to warn."),
    ),
    "contains_promotion": (
        gettext_lazy("The text also promotes something."),
        gettext_lazy("The text promotes nothing."),
    ),
    "consent_proof": (gettext_lazy("The consent can be proven."), gettext_lazy("The consent cannot be proven.")),
    "customer_initiated_on_channel": (
        gettext_lazy("The customer got in touch this way lately, or asked for it."),
        gettext_lazy("The customer did not get in touch this way lately."),
    ),
    "presumed_consent_documented": (
        gettext_lazy("Concrete facts behind presumed consent are written down."),
        gettext_lazy("No concrete facts behind presumed consent are written down."),
    ),
    "robinson_listed": (
        gettext_lazy("The customer is on a Robinson list."),
        gettext_lazy("The customer is on no Robinson list."),
    ),
    "identity_verified": (
        gettext_lazy("It is certain that the address belongs to the customer."),
        gettext_lazy("It is not certain that the address belongs to the customer."),
    ),
    "company_present_on_platform": (
        gettext_lazy("The company is officially present on the platform."),
        gettext_lazy("The company is not officially present on the platform."),
    ),
    "address_book_isolated": (
        gettext_lazy("The address book of the device is kept apart."),
        gettext_lazy("The app can read the address book of the device."),
    ),
    "parental_consent": (gettext_lazy("The parents have consented."), gettext_lazy("The parents have not consented.")),
    "quiet_hours": (
        gettext_lazy("The planned time is outside contact hours."),
        gettext_lazy("The planned time is within contact hours."),
    ),
    "special_category": (
        gettext_lazy("The message has health or other sensitive data in it."),
        gettext_lazy("The message has no sensitive data in it."),
    ),
    "automated_call": (gettext_lazy("A machine makes the call."), gettext_lazy("A person makes the call.")),
    "sender_identity_clear": (
        gettext_lazy("Company and sender are clear to see."),
        gettext_lazy("It is not clear who writes or calls."),
    ),
    "caller_id_shown": (gettext_lazy("The number is shown."), gettext_lazy("The number is hidden.")),
    "opt_out_included": (
        gettext_lazy("The text says how to opt out."),
        gettext_lazy("The text does not say how to opt out."),
    ),
    "alternative_channel_available": (
        gettext_lazy("An ordinary way to the customer is on record."),
        gettext_lazy("No ordinary way to the customer is on record."),
    ),
    "address_from_sale": (
        gettext_lazy("The address was given with a sale."),
        gettext_lazy("The address was not given with a sale."),
    ),
    "own_similar_products": (
        gettext_lazy("Only own, similar products are advertised."),
        gettext_lazy("Other than own, similar products are advertised."),
    ),
    "not_objected": (
        gettext_lazy("The customer has not objected to this use."),
        gettext_lazy("Whether the customer objected to this use is not on record."),
    ),
    "notice_at_collection_and_each_use": (
        gettext_lazy("The right to object was pointed out at the start and each time."),
        gettext_lazy("The right to object was not pointed out each time."),
    ),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A list of a condition: how many of its parts are asked for, and the parts, words or lists again."""

    mode: str
    heading: str
    parts: tuple[str | Block, ...]

    @property
    def plain(self) -> str:
        """Everything in one line, for a search."""
        return " ".join([self.heading, *(part if isinstance(part, str) else part.plain for part in self.parts)])


def condition_words(rule: Rule, thresholds: Thresholds) -> Block:
    """When a rule speaks, under these thresholds."""
    tree = condition_of(rule)
    if tree is None:
        said = (_("No rule that assesses a contact on its own speaks."), _("No rule forbids the contact."))
        return Block("all", _heading(Mode.ALL, 2), said)
    return _block(tree, thresholds)


def _block(group: Group, thresholds: Thresholds) -> Block:
    parts = [
        _block(part, thresholds) if isinstance(part, Group) else asked_words(part, thresholds) for part in group.parts
    ]
    return Block(group.mode.value, _heading(group.mode, len(parts)), tuple(parts))


def _heading(mode: Mode, count: int) -> str:
    return {
        Mode.ALL: ngettext("This is true:", "All of this is true:", count),
        Mode.ANY: _("At least one of these is true:"),
        Mode.NONE: _("None of these is true:"),
        Mode.NOT_ALL: _("Not where all of this is true at once:"),
    }[mode]


def asked_words(asked: Asked, thresholds: Thresholds) -> str:
    """One question of a condition with the answer that it asks for."""
    if asked.limit == "existing_customer_window_months":
        return _months(thresholds.existing_customer_window_months, within=asked.holds)
    if asked.limit == "address_book_upload_platforms":
        platforms = [str(one.label) for one in Platform if one.value in thresholds.address_book_upload_platforms]
        return _("The app uploads address books (%(apps)s), or is not known.") % {"apps": ", ".join(platforms)}
    if not asked.values:
        return statement(asked.name, asked.holds)
    words = {"fact": name_of(asked.name), "values": or_list(value_of(asked.name, one) for one in asked.values)}
    return _("%(fact)s: %(values)s") % words if asked.holds else _("%(fact)s: not %(values)s") % words


def _months(most: int, *, within: bool) -> str:
    if within:
        return _("The last purchase is at most %(months)s months ago.") % {"months": most}
    return _("The last purchase is more than %(months)s months ago, or not known.") % {"months": most}


def statement(name: str, holds: bool) -> str:
    """A yes-or-no fact as a sentence."""
    return str(STATEMENTS[name][0 if holds else 1])


def fact_words(name: str, value: Any) -> list[str]:
    """One fact with its value; of § 7 (3) UWG each flag that is named."""
    if isinstance(value, Mapping):
        return [statement(flag, bool(said)) for flag, said in value.items()]
    if isinstance(value, bool):
        return [statement(name, value)]
    if value is None:
        return [_("%(fact)s: %(values)s") % {"fact": name_of(name), "values": _("not known")}]
    return [_("%(fact)s: %(values)s") % {"fact": name_of(name), "values": value_of(name, value)}]


def or_list(words: Iterable[str]) -> str:
    """“E-mail, SMS or messenger”."""
    *first, last = words
    return _("%(first)s or %(last)s") % {"first": ", ".join(first), "last": last} if first else last
