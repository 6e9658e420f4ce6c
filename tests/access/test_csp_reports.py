"""Reports of browsers: noted without anybody's data, counted, and nonsense is no fault."""

import json

import pytest
from django.urls import reverse

from portal.access.csp_reports import FROM_ONE_NETWORK, LONGEST_REPORT, Violation, violations

pytestmark = pytest.mark.django_db
TOKEN = "A" * 43
OLD = {
    "csp-report": {
        "document-uri": f"https://kontakt.firma.example/p/{TOKEN}/?q=Erika+Mustermann",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/erika.mustermann@kundin.example?x=1",
        "script-sample": "Erika Mustermann",
        "referrer": f"https://kontakt.firma.example/p/{TOKEN}/",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "url": "https://kontakt.firma.example/customers/4711/",
        "body": {
            "documentURL": "https://kontakt.firma.example/customers/4711/",
            "effectiveDirective": "style-src",
            "blockedURL": "inline",
            "sample": "Erika",
        },
    }
]
NONSENSE = [
    b"",
    b"{",
    b"null",
    b"[null, 1, []]",
    b'{"csp-report": 1}',
    b'[{"body": 7}]',
    b"\xff\xfe",
    b"[" * 12_000,
    b'{"csp-report": {"document-uri": "http://[", "effective-directive": 9, "blocked-uri": "http://["}}',
    b'{"csp-report": {"document-uri": {"a": 1}, "effective-directive": [], "blocked-uri": ["x"]}}',
    b'{"csp-report": {"blocked-uri": "https://\\u0000\\u2028.example", "violated-directive": "a\\nb"}}',
]


def send(client, body, kind="application/csp-report"):
    return client.post(reverse("csp_report"), body if isinstance(body, bytes) else json.dumps(body), content_type=kind)


def test_both_forms_of_a_report_name_page_directive_and_site():
    assert violations(json.dumps(OLD).encode()) == [
        Violation("preferences_link", "script-src-elem", "https://evil.example")
    ]
    assert violations(json.dumps(NEW).encode()) == [Violation("customer", "style-src", "inline")]


def test_what_is_noted_names_nobody(client, caplog):
    assert send(client, OLD).status_code == 204
    assert send(client, NEW, "application/reports+json").status_code == 204
    assert len(caplog.messages) == 2
    for secret in (TOKEN, "Erika", "Mustermann", "4711", "kundin", "erika"):
        assert secret not in caplog.text


@pytest.mark.parametrize("body", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_answered_like_everything_and_breaks_no_line(client, caplog, body):
    assert send(client, body).status_code == 204
    assert all("\n" not in line and len(line) < 200 for line in caplog.messages)


def test_nobody_fills_the_log(client, caplog):
    for _turn in range(FROM_ONE_NETWORK.most + 5):
        assert send(client, OLD).status_code == 204
    assert len(caplog.messages) == FROM_ONE_NETWORK.most


def test_a_long_report_is_read_to_its_limit_only(client, caplog):
    assert send(client, json.dumps(OLD).encode() + b" " * LONGEST_REPORT).status_code == 204
    assert send(client, [*NEW * 40]).status_code == 204
    assert len(caplog.messages) <= 6


def test_pages_say_where_to_report(client):
    assert "report-uri /csp-report/" in client.get("/login/").headers["Content-Security-Policy"]
