"""The question and the review: what people fill in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.customers.models import ContactPoint
from contacts.requests.context import Context
from contacts.requests.models import CompanyAccount, ContactRequest
from contacts.requests.rules import MOST_USES
from portal.vocabulary import Purpose

COMPANY, PRIVATE = "company", "private"
FURTHEST_PLAN = timedelta(days=366)
# What the portal itself sends or what an employee never chooses is not offered as a reason.
NOT_ASKED = (Purpose.DOI_CONFIRMATION,)


def point_label(point: ContactPoint) -> str:
    """“E-mail: erika@kundin.example (private) · From the contract”."""
    label = f" ({point.label})" if point.label else ""
    return f"{point.get_way_display()}: {point.value}{label} · {point.get_source_display()}"


class AskedForm(forms.ModelForm):
    """What every question has, about one customer or about several."""

    needed_at_times = ("draft_text", "presumed_consent")

    class Meta:
        model = ContactRequest
        fields = [
            "purpose",
            "draft_text",
            "contains_promotion",
            "opt_out_included",
            "own_similar_products",
            "special_category",
            "sender_clear",
            "caller_id_shown",
            "automated_call",
            "presumed_consent",
            "planned_at",
            "uses_wanted",
            "urgency",
        ]
        widgets = {
            "purpose": forms.Select,
            "draft_text": forms.Textarea(attrs={"rows": 5}),
            "planned_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "uses_wanted": forms.Select(choices=[(count, count) for count in range(1, MOST_USES + 1)]),
            "urgency": forms.RadioSelect,
        }
        error_messages = {"purpose": {"required": _("Choose why you want to make contact.")}}
        help_texts = {
            "draft_text": _("Optional now; the reviewer reads it. No health details, please."),
            "contains_promotion": _("An offer, a discount, a voucher, a survey or a link to the shop."),
            "opt_out_included": _("Every electronic advertisement needs a simple way to opt out."),
            "own_similar_products": _("Only for advertising to existing customers."),
            "presumed_consent": _("Only for advertising calls to companies: concrete facts, not a general need."),
            "planned_at": _("Empty means now."),
            "uses_wanted": _(
                "More than one only if you know now that it takes more: a second call, a letter after the mail."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uses_wanted"].required = False
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a reason")),
            *[(value, label) for value, label in Purpose.choices if value not in NOT_ASKED],
        ]

    def clean_uses_wanted(self) -> int:
        """Who says nothing asks for one contact: so do pages that were opened before there was a choice."""
        wanted: int = self.cleaned_data["uses_wanted"] or 1
        if not 1 <= wanted <= MOST_USES:
            most = {"most": MOST_USES}
            raise ValidationError(_("Between 1 and %(most)d contacts can be asked for at once.") % most)
        return wanted

    def clean_planned_at(self) -> Any:
        planned = self.cleaned_data["planned_at"]
        if planned is not None and planned < timezone.now() - timedelta(minutes=5):
            raise ValidationError(_("This time has passed. Leave the field empty to ask about now."))
        if planned is not None and planned > timezone.now() + FURTHEST_PLAN:
            raise ValidationError(_("This is more than a year ahead. Ask when the time has come closer."))
        return planned

    def _post_clean(self) -> None:
        """The service validates the whole request; the form only its own fields."""


class QuestionForm(AskedForm):
    """May I contact this customer? Bound to one reading of the customer's addresses and our accounts."""

    contact_point = forms.ModelChoiceField(
        label=_("Over which address?"),
        queryset=ContactPoint.objects.none(),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the address over which you want to make contact.")},
    )
    account_choice = forms.ChoiceField(label=_("From which account?"), widget=forms.RadioSelect, initial=COMPANY)

    class Meta(AskedForm.Meta):
        fields = ["purpose", "contact_point", "account_choice", *AskedForm.Meta.fields[1:]]

    def __init__(self, *args: Any, context: Context, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading = context
        points = ContactPoint.objects.filter(pk__in=[point.pk for point in context.points])
        self.fields["contact_point"].queryset = points  # type: ignore[attr-defined]
        # Shown as they have been read already; only what is sent in is looked up.
        shown = [(point.pk, point_label(point)) for point in context.points]
        self.fields["contact_point"].choices = shown  # type: ignore[attr-defined]
        self.fields["account_choice"].choices = _account_choices(context)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial.setdefault("account_choice", _chosen(self.instance, context))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        point, choice = cleaned.get("contact_point"), cleaned.get("account_choice")
        if point is not None and choice:
            cleaned["account"] = self._account(point, choice)
            cleaned["private_account"] = choice == PRIVATE
        return cleaned

    def _account(self, point: ContactPoint, choice: str) -> CompanyAccount | None:
        if choice == PRIVATE:
            return None
        if choice == COMPANY:
            return self.reading.default_account(point)
        account = next(account for account in self.reading.accounts if str(account.pk) == choice)
        if (account.channel, account.platform) != (point.channel, point.platform):
            self.add_error(
                "account_choice",
                _("“%(account)s” does not reach this address. Choose the official account for the channel.")
                % {"account": account.name},
            )
        return account

    def asked(self) -> dict[str, Any]:
        """The arguments for `services.asking`."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields if name != "account_choice"}
        return values | {name: self.cleaned_data[name] for name in ("account", "private_account")}

    def refuse(self, error: ValidationError) -> None:
        """What the service found wrong with the whole request, beside the field it is about."""
        found = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, sentences in found.items():
            field = "account_choice" if name == "account" else name
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)

    @classmethod
    def repeated(cls, request: ContactRequest, context: Context) -> dict[str, Any]:
        """The fields of an earlier question, to be asked once more."""
        names = [name for name in cls.Meta.fields if name not in ("contact_point", "account_choice", "planned_at")]
        values = {name: getattr(request, name) for name in names}
        return values | {"contact_point": request.contact_point_id, "account_choice": _chosen(request, context)}


def _account_choices(context: Context) -> list[tuple[str, Any]]:
    shared = [account for account in context.accounts if is_shared_device(account)]
    return [
        (COMPANY, _("The official company account for this channel")),
        *[(str(account.pk), f"{account.name} ({account.kind_word})") for account in shared],
        (PRIVATE, _("My private account or private phone")),
    ]


def _chosen(request: ContactRequest, context: Context) -> str:
    if request.private_account:
        return PRIVATE
    return str(request.account_id) if is_shared_device(request.account) else COMPANY


def is_shared_device(account: CompanyAccount | None) -> bool:
    """The only kind of account that somebody chooses; of the others the best that is open is taken."""
    return account is not None and account.kind == CompanyAccount.Kind.SHARED_DEVICE


class DisputeForm(forms.Form):
    text = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why is this no advertising?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever decides reads it beside the text. A changed text must be explained anew."),
        error_messages={"required": _("Say why in a sentence: whoever decides must be able to follow you.")},
    )
