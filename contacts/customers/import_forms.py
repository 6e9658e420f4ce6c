"""The upload of a list, and what its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.importing import columns
from contacts.customers.importing.kinds import Kind, kinds
from contacts.customers.importing.reading import FileRefused
from portal.vocabulary import ContactSource


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What is in the list?"), widget=forms.RadioSelect, initial="customers")
    file = forms.FileField(
        label=gettext_lazy("List (CSV or Excel workbook .xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.xlsm,text/csv,text/plain"}),
        help_text=gettext_lazy(
            "At most 200,000 rows, 200 columns and 512 MB unpacked. Of a workbook the first visible sheet is taken."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty. Choose a file with a header line and one customer a line."),
        },
    )
    default_source = forms.ChoiceField(
        label=gettext_lazy("Where do addresses come from whose line does not say so?"),
        required=False,
        choices=[("", gettext_lazy("Refuse these lines")), *ContactSource.choices],
        help_text=gettext_lazy(
            "An address without a source may not be used. Say one only if it is true for all these lines."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.title) for kind in kinds().values()]  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """For each column of the file the field that it is; a file has up to 200 columns and each is one select."""

    def __init__(self, *args: Any, kind: Kind, header: Sequence[str], fields: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.header = kind, header
        choices = [("", _("Do not take")), *((column.field, column.label) for column in kind.columns.all)]
        for place, (name, chosen) in enumerate(zip(header, fields, strict=True)):
            label = name or _("Column %(number)s without a name") % {"number": place + 1}
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=label, choices=choices, required=False, initial=chosen
            )

    @property
    def chosen(self) -> list[str]:
        return [self.cleaned_data.get(f"column_{place}", "") for place in range(len(self.header))]

    def clean(self) -> dict[str, Any]:
        try:
            columns.layout(self.kind.columns, self.header, self.chosen)
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return self.cleaned_data
