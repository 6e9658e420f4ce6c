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
    """Every view that a link leads to, once for all people; what each can open from the start is looked at anew."""
    seen: set[str] = set()
    for user in people:
        client, asked = Client(), set()
        client.force_login(user)
        waiting = [("/", 0)]
        while waiting:
            path, depth = waiting.pop(0)
            view = _view_of(path)
            if view is None or view in asked or (view in seen and depth != 0):
                continue
            asked.add(view)
            response = client.get(path)
            if response.status_code != 200 or "text/html" not in response.headers["Content-Type"]:
                continue
            found = [link for link in links(response) if link.startswith("/") and not link.startswith(_NOT_READ)]
            waiting += [(link, depth + 1) for link in found]
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
