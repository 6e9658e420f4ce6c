"""Lists of the API: newest first, by key, without a count. What stands behind a page is found by an opaque cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.signing import BadSignature, Signer
from django.http import QueryDict
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field

from portal.machines.problems import said_twice, unprocessable

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

MOST = 200


class Paging(Schema):
    """How much of a list, and from where on. Each list adds its filters."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    limit: int = Field(50, ge=1, le=MOST, description="How many at most.")
    cursor: str | None = Field(
        None, min_length=1, max_length=500, description="From the answer before, as it was told."
    )


class PageOut(Schema):
    """`next` is the address of what comes behind, null at the end; `next_cursor` is the cursor in it."""

    next: str | None
    next_cursor: str | None


def page_of(request: HttpRequest, rows: QuerySet[Any], paging: Paging) -> tuple[list[Any], dict[str, str | None]]:
    """The rows of one page, and the fields of `PageOut`; one statement, however long the list is.

    Raises Problem 422 for an unknown filter, and for a cursor that is not of this list, these filters and this caller.
    """
    demand_known(request, paging)
    signer = _signer(request)
    if paging.cursor is not None:
        rows = rows.filter(pk__lt=_key_of(signer, paging.cursor))
    found = list(rows.order_by("-pk")[: paging.limit + 1])
    if len(found) <= paging.limit:
        return found, {"next": None, "next_cursor": None}
    found = found[: paging.limit]
    cursor = signer.sign_object(found[-1].pk)
    query = request.GET.copy()
    query["cursor"] = cursor
    return found, {"next": f"{request.path}?{query.urlencode()}", "next_cursor": cursor}


def demand_known(request: HttpRequest, filters: Schema) -> None:
    """A filter that nobody knows is refused: a list that leaves it out would pass for the one that was asked for. So is
    one that stands twice, and a value with the character NUL, which no text of the database has."""
    wrong = {name: [_("There is no such field.")] for name in request.GET if name not in type(filters).model_fields}
    for name, values in request.GET.lists():
        if any("\x00" in value for value in values):
            wrong.setdefault(name, []).append(_("A text has a character in it that no entry can have."))
        if len(values) > 1:
            wrong.setdefault(name, []).append(said_twice())
    if wrong:
        raise unprocessable(wrong)


def _signer(request: HttpRequest) -> Signer:
    """A cursor is only good where it was given: nobody learns a key from it, and nobody makes one up."""
    filters: QueryDict = request.GET.copy()
    for name in ("cursor", "limit"):
        filters.pop(name, None)
    token = request.auth.token.pk  # type: ignore[attr-defined]
    return Signer(salt=f"portal.machines.paging:{token}:{request.path}:{sorted(filters.lists())}")


def _key_of(signer: Signer, cursor: str) -> int:
    try:
        key: int = signer.unsign_object(cursor)
    except (BadSignature, ValueError) as error:
        sentence = _("This cursor is not from this list with these filters. Begin again without one.")
        raise unprocessable({"cursor": [sentence]}) from error
    return key
