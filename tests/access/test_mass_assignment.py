"""Fields that a form or a body does not name are not taken, whoever sends them (ASVS 5.0, 15.3.3)."""

import ast
import json
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction
from django.forms import BaseModelForm
from django.test import Client

from tests.test_permission_matrix import COLUMNS, MATRIX, POSTED, address, db, scene, stage  # noqa: F401  fixtures

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "contacts", "consent", "training")
MODELS = [model for model in apps.get_models() if model.__module__.partition(".")[0] in ROOMS]
#: A value that fits no field by accident: whoever took it would keep it or fail.
PLANTED = "777777"


def everybody(kind):
    for one in kind.__subclasses__():
        yield one
        yield from everybody(one)


def _is_ours(kind) -> bool:
    return kind.__module__.partition(".")[0] in ROOMS


def test_no_form_takes_all_fields():
    """By the classes, and by the text: a form that nobody has imported yet counts too."""
    metas = {one.__name__: getattr(one, "Meta", None) for one in everybody(BaseModelForm) if _is_ours(one)}
    assert [name for name, meta in metas.items() if getattr(meta, "fields", ()) == "__all__"] == []
    assert [name for name, meta in metas.items() if getattr(meta, "exclude", None)] == []
    written = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value == "__all__"
    ]
    assert written == []


def field_names() -> set[str]:
    return {name for model in MODELS for field in model._meta.concrete_fields for name in (field.name, field.attname)}


def planted() -> list[str]:
    """Where the planted value has arrived, in any column of any table of ours."""
    tables = sorted({model._meta.db_table for model in MODELS if model._meta.managed})
    one = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM \"{0}\" t WHERE t::text LIKE '%%{1}%%')"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(table, PLANTED) for table in tables))
        return [table for (table,) in cursor.fetchall()]


def test_the_search_finds_what_was_planted(scene):  # noqa: F811
    scene["customer"].last_name = PLANTED
    scene["customer"].save(update_fields=["last_name"])
    assert planted() == ["customers_customer"]


#: Fields that the form of the page does have, so that a person may send them; what it says there is its own test.
def own_fields(browser, path) -> set[str]:
    import re

    return set(re.findall(r'name="([^"]+)"', browser.get(path).content.decode()))


def test_no_field_beside_those_of_the_form_is_taken(scene, time_machine):  # noqa: F811
    """Every field of every model, sent along with every form of the matrix by somebody who may: none arrives."""
    time_machine.move_to(scene["now"])
    names, arrived, tried = field_names(), [], 0
    browsers = {column: Client() for column in COLUMNS[1:]}
    for column, browser in browsers.items():
        browser.force_login(getattr(scene["cast"], column))
    for name, method, expected in MATRIX:
        may = [one for one, status in zip(COLUMNS, expected.split(), strict=True) if status in ("200", "302")]
        if method != "POST" or not may or name.startswith(("api_", "account_")) or may[-1] == "nobody":
            continue
        with transaction.atomic():
            path = address(name, scene)
            browser = browsers[may[-1]]
            sent = dict.fromkeys(names - own_fields(browser, path) - set(POSTED.get(name, {})), PLANTED)
            browser.post(path, {**sent, **POSTED.get(name, {})})
            tried += 1
            arrived += [(name, table) for table in planted()]
            transaction.set_rollback(True)
    assert tried >= 80 and len(names) > 200
    assert arrived == []


def test_no_body_of_the_api_takes_an_unknown_field():
    """By the classes that read bodies: what is not named is refused, and texts are no numbers."""
    from portal.api import v1
    from portal.machines.rest import Body

    assert v1.api is not None
    bodies = list(everybody(Body))
    assert len(bodies) > 10
    for body in bodies:
        assert body.model_config["extra"] == "forbid" and body.model_config["strict"] is True, body
    described = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    taken = {
        reference.rpartition("/")[2]
        for methods in described["paths"].values()
        for operation in methods.values()
        if (reference := operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            .get("schema", {}).get("$ref"))
    }  # fmt: skip
    open_ones = [name for name in taken if described["components"]["schemas"][name].get("additionalProperties", True)]
    assert taken and open_ones == []
