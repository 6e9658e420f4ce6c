"""Lists page by key: the address carries the last key seen, so a page costs the same wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50


@dataclass(frozen=True)
class Page:
    """Rows of one page, newest first, with links to the neighbours (None where there is none)."""

    rows: list[Any]
    previous_url: str | None
    next_url: str | None
    #: For the title only: which page it is when one pages on from the first.
    number: int = 1

    def __iter__(self):
        return iter(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)


def page_by_key(request: HttpRequest, rows: QuerySet[Any], *, size: int = PAGE_SIZE) -> Page:
    """A page of rows by descending primary key; `?before=` and `?after=` are keys. Nonsense means the first page."""
    before, after = _key(request, "before"), _key(request, "after")
    number = page_number(request)
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        more_newer, found = len(found) > size, found[:size][::-1]
        newer = _link(request, "after", found, number - 1) if more_newer else None
        return Page(found, newer, _link(request, "before", found, number + 1), number)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    more_older, found = len(found) > size, found[:size]
    return Page(
        found,
        _link(request, "after", found, number - 1) if before is not None else None,
        _link(request, "before", found, number + 1) if more_older else None,
        number,
    )


def page_number(request: HttpRequest) -> int:
    """What the address says about which page this is; 1 for nonsense."""
    said = request.GET.get("page", "")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 7 else 1


def _key(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _link(request: HttpRequest, name: str, rows: list[Any], number: int) -> str | None:
    if not rows:
        return None
    query = request.GET.copy()
    query.pop("before", None)
    query.pop("after", None)
    query.pop("page", None)
    query[name] = str(rows[-1 if name == "before" else 0].pk)
    if number > 1:
        query["page"] = str(number)
    return f"{request.path}?{query.urlencode()}"
