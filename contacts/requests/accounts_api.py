"""The API of the company's accounts (docs/api.md): what the page can do, by the same form and verbs. Nobody approves
here, and nobody registers a profile of their own: that is said by people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from contacts.requests import account_services as verbs
from contacts.requests import accounts_bodies as bodies
from contacts.requests.account_forms import AccountForm
from contacts.requests.models import CompanyAccount
from portal.access.roles import Role, require_role
from portal.machines.models import Scope
from portal.machines.once import Answer
from portal.machines.paging import page_of
from portal.machines.problems import unprocessable
from portal.machines.rest import (
    CHANGED,
    KEYED,
    MATCHED,
    POSTED,
    READABLE,
    Key,
    acted,
    caller_of,
    checked,
    person_of,
    told,
)
from portal.machines.versions import demand_unchanged
from portal.people.models import Department, User

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

router = Router(tags=["accounts"])
READ, WRITE = Key(Scope.ACCOUNTS_READ), Key(Scope.ACCOUNTS_WRITE)


@router.get(
    "", auth=READ, response={200: bodies.AccountsOut, **READABLE}, url_name="api_accounts", summary="List accounts"
)
def accounts(request: HttpRequest, filters: Query[bodies.AccountFilters]) -> JsonResponse:
    """From where the company writes, the newest first; of personal profiles only those that this person may see."""
    today = _today(request)
    rows = _visible(person_of(request))
    rows = rows.filter(channel=filters.channel) if filters.channel else rows
    rows = rows.filter(platform=filters.platform) if filters.platform else rows
    if filters.open is not None:
        is_open = CompanyAccount.objects.open_on(today).values("pk")
        rows = rows.filter(pk__in=is_open) if filters.open else rows.exclude(pk__in=is_open)
    found, links = page_of(request, rows, filters)
    return told({"items": [bodies.account_told(row, today) for row in found], **links})


@router.post(
    "",
    auth=WRITE,
    response={201: bodies.AccountOut, **POSTED},
    url_name="api_accounts",
    summary="Register an account",
    openapi_extra=KEYED,
)
def account_create(request: HttpRequest, body: bodies.AccountNew) -> JsonResponse:
    """A new account of the company. The data protection officer approves it on the page."""
    user, at = person_of(request), caller_of(request).at
    require_role(user, Role.ADMINISTRATOR)

    def act() -> Answer:
        values = _checked(_entered(body.model_dump()))
        return 201, bodies.account_told(verbs.create_account(user, at=at, **values), _today(request))

    return acted(request, act, tagged=True, new="id")


@router.get(
    "/{int:number}",
    auth=READ,
    response={200: bodies.AccountOut, **READABLE},
    url_name="api_account",
    summary="Read an account",
)
def account(request: HttpRequest, number: int) -> JsonResponse:
    """One account; the ETag is what a change is asked for with."""
    found = get_object_or_404(_visible(person_of(request)), pk=number)
    return told(bodies.account_told(found, _today(request)), tagged=True)


@router.patch(
    "/{int:number}",
    auth=WRITE,
    response={200: bodies.AccountOut, **CHANGED},
    url_name="api_account",
    summary="Change an account",
    openapi_extra=MATCHED,
)
def account_change(request: HttpRequest, number: int, body: bodies.AccountChange) -> JsonResponse:
    """Change the fields that are named. What the approval rested on puts the account back before the data protection
    officer."""
    user, at = person_of(request), caller_of(request).at
    require_role(user, Role.ADMINISTRATOR)

    def act() -> Answer:
        locked = _locked(user, number)
        demand_unchanged(request, bodies.account_told(locked, _today(request)))
        values = _checked(_present(locked) | _entered(body.model_dump(exclude_unset=True)), locked)
        changed = verbs.update_account(user, account=locked, at=at, **values)
        return 200, bodies.account_told(changed, _today(request))

    return acted(request, act, tagged=True)


@router.post(
    "/{int:number}/close",
    auth=WRITE,
    response={200: bodies.AccountOut, **POSTED},
    url_name="api_account_close",
    summary="Close an account",
    openapi_extra=KEYED,
)
def account_close(request: HttpRequest, number: int) -> JsonResponse:
    """Nobody writes from it any more, and permits that rest on it end. This cannot be undone."""
    user, at = person_of(request), caller_of(request).at
    found = get_object_or_404(_visible(user), pk=number)

    def act() -> Answer:
        return 200, bodies.account_told(verbs.close_account(user, account=found, at=at), _today(request))

    return acted(request, act, tagged=True)


def _visible(user: User) -> QuerySet[CompanyAccount]:
    return CompanyAccount.objects.visible_to(user).select_related("owner", "responsible", "holder")


def _locked(user: User, number: int) -> CompanyAccount:
    return get_object_or_404(_visible(user).select_for_update(of=("self",)), pk=number)


def _today(request: HttpRequest) -> date:
    at: datetime = caller_of(request).at
    return timezone.localdate(at)


def _present(account: CompanyAccount) -> dict[str, Any]:
    """What the form of the page shows of an account."""
    keys = {"owner": account.owner_id, "responsible": account.responsible_id}
    return {name: getattr(account, name) for name in verbs.EDITABLE if name not in keys} | keys


def _entered(sent: dict[str, Any]) -> dict[str, Any]:
    """What somebody would enter into the form of the page: department and person by their keys."""
    entered = {name: value for name, value in sent.items() if name not in ("department", "responsible")}
    if "department" in sent:
        departments = Department.objects.filter(name__iexact=sent["department"])
        entered["owner"] = _key("department", departments, sent["department"])
    if "responsible" in sent:
        people = User.objects.filter(email__iexact=sent["responsible"], is_active=True)
        entered["responsible"] = _key("responsible", people, sent["responsible"])
    return entered


def _checked(entered: dict[str, Any], account: CompanyAccount | None = None) -> dict[str, Any]:
    """What the form makes of it; its sentences stand at the names of the API."""
    return checked(AccountForm(entered, instance=account), owner="department")


def _key(field: str, rows: QuerySet[Any], name: str | None) -> int | None:
    if name is None:
        return None
    found: int | None = rows.values_list("pk", flat=True).first()
    if found is None:
        raise unprocessable({field: [_("There is nobody and nothing of this name. Look at the list of the portal.")]})
    return found
