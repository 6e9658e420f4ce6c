"""What administrators enter about people and departments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.roles import Role
from portal.people.models import Department, User
from portal.people.services import EDITABLE


class SearchForm(forms.Form):
    """The list's search; the address of the page is its only state."""

    marks_optional = False

    q = forms.CharField(label=gettext_lazy("Name, e-mail or department"), required=False, max_length=100)


class PersonForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = list(EDITABLE)
        help_texts = {
            "manager": gettext_lazy("Decides on this person's requests. People with the role Manager are offered."),
            "is_active": gettext_lazy("Without the tick, the person is signed out at once and own permits end."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = User.objects.with_role(Role.MANAGER).exclude(pk=self.instance.pk)
        present = User.objects.filter(pk=self.instance.manager_id)
        self.fields["manager"].queryset = offered | present  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody signs in with this address already. Search for it in the list."))
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
            raise ValidationError(_("There is a department of this name already."))
        return name

    def _post_clean(self) -> None:
        """The service validates the whole row."""
