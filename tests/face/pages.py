"""Every page there is, as answered: taken from the table of permissions, which is held complete against the addresses.

A page has up to three states. *Filled*: about the things of the table's scenes. *Empty*: the same where the company has
people and nothing else, for pages that are about nothing in particular. *Error*: the form of the page sent in empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass

import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.people.models import User
from tests import test_permission_matrix as table
from tests.cast import make_cast
from tests.face.broken import ERRORS
from tests.face.house import Answer

THEMES, LANGUAGES = ("light", "dark"), ("de", "en")
LOOKS = tuple((theme, language) for theme in THEMES for language in LANGUAGES)
#: Pages that are another one for each role: all of them are looked at.
FOR_EACH_ROLE = ("start",)
#: Pages that are another one by their query: a name of its own for each, the address's name, and the query.
BY_QUERY = {"customers_for_a_reason": ("customers", "?purpose=marketing")}
#: Pages that speak the language of what they are about (of who signed up, of the customer), or both languages.
OF_THEIR_OWN_LANGUAGE = ("opt_in_confirm", "unsubscribe", "offline")
#: Kept by the device, for nobody in particular: it follows the system (prefers-color-scheme).
OF_NO_THEME = ("offline",)
#: The operators' pages are django-unfold's: themes, headings of filters and weight are its own, not ours.
OPERATORS = "admin:"


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one state, as one person gets it."""

    name: str
    state: str
    reader: str

    def __str__(self) -> str:
        return f"{self.name} ({self.state}, {self.reader})"


@dataclass(frozen=True, slots=True)
class Shown:
    page: Page
    theme: str
    language: str
    path: str
    answer: Answer

    def __str__(self) -> str:
        return f"{self.page} {self.theme} {self.language} {self.path}"


def filled() -> list[Page]:
    """Each address that answers a GET with 200, with the first of the table to whom it does."""
    found = []
    for name, method, expected in table.MATRIX:
        readers = _readers(expected, "200")
        if method == "GET" and readers:
            wanted = readers if name in FOR_EACH_ROLE else readers[:1]
            found += [Page(name, "filled", reader) for reader in wanted]
            found += [Page(mine, "filled", readers[0]) for mine, (of, _query) in BY_QUERY.items() if of == name]
    return found


def empty() -> list[Page]:
    return [Page(one.name, "empty", one.reader) for one in filled() if _needs_nothing(one.name)]


def errors() -> list[Page]:
    """What has a form that can be sent in, and the pages of last resort."""
    posts = {name: _readers(expected, "200", "302") for name, method, expected in table.MATRIX if method == "POST"}
    forms = [
        Page(one.name, "error", one.reader) for one in dict.fromkeys(filled()) if one.reader in posts.get(one.name, ())
    ]
    return [*forms, *(Page(name, "error", reader) for name in ERRORS for reader in ("nobody", "anna"))]


def _readers(expected: str, *statuses: str) -> list[str]:
    return [one for one, status in zip(table.COLUMNS, expected.split(), strict=True) if status in statuses]


def _needs_nothing(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


class Scenes:
    """The companies in which pages are asked for; every answer's transaction is rolled back."""

    def __init__(self, now) -> None:
        self.now = now

    @contextmanager
    def company(self, state: str) -> Iterator[Mapping]:
        with transaction.atomic(), time_machine.travel(self.now):
            yield self._empty() if state == "empty" else table._made(self.now)
            transaction.set_rollback(True)

    def _empty(self) -> dict:
        cast = make_cast(self.now)
        signed_in = {one.first_name.lower(): table._signed_in(one, self.now) for one in cast}
        return {"cast": cast, "now": self.now, "signed_in": signed_in}


def shown(page: Page, scene: Mapping, look: tuple[str, str]) -> Shown:
    """The page as its reader gets it in this theme and language; whatever was made for it is undone."""
    with transaction.atomic():
        path = _path(page, scene)
        answer = Answer.of(_asked(_browser(page.reader, scene, look), page, path))
        transaction.set_rollback(True)
    return Shown(page, *look, path, answer)


def _path(page: Page, scene: Mapping) -> str:
    if page.state == "empty" or page.name in ERRORS:
        return reverse(page.name)
    name, query = BY_QUERY.get(page.name, (page.name, ""))
    return table.address(name, deepcopy(dict(scene))) + query


def _browser(reader: str, scene: Mapping, look: tuple[str, str]) -> Client:
    theme, language = look
    browser = Client(raise_request_exception=False, headers={"accept-language": language})
    browser.cookies["theme"] = theme
    if reader != "nobody":
        browser.cookies[settings.SESSION_COOKIE_NAME] = scene["signed_in"][reader]
        User.objects.update(language=language, theme=theme)
    return browser


def _asked(browser: Client, page: Page, path: str):
    sends = page.state == "error" and page.name not in ERRORS
    return browser.post(path, {}) if sends else browser.get(path)
