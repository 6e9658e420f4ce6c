"""Examples in Markdown, as they stand there, and how they are run."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^```(sh|python|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Stands for whatever differs from day to day.
ANYTHING = "…"


@dataclass(slots=True)
class Example:
    """A block that is run, and the one below it with what it prints."""

    page: str
    language: str
    text: str
    printed: object = None


def examples(page: str) -> list[Example]:
    found: list[Example] = []
    for language, text in BLOCK.findall((DOCS / page).read_text(encoding="utf-8")):
        if language == "json" and found:
            found[-1].printed = json.loads(text)
        elif language != "json":
            found.append(Example(page, language, text))
    return found


@dataclass(slots=True)
class Reader:
    """Somebody who types the examples of one page in their order, in one folder, with their own address and key.

    The first block of the shell, which sets both, is what every later one begins with, as the page says.
    """

    folder: Path
    address: str
    key: str
    begin: str = ""
    names: dict[str, object] = field(default_factory=dict)

    def run(self, example: Example) -> str:
        if example.language == "python":
            return self._python(example.text)
        if not self.begin:
            mine = {"KONTAKTKLAR": self.address, "KEY": self.key}
            self.begin = re.sub(
                r"^(KONTAKTKLAR|KEY)=.*$", lambda hit: f"{hit[1]}={mine[hit[1]]}", example.text, flags=re.M
            )
            return ""
        return self._shell(example.text)

    def _python(self, text: str) -> str:
        said = io.StringIO()
        os.environ.update(KONTAKTKLAR=self.address, KEY=self.key)
        with contextlib.redirect_stdout(said):
            exec(compile(text, "example", "exec"), self.names)
        return said.getvalue()

    def _shell(self, text: str) -> str:
        """What is set in one block is there in the next, as in one terminal."""
        script = f"set -eua\n{self.begin}\n[ ! -e .set ] || . ./.set\n{text}\nexport -p > .set\n"
        done = subprocess.run(["sh", "-c", script], cwd=self.folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        return done.stdout


def missing(expected: object, given: object, at: str = "") -> list[str]:
    """Where the answer lacks what the page promises; an answer may say more than the page."""
    if expected == ANYTHING:
        return []
    if isinstance(expected, dict):
        if not isinstance(given, dict):
            return [f"{at}: {given!r} is no object"]
        absent = [f"{at}.{name} is missing" for name in expected if name not in given]
        return absent + [
            line for name in expected if name in given for line in missing(expected[name], given[name], f"{at}.{name}")
        ]
    if isinstance(expected, list):
        if not isinstance(given, list) or len(given) != len(expected):
            return [f"{at}: {given!r}"]
        return [line for n, one in enumerate(expected) for line in missing(one, given[n], f"{at}[{n}]")]
    return [] if expected == given else [f"{at}: {given!r} instead of {expected!r}"]
