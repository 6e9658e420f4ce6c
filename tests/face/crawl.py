"""What the people of a company can reach from their start page over links: for each address of the portal one example.

Of the examples that somebody found the one with the most on it is kept: a page is looked at where it is full.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from portal.people.models import User
from tests.browsing import links
from tests.face.house import Answer

#: So many examples of an address each person looks at.
EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    reader: str
    path: str
    size: int


def examples(readers: Iterable[str]) -> dict[str, Example]:
    """By the names of addresses; readers are e-mail addresses, who comes first is preferred."""
    found: dict[str, Example] = {}
    for reader in readers:
        for one in _walked(reader):
            known = found.get(one.name)
            if known is None or (known.reader == reader and one.size > known.size):
                found[one.name] = one
    return found


def _walked(reader: str) -> Iterable[Example]:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email=reader))
    waiting, seen, visits = deque(["/"]), {"/"}, Counter[str]()
    while waiting:
        path = waiting.popleft()
        name = _name(path)
        if not name or visits[name] == EXAMPLES:
            continue
        response = client.get(path)
        if response.status_code != 200 or not Answer.of(response).is_page:
            continue
        visits[name] += 1
        yield Example(name, reader, path, len(response.content))
        for link in links(response):
            where = _here(link, path)
            if where and where not in seen:
                seen.add(where)
                waiting.append(where)


def _here(link: str, path: str) -> str:
    """The path that a link of this portal leads to; a question after it only where it leads to another page."""
    parts = urlsplit(link)
    if parts.netloc or parts.scheme or not parts.path.startswith("/"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query and parts.path != path.partition("?")[0] else "")


def _name(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name or ""
    except Resolver404:
        return ""
