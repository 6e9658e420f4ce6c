"""The facts as a form, in the groups in which people think of a contact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts import policy
from contacts.policy.contradictions import contradictions
from contacts.rulebook.fact_words import NAMES, VALUES
from contacts.rulebook.sandbox.query import FLAGS, facts_of
from contacts.rulebook.sayings import STATEMENTS, statement
from portal.vocabulary import Platform

GROUPS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    (
        "reason",
        gettext_lazy("Reason and text"),
        ("purpose", "contains_promotion", "special_category", "opt_out_included", "urgency"),
    ),
    (
        "channel",
        gettext_lazy("Channel and account"),
        (
            *("channel", "platform", "sending_account", "platform_status", "company_present_on_platform"),
            *("address_book_isolated", "customer_initiated_on_channel", "alternative_channel_available"),
            *("sender_identity_clear", "caller_id_shown", "automated_call"),
        ),
    ),
    (
        "consent",
        gettext_lazy("Consent and objection"),
        (
            *("consent_state", "consent_proof", "objection", "robinson_listed", "presumed_consent_documented"),
            *FLAGS,
        ),
    ),
    ("source", gettext_lazy("Source of the address"), ("contact_source", "identity_verified")),
    (
        "customer",
        gettext_lazy("Customer"),
        ("customer_kind", "relationship", "months_since_last_transaction", "minor", "parental_consent"),
    ),
    ("person", gettext_lazy("Person asking"), ("requester_training",)),
    ("time", gettext_lazy("Time"), ("quiet_hours",)),
)
FACTS = tuple(name for _key, _title, names in GROUPS for name in names)
YES_OR_NO = tuple(name for name in FACTS if name in STATEMENTS)
MONTHS = "months_since_last_transaction"
NOT_OFFERED = gettext_lazy("This cannot be chosen here. Choose one of the list.")


class Tick(forms.Widget):
    """A box that is sent either way: “no” goes before it, and the last word counts. So an address says everything."""

    input_type = "checkbox"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        more = {**(attrs or {}), "class": "form-check-input"} | ({"checked": True} if value == "yes" else {})
        return format_html(
            '<input type="hidden" name="{}" value="no"><input type="checkbox" name="{}" value="yes"{}>',
            name,
            name,
            flatatt(more),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One group of the form. `open`: something in it is wrong, or differs from where one started."""

    key: str
    title: str
    fields: tuple[forms.BoundField, ...]
    open: bool


class SandboxForm(forms.Form):
    """All facts, and the rule set that is asked. Facts that contradict each other are refused by a sentence each."""

    def __init__(self, said: Mapping[str, str], *, rule_sets: list[tuple[str, str]]) -> None:
        super().__init__(dict(said))
        self.fields["rules"] = _choice(_("Rule set"), rule_sets)
        for name in FACTS:
            self.fields[name] = _field(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for one in contradictions(self.facts):
                self.add_error(one.about, contradiction_words(one.key))
        return cleaned

    @property
    def facts(self) -> policy.Facts:
        """What was said; only for a form without errors in single fields."""
        return facts_of({name: self.cleaned_data[name] for name in FACTS}, YES_OR_NO)

    def parts(self, changed: frozenset[str]) -> Iterator[Part]:
        for key, title, names in GROUPS:
            fields = tuple(self[name] for name in names)
            wanted = key in ("reason", "channel") or any(name in changed or self[name].errors for name in names)
            yield Part(key, str(title), fields, wanted)


def _field(name: str) -> forms.Field:
    if name in YES_OR_NO:
        words, messages = [("yes", ""), ("no", "")], {"invalid_choice": NOT_OFFERED}
        label = statement(name, True).removesuffix(".")
        return forms.ChoiceField(label=label, choices=words, widget=Tick, error_messages=messages)
    if name == MONTHS:
        help_text = _("Empty means: not known.")
        return forms.IntegerField(
            label=str(NAMES[name]), required=False, min_value=0, max_value=1200, help_text=help_text
        )
    if name == "platform":
        return _choice(str(NAMES[name]), [("", _("None, or not known")), *Platform.choices], required=False)
    return _choice(str(NAMES[name]), list(VALUES[name].items()))


def _choice(label: str, choices: list[Any], *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=required, error_messages={"invalid_choice": NOT_OFFERED}
    )


def contradiction_words(key: str) -> str:
    """What cannot be true together, and what to do."""
    return {
        "platform_without_channel": _(
            "This channel has no platform. Choose no platform, or a messenger or a social network as channel."
        ),
        "no_messenger": _("This platform is no messenger. Choose a messenger, or a direct message as channel."),
        "no_network": _("This platform is no social network. Choose a network, or a messenger as channel."),
        "proof_of_nothing": _(
            "There is no consent yet, so it cannot be proven. Take the proof away, or choose a consent."
        ),
        "machine_without_call": _("A machine can only call. Choose the phone as channel, or let a person write."),
        "objected_all_the_same": _("The customer has objected. Take the objection away, or this tick."),
        "sale_to_nobody": _(
            "A prospect has bought nothing, so the address is not from a sale. Choose another relationship."
        ),
    }[key]
