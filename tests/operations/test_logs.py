"""Lines of the log: one number for each request, nobody's name, in words or in JSON."""

import json
import logging
import logging.config

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from portal.access import logs
from portal.access.errors import server_error
from portal.access.logs import hide
from portal.access.middleware import NumberMiddleware
from tests.cast import make_customer
from tests.requests.scenes import as_

CANARIES = ("zwitschernde.kanarie@voliere.example", "Kanarie-Zwitscher")


def line_of(form: str, error: BaseException | None = None, words: str = "something", **extra) -> str:
    """What one of the two formats makes of a record."""
    config = settings.LOGGING["formatters"][form]
    handler = logging.StreamHandler()
    configurator = logging.config.DictConfigurator({})
    handler.setFormatter(configurator.configure_formatter(dict(config)))
    trace = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("portal.x", logging.ERROR, "x.py", 1, words, (), trace)
    record.__dict__.update(extra)
    logs.NumberFilter().filter(record)
    return handler.format(record)


def quoting_errors() -> list[BaseException]:
    """Errors in which PostgreSQL quotes a row or a value."""
    statements = [
        "INSERT INTO auth_group (id, name) VALUES (1, 'Kanarie-Zwitscher'), (2, 'Kanarie-Zwitscher')",
        "SELECT 'Kanarie-Zwitscher'::int",
        "SELECT 'zwitschernde.kanarie@voliere.example'::inet",
        "INSERT INTO auth_group (id, name) VALUES (NULL, 'Kanarie-Zwitscher')",
    ]
    found: list[BaseException] = []
    for statement in statements:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError as error:
            found.append(error)
    assert len(found) == len(statements)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["plain", "json"])
def test_errors_of_the_database_quote_nobody(form):
    for error in quoting_errors():
        assert any(word in str(error) for word in CANARIES), "the error must quote it, or this test shows nothing"
        line = line_of(form, error, request_object="Kanarie-Zwitscher")
        assert type(error).__name__ in line
        assert not any(word in line for word in CANARIES), line


def test_a_line_of_json_is_one_object_with_known_fields():
    line = line_of("json", ValueError("x"), "to zwitschernde.kanarie@voliere.example\nsecond line", status_code=500)
    assert "\n" not in line
    told = json.loads(line)
    assert set(told) == {"timestamp", "level", "logger", "message", "exc_info"}
    assert told["message"] == "to ***@***\nsecond line" and told["level"] == "ERROR" and told["logger"] == "portal.x"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("mail to anna.b+c@firma.example failed", "mail to ***@*** failed"),
        ("celery@machine ready", "celery@machine ready"),
        ("x\nDETAIL:  Key (name)=(A) exists.\nmore", "x\nDETAIL: (left out)\nmore"),
    ],
)
def test_what_is_hidden_and_what_stays(line, kept):
    assert hide(line) == kept


@pytest.mark.django_db
def test_each_answer_carries_a_number_of_its_own(client):
    one, two = client.get("/healthz"), client.get("/healthz")
    assert len(one["X-Request-ID"]) == 32 and one["X-Request-ID"] != two["X-Request-ID"]
    assert logs.current() == ""


@pytest.mark.parametrize(
    ("behind", "given", "is_taken"),
    [(True, "abc-12345", True), (False, "abc-12345", False), (True, "a\nb-1234567", False), (True, "x" * 65, False)],
)
def test_only_a_proxy_names_a_request_and_only_in_plain_letters(settings, behind, given, is_taken):
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/")
    request.META["HTTP_X_REQUEST_ID"] = given
    seen = []

    def answer(_request):
        from django.http import HttpResponse

        seen.append(logs.current())
        return HttpResponse()

    NumberMiddleware(answer)(request)
    assert (seen == [given]) is is_taken


def test_the_page_of_a_fault_names_the_number_and_asks_nothing():
    token = logs.number_is("a1b2c3d4")
    try:
        answer = server_error(RequestFactory().get("/"))
    finally:
        logs.number_was(token)
    assert answer.status_code == 500
    assert "<code>a1b2c3d4</code>" in answer.content.decode()


@pytest.mark.django_db
def test_a_fault_on_a_page_is_logged_under_the_number_that_the_page_shows(cast, now, monkeypatch, caplog):
    make_customer(now)

    def fail(*_args, **_kwargs):
        raise RuntimeError("no reason")

    monkeypatch.setattr("portal.desk.views.own_standing", fail)
    client = Client(raise_request_exception=False)
    client.cookies = as_(cast.anna).cookies
    numbers = logs.NumberFilter()
    caplog.handler.addFilter(numbers)
    try:
        answer = client.get("/")
    finally:
        caplog.handler.removeFilter(numbers)
    assert answer.status_code == 500
    logged = [record.request for record in caplog.records if record.name == "django.request"]
    assert f"<code>{answer['X-Request-ID']}</code>" in answer.content.decode()
    assert logged == [answer["X-Request-ID"]]
