"""Adds up pytest's result files and prints the one line a person looks for: `N passed, N failed`.

python -m portal.embedded.tally FILE.xml ...
"""

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from portal.embedded.terminal import say


def count(files: list[Path]) -> Counter[str]:
    """How many tests passed, failed (errors in set-up included) and were skipped; files that are missing count none."""
    total: Counter[str] = Counter()
    for file in files:
        if not file.exists():
            continue
        for suite in ET.parse(file).getroot().iter("testsuite"):
            numbers = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
            bad = numbers["failures"] + numbers["errors"]
            total["failed"] += bad
            total["skipped"] += numbers["skipped"]
            total["passed"] += max(0, numbers["tests"] - bad - numbers["skipped"])
    return total


def main(words: list[str]) -> int:
    """Prints the line; 1 when something failed or nothing ran."""
    total = count([Path(word) for word in words])
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    say(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    return 0 if total["passed"] and not total["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
