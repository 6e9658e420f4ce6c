"""The upload of a customer list."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.vocabulary import ContactSource


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Customer list (CSV)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        help_text=_("As Excel saves it: “CSV (semicolon)”. At most 200,000 rows."),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Choose a file with a header line and one customer a line."),
        },
    )
    default_source = forms.ChoiceField(
        label=_("Where do addresses come from whose line does not say so?"),
        required=False,
        choices=[("", _("Refuse these lines")), *ContactSource.choices],
        help_text=_("An address without a source may not be used. Say one only if it is true for all these lines."),
    )
