"""The forms of a draft: what it says, its golden cases, and its release."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contacts import policy
from contacts.policy.settings import LIMITS, SHIPPED_OUTCOMES, STALE_OUTCOMES
from contacts.rulebook.words import NAMES, name_of
from portal.vocabulary import Outcome, Platform

if TYPE_CHECKING:
    from contacts.policy import Rule

CONSENTS = ("stale_after_months_unused", "expired_after_months_unused", "doi_ttl_days", "stale_consent_outcome")
CONTACTS = (
    *("existing_customer_window_months", "inbound_window_days", "approval_valid_days", "frequency_cap_30d"),
    *("child_age", "breach_deadline_hours", "address_book_upload_platforms"),
)
#: Part of the rule set and of its proof, but read by no room of the portal yet.
ONLY_KEPT = (
    *("training_validity_months", "consent_retention_phone_years", "consent_retention_other_years"),
    "art14_deadline_days",
)
HOURS = ("monday_to_friday", "saturday")
STATUSES = (
    ("", gettext_lazy("As in the register")),
    ("approved", gettext_lazy("Approved")),
    ("under_review", gettext_lazy("At least under review")),
    ("not_approved", gettext_lazy("Not approved")),
)
UPLOADS = "address_book_upload_platforms"


class SettingsForm(forms.Form):
    """Every setting of a rule set, with the shipped default beside it."""

    needed_at_times = (UPLOADS,)

    def __init__(self, *args: Any, settings: policy.Settings, **kwargs: Any) -> None:
        self.json = policy.settings_to_json(settings)
        super().__init__(*args, **kwargs)
        for name in (*CONSENTS, *CONTACTS, *ONLY_KEPT):
            self.fields[name] = self._threshold(name)
        for day in HOURS:
            for end, word in (("from", gettext_lazy("from")), ("to", gettext_lazy("to"))):
                self.fields[f"{day}_{end}"] = self._clock(day, end, word)
        for rule in policy.DISPUTED:
            self.fields[_of(rule.id)] = self._outcome(rule)
        for value, label in Platform.choices:
            chosen = self.json["platforms"].get(value, "")
            self.fields[f"platform_{value}"] = forms.ChoiceField(
                label=label, choices=STATUSES, required=False, initial=chosen
            )

    def _threshold(self, name: str) -> forms.Field:
        said, usual = self.json["thresholds"][name], policy.settings_to_json(policy.Settings())["thresholds"][name]
        about = {"label": NAMES[name], "initial": said}
        if name == "stale_consent_outcome":
            return forms.ChoiceField(choices=[(str(one), Outcome(str(one)).label) for one in STALE_OUTCOMES], **about)
        if name == UPLOADS:
            return forms.MultipleChoiceField(
                choices=Platform.choices, required=False, widget=forms.CheckboxSelectMultiple, **about
            )
        least, most = LIMITS[name]
        words = {"least": least, "most": most, "usual": usual}
        if name == "frequency_cap_30d":
            about["help_text"] = _("Empty means no limit. From %(least)s to %(most)s.") % words
            return forms.IntegerField(required=False, **about)
        about["help_text"] = _("Shipped: %(usual)s. From %(least)s to %(most)s.") % words
        return forms.IntegerField(**about)

    def _clock(self, day: str, end: str, word: Any) -> forms.Field:
        opening, closing = self.json["thresholds"]["contact_hours"][day]
        initial = time.fromisoformat(opening if end == "from" else closing)
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        return forms.TimeField(label=f"{NAMES[day]}, {word}", initial=initial, widget=widget)

    def _outcome(self, rule: Rule) -> forms.Field:
        shipped = Outcome(str(SHIPPED_OUTCOMES[rule.id]))
        chosen = self.json["outcomes"].get(rule.id, shipped.value)
        reason = rule.reason_de if (get_language() or "de").startswith("de") else rule.reason_en
        words = {"reason": reason, "outcome": shipped.label}
        help_text = _("%(reason)s Shipped: %(outcome)s.") % words
        return forms.ChoiceField(label=rule.id, choices=Outcome.choices, initial=chosen, help_text=escape(help_text))

    def said(self) -> dict[str, Any]:
        """The settings as plain JSON values; the rules themselves check them."""
        values = self.cleaned_data
        hours = {day: [f"{values[f'{day}_{end}']:%H:%M}" for end in ("from", "to")] for day in HOURS}
        thresholds = {name: values[name] for name in (*CONSENTS, *CONTACTS, *ONLY_KEPT)}
        platforms = {value: values[f"platform_{value}"] for value, _label in Platform.choices}
        return {
            "thresholds": {**thresholds, "contact_hours": hours},
            "outcomes": {rule.id: values[_of(rule.id)] for rule in policy.DISPUTED},
            "platforms": {value: status for value, status in platforms.items() if status},
        }

    def refuse(self, refusal: ValidationError) -> None:
        """The sentences of a service beside the fields they are about."""
        for name, sentences in refusal.message_dict.items():
            field = {day: f"{day}_to" for day in HOURS}.get(name, _of(name) if _of(name) in self.fields else name)
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        helper.layout = Layout(
            Fieldset(_("Consents"), *CONSENTS),
            Fieldset(
                _("Contact hours"),
                _said(_("In the customer's local time; never on Sundays and public holidays.")),
                *_clocks(),
            ),
            Fieldset(_("Contacts and deadlines"), *CONTACTS),
            Fieldset(
                _("Disputed rules"),
                _said(_("Lawyers disagree about these. All other rules follow from law or are fixed.")),
                *[_of(rule.id) for rule in policy.DISPUTED],
            ),
            Fieldset(
                _("Platforms"),
                _said(_("The stricter one counts: what is said here, or the register of platforms.")),
                *[f"platform_{value}" for value, _label in Platform.choices],
            ),
            Fieldset(
                _("Kept with the rule set"),
                _said(_("These numbers are part of the proof. No page of the portal acts on them yet.")),
                *ONLY_KEPT,
            ),
        )
        return helper


def _of(rule: str) -> str:
    return f"rule_{rule}"


def _clocks() -> list[str]:
    return [f"{day}_{end}" for day in HOURS for end in ("from", "to")]


def _said(words: str) -> HTML:
    return HTML(format_html("<p>{}</p>", words))


class CasesForm(forms.Form):
    """The company's golden cases as JSON, from a file or typed."""

    needed_at_times = ("document",)

    document = forms.CharField(
        label=gettext_lazy("Golden cases of the company (JSON)"),
        required=False,
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A list of objects with “id”, “inputs”, “outcome” and, if it matters, “deciding_rules”. It replaces the "
            "whole list; a case with the id of a shipped case replaces that one."
        ),
    )


class ReleaseForm(forms.Form):
    needed_at_times = ("reason", "laxer_reason")

    effective_from = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        required=False,
        help_text=gettext_lazy("Empty means now. Never in the past: answers that were given would change."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    laxer_reason = forms.CharField(
        label=gettext_lazy("Why it may be milder than the shipped default"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept with the rule set, and shown to everybody who reads it."),
    )

    def __init__(self, *args: Any, laxer: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if laxer:
            names = ", ".join(name_of(one) for one in laxer)
            self.fields["laxer_reason"].help_text = _("Milder: %(names)s. The reason is kept with the rule set.") % {
                "names": names
            }
        else:
            del self.fields["laxer_reason"]

    def refuse(self, refusal: ValidationError) -> None:
        found = refusal.message_dict if hasattr(refusal, "error_dict") else {None: refusal.messages}
        for name, sentences in found.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
