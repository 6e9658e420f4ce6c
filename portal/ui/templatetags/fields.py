"""{{ field|may_be_empty }}: whether the label of a field says "(optional)". Mandatory fields are not marked (GOV.UK).

A form says what the field alone does not know:
    marks_optional = False          a filter: nothing in it is ever needed
    needed_at_times = ("reason",)   needed in some cases, which the help text names; then "(optional)" would be wrong
"""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()


@register.filter
def may_be_empty(field: BoundField) -> bool:
    form = field.form
    if field.field.required or field.name in getattr(form, "needed_at_times", ()):
        return False
    return getattr(form, "marks_optional", True) and not _shows_it_itself(field.field)


def _shows_it_itself(field: forms.Field) -> bool:
    """A tick need not be set, and an empty choice with words says what it means; dashes say nothing."""
    if isinstance(field.widget, forms.CheckboxSelectMultiple | forms.SelectMultiple):
        return False
    if isinstance(field, forms.ModelChoiceField):
        return bool(str(field.empty_label or "").strip("-– "))
    if isinstance(field.widget, forms.Select):
        empty = [str(words) for value, words in field.widget.choices if value in ("", None)]
        return not empty or bool(empty[0].strip("-– "))
    return isinstance(field, forms.BooleanField)
