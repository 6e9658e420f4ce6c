"""What is wrong with a field, as a whole sentence in the caller's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def sentence_of(error: dict[str, Any]) -> str:
    """One finding of the schema (`type` and `ctx` are those of pydantic)."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("literal_error", "enum"):
        return _("This must be one of %(words)s.") % {"words": context.get("expected", "")}
    if kind == "string_too_long":
        return _("This has more than %(number)s characters.") % {"number": context.get("max_length")}
    return _plain().get(kind, _("This cannot be taken over. Look at the description of the API."))


def _plain() -> dict[str, str]:
    return {
        "missing": _("This field is needed."),
        "extra_forbidden": _("There is no such field."),
        "string_type": _("This must be a text."),
        "string_too_short": _("This must not be empty."),
        "bool_type": _("This must be true or false."),
        "int_type": _("This must be a whole number."),
        "dict_type": _("This must be an object."),
        "greater_than_equal": _("This number is too small."),
        "less_than_equal": _("This number is too large."),
        "day": _("This must be a day, as in 2026-12-01."),
        "instant": _("This must be an instant with its offset, as in 2026-12-01T10:00:00+01:00."),
        "int_parsing": _("This must be a whole number."),
        "int_parsing_size": _("This number is too large."),
        "list_type": _("This must be a list."),
        "uuid_parsing": _("This is no number of a decision."),
    }
