"""What administrators enter about people and departments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.roles import Role
from portal.people.models import Department, User
from portal.people.services import EDITABLE


class PersonForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = list(EDITABLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leading = User.objects.with_role(Role.MANAGER)
        if self.instance.pk:
            leading = leading.exclude(pk=self.instance.pk) | User.objects.filter(pk=self.instance.manager_id)
        self.fields["manager"].queryset = leading  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already. Search for it in the list."))
        return email

    def _post_clean(self) -> None:
        """The service validates the whole row."""


class NewPersonForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = [name for name in EDITABLE if name != "is_active"]


class DepartmentForm(forms.ModelForm):
    class Meta:
        model = Department
        fields = ["name"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if Department.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("There is a department of this name already."))
        return name

    def _post_clean(self) -> None:
        """The service validates the whole row."""
