"""Where somebody is sent on to after an act is a page of ours, whatever an address that was sent around says (A7)."""

import os
from urllib.parse import urlsplit

import pytest
from allauth.account.utils import get_next_redirect_url
from allauth.core import context
from django.core.cache import cache

from portal.desk.views import _back
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
EVIL = "evil.example"
STARTS = ["//", "///", "////", "/\\", "\\\\", "\\/", "/\\/", "//\\", "\\\\\\", "/\t/", "/\n/", "/\r/", "x://"]
SCHEMES = ["http://", "https://", "HTTPS://", "ftp://", "ws://", "hTTp://", "http:\t//", "\thttps://", "https:\n//"]
SCHEMES += ["http:", "https:", "https:/", "http:\\\\", "https:\\/", "http:///", "https:///"]
BLANKS = [" //", "\x00//", "\x0b//", "\u2028//", "\u00a0//", "/%09/", "/\x00/", "/..//", "\uff0f\uff0f", "\u2215\u2215"]
WHOLE = [
    *("javascript:alert(1)", "JavaScript:x()", "java\tscript:x()", "data:text/html,x", "vbscript:x", "file:///etc"),
    *(f"//testserver@{EVIL}", f"https://testserver@{EVIL}", f"//{EVIL}\\@testserver", f"https://testserver.{EVIL}"),
    *(f"https://{EVIL}/testserver", f"//{EVIL}?testserver", f"//{EVIL}#testserver", f"https://{EVIL}:443/"),
    *(f"//{EVIL}:80", f"//{EVIL}\x00", f"//{EVIL}%2f..", f"http://[::1]@{EVIL}", "http://[", "//[::1"),
    *("//evil\u3002example", "//ev\u00adil.example", f"/\u2044{EVIL}"),
]
HOSTILE = [*(start + EVIL for start in (*STARTS, *SCHEMES, *BLANKS)), *WHOLE]
#: All of them in the long run; in the short one the function that judges gets all, and each page every fifth.
FOR_PAGES = HOSTILE if os.environ.get("KONTAKTKLAR_LONG") else HOSTILE[::5]


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    yield
    cache.clear()


def sign_in(client, cast, value):
    answer = client.post("/login/", {"login": "anna@firma.example", "password": PASSWORD, "next": value})
    client.logout()
    return answer


def sign_out(client, cast, value):
    client.force_login(cast.anna)
    return client.post("/logout/", {"next": value})


def language(client, cast, value):
    return client.post("/language/", {"language": "en", "next": value})


def theme(client, cast, value):
    return client.post("/theme/", {"theme": "dark", "next": value})


def shortcuts(client, cast, value):
    client.force_login(cast.anna)
    return client.post("/shortcuts/", {"shortcuts": "on", "next": value})


def already_signed_in(client, cast, value):
    client.force_login(cast.anna)
    return client.get("/login/", {"next": value})


def sign_up(client, cast, value):
    return client.get("/signup/", {"next": value})


def the_password_again(client, cast, value):
    client.force_login(cast.sven)
    return client.post("/reauthenticate/", {"password": PASSWORD, "next": value})


def a_code_again(client, cast, value):
    client.force_login(cast.anna)
    return client.get("/reauthenticate/code/", {"next": value})


def passkey(client, cast, value):
    client.logout()
    return client.post("/login/passkey/", {"credential": "{}", "next": value})


EVERY_NEXT = [
    sign_in,
    the_password_again,
    sign_out,
    language,
    theme,
    shortcuts,
    already_signed_in,
    sign_up,
    a_code_again,
    passkey,
]


def places_of(act, client, cast, values):
    places = []
    for value in values:
        cache.clear()
        places.append((value, act(client, cast, value).headers.get("Location", "")))
    return places


def test_there_are_sixty_payloads():
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("act", EVERY_NEXT, ids=lambda act: act.__name__)
def test_no_page_sends_off_the_site(client, cast, act):
    assert [place for place in places_of(act, client, cast, FOR_PAGES) if leads_away(place[1])] == []


def test_what_judges_lets_no_place_off_the_site_pass(client, cast, rf):
    for value in HOSTILE:
        request = rf.post("/login/company/", {"next": value})
        with context.request_context(request):
            assert not leads_away(get_next_redirect_url(request) or ""), value
        assert not leads_away(_back(request)), value


def leads_away(location: str) -> bool:
    """As a browser reads it: blanks and control characters at the edge go, tabs and line breaks inside as well, and a
    backslash is a slash."""
    seen = location.strip("".join(map(chr, range(33))))
    seen = seen.replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")
    if seen.startswith("//"):
        return True
    try:
        parts = urlsplit(seen)
    except ValueError:
        return True
    return bool(parts.scheme) and parts.hostname != "testserver"


@pytest.mark.parametrize("location", ["//evil.example", "/\\evil.example", "\t//evil.example", "https://evil.example"])
def test_the_judge_of_this_test_sees_what_leads_away(location):
    assert leads_away(location)
