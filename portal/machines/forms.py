"""What administrators enter about other systems."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal.machines.models import Scope


class TokenForm(forms.Form):
    name = forms.SlugField(
        label=gettext_lazy("System"),
        max_length=30,
        help_text=gettext_lazy("Letters, digits and hyphens, as in crm or web-shop. It stands in the audit trail."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("At most two years ahead."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=365)

    def values(self) -> dict[str, Any]:
        """The fields as the service takes them: the key ends with the day."""
        last: date = self.cleaned_data["expires_on"]
        midnight = datetime.combine(last + timedelta(days=1), datetime.min.time())
        ends = timezone.make_aware(midnight)
        return {"name": self.cleaned_data["name"], "scopes": self.cleaned_data["scopes"], "expires_at": ends}
