"""What is kept, and how long: for operators and for whoever asks for proof."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import override

from portal.retention.declared import faults
from portal.retention.documents import document
from portal.retention.reporting import Row, report


class Command(BaseCommand):
    help = (
        "Say of every kind of data how much is kept, how old it is, and what is overdue (exit code 1 if anything is)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--report", action="store_true", help="rows, oldest, due and overdue of each rule")
        what.add_argument("--docs", action="store_true", help="docs/retention.md, to be written to that file")
        what.add_argument("--check", action="store_true", help="whether every column is declared")
        parser.add_argument("--json", action="store_true", help="the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            if options["docs"]:
                self.stdout.write(document(), ending="")
            elif options["check"]:
                self._check()
            else:
                self._report(as_json=options["json"])

    def _check(self) -> None:
        found = faults()
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Every column is declared.")

    def _report(self, *, as_json: bool) -> None:
        rows = report(timezone.now())
        self.stdout.write(json.dumps([_plain(row) for row in rows], indent=1) if as_json else _table(rows))
        late = [row.rule.key for row in rows if row.overdue]
        if late:
            raise CommandError(f"Overdue for more than a day: {', '.join(late)}. Look whether retention.run goes on.")


def _plain(row: Row) -> dict[str, Any]:
    return {
        "rule": row.rule.key,
        "kept": {"length": row.length, "unit": row.rule.period.unit},
        "basis": row.rule.basis,
        "rows": row.rows,
        "oldest": row.oldest.isoformat() if row.oldest else None,
        "due": row.due,
        "overdue": row.overdue,
        "held": row.held,
    }


def _table(rows: list[Row]) -> str:
    lines = [f"{'rule':28}{'kept':34}{'rows':>10}  {'oldest':12}{'due':>8}{'overdue':>9}{'held':>6}"]
    for row in rows:
        oldest = row.oldest.date().isoformat() if row.oldest else "-"
        figures = f"{row.due:>8}{row.overdue:>9}{row.held:>6}"
        lines.append(f"{row.rule.key:28}{row.period:34}{row.rows:>10}  {oldest:12}{figures}")
    return "\n".join(lines)
