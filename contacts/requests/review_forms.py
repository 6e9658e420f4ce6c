"""The verdict: with conditions, or with what the reviewer would agree to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.requests.forms import point_label
from contacts.requests.models import Review
from contacts.requests.routing.terms import Terms
from contacts.requests.stricter import Wish

if TYPE_CHECKING:
    from contacts.requests.deciding import Answer
    from contacts.requests.models import ContactRequest

CONDITIONS = ("last_day", "most_uses", "words")
WISH = ("contact_point", "account", "draft_text")


class ReviewForm(forms.Form):
    """Approve, refuse, ask for changes. Bound to one reading of the request, from which the addresses and accounts that
    can be proposed are taken."""

    needed_at_times = ("reason", "promotion_reason", "draft_text")

    verdict = forms.ChoiceField(choices=Review.Verdict.choices)
    round = forms.IntegerField(widget=forms.HiddenInput, help_text=_("The submission that this page shows."))
    sha256 = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    rules = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you refuse or ask for changes."),
    )
    promotion_reason = forms.CharField(
        label=_("Why the text is no advertising"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you approve: your own words about what was found and what the person says."),
    )
    last_day = forms.DateField(
        label=_("Last day of the permit"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Earlier than the rules give. Empty: as the rules give."),
    )
    most_uses = forms.IntegerField(
        label=_("At most so many contacts"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("Empty: as many as were asked for."),
        error_messages={"min_value": _("Allow at least one contact, or refuse.")},
    )
    words = forms.CharField(
        label=_("Condition in your words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example “only between 2 and 4 p.m.”. The person confirms having read it before each contact."),
    )
    contact_point = forms.ChoiceField(label=_("Another address"), required=False)
    account = forms.ChoiceField(label=_("From which account?"), required=False)
    draft_text = forms.CharField(
        label=_("Another text"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, asked: ContactRequest, given: Answer, sha256: str, **kwargs: Any) -> None:
        initial = {"round": asked.round, "sha256": sha256, "contact_point": str(asked.contact_point_id)}
        accepted = " ".join(sorted(given.decision.to_accept))
        kwargs["initial"] = initial | {"draft_text": asked.draft_text, "rules": accepted}
        super().__init__(*args, **kwargs)
        self.asked, self.reading = asked, given.context
        self.disputed = given.question.promotion_disputed
        if not self.disputed:
            del self.fields["promotion_reason"]
        points = [(str(one.pk), point_label(one)) for one in self.reading.points]
        self.fields["contact_point"].choices = points  # type: ignore[attr-defined]
        official = ("", _("The official company account for this channel"))
        accounts = [(str(one.pk), f"{one.name} ({one.get_channel_display()})") for one in self.reading.accounts]
        self.fields["account"].choices = [official, *accounts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") in ("refused", "changes_asked") and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why in a sentence: the person must know what to do next."))
        if self.disputed and cleaned.get("verdict") == "approved" and not cleaned.get("promotion_reason", "").strip():
            self.add_error("promotion_reason", _("Say in your own words why the text is no advertising."))
        return cleaned

    def given(self) -> dict[str, Any]:
        """The arguments for `services.reviewing.review`."""
        names = ("verdict", "round", "sha256", "reason", "promotion_reason")
        values = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        words = self.cleaned_data["words"]
        terms = Terms(self.cleaned_data["last_day"], self.cleaned_data["most_uses"], (words,) if words else ())
        accepts = frozenset(self.cleaned_data["rules"].split()) if "rules" in self.data else None
        return values | {"terms": terms, "wish": self._wish(), "accepts": accepts}

    def _wish(self) -> Wish:
        """What stands in the fields; a form without them wishes for what was asked."""
        chosen, account = self.cleaned_data["contact_point"], self.cleaned_data["account"]
        points = {str(one.pk): one for one in self.reading.points}
        accounts = {str(one.pk): one for one in self.reading.accounts}
        text = self.cleaned_data["draft_text"] if "draft_text" in self.data else self.asked.draft_text
        return Wish(points.get(chosen, self.asked.contact_point), accounts.get(account), text)

    @property
    def with_conditions(self) -> bool:
        """Whether the part about conditions is shown open: something stands in it, or is wrong with it."""
        return self._touched(CONDITIONS)

    @property
    def with_wish(self) -> bool:
        return self._touched(WISH) and self.is_bound

    def _touched(self, names: tuple[str, ...]) -> bool:
        return any(name in self.errors or name in self.changed_data for name in names)
