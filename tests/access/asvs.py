"""docs/asvs.csv, and the table that docs/security.md shows of it.

    python -m tests.access.asvs       writes the table into the page anew

The numbers and levels are those of OWASP ASVS 5.0.0; the words are ours, and short: the standard itself says more.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "docs" / "asvs.csv"
PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- asvs: begin -->\n", "<!-- asvs: end -->\n"
ANSWERS = ("met", "not applicable", "open")
CHAPTERS = {
    "1": "Encoding and injection",
    "2": "Validation and business logic",
    "3": "Browser",
    "4": "API and messages",
    "5": "Files",
    "6": "Sign-in",
    "7": "Sessions",
    "8": "Rights",
    "9": "Self-contained tokens",
    "10": "OAuth and OpenID Connect",
    "11": "Cryptography",
    "12": "Transport",
    "13": "Configuration",
    "14": "Data protection",
    "15": "Code and dependencies",
    "16": "Logs and faults",
    "17": "WebRTC",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement: its number, level, what it is about, how it is answered, by which tests, with what remark."""

    number: str
    level: int
    about: str
    answer: str
    tests: tuple[str, ...]
    remark: str

    @property
    def place(self) -> tuple[int, ...]:
        return tuple(map(int, self.number.split(".")))


def rows() -> list[Row]:
    with DATA.open(encoding="utf-8", newline="") as file:
        read = csv.DictReader(file)
        found = [
            Row(
                one["number"],
                int(one["level"]),
                one["about"],
                one["answer"],
                tuple(one["tests"].split()),
                one["remark"],
            )
            for one in read
        ]
    return sorted(found, key=lambda row: row.place)


def _row(one: dict[str, str]) -> Row:
    tests = tuple(one["tests"].split())
    return Row(one["number"], int(one["level"]), one["about"], one["answer"], tests, one["remark"])


def table() -> str:
    """The counts, and one table for each chapter."""
    everything = rows()
    lines = [f"Level 2 asks {sum(row.level < 3 for row in everything)} things; level 3 adds eight that we adopted.", ""]
    lines += ["| answer | level 1 and 2 | level 3 |", "|---|---|---|"]
    counts = Counter((row.answer, row.level == 3) for row in everything)
    lines += [f"| {answer} | {counts[answer, False]} | {counts[answer, True]} |" for answer in ANSWERS]
    for chapter, name in CHAPTERS.items():
        lines += [
            "",
            f"### {chapter}. {name}",
            "",
            "| no. | level | about | answer | shown by |",
            "|---|---|---|---|---|",
        ]
        lines += [_line(row) for row in everything if row.number.partition(".")[0] == chapter]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    shown = " ".join([*(f"`{test.removeprefix('tests/')}`" for test in row.tests), row.remark]).strip()
    return f"| {row.number} | {row.level} | {row.about} | {row.answer} | {shown} |"


def page_with(table_text: str) -> str:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return before + BEGIN + "\n" + table_text + "\n" + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page_with(table()), encoding="utf-8")
