"""Own requests, one request, submitting, cancelling, and the page of a decision."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.requests import freezing, presenting
from contacts.requests.acts import acts_of
from contacts.requests.deciders import after_words, waiting_words
from contacts.requests.deciding import answer
from contacts.requests.history import history_of
from contacts.requests.models import ContactRequest
from contacts.requests.review_forms import ReviewForm
from contacts.requests.reviewers import desk_of, may_comment
from contacts.requests.routing_forms import show_refusal
from contacts.requests.rules import State
from contacts.requests.selectors import TABS, get_request, tab, tab_counts
from contacts.requests.services import reviewing, submitting
from contacts.requests.services.common import NotNow
from contacts.requests.stricter import proposal_of, terms_of
from contacts.requests.views.check import shown
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from training.selectors import CourseToTake, course_before_reviewing

#: What the list shows.
LISTED = (
    *("purpose", "state", "contact_point__channel", "contact_point__platform"),
    *("customer__number", "customer__first_name", "customer__last_name", "customer__company"),
)
PROPOSED = ("proposal__contact_point", "proposal__account")


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Own requests: open, decided, ended, each with how many there are."""
    user, name = person(request), request.GET.get("tab", "open")
    name = name if name in TABS else "open"
    page = page_by_key(request, tab(user, name).select_related("customer", "contact_point").only(*LISTED))
    return render(request, "requests/requests.html", {"page": page, "tab": name, "counts": tab_counts(user)})


@require_GET
def request_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One request for those who have to do with it."""
    user, now = person(request), timezone.now()
    asked = get_request(user, number)
    rewritten = freezing.show_as_handed_in(asked, user)
    given, desk = answer(asked, at=now), desk_of(asked, at=now)
    reviews = list(asked.reviews.select_related("reviewer", "stands_for", "condition", *PROPOSED))
    permit = getattr(asked, "permit", None)
    context = {
        "asked": asked,
        "mine": asked.requester_id == user.pk,
        "may_review": desk is not None and desk.seat_of(user) is not None,
        "acts": acts_of(asked, user, desk),
        "waiting": waiting_words(desk, at=now),
        "history": history_of(asked, reviews, permit),
        "proposal": proposal_of(asked),
        "rewritten": rewritten,
        "may_comment": may_comment(user, asked, desk),
        "comments": asked.comments.select_related("author"),
        "dropped": freezing.dropped(asked),
        "danger": after_words(asked, user, at=now),
        "refusal": presenting.reasons_by_id(asked.refusal_reason) if asked.state == State.REFUSED else [],
        "permit": permit,
        "approved": presenting.approved_sentence(permit) if permit is not None else "",
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
    return redirect("request_sent", asked.number)


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


def _course_first(request: HttpRequest) -> CourseToTake | None:
    """The approver course that this person must pass before deciding, if any."""
    return course_before_reviewing(person(request).pk, today=timezone.localdate())


@require_http_methods(["GET", "POST"])
@role_required(Role.MANAGER, Role.DPO)
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Read one request and decide: approve, with conditions or without, refuse with a reason, or ask for changes."""
    user, now = person(request), timezone.now()
    asked = get_request(user, number)
    snapshot, given = freezing.snapshot_of(asked), answer(asked, at=now)
    seen = snapshot.sha256 if snapshot is not None else ""
    form = ReviewForm(request.POST or None, asked=asked, given=given, sha256=seen)
    done = _reviewed(request, asked, form) if request.method == "POST" and form.is_valid() else None
    desk = desk_of(asked, at=now) if done is None else None
    if done is not None or desk is None or desk.seat_of(user) is None:
        return done or redirect("request", asked.number)
    context = {
        "asked": asked,
        "form": form,
        "course": _course_first(request),
        "wanted": request.GET.get("verdict", ""),
        "snapshot": snapshot,
        "unchanged": freezing.still_the_same(asked, snapshot),
        "dropped": freezing.dropped(asked),
        "waiting": waiting_words(desk, at=now),
        "terms": terms_of(asked),
        **shown(given),
        "sentence": presenting.asked_sentence(asked),
    }
    return render(request, "requests/review.html", context)


def _reviewed(request: HttpRequest, asked: ContactRequest, form: ReviewForm) -> HttpResponse | None:
    """None where the verdict was refused; the form says why."""
    try:
        asked = reviewing.review(person(request), request=asked, at=timezone.now(), **form.given())
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("request", asked.number)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return None
    messages.success(request, _("Your verdict about %(number)s is recorded.") % {"number": asked.number})
    return redirect(f"{reverse('inbox')}?decided={asked.number}")
