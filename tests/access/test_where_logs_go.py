"""Lines of the log go to standard error and nowhere else, where the operator's own tools take them."""

import ast
import logging
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
OURS = ("portal", "contacts", "consent", "training")
#: What opens another way out: a handler, or settings of logging that bring some.
ANOTHER_WAY = {"addHandler", "basicConfig", "dictConfig", "fileConfig"}


def test_there_is_one_handler_and_it_writes_to_standard_error():
    assert [handler["class"] for handler in settings.LOGGING["handlers"].values()] == ["logging.StreamHandler"]
    assert "stream" not in settings.LOGGING["handlers"]["console"], "standard error is what it takes by itself"
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert all(one["handlers"] == [] and one["propagate"] for one in settings.LOGGING["loggers"].values())
    assert logging.getLogger("portal").handlers == []


def test_no_module_opens_another_way():
    found = []
    for room in OURS:
        for path in (ROOT / room).rglob("*.py"):
            calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
            names = {getattr(call.func, "attr", getattr(call.func, "id", "")) for call in calls}
            if names & ANOTHER_WAY or any(name.endswith("Handler") and name != "Handler" for name in names):
                found.append(str(path.relative_to(ROOT)))
    assert found == [], found
