"""Questions, their interchange and their statistics know no Django, no clock and no world."""

import ast
import sys
from pathlib import Path

import pytest

import training

HOME = Path(training.__file__).parent
MODULES = sorted([*(HOME / "questions").rglob("*.py"), *(HOME / "interchange").rglob("*.py"), HOME / "analysis.py"])
OURS = ("contacts.policy", "training.questions", "training.interchange", "portal.cells")
FORBIDDEN_CALLS = {"open", "print", "input", "eval", "exec", "now", "today", "utcnow", "getenv", "uuid4", "urlopen"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_is_pure(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.split(".")[0]
            assert name.startswith(OURS) or top in sys.stdlib_module_names or top == "defusedxml", name
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            assert called not in FORBIDDEN_CALLS, f"{path.name}:{node.lineno} {called}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_only_defusedxml_opens_xml(path):
    """The standard library's readers of XML follow entities; its writers do no harm."""
    text = path.read_text(encoding="utf-8")
    for reader in ("fromstring", "iterparse", "XMLParser", "minidom", "expat", "ElementTree.parse", "make_parser"):
        assert reader not in text
