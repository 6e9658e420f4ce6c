"""From where the company writes: its accounts and the review of each platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.requests import account_services as verbs
from contacts.requests.account_forms import AccountForm, PlatformForm, ProfileForm
from contacts.requests.models import CompanyAccount, PlatformRegistration
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.audit.models import AuditEntry
from portal.audit.selectors import lines
from portal.people.models import User
from portal.vocabulary import Platform

TONES = {"approved": "allowed", "under_review": "dpo", "not_approved": "forbidden"}


@dataclass(frozen=True, slots=True)
class Standing:
    """An account with its standing today as tone and word, and its platform where that holds it up."""

    account: CompanyAccount
    tone: str
    word: str
    held_up_by: PlatformRegistration | None
    may_approve: bool
    may_close: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A platform with the tone of its review, and the DPO's form."""

    platform: PlatformRegistration
    tone: str
    form: PlatformForm | None


@require_GET
def company_accounts(request: HttpRequest) -> HttpResponse:
    """Everybody may know from where the company writes; the DPO approves, the administrator keeps the list."""
    return _accounts_page(request)


def _accounts_page(request: HttpRequest, refused: PlatformForm | None = None) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    platforms = list(PlatformRegistration.objects.all())
    pending = {one.platform: one for one in platforms if one.status != PlatformRegistration.Status.APPROVED}
    accounts = CompanyAccount.objects.visible_to(user).select_related("owner", "responsible", "holder", "approved_by")
    page = page_by_key(request, accounts)
    rows = [_row(account, user, today, pending.get(account.platform)) for account in page.rows]
    is_dpo = user.has_role(Role.DPO)
    context = {
        "page": page,
        "rows": sorted(rows, key=lambda row: row.account.closed_at is not None),
        "reviews": [
            Review(one, TONES[one.status], _platform_form(one, refused) if is_dpo else None) for one in platforms
        ],
        "may_keep": user.has_role(Role.ADMINISTRATOR),
        "may_register": user.has_role(*verbs.HOLDERS),
        "refused": refused,
    }
    return render(request, "accounts/accounts.html", context)


def _row(account: CompanyAccount, user: User, today: date, held_up_by: PlatformRegistration | None) -> Standing:
    is_open, mine = account.closed_at is None, account.holder
    return Standing(
        account,
        *standing_of(account, today),
        held_up_by,
        may_approve=is_open
        and account.approved_at is None
        and user.has_role(Role.DPO)
        and not (mine is not None and user.is_same_person_as(mine)),
        may_close=is_open and (user.has_role(*verbs.CLOSERS) or mine == user),
        may_edit=is_open and mine is None and user.has_role(Role.ADMINISTRATOR),
    )


def _platform_form(registration: PlatformRegistration, refused: PlatformForm | None) -> PlatformForm:
    is_refused = refused is not None and refused.instance.pk == registration.pk
    return refused if is_refused and refused else PlatformForm(instance=registration)


STANDINGS = {
    "closed": ("quiet", gettext_lazy("Closed")),
    "holder_gone": ("quiet", gettext_lazy("Ended: its holder has left or changed department")),
    "no_longer_valid": ("quiet", gettext_lazy("No longer valid")),
    "waiting": ("dpo", gettext_lazy("Waiting for approval")),
    "not_yet_valid": ("quiet", gettext_lazy("Not yet valid")),
    "open": ("allowed", gettext_lazy("Open")),
}


def standing_of(account: CompanyAccount, today: date) -> tuple[str, str]:
    """Tone and word for an account on a day."""
    tone, word = STANDINGS[account.standing_on(today)]
    return tone, str(word)


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
    if request.method == "POST" and form.is_valid():
        changed = _try(form, verbs.update_account, request, account=account)
        if changed:
            back = account.approved_at is not None and changed.approved_at is None
            messages.success(request, _("The changes are saved."))
            if back:
                messages.warning(request, _("The account waits for the data protection officer again."))
            return redirect("company_accounts")
    return render(request, "accounts/form.html", {"form": form, "title": _("Edit company account"), "account": account})


@require_GET
def company_account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account; who may read the trail reads here what became of it."""
    user, account = person(request), _account(request, pk)
    story = AuditEntry.objects.visible_to(user).filter(subject_type="account", subject_id=str(pk))
    page = page_by_key(request, story.select_related("actor"))
    tone, word = standing_of(account, timezone.localdate())
    context = {"account": account, "tone": tone, "word": word, "page": page, "lines": lines(page.rows)}
    return render(request, "accounts/account.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*verbs.HOLDERS)
def work_profile_create(request: HttpRequest) -> HttpResponse:
    """Whoever works with customers registers their own profile in a business network; the DPO confirms it."""
    form = ProfileForm(request.POST or None, initial={"platform": request.GET.get("platform", "")})
    if request.method == "POST" and form.is_valid() and _try(form, verbs.register_profile, request, form.asked()):
        said = _("The profile is registered. Until the data protection officer has confirmed it, it counts as private.")
        messages.success(request, said)
        return redirect("company_accounts")
    return render(request, "accounts/profile.html", {"form": form})


@require_POST
@role_required(Role.DPO)
def company_account_approve(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        verbs.approve_account(person(request), account=_account(request, pk), at=timezone.now())
        messages.success(request, _("The account is approved."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("company_accounts")


@require_POST
def company_account_close(request: HttpRequest, pk: int) -> HttpResponse:
    verbs.close_account(person(request), account=_account(request, pk), at=timezone.now())
    messages.success(request, _("The account is closed. Permits that rest on it can no longer be used."))
    return redirect("company_accounts")


@require_POST
@role_required(Role.DPO)
def platform_update(request: HttpRequest, platform: str) -> HttpResponse:
    """A refused entry is shown again at its platform, with what is wrong."""
    if platform not in Platform.values:
        raise Http404
    registration = get_object_or_404(PlatformRegistration, platform=platform)
    form = PlatformForm(request.POST, instance=registration)
    if form.is_valid() and _try(form, verbs.review_platform, request, registration=registration):
        said = _("The review of %(platform)s is saved; answers follow it at once.") % {"platform": registration}
        messages.success(request, said)
        return redirect("company_accounts")
    return _accounts_page(request, refused=form)


def _account(request: HttpRequest, pk: int) -> CompanyAccount:
    accounts = CompanyAccount.objects.visible_to(person(request))
    return get_object_or_404(accounts.select_related("owner", "responsible", "holder", "approved_by"), pk=pk)


def _try(form: BaseForm, verb: Any, request: HttpRequest, asked: dict[str, Any] | None = None, **arguments: Any) -> Any:
    """What the verb returns, or None where it refused; the refusal is shown at the fields, in its own words. `asked`:
    the arguments from the form, where they are not just its fields."""
    values = form.cleaned_data if asked is None else asked
    try:
        return verb(person(request), at=timezone.now(), **arguments, **values)
    except ValidationError as refusal:
        for field, errors in getattr(refusal, "message_dict", {"": refusal.messages}).items():
            form.add_error(field if field in form.fields else None, errors)
    return None
