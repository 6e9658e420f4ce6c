"""Help, glossary, the first visit, and the pages that stand under every page: privacy, imprint, accessibility."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access.limits import Limit
from portal.access.network import network_of
from portal.access.person import person
from portal.help import glossary as words
from portal.help import guides, privacy, statement, visits
from portal.help.forms import FeedbackForm
from portal.help.services import go_on_with_visit, send_feedback

FROM_ONE_NETWORK = Limit("feedback.network", 5, 3600)
FROM_EVERYBODY = Limit("feedback.all", 100, 3600)


@login_not_required
@require_safe
def help_pages(request: HttpRequest) -> HttpResponse:
    """What each role can do and what people ask; signed out, what helps with the sign-in."""
    context: dict[str, Any] = {"of_roles": [], "questions": [guides.BY_SLUG["sign-in"]]}
    if request.user.is_authenticated:
        user = person(request)
        context["of_roles"] = guides.guides_for(user, guides.ROLES)
        context["questions"] = guides.guides_for(user, guides.QUESTIONS)
        context["visit_is_open"] = bool(visits.shown(user))
    return render(request, "help/help.html", context)


@login_not_required
@require_safe
def help_guide(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of help. 404 for one that is for other roles; signed out there is only the one about the sign-in."""
    guide = guides.BY_SLUG.get(slug)
    if guide is None or not _may_read(request, guide):
        raise Http404
    return render(request, "help/guide.html", {"guide": guide})


def _may_read(request: HttpRequest, guide: guides.Guide) -> bool:
    if request.user.is_authenticated:
        return guides.is_for(guide, person(request))
    return guide.slug == "sign-in"


@login_not_required
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The words of the portal, each with an anchor."""
    return render(request, "help/glossary.html", {"terms": words.in_order()})


@require_POST
def first_visit(request: HttpRequest) -> HttpResponse:
    """One step of the first visit on or back, not now, or from the beginning."""
    try:
        go_on_with_visit(person(request), act=request.POST.get("act", ""))
    except ValueError:
        messages.error(request, _("This step does not exist. Choose one of the buttons."))
    return redirect("start")


@login_not_required
@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """What the portal stores about the people who work with it."""
    context = {"parts": privacy.parts(timezone.now()), "cookies": privacy.cookies(), **_who()}
    return render(request, "help/privacy.html", context)


@login_not_required
@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Whose portal this is."""
    return render(request, "help/imprint.html", _who())


def _who() -> dict[str, Any]:
    return {
        "address": settings.COMPANY_ADDRESS,
        "email": settings.COMPANY_EMAIL,
        "phone": settings.COMPANY_PHONE,
        "represented_by": settings.COMPANY_REPRESENTED_BY,
        "register": settings.COMPANY_REGISTER,
    }


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement, and a form for what does not work."""
    form = FeedbackForm(request.POST or None, initial={"page": request.GET.get("page", "")[:200]})
    if request.method != "POST" or not form.is_valid():
        return _statement(request, form)
    at = timezone.now()
    if not (FROM_ONE_NETWORK.take(network_of(request), at=at) and FROM_EVERYBODY.take("", at=at)):
        form.add_error(None, _("Too many messages in this hour. Your text is still here: send it again later."))
        return _statement(request, form, status=429, wait=FROM_ONE_NETWORK.wait(at))
    if not form.is_from_a_program:
        send_feedback(**form.told(), at=at)
    messages.success(request, _("Thank you. Your message is on its way to the people responsible."))
    return redirect("accessibility")


def _statement(request: HttpRequest, form: FeedbackForm, status: int = 200, wait: int = 0) -> HttpResponse:
    context = {
        "form": form,
        "gaps": statement.GAPS,
        "reviewed_on": statement.REVIEWED_ON,
        "enforcement": settings.ACCESSIBILITY_ENFORCEMENT,
    }
    response = render(request, "help/accessibility.html", context, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
