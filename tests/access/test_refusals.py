"""Who was refused leaves a line in the log, and a line is a line."""

import logging

import pytest
from django.test import Client

from portal.access.logs import TokenFreeFormatter

pytestmark = pytest.mark.django_db


def test_a_refused_page_leaves_a_line_without_names(cast, caplog):
    browser = Client()
    browser.force_login(cast.stranger)
    assert browser.get("/people/").status_code == 403
    assert "Forbidden" in caplog.text and "/people/" in caplog.text
    assert "stranger@" not in caplog.text and "Beispiel" not in caplog.text


def test_a_forged_form_leaves_a_line(cast, caplog):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.anna)
    assert browser.post("/theme/", {"theme": "dark"}).status_code == 403
    assert "Forbidden" in caplog.text and "CSRF" in caplog.text


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x0b", "\x1b[31m"])
def test_a_line_break_in_an_address_makes_no_line(sign):
    """Whoever asks for such an address must not be able to write lines of their own (ASVS 5.0, 16.4.1)."""
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Not Found: %s", (f"/a{sign}2026 ERROR x",), None
    )
    line = TokenFreeFormatter("{levelname} {message}", style="{").format(record)
    assert len(line.splitlines()) == 1 and "\x1b" not in line


def test_a_traceback_keeps_its_lines():
    try:
        raise ValueError("a\nb")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), (type(error), error, error.__traceback__))
    text = TokenFreeFormatter("{message}", style="{").format(record)
    assert "Traceback" in text and len(text.splitlines()) > 2
