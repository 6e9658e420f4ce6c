"""Pages that the test client has rendered, looked at in a real browser without a server: what a page looks like needs
no second process and no database that all threads share."""

import mimetypes
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.test import Client

BASE = "http://portal.test"
Stills = dict[str, str]


def render(user, paths: Iterable[str]) -> Stills:
    """Each page as this person gets it; a page that does not open is a fault of the test."""
    client = Client()
    client.force_login(user)
    found = {}
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        found[path] = response.content.decode()
    return found


def open_page(browser, stills: Stills, **context):
    """A page of the browser to which only these addresses and the static files exist."""
    page = browser.new_context(base_url=BASE, **context).new_page()
    page.route("**/*", lambda route: _answer(route, stills))
    return page


def _answer(route, stills: Stills) -> None:
    parts = urlsplit(route.request.url)
    asked = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if asked in stills:
        route.fulfill(status=200, content_type="text/html; charset=utf-8", body=stills[asked])
    elif parts.path.startswith("/static/") and (file := finders.find(unquote(parts.path.removeprefix("/static/")))):
        route.fulfill(status=200, content_type=mimetypes.guess_type(file)[0], body=Path(file).read_bytes())
    else:
        route.fulfill(status=404, body="")
