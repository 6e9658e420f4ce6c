"""The message catalogue: check that German says everything that English says.

`python -m portal.messages --check` extracts the strings anew with GNU gettext and fails on missing, fuzzy, obsolete
or wrongly placed texts; `--extract` leaves the extracted catalogue for a translator. Compiling is the work of
`portal.catalogues`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


def main(arguments: list[str]) -> int:
    """0 = fine, 1 = something is missing, 2 = the tool to find out is."""
    return extract() if "--extract" in arguments else check()


def extract() -> int:
    """Run makemessages; needs xgettext."""
    if shutil.which("xgettext") is None:
        sys.stderr.write("xgettext is missing: install GNU gettext to check the message catalogue.\n")
        return 2
    command = [sys.executable, str(ROOT / "manage.py"), "makemessages", "-l", "de", "--no-location", "-v", "0"]
    ignored = [f"--ignore={name}" for name in (".venv", ".var", "tests", "benchmarks", "static", "staticfiles")]
    environment = {**os.environ, "DEBUG": os.environ.get("DEBUG", "1")}
    return subprocess.run([*command, *ignored], cwd=ROOT, env=environment, check=False).returncode


def check() -> int:
    """Extract into the catalogue's copy, compare, and put the original back."""
    before, times = CATALOGUE.read_bytes(), CATALOGUE.stat()
    try:
        if (code := extract()) != 0:
            return code
        problems = list(_problems(polib.pofile(str(CATALOGUE))))
    finally:
        CATALOGUE.write_bytes(before)
        # Else the compiled catalogue would look older than its source, and be made again by whoever starts a portal.
        os.utime(CATALOGUE, ns=(times.st_atime_ns, times.st_mtime_ns))
    for problem in problems:
        sys.stderr.write(problem + "\n")
    sys.stdout.write(f"{len(problems)} problems in the German catalogue\n")
    return 1 if problems else 0


def _problems(catalogue: polib.POFile):
    for entry in catalogue:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.obsolete:
            yield f"obsolete: {entry.msgid!r}"
        elif entry.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        elif not all(texts):
            yield f"missing: {entry.msgid!r}"
        elif any(_marks(text) - _marks(entry.msgid) - _marks(entry.msgid_plural) for text in texts):
            yield f"placeholder that the original lacks: {entry.msgid!r}"


def _marks(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text or ""))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
