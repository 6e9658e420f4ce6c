"""From where the company writes: its accounts and the review of each platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.requests import account_services as verbs
from contacts.requests.account_forms import AccountForm, PlatformForm
from contacts.requests.models import CompanyAccount, PlatformRegistration
from portal.access.person import person
from portal.access.roles import Role, role_required


@dataclass(frozen=True, slots=True)
class Row:
    """An account with its standing today as tone and word."""

    account: CompanyAccount
    tone: str
    word: str


@require_GET
def company_accounts(request: HttpRequest) -> HttpResponse:
    """Everybody may know from where the company writes; the DPO approves, the administrator keeps the list."""
    user = person(request)
    accounts = CompanyAccount.objects.visible_to(user).select_related("owner", "approved_by")
    is_dpo = user.has_role(Role.DPO)
    platforms = [
        (one, PlatformForm(instance=one, auto_id=f"{one.platform}_%s") if is_dpo else None)
        for one in PlatformRegistration.objects.all()
    ]
    context = {
        "rows": [_row(account, timezone.localdate()) for account in accounts],
        "platforms": platforms,
        "may_keep": user.has_role(Role.ADMINISTRATOR),
        "may_approve": is_dpo,
        "may_close": user.has_role(*verbs.CLOSERS),
    }
    return render(request, "accounts/accounts.html", context)


def _row(account: CompanyAccount, today: date) -> Row:
    if account.closed_at is not None:
        return Row(account, "quiet", _("Closed"))
    if account.valid_until is not None and account.valid_until < today:
        return Row(account, "quiet", _("Ended"))
    if account.approved_at is None:
        return Row(account, "dpo", _("Waits for the data protection officer"))
    if account.valid_from > today:
        return Row(account, "quiet", _("Not yet valid"))
    return Row(account, "allowed", _("Open"))


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
def company_account_create(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid() and _try(form, verbs.create_account, request):
        messages.success(request, _("The account is saved. It can be used once the data protection officer approves."))
        return redirect("company_accounts")
    return render(request, "accounts/form.html", {"form": form, "title": _("New company account")})


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
def company_account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    form = AccountForm(request.POST or None, instance=account)
    # The form writes nothing into the row: what changed is judged by the service on what it locks.
    if request.method == "POST" and form.is_valid() and _try(form, verbs.update_account, request, account=account):
        messages.success(request, _("The changes are saved."))
        return redirect("company_accounts")
    return render(request, "accounts/form.html", {"form": form, "title": account.name, "account": account})


@require_POST
@role_required(Role.DPO)
def company_account_approve(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        verbs.approve_account(person(request), account=_account(request, pk), at=timezone.now())
        messages.success(request, _("The account is approved and can be used from now on."))
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    return redirect("company_accounts")


@require_POST
@role_required(*verbs.CLOSERS)
def company_account_close(request: HttpRequest, pk: int) -> HttpResponse:
    verbs.close_account(person(request), account=_account(request, pk), at=timezone.now())
    messages.success(request, _("The account is closed. Permits that rest on it can no longer be used."))
    return redirect("company_accounts")


@require_POST
@role_required(Role.DPO)
def platform_update(request: HttpRequest, platform: str) -> HttpResponse:
    registration = get_object_or_404(PlatformRegistration, platform=platform)
    form = PlatformForm(request.POST, instance=registration)
    if form.is_valid() and _try(form, verbs.review_platform, request, registration=registration):
        said = _("The review of %(platform)s is saved; answers follow it at once.") % {"platform": registration}
        messages.success(request, said)
    else:
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, f"{registration}: {said}")
    return redirect("company_accounts")


def _account(request: HttpRequest, pk: int) -> CompanyAccount:
    return get_object_or_404(CompanyAccount.objects.visible_to(person(request)), pk=pk)


def _try(form: BaseForm, verb: Any, request: HttpRequest, **arguments: Any) -> bool:
    """Call a verb with the form's data; what it refuses is shown at the fields."""
    try:
        verb(person(request), at=timezone.now(), **arguments, **form.cleaned_data)
    except ValidationError as refusal:
        for field, errors in getattr(refusal, "message_dict", {"": refusal.messages}).items():
            form.add_error(field if field in form.fields else None, errors)
        return False
    return True
