"""What administrators enter about other systems."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal.machines.models import Scope
from portal.people.models import User


class TokenForm(forms.Form):
    name = forms.SlugField(
        label=gettext_lazy("System"),
        max_length=30,
        help_text=gettext_lazy("Letters, digits and hyphens, as in crm or web-shop. It stands in the audit trail."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    acts_for = forms.ModelChoiceField(
        label=gettext_lazy("Asks in the place of"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody: the system asks for itself"),
        help_text=gettext_lazy(
            "Decisions follow this person's role and certificates. Without a person the training counts as missing."
        ),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("At most two years ahead."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast(forms.ModelChoiceField, self.fields["acts_for"])
        people.queryset = User.objects.filter(is_active=True).order_by("last_name", "first_name")
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=365)

    def values(self) -> dict[str, Any]:
        """The fields as the service takes them: the key ends with the day."""
        last: date = self.cleaned_data["expires_on"]
        midnight = datetime.combine(last + timedelta(days=1), datetime.min.time())
        ends = timezone.make_aware(midnight)
        return {name: self.cleaned_data[name] for name in ("name", "scopes", "acts_for")} | {"expires_at": ends}
