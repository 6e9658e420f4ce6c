"""`python -m benchmarks [portal|consent-sweep] [--quick]`: speed as figures and as ratios to a floor of the same run.

Needs a database (DATABASE_URL); it makes a scratch database of its own, fills it, measures, and drops it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("portal", "consent-sweep"), default="portal")
    parser.add_argument("--quick", action="store_true", help="small data, short runs: about half a minute")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON only")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("SECRET_KEY", "benchmark")
    os.environ.setdefault("SUPPRESSION_KEY", "benchmark" * 4)
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from benchmarks import measure, scratch, sweep

    runs = {"portal": measure.all_figures, "consent-sweep": sweep.figures}
    with scratch.database():
        figures = runs[options.what](quick=options.quick)
    json.dump(figures, sys.stdout, indent=2) if options.json else _print(figures)
    return 0


def _print(figures: dict[str, dict[str, float]]) -> None:
    for title, values in figures.items():
        print(title)
        for name, value in values.items():
            print(f"  {name:<40} {value:>12,.2f}" if isinstance(value, float) else f"  {name:<40} {value:>12,}")


if __name__ == "__main__":
    raise SystemExit(main())
