"""Where somebody is signed in: one's own sessions, and for administrators those of a person."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.people.fresh import fresh_sign_in_required
from portal.people.models import User
from portal.people.second_factor.services import reset_second_factor
from portal.people.sessions import services
from portal.people.sessions.models import SignedIn, SignedInQuerySet


@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """One's own sessions, the newest first; this one is marked."""
    rows = _of(request, person(request))
    return render(request, "sessions/sessions.html", {"rows": rows, "here": request.session.session_key})


@require_POST
@fresh_sign_in_required("POST", back="sessions")
def session_end(request: HttpRequest, handle: str) -> HttpResponse:
    session = _find(_of(request, person(request)), handle)
    services.end_session(person(request), session=session, at=timezone.now())
    messages.success(request, _("This session is ended. Its browser must sign in again."))
    return redirect("sessions")


@require_POST
@fresh_sign_in_required("POST", back="sessions")
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    user = person(request)
    ended = services.end_sessions(user, person=user, spare=request.session.session_key, at=timezone.now())
    messages.success(request, _said(ended))
    return redirect("sessions")


@require_GET
@role_required(Role.ADMINISTRATOR)
def person_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(User.objects.visible_to(person(request)), pk=pk)
    context = {
        "member": member,
        "rows": _of(request, member),
        "factors": Authenticator.objects.filter(user=member).exists(),
        "is_self": person(request).is_same_person_as(member),
    }
    return render(request, "sessions/of_person.html", context)


@require_POST
@role_required(Role.ADMINISTRATOR)
@fresh_sign_in_required("POST", back="person_sessions")
def person_sessions_end(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(User.objects.visible_to(person(request)), pk=pk)
    spare = request.session.session_key if member.pk == person(request).pk else None
    ended = services.end_sessions(person(request), person=member, spare=spare, at=timezone.now())
    messages.success(request, _said(ended))
    return redirect("person_sessions", member.pk)


@require_POST
@role_required(Role.ADMINISTRATOR)
@fresh_sign_in_required("POST", back="person_sessions")
def person_second_factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(User.objects.visible_to(person(request)), pk=pk)
    reset_second_factor(person(request), person=member, at=timezone.now())
    messages.success(request, _("The second factor is reset. The next sign-in can set one up."))
    return redirect("person_sessions", member.pk)


def _of(request: HttpRequest, member: User) -> SignedInQuerySet:
    rows = SignedIn.objects.visible_to(person(request)).going_on(timezone.now())
    return rows.filter(person=member).defer("session_data").order_by("-seen_at")


def _find(rows: SignedInQuerySet, handle: str) -> SignedIn:
    found = next((row for row in rows if row.handle == handle), None)
    if found is None:
        raise Http404
    return found


def _said(ended: int) -> str:
    return ngettext("%(number)d session was ended.", "%(number)d sessions were ended.", ended) % {"number": ended}
