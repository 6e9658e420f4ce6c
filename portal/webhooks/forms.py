"""What administrators enter about receivers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from portal.webhooks.models import EventType


class EndpointForm(forms.Form):
    name = forms.SlugField(
        label=gettext_lazy("Name of the receiver"),
        max_length=30,
        help_text=gettext_lazy("Letters, digits and hyphens, as in crm or web-shop. It stands in the audit trail."),
    )
    url = forms.CharField(
        label=gettext_lazy("Where events are sent"),
        max_length=500,
        widget=forms.URLInput,
        help_text=gettext_lazy("As in https://crm.company.example/hooks."),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("It is told when"), choices=EventType.choices, widget=forms.CheckboxSelectMultiple
    )
