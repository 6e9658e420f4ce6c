"""Own requests, one request, submitting, cancelling, and the inbox of reviewers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.requests import presenting
from contacts.requests.deciding import answer
from contacts.requests.forms import ReviewForm
from contacts.requests.models import ContactRequest
from contacts.requests.reviewers import reviewers_of
from contacts.requests.rules import State, Verb, transition
from contacts.requests.selectors import get_request, tab
from contacts.requests.services import reviewing, submitting
from contacts.requests.services.common import NotNow
from contacts.requests.views.check import shown
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from training.selectors import CourseToTake, course_before_reviewing

TABS = ("open", "granted", "ended")


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Own requests: open, granted, ended."""
    name = request.GET.get("tab", "open")
    name = name if name in TABS else "open"
    rows = tab(person(request), name).select_related("customer", "contact_point", "permit")
    page = page_by_key(request, rows)
    return render(request, "requests/requests.html", {"page": page, "tab": name})


@require_GET
def request_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One request for those who have to do with it."""
    asked = get_request(person(request), number)
    given = answer(asked, at=timezone.now())
    user = person(request)
    context = {
        "asked": asked,
        "mine": asked.requester_id == user.pk,
        "may_cancel": asked.requester_id == user.pk and transition(Verb.CANCEL, asked.state) is not None,
        "may_review": ContactRequest.objects.to_review_by(user).filter(pk=asked.pk).exists(),
        "reviews": asked.reviews.select_related("reviewer"),
        "reviewers": reviewers_of(asked),
        "refusal": presenting.reasons_by_id(asked.refusal_reason) if asked.state == State.REFUSED else [],
        "permit": getattr(asked, "permit", None),
        **shown(given),
    }
    return render(request, "requests/request.html", context)


@require_POST
def request_submit(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the question in: a permit at once, a reviewer, or a refusal by the rules."""
    user = person(request)
    asked = get_request(user, number)
    try:
        asked = submitting.submit(user, request=asked, at=timezone.now())
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("request", asked.number)
    if asked.state == State.GRANTED:
        messages.success(request, _("Your permit is ready."))
        return redirect("permit", asked.permit.number)
    return redirect("request", asked.number)


@require_POST
def request_cancel(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    asked = get_request(user, number)
    try:
        submitting.cancel(user, request=asked, at=timezone.now())
        messages.success(request, _("%(number)s is cancelled.") % {"number": asked.number})
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("request", asked.number)


@require_GET
@role_required(Role.MANAGER, Role.DPO)
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person's verdict, oldest first."""
    waiting = ContactRequest.objects.to_review_by(person(request))
    rows = waiting.select_related("requester", "customer", "contact_point").order_by("waiting_since", "pk")[:100]
    return render(request, "requests/inbox.html", {"rows": rows, "course": _course_first(request)})


def _course_first(request: HttpRequest) -> CourseToTake | None:
    """The approver course that this person must pass before deciding, if any."""
    return course_before_reviewing(person(request).pk, today=timezone.localdate())


@require_http_methods(["GET", "POST"])
@role_required(Role.MANAGER, Role.DPO)
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Read one request and decide: approve, refuse with a reason, or ask for changes."""
    user = person(request)
    asked = get_request(user, number)
    form = ReviewForm(request.POST or None, initial={"round": asked.round})
    if request.method == "POST" and form.is_valid():
        return _reviewed(request, asked, form)
    if not ContactRequest.objects.to_review_by(user).filter(pk=asked.pk).exists():
        return redirect("request", asked.number)
    course = _course_first(request)
    context = {"asked": asked, "form": form, "course": course, **shown(answer(asked, at=timezone.now()))}
    return render(request, "requests/review.html", context)


def _reviewed(request: HttpRequest, asked: ContactRequest, form: ReviewForm) -> HttpResponse:
    try:
        asked = reviewing.review(person(request), request=asked, at=timezone.now(), **form.cleaned_data)
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("request", asked.number)
    messages.success(request, _("Your verdict about %(number)s is recorded.") % {"number": asked.number})
    return redirect("inbox")
