"""`python -m benchmarks [portal|consent-sweep|broker|promotion|screening] [--quick]`: figures and ratios of one run.

Needs a database (DATABASE_URL); it makes a scratch database of its own, fills it, measures, and drops it.
`promotion` needs none: it reads the labelled messages of the tests.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    kinds = ("portal", "consent-sweep", "broker", "promotion", "screening")
    parser.add_argument("what", nargs="?", choices=kinds, default="portal")
    parser.add_argument("--quick", action="store_true", help="small data, short runs: about half a minute")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON only")
    options = parser.parse_args()
    if options.what == "promotion":
        from benchmarks import promotion

        return _tell(promotion.figures(quick=options.quick), options.json)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("SECRET_KEY", "benchmark")
    os.environ.setdefault("SUPPRESSION_KEY", "benchmark" * 4)
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from benchmarks import broker, measure, scratch, screening, sweep

    runs = {
        "portal": measure.all_figures,
        "consent-sweep": sweep.figures,
        "broker": broker.figures,
        "screening": screening.figures,
    }
    with scratch.database():
        figures = runs[options.what](quick=options.quick)
    return _tell(figures, options.json)


def _tell(figures: dict[str, dict[str, Any]], as_json: bool) -> int:
    json.dump(figures, sys.stdout, indent=2) if as_json else _print(figures)
    return 0


def _print(figures: dict[str, dict[str, Any]]) -> None:
    for title, values in figures.items():
        print(title)
        for name, value in values.items():
            shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value
            print(f"  {name:<40} {shown:>12}")


if __name__ == "__main__":
    raise SystemExit(main())
