"""A field of a form as crispy-bootstrap5 draws it, in Python: six templates for each field were most of a long form.

`templates/bootstrap5/field.html` stands before crispy's own, so `{{ form|crispy }}`, `as_crispy_field` and
`{% crispy %}` are all drawn by it; tests/portal/test_fields.py holds it against the original. Nothing is remembered.

{% field_row field %}help{% endfield_row %}

Mandatory fields are not marked (GOV.UK); what may be left empty says "(optional)". A form says what the field alone
does not know:
    marks_optional = False          a filter: nothing in it is ever needed
    needed_at_times = ("reason",)   needed in some cases, which the help text names; then "(optional)" would be wrong
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui.boxes import attributes
from portal.ui.html import NOTHING, joined

register = template.Library()


@register.simple_block_tag
def field_row(content: SafeString, field: BoundField) -> SafeString:
    """Label, box and errors of one field; `content`, the help, comes last."""
    if field.is_hidden:
        return field.as_widget()
    speak(field)
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect):  # a list of boxes to tick is one, too
        return _row(field, _label(field), _choices(field), content)
    if isinstance(widget, forms.CheckboxInput):
        return format_html('<div class="mb-3">{}</div>', _ticked(field, content))
    if isinstance(widget, forms.FileInput):
        return _row(field, _label(field), _file(field, content))
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    return _row(field, _label(field), _box(field, kind), _errors(field), content)


def speak(field: BoundField) -> None:
    """Its label and help are texts that look up their translation whenever somebody looks at them, which is five times
    for each field of a page: from here on they are words."""
    field.label, field.help_text = str(field.label), str(field.help_text)


def _row(field: BoundField, *parts: SafeString, kind: str = "mb-3") -> SafeString:
    css = field.css_classes()
    end = "</fieldset>" if field.use_fieldset and field.label else ""
    shape = f'<div id="div_{{}}" class="{kind}{{}}">{"{}" * len(parts)}{end}</div>'
    return format_html(shape, field.auto_id, f" {css}" if css else "", *parts)


def _label(field: BoundField) -> SafeString:
    """A group of choices has a legend, and its fieldset begins here."""
    if not field.label:
        return NOTHING
    if not field.use_fieldset:
        target = format_html(' for="{}"', field.id_for_label) if field.id_for_label else NOTHING
        return format_html('<label{} class="form-label">{}{}</label>', target, field.label, _optional(field))
    about = field.aria_describedby
    told = format_html(' aria-describedby="{}"', about) if about else ""
    return format_html('<fieldset{}><legend class="form-label fs-6">{}{}</legend>', told, field.label, _optional(field))


def _optional(field: BoundField) -> SafeString:
    return format_html(' <span class="optional">{}</span>', _("(optional)")) if may_be_empty(field) else NOTHING


def _box(field: BoundField, kind: str) -> SafeString:
    """The widget with the classes of its type, of its looks, of its errors."""
    widget = field.field.widget
    own, named = widget.attrs.get("class", ""), type(widget).__name__.lower()
    classes = [own] if own else []
    for word in ("" if isinstance(widget, forms.FileInput) else named, kind, "is-invalid" if field.errors else ""):
        if word and word not in own.split():
            classes.append(word)
    return field.as_widget(attrs={"class": " ".join(classes)})


def _choices(field: BoundField) -> SafeString:
    """Each choice in a line of its own; what is wrong stands below the last one."""
    widget, wrong = field.field.widget, bool(field.errors)
    name = widget.attrs.get("id") or field.auto_id
    about = field.build_widget_attrs({"id": name} if name else {})
    groups = widget.optgroups(field.html_name, widget.format_value(field.value()), about)
    lines: list[SafeString] = []
    for place, (group, choices, _index) in enumerate(groups, 1):
        lines += [format_html("<strong>{}</strong>", localize(group))] if group else []
        for choice in choices:
            is_last = wrong and place == len(groups) and choice is choices[-1]
            lines.append(_choice(field, choice, wrong, _errors(field) if is_last else NOTHING))
    return format_html("<div>{}</div>", joined(lines))


def _choice(field: BoundField, choice: Mapping[str, Any], wrong: bool, errors: SafeString) -> SafeString:
    return format_html(
        '<div class="form-check"><input type="{}" class="form-check-input{}" name="{}" value="{}"{}>'
        '<label for="{}" class="form-check-label">{}</label>{}</div>',
        choice["type"],
        " is-invalid" if wrong else "",
        field.html_name,
        choice["value"],
        attributes(choice["attrs"]),
        choice["attrs"].get("id", ""),
        choice["label"],
        errors,
    )


def _ticked(field: BoundField, content: SafeString) -> SafeString:
    """A box to tick, with its words behind it."""
    shape = '<label for="{}" class="form-check-label">{}{}</label>'
    label = format_html(shape, field.id_for_label, field.label, _optional(field))
    return _row(field, _box(field, "form-check-input"), label, _errors(field), content, kind="form-check")


def _file(field: BoundField, content: SafeString) -> SafeString:
    """Of a file that is kept nothing is shown: no form of the portal changes one."""
    shape = '<div class="is-invalid">{}{}{}</div>' if field.errors else "<div>{}{}{}</div>"
    return format_html(shape, _box(field, "form-control"), _errors(field), content)


def _errors(field: BoundField) -> SafeString:
    errors: Any = field.errors
    if not errors:
        return NOTHING
    lines = [(place, field.auto_id, error) for place, error in enumerate(errors, 1)]
    said = format_html_join("", '<p id="error_{}_{}"><strong>{}</strong></p>', lines)
    return format_html('<div id="{}_error" class="invalid-feedback">{}</div>', errors.field_id, said)


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
