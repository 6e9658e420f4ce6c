"""`python -m benchmarks [PART] [--quick] [--no-pages] [--json FILE]`: the table of speed, each figure against a floor.

Needs a database whose account may make others (DATABASE_URL); without one it starts one that waits for the disk, as in
production. It makes scratch databases, fills them, measures in one run, and drops them; the exit code is 1 where a bar
is missed.
`face` prints the table of pages as a browser and a person have them, `work` what they take of the processor, `searches`
and `reports` those of searches and of the reports; `portal`, `consent-sweep`, `broker`, `evidence`, `promotion` and
`trail` print figures of single parts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

TABLES = ("face", "work", "searches", "reports")
PARTS = ("portal", "consent-sweep", "broker", "evidence", "promotion", "trail", *TABLES)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="?", choices=("all", *PARTS), default="all")
    parser.add_argument("--quick", action="store_true", help="100,000 customers, short runs: under three minutes")
    parser.add_argument("--no-pages", action="store_true", help="leave the pages out, which take the longest")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures there too")
    options = parser.parse_args()
    if options.part == "promotion":
        from benchmarks import promotion

        return _tell(promotion.figures(quick=options.quick), options.json)
    if not os.environ.get("DATABASE_URL"):
        return _with_a_database()
    _set_up()
    return _table(options) if options.part in ("all", *TABLES) else _part(options)


def _with_a_database() -> int:
    """The same again, with services of its own."""
    services = [sys.executable, "-m", "portal.embedded", "test-services", "--durable", "--"]
    return subprocess.call([*services, sys.executable, "-m", "benchmarks", *sys.argv[1:]])


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("MFA_REQUIRED_ROLES", "none")
    os.environ.setdefault("SECRET_KEY", "benchmark" * 5)
    os.environ.setdefault("SUPPRESSION_KEY", "benchmark" * 5)
    os.environ.setdefault("AUDIT_SIGNING_KEY", "trail of a benchmark " * 2)
    os.environ["LOG_LEVEL"] = "ERROR"
    import django

    django.setup()


def _table(options: argparse.Namespace) -> int:
    from benchmarks import everything, face, reports, scratch
    from benchmarks.table import printed

    if options.part == "face":
        rows = face.rows(quick=options.quick)
    elif options.part == "searches":
        rows = face.search_rows(quick=options.quick)
    elif options.part == "reports":
        with scratch.database():
            rows = reports.rows(quick=options.quick)
    elif options.part == "work":
        rows = face.work_rows(quick=options.quick)
    else:
        rows = everything.rows(quick=options.quick, with_pages=not options.no_pages)
    print(printed(rows))
    if options.json:
        options.json.write_text(json.dumps([row.as_json() for row in rows], indent=2))
    return 0 if all(row.holds for row in rows) else 1


def _part(options: argparse.Namespace) -> int:
    from benchmarks import broker, evidence, measure, scratch, sweep, trail

    runs = {"portal": measure.all_figures, "consent-sweep": sweep.figures, "broker": broker.figures}
    runs |= {"trail": trail.figures, "evidence": evidence.figures}
    with scratch.database():
        figures = runs[options.part](quick=options.quick)
    return _tell(figures, options.json)


def _tell(figures: dict[str, dict[str, Any]], target: Path | None) -> int:
    if target:
        target.write_text(json.dumps(figures, indent=2))
    for title, values in figures.items():
        print(title)
        for name, value in values.items():
            shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value
            print(f"  {name:<40} {shown:>12}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
