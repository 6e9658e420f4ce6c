"""Certificates recorded by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.models import User
from training.models import Certificate


class CertificateForm(forms.ModelForm):
    """A passed course. People are offered without the one who records: nobody certifies themselves."""

    class Meta:
        model = Certificate
        fields = ["person", "course", "kind", "passed_on", "valid_until"]
        widgets = {
            "passed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"valid_until": gettext_lazy("The last day on which it counts; usually a year later.")}

    def __init__(self, *args: Any, acting_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.filter(is_active=True).apart_from(acting_user)
        self.fields["person"].queryset = others  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        passed_on, valid_until = cleaned.get("passed_on"), cleaned.get("valid_until")
        if passed_on and passed_on > timezone.localdate():
            self.add_error("passed_on", _("The date lies in the future. Enter the day the course was passed."))
        if passed_on and valid_until and valid_until < passed_on:
            self.add_error("valid_until", _("The certificate would end before it begins. Check both days."))
        return cleaned

    def _post_clean(self) -> None:
        """The service validates the whole row."""
