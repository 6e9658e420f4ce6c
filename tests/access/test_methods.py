"""Every address with every method that is not in the permission matrix: who is not answered, and that asking for the
head alone is reading."""

import pytest
from django.db import transaction
from django.test import Client

from tests.test_permission_matrix import COLUMNS, MATRIX, address, db, rows_written, scene, stage  # noqa: F401  fixtures

OTHERS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
#: Which addresses take more than GET, HEAD and POST. All others say 405, whoever asks.
TAKES = {
    "api_customer": {"PATCH"},
    "api_account": {"PATCH"},
    "api_request": {"PATCH"},
}
READ = {name: expected.split() for name, method, expected in MATRIX if method == "GET"}
#: These ask for the key before they look at the method; tests/consent/test_api.py shows the 405 behind it.
KEY_FIRST = {"api_opt_ins", "api_withdrawals", "api_objections"}
NAMES = sorted({row[0] for row in MATRIX})
KEY_FIRST |= {name for name in NAMES if name.startswith("scim_")}


@pytest.fixture
def browsers(scene):  # noqa: F811
    found = {column: Client() for column in COLUMNS}
    for column in COLUMNS[1:]:
        found[column].force_login(getattr(scene["cast"], column))
    return found


def test_every_address_says_405_to_every_other_method(scene, browsers, time_machine):  # noqa: F811
    """Signed in as somebody who may read or post; a stranger is sent to the sign-in or told 405 as well."""
    time_machine.move_to(scene["now"])
    taken, wrong = {}, []
    for name in NAMES:
        with transaction.atomic():
            path, before = address(name, scene), rows_written()
            for method in OTHERS:
                status = browsers["anna"].generic(method, path).status_code
                if status != (401 if name in KEY_FIRST else 404 if name == "api_unknown" else 405):
                    taken.setdefault(name, set()).add(method)
            if browsers["nobody"].generic("DELETE", path).status_code not in (302, 401, 404, 405):
                wrong.append(name)
            assert rows_written() == before, name
            transaction.set_rollback(True)
    assert taken == TAKES
    assert wrong == []


def test_the_head_of_a_page_is_read_by_whom_the_page_is(scene, browsers, time_machine, settings):  # noqa: F811
    """HEAD is answered as GET is, without the words, or not at all; and it writes nothing either."""
    settings.SECURITY_CONTACT = "mailto:security@firma.example"
    time_machine.move_to(scene["now"])
    wrong = []
    for name, expected in READ.items():
        with transaction.atomic():
            path, before = address(name, scene), rows_written()
            for column in _one_of_each(expected):
                answer = browsers[column].head(path)
                if str(answer.status_code) not in (expected[COLUMNS.index(column)], "405") or answer.content:
                    wrong.append((name, column, answer.status_code))
            assert rows_written() == before, name
            transaction.set_rollback(True)
    assert wrong == []


def _one_of_each(expected: list[str]) -> list[str]:
    """One reader for each answer that the table knows for the page."""
    return [COLUMNS[expected.index(status)] for status in sorted(set(expected))]
