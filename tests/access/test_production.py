"""The portal as it goes live: a process of its own with documented variables only, its checks, and a real answer."""

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import worker_environment

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = set(re.findall(r"^([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M))
#: What asks a browser's questions: over https through the proxy, in plain, and with a wrong Host.
ASKING = """
import json, sys, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
settings.STATIC_ROOT = sys.argv[1]  # what a deployment collects before it starts
call_command("collectstatic", verbosity=0)
client = Client(raise_request_exception=False)
https = {"HTTP_HOST": "kontakt.firma.example", "HTTP_X_FORWARDED_PROTO": "https"}
answers = {
    "page": client.get("/login/", **https),
    "missing": client.get("/no-such-page/", **https),
    "plain": client.get("/login/?next=/inbox/", HTTP_HOST="kontakt.firma.example"),
    "host": client.get("/login/", **(https | {"HTTP_HOST": "evil.example"})),
    "packed": client.get("/login/", HTTP_ACCEPT_ENCODING="gzip, br", **https),
    "traced": client.generic("TRACE", "/login/", **https),
    "health": client.get("/healthz", **https),
    "clear": client.post("/api/v1/decisions", HTTP_HOST="kontakt.firma.example", HTTP_AUTHORIZATION="Bearer x"),
    "shared": client.get("/login/", HTTP_ORIGIN="https://evil.example", **https),
    "script": client.get(settings.STATIC_URL + "js/app.js", **https),
    **{f"file {name}": client.get(name, **https) for name in sys.argv[2:]},
}
told = {
    name: {"status": one.status_code, "headers": dict(one.headers),
           "body": b"".join(one).decode(errors="replace")[:20000],
           "cookies": {key: morsel.OutputString() for key, morsel in one.cookies.items()}}
    for name, one in answers.items()
}
print(json.dumps(told))
"""


NO_FILES = (
    "/.git/config", "/.env", "/static/", "/static/../.env.example", "/static/..%2f.env.example", "/static/js/",
    "/media/", "/manage.py", "/portal/settings.py", "/static/%2e%2e/manage.py", "/requirements.txt", "/.var/",
)  # fmt: skip


@pytest.fixture(scope="module")
def live(django_db_setup) -> dict[str, str]:
    """Nothing of this process' own environment but where programs are."""
    given = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SUPPRESSION_KEY": secrets.token_urlsafe(50),
        "AUDIT_SIGNING_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "kontakt.firma.example",
        "SITE_URL": "https://kontakt.firma.example",
        "BEHIND_PROXY": "1",
        "COMPANY_NAME": "Firma",
        "COMPANY_ADDRESS": "Heidestraße 1, 51147 Köln",
        "COMPANY_EMAIL": "kontakt@firma.example",
        "COMPANY_PHONE": "+49 221 5550",
        "PRIVACY_POLICY_URL": "https://www.firma.example/datenschutz",
        "DPO_CONTACT": "datenschutz@firma.example",
        "SECURITY_CONTACT": "mailto:security@firma.example",
        "DATABASE_URL": worker_environment(ROOT)["DATABASE_URL"],
    }
    assert set(given) <= DOCUMENTED, "production must need nothing that .env.example does not name"
    return given | {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "portal.settings"}


def run(live: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, cwd=ROOT, env=live, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def answers(live, tmp_path_factory) -> dict:
    asked = run(live, "-c", ASKING, str(tmp_path_factory.mktemp("static")), *NO_FILES)
    assert asked.returncode == 0, asked.stderr[-2000:]
    return json.loads(asked.stdout.splitlines()[-1])


def test_the_checks_of_a_deployment_have_nothing_to_say(live):
    found = run(live, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (found.returncode, found.stdout.strip(), found.stderr.strip()) == (
        0,
        "System check identified no issues (0 silenced).",
        "",
    )


def test_the_checks_would_say_something(live):
    found = run(live | {"ALLOWED_HOSTS": "*"}, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert found.returncode == 1 and "kontaktklar.E004" in found.stderr


@pytest.mark.parametrize("name", ["page", "missing", "host"])
def test_every_answer_carries_what_browsers_must_be_told(answers, name):
    headers = answers[name]["headers"]
    policy = headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"] and "geolocation=()" in headers["Permissions-Policy"]
    for part in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "form-action 'self'" in policy and "report-uri /csp-report/" in policy
    assert "unsafe" not in policy and "*" not in policy
    assert not {"Server", "X-Powered-By"} & set(headers)


def test_old_browsers_are_told_too_that_no_frame_holds_a_page(answers):
    assert answers["page"]["headers"]["X-Frame-Options"] == "DENY"


def test_the_nonce_of_the_policy_is_that_of_the_scripts_and_of_one_answer_only(answers):
    nonces = set()
    for name in ("page", "packed"):
        (nonce,) = re.findall(r"'nonce-([^']+)' 'strict-dynamic'", answers[name]["headers"]["Content-Security-Policy"])
        if name == "page":
            assert f'nonce="{nonce}"' in answers[name]["body"]
        assert len(nonce) >= 22
        nonces.add(nonce)
    assert len(nonces) == 2


def test_cookies_belong_to_this_host_alone(answers):
    cookies = answers["page"]["cookies"]
    assert set(cookies) == {"__Host-csrf"}
    for words in cookies.values():
        assert "Secure" in words and "Path=/" in words and "SameSite=" in words and "Domain" not in words


def test_plain_http_is_sent_to_https_of_the_same_house(answers):
    assert answers["plain"]["status"] == 301
    assert answers["plain"]["headers"]["Location"] == "https://kontakt.firma.example/login/?next=/inbox/"


def test_a_system_that_calls_in_the_clear_is_told_and_not_led_on(answers):
    assert answers["clear"]["status"] == 403 and "Location" not in answers["clear"]["headers"]
    assert answers["clear"]["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answers["clear"]["body"])["detail"].endswith(".")


def test_another_host_is_refused_without_details(answers):
    assert answers["host"]["status"] == 400
    assert "evil.example" not in answers["host"]["body"] and "Traceback" not in answers["host"]["body"]


def test_nothing_packs_a_page_that_carries_a_secret(answers):
    """BREACH: a page with the token against forgery and words of its reader is never compressed by the portal."""
    assert "Content-Encoding" not in answers["packed"]["headers"]
    assert "csrfmiddlewaretoken" in answers["page"]["body"]


def test_trace_is_no_method_of_the_portal(answers):
    assert answers["traced"]["status"] == 405


def test_nothing_is_shared_with_other_origins(answers):
    for answer in answers.values():
        assert not [name for name in answer["headers"] if name.lower().startswith("access-control-allow-credentials")]
    assert "Access-Control-Allow-Origin" not in answers["shared"]["headers"]


def test_only_static_files_are_served_as_files(answers):
    """What is served lies among the static files; of everything else, and of folders, there is no trace."""
    assert answers["script"]["status"] == 200
    for name in NO_FILES:
        told = answers[f"file {name}"]
        assert told["status"] in (302, 404), name
        assert (
            "SECRET_KEY" not in told["body"] and "DJANGO_SETTINGS" not in told["body"] and "[core]" not in told["body"]
        )
