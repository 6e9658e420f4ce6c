"""Hostile places to go next: none of them leads out of the house."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
EVIL = "evil.example"
# fmt: off
STARTS = (
    "//", "///", "////", "/\\", "\\\\", "\\/", "/\\/", "http://", "https://", "HTTPS://", "hTtp:\\\\", "https:",
    "http:", "https:/", "http:///", "https:\\", "ftp://", "//\t", "/\t/", "\t//", "/\n/", "\n//", "\r//", "/\r\n/",
    " //", "//\x00", "\x00//", "/%09/", "/%0a/", "/%5c", "%2f%2f", "/%2f", "//%2e/", "/./", "/.//", "/..//",
    "\u2028//", "/\u2044", "\u2044\u2044", "\uff0f\uff0f", "/\uff0f", "\u3002//", "http:\u2044\u2044", "//user@",
    "//testserver@", "//testserver:80@", "https://testserver.", "https://testserver@", "//testserver\\@", "//[::1]@",
)
WHOLE = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>", "vbscript:x",
    "mailto:a@evil.example", "//evil%E3%80%82example", "https://evil.example/#/inbox/", "//evil.example/%2f..",
    "/\x0bjavascript:alert(1)", "http:evil.example",
)
# fmt: on
HOSTILE = [*(f"{start}{EVIL}" for start in STARTS), *WHOLE]


@pytest.fixture
def browser(cast):
    browser = Client(raise_request_exception=True)
    browser.force_login(cast.anna)
    return browser


def is_ours(location: str) -> bool:
    """As browsers read it: backslashes are slashes, blanks at the edges and tabs and line ends inside are not there."""
    read = "".join(sign for sign in location.strip("".join(map(chr, range(33)))) if sign not in "\t\r\n")
    parts = urlsplit(urljoin("http://testserver/login/", read.replace("\\", "/")))
    return parts.scheme == "http" and parts.netloc == "testserver"


def test_the_judge_knows_what_leads_out():
    assert is_ours("/inbox/?a=//x") and not any(map(is_ours, ["//x", "/\\x", "https://x", "/\t/x", "\\\\x", "ftp:x"]))
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("path", ["/language/", "/theme/", "/shortcuts/", "/messages/read/"])
def test_no_next_leads_out_of_the_house(browser, path):
    fields = {"language": "de", "theme": "dark", "shortcuts": "on", "until": "1"}
    for target in HOSTILE:
        answer = browser.post(path, fields | {"next": target})
        assert answer.status_code == 302 and is_ours(answer.headers["Location"]), target


def test_signing_in_and_out_lead_nowhere_else(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    browser = Client()
    browser.force_login(cast.anna)
    for target in HOSTILE:
        for path in ("/login/", "/signup/"):
            answer = browser.get(path, {"next": target})
            assert is_ours(answer.headers["Location"]), (path, target)
    for target in HOSTILE[:: len(HOSTILE) // 5]:
        one = Client()
        answer = one.post("/login/", {"login": "anna@firma.example", "password": PASSWORD, "next": target})
        assert answer.status_code == 302 and is_ours(answer.headers["Location"]), target
        assert is_ours(one.post("/logout/", {"next": target}).headers["Location"]), target
