"""One version: its outline, the rules of its quiz, publishing it, taking it back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.rulebook.selectors import rule_set_in_force
from portal.access.person import person
from portal.access.roles import role_required
from training.forms import PublishForm, VersionForm
from training.models import CourseVersion
from training.selectors import authoring as shelf
from training.selectors import effects
from training.services import authoring, publishing
from training.services.common import NotNow
from training.views.author.common import READERS, WRITERS, at_version, attempt, may_write, tell


@require_GET
@role_required(*READERS)
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The outline of a version with what is missing, and the ways to everything in it."""
    edition = shelf.get_version(person(request), slug, number)
    context = {
        "edition": edition,
        "lessons": shelf.lesson_rows(edition),
        "questions": sum(shelf.counts_by_kind(edition).values()),
        "drawn": sum(edition.draw.values()),
        "may_write": may_write(request, edition),
        "may_publish": _may_publish(request, edition),
    }
    if may_write(request) and _can_be_withdrawn(edition):
        context["withdrawal"] = effects.of_withdrawing(edition, today=timezone.localdate())
    return render(request, "training/author/version.html", context)


def _may_publish(request: HttpRequest, edition: CourseVersion) -> bool:
    is_draft = edition.state == CourseVersion.State.DRAFT
    return is_draft and person(request).has_role(*publishing.PUBLISHERS)


def _can_be_withdrawn(edition: CourseVersion) -> bool:
    return edition.state != CourseVersion.State.DRAFT and edition.withdrawn_at is None


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def version_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    if not may_write(request, edition):
        return at_version(edition)
    form = VersionForm(request.POST or None, instance=edition)
    if request.method == "POST" and form.is_valid():
        try:
            authoring.change_version(person(request), version=edition, at=timezone.now(), **form.values())
            return at_version(edition)
        except ValidationError as error:
            tell(form, error)
    return render(request, "training/author/version_edit.html", {"form": form, "edition": edition})


@require_http_methods(["GET", "POST"])
@role_required(*publishing.PUBLISHERS)
def publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The check page: what stands in the way, or the one question that publishing asks."""
    user, edition = person(request), shelf.get_version(person(request), slug, number)
    if not _may_publish(request, edition):
        return at_version(edition)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.publish(user, version=edition, at=timezone.now(), recertify_by=form.day())
            return at_version(edition)
        except NotNow as refusal:
            form.add_error(None, refusal)
        except ValidationError:
            pass  # the page below says each of the problems
    found = publishing.problems(edition, rule_set_in_force(timezone.now()))
    context = {"form": form, "edition": edition, "problems": found}
    context["second_person"] = publishing.needs_second_person(user, edition)
    context["stopped"] = effects.stopped_by_publishing(edition, today=timezone.localdate())
    context["current"] = edition.course.versions.filter(state=CourseVersion.State.PUBLISHED).first()
    return render(request, "training/author/publish.html", context)


@require_POST
@role_required(*WRITERS)
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    done = _("The version is withdrawn: nobody passes by it any more. Certificates from before stay.")
    attempt(request, lambda: publishing.withdraw(person(request), version=edition, at=timezone.now()), done)
    return at_version(edition)


@require_POST
@role_required(*WRITERS)
def draft_discard(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    attempt(
        request,
        lambda: authoring.discard_draft(person(request), version=edition, at=timezone.now()),
        _("The draft is discarded. What is published stays as it is."),
    )
    return redirect("author_courses")
