"""Boxes of forms, drawn in Python: what Django's templates for widgets draw, without a template for each attribute.

Django 5.2 draws a list of choices by two templates for each choice, which for the hundred and eighty verbs of the trail
was two thirds of the page. The HTML is the same (tests/portal/test_fields.py); what is not named here is drawn by its
template as before. A box for a number says besides which keys a phone shall show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui.html import NOTHING

Widget = Mapping[str, Any]
DASHES = ("---------", "–")


def attributes(given: Mapping[str, Any]) -> SafeString:
    """` name="value"` for each; True stands as the name alone, False does not stand at all."""
    shown = {name: value for name, value in given.items() if value is not False}
    if not shown:
        return NOTHING
    shape = _shape(tuple([(name, value is True) for name, value in shown.items()]))
    # One more than there are places: without any, format_html would not believe that the shape is meant.
    return format_html(shape, *(value for value in shown.values() if value is not True), NOTHING)


@lru_cache(maxsize=512)
def _shape(names: tuple[tuple[str, bool], ...]) -> str:
    """Of the attributes with these names, alone or with a place for the value: forms have some dozens of them."""
    escaped = ((conditional_escape(name).replace("{", "{{").replace("}", "}}"), alone) for name, alone in names)
    return "".join(f" {name}" if alone else f' {name}="{{}}"' for name, alone in escaped)


def said(words: Any) -> str:
    """As `{{ words }}` shows it."""
    return conditional_escape(words if isinstance(words, str) else localize(words))


def _input(widget: Widget, more: str = "") -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{value}{more}{attributes(widget["attrs"])}>'


def _number(widget: Widget) -> str:
    if widget["attrs"].get("inputmode"):
        return _input(widget)
    keys = "decimal" if widget["attrs"].get("step") == "any" else "numeric"
    return _input(widget, f' inputmode="{keys}"')


def _textarea(widget: Widget) -> str:
    value = said(widget["value"]) if widget["value"] else ""
    name = conditional_escape(widget["name"])
    return f'<textarea name="{name}"{attributes(widget["attrs"])}>\n{value}</textarea>'


def _select(widget: Widget) -> str:
    """Where Django leaves a row of dashes for nothing chosen, words stand."""
    nothing = _("Please choose") if widget["required"] else _("Not specified")
    parts = [f'<select name="{conditional_escape(widget["name"])}"{attributes(widget["attrs"])}>']
    for group, choices, _index in widget["optgroups"]:
        options = [_option(choice, nothing) for choice in choices]
        parts += [f'<optgroup label="{said(group)}">', *options, "</optgroup>"] if group else options
    return "\n".join(parts) + "\n</select>"


def _option(choice: Widget, nothing: str) -> str:
    value, about = conditional_escape(choice["value"]), attributes(choice["attrs"]) if choice["attrs"] else ""
    label = nothing if not value and choice["label"] in DASHES else choice["label"]
    return f'<option value="{value}"{about}>{said(label)}</option>'


_INPUTS = (
    *("input", "text", "email", "url", "password", "hidden", "search", "tel", "color"),
    *("date", "datetime", "time", "checkbox"),
)
DRAWN: Mapping[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/number.html": _number,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}


class Renderer(TemplatesSetting):
    """What draws the forms of the portal (settings, FORM_RENDERER)."""

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw is not None else super().render(template_name, context, request)
