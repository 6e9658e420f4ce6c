"""Seeing names: asked for here, agreed to here, and looked at here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.retention import unmasking as verbs
from portal.retention.declared import roof
from portal.retention.forms import UnmaskingForm, show_refusal
from portal.retention.models import Unmasking

BOTH = (Role.DPO, Role.AUDITOR)
RELATED = ("person", "asked_by", "agreed_by", "refused_by")


@require_GET
@role_required(*BOTH)
def unmaskings(request: HttpRequest) -> HttpResponse:
    """What was asked for and what came of it, the newest first."""
    user = person(request)
    rows = Unmasking.objects.visible_to(user).select_related(*RELATED)[:200]
    context = {"rows": rows, "now": timezone.now(), "may_ask": user.has_role(Role.DPO)}
    return render(request, "retention/unmaskings.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.DPO)
def unmasking_ask(request: HttpRequest) -> HttpResponse:
    form = UnmaskingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.ask_unmasking(person(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Asked. Nothing is shown before the works council or auditor agrees."))
            return redirect("unmasking", made.pk)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    return render(request, "retention/unmasking_form.html", {"form": form})


@require_GET
@role_required(*BOTH)
def unmasking(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _unmasking(request, pk))


@require_POST
@role_required(Role.AUDITOR)
def unmasking_agree(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, verbs.agree_unmasking, _("Agreed. It is shown for the hours that were asked for."))


@require_POST
@role_required(Role.AUDITOR)
def unmasking_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, verbs.refuse_unmasking, _("Refused. Nothing is shown."))


@require_POST
@role_required(*BOTH)
def unmasking_end(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, verbs.end_unmasking, _("It is over. Nothing is shown any more."))


@require_POST
@role_required(*BOTH)
def unmasking_log(request: HttpRequest, pk: int) -> HttpResponse:
    """The log of the person, in this answer only; each look leaves an entry, so it is asked for by POST."""
    found, at = _unmasking(request, pk), timezone.now()
    if found.person is None:
        raise Http404
    verbs.note_look(person(request), unmasking=found, at=at)
    return _page(request, found, log=roof().log_of(found.person, at))


def _unmasking(request: HttpRequest, pk: int) -> Unmasking:
    return get_object_or_404(Unmasking.objects.visible_to(person(request)).select_related(*RELATED), pk=pk)


def _act(request: HttpRequest, pk: int, verb: Callable[..., Unmasking], sentence: str) -> HttpResponse:
    try:
        verb(person(request), unmasking=_unmasking(request, pk), at=timezone.now())
        messages.success(request, sentence)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("unmasking", pk)


def _page(request: HttpRequest, found: Unmasking, log: Sequence[tuple[object, ...]] | None = None) -> HttpResponse:
    user, at = person(request), timezone.now()
    is_open = found.agreed_at is not None and found.ends_at is not None and found.ends_at > at
    waits = found.agreed_at is None and found.refused_at is None
    may_answer = waits and user.has_role(Role.AUDITOR) and not user.is_same_person_as(found.asked_by)
    context = {"unmasking": found, "is_open": is_open, "waits": waits, "may_answer": may_answer, "log": log}
    return render(request, "retention/unmasking.html", context)
