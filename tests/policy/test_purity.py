"""The rules know the standard library and themselves, nothing else; no clock, no files, no network, no chance."""

import ast
import sys
from pathlib import Path

import pytest

from contacts import policy
from portal import vocabulary

HOME = Path(policy.__file__).parent
MODULES = sorted(HOME.rglob("*.py"))
FORBIDDEN_CALLS = {"open", "print", "input", "eval", "exec", "now", "today", "utcnow", "getenv"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_imports_nothing_but_the_standard_library_and_its_own(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.startswith("contacts.policy") or name.split(".")[0] in sys.stdlib_module_names, name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_asks_neither_clock_nor_world(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            assert name not in FORBIDDEN_CALLS, f"{path.name}:{node.lineno} {name}"


@pytest.mark.parametrize(
    "name",
    ["Channel", "Platform", "Purpose", "ContactSource", "CustomerKind", "Relationship", "ConsentState", "Outcome"],
)
def test_pages_and_rules_use_the_same_words(name):
    told = getattr(vocabulary, name).values
    assert told == [member.value for member in getattr(policy, name)]
