"""Going through the portal by its links, as each person, looking at every view once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from tests.browsing import links

#: Files, the API for machines, and what would sign out.
_NOT_READ = ("/static/", "/api/", "/scim/", "/mails/", "/logout/")


@dataclass(frozen=True)
class Visit:
    """One page as one person saw it."""

    name: str
    path: str
    html: str


def crawl(people: Iterable) -> Iterator[Visit]:
    """Every view that a link leads to, once for all people; nobody's page is asked for twice."""
    seen: set[str] = set()
    for user in people:
        client = Client()
        client.force_login(user)
        waiting = ["/"]
        while waiting:
            path = waiting.pop(0)
            view = _view_of(path)
            if view is None or f"{user.pk} {view}" in seen:
                continue
            seen.add(f"{user.pk} {view}")
            response = client.get(path)
            if response.status_code != 200 or "text/html" not in response.headers["Content-Type"]:
                continue
            waiting += [link for link in links(response) if link.startswith("/") and not link.startswith(_NOT_READ)]
            if view not in seen:
                seen.add(view)
                yield Visit(user.first_name.lower(), path, response.content.decode())


def _view_of(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


class _Nodes(HTMLParser):
    """The texts of a page, without what is in another language by its own word, code, and what somebody typed."""

    _VOID = ("input", "link", "meta", "br", "hr", "img", "use")
    _PASSED = ("script", "style", "code", "pre", "textarea", "option")

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.found, self._open = language, [], []

    def handle_starttag(self, tag, attributes):
        foreign = dict(attributes).get("lang", self.language) != self.language
        if tag not in self._VOID:
            self._open.append(tag in self._PASSED or foreign)

    def handle_endtag(self, tag):
        if tag not in self._VOID and self._open:
            self._open.pop()

    def handle_data(self, data):
        text = " ".join(data.split())
        if text and not any(self._open):
            self.found.append(text)


def texts(html: str, language: str) -> list[str]:
    nodes = _Nodes(language)
    nodes.feed(html)
    return nodes.found
