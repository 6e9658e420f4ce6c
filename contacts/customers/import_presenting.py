"""An import in words: how far it is, what the check found, what an undo left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.customers.importing import reading, run
from contacts.customers.importing.kinds import Tally, get_kind
from contacts.customers.importing.limits import figure
from contacts.customers.models import ImportRun

SAMPLES = 3
WHAT: dict[str, str | Promise] = {
    "created": gettext_lazy("New customers"),
    "changed": gettext_lazy("Changed customers"),
    "address": gettext_lazy("Addresses"),
    "objection": gettext_lazy("Advertising blocks"),
    "consent": gettext_lazy("Consents"),
}
WHY: dict[str, str | Promise] = {
    "": gettext_lazy("taken back"),
    "refusal": gettext_lazy("kept: a refusal is never taken back by an import, only by the customer"),
    "changed_since": gettext_lazy("kept: somebody has changed it since"),
    "in_use": gettext_lazy("kept: something else in the portal depends on it"),
    "gone": gettext_lazy("not there any more"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file on the page that matches columns."""

    field: Any
    samples: tuple[str, ...]


def progress_text(found: ImportRun) -> str:
    """“3,200 of 4,120, about 2 min”, as far as it is known."""
    if found.state == ImportRun.State.UNDOING:
        undo = found.summary.get("undo", {})
        return _("%(done)s of %(all)s") % {"done": figure(undo.get("done", 0)), "all": figure(undo.get("total", 0))}
    if not found.rows:
        return _("The rows are being counted.")
    said = _("%(done)s of %(all)s") % {"done": figure(found.rows_done), "all": figure(found.rows)}
    left = found.seconds_left()
    if left is None:
        return said
    minutes = round(left / 60)
    if not minutes:
        return f"{said}, {_('less than a minute')}"
    return f"{said}, " + ngettext("about %(count)s min", "about %(count)s min", minutes) % {"count": minutes}


def progress(found: ImportRun) -> dict[str, Any]:
    """What the progress element shows."""
    undo = found.summary.get("undo", {})
    is_undo = found.state == ImportRun.State.UNDOING
    done, most = (undo.get("done", 0), undo.get("total", 0)) if is_undo else (found.rows_done, found.rows)
    return {"run": found, "done": done, "most": max(most, 1), "known": bool(most), "text": progress_text(found)}


def page_of(found: ImportRun, at: datetime) -> dict[str, Any]:
    """Everything that the page of one import shows."""
    checked = Tally(**found.check_result.get("counts", {}))
    return {
        "run": found,
        "kind": get_kind(found.kind),
        "has_errors": found.error_path.exists(),
        "checked": found.check_result,
        "expected": checked.created + checked.changed,
        "expected_text": figure(checked.good),
        "good": checked.good,
        "why_no_undo": run.why_no_undo(found, at),
        "undone": [(WHAT.get(r["what"], r["what"]), r["rows"], _why(r)) for r in _results(found)],
        "other_sheets": found.source.get("other_sheets", []),
        **progress(found),
    }


def _results(found: ImportRun) -> list[dict[str, Any]]:
    return found.summary.get("undo", {}).get("results", [])


def _why(result: dict[str, Any]) -> str:
    if result["outcome"] == "partly":
        return _("taken back in part: some fields have been changed since")
    return str(WHY.get(result["why"], result["why"]))


def columns_of(found: ImportRun, form: Any) -> list[Column]:
    """Each column with its select and what stands in the first rows."""
    source = reading.Source.from_json(Path(found.file.path), found.source)
    rows = list(islice(reading.rows(source), SAMPLES))
    return [
        Column(field, tuple(row.cells[place][:60] for row in rows if place < len(row.cells) and row.cells[place]))
        for place, field in enumerate(form)
    ]
