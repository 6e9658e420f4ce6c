"""Every requirement of ASVS 5.0 level 2 has one answer, and whoever says "met" names a test that is there."""

import ast
import re
from functools import cache

import pytest

from tests.access.asvs import ANSWERS, DATA, PAGE, ROOT, page_with, rows, table

#: How many requirements of level 1 and 2 each section of the standard has (OWASP ASVS 5.0.0). The eight of level 3 that
#: we adopted are named below.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
ADOPTED = {"1.2.10", "2.3.5", "3.4.7", "6.3.8", "8.3.2", "14.2.6", "14.2.7", "15.4.2"}


def test_each_of_the_253_has_one_answer_and_each_adopted_one_too():
    found = [row.number for row in rows()]
    assert len(found) == len(set(found)) == 261
    assert {row.number for row in rows() if row.level == 3} == ADOPTED
    counted = dict.fromkeys(SECTIONS, 0)
    for row in rows():
        if row.level < 3:
            counted[row.number.rpartition(".")[0]] += 1
    assert counted == SECTIONS
    assert sum(SECTIONS.values()) == 253
    assert sum(row.level == 1 for row in rows()) == 70


@pytest.mark.parametrize("answer", ANSWERS)
def test_each_answer_says_what_it_rests_on(answer):
    for row in rows():
        if row.answer == answer:
            assert bool(row.tests) == (answer == "met"), row.number
            assert row.remark or answer == "met", row.number
    assert {row.answer for row in rows()} <= set(ANSWERS)


@cache
def names_in(path: str) -> set[str]:
    file = ROOT / path
    if not file.is_file():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_is_there():
    missing = [
        (row.number, test)
        for row in rows()
        for test in row.tests
        if test.partition("::")[2] not in names_in(test.partition("::")[0])
    ]
    assert missing == []


def test_the_page_shows_the_table_as_it_is():
    """Mended by `python -m tests.access.asvs`."""
    assert PAGE.read_text(encoding="utf-8") == page_with(table())
    assert DATA.read_text(encoding="utf-8").count("\n") == 262


def test_the_page_names_every_secret_of_the_settings():
    page = PAGE.read_text(encoding="utf-8").partition("## Keys")[2].partition("\n## ")[0]
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in re.findall(r"^([A-Z_]*(?:KEY|KEYS|PASSWORD|SECRET|TOKEN)(?:_URL)?)=", example, re.M):
        assert f"`{name}`" in page, name
