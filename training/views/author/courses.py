"""The courses there are, a new one, and one with its versions."""

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
from training.forms import CourseForm
from training.selectors import authoring as shelf
from training.services import authoring, publishing
from training.views.author.common import READERS, WRITERS, at_version, attempt, may_write, tell


@require_GET
@role_required(*READERS)
def courses(request: HttpRequest) -> HttpResponse:
    flips = shelf.flipped_cases(rule_set_in_force(timezone.now()))
    context = {"rows": shelf.course_rows(), "flips": flips, "may_write": may_write(request)}
    return render(request, "training/author/courses.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def course_create(request: HttpRequest) -> HttpResponse:
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return at_version(authoring.create_course(person(request), at=timezone.now(), **form.cleaned_data))
        except ValidationError as error:
            tell(form, error)
    return render(request, "training/author/course_create.html", {"form": form})


@require_GET
@role_required(*READERS)
def course(request: HttpRequest, slug: str) -> HttpResponse:
    found = shelf.get_course(slug)
    row = shelf.CourseRow(found, tuple(found.versions.select_related("course", "published_by")))
    flipped = shelf.flipped_cases(rule_set_in_force(timezone.now()))
    flips = [one for one in flipped if one.question.version.course_id == found.pk]
    context = {"row": row, "course": found, "flips": flips, "may_write": may_write(request)}
    return render(request, "training/author/course.html", context)


@require_POST
@role_required(*WRITERS)
def draft_create(request: HttpRequest, slug: str) -> HttpResponse:
    """A new draft, copied from the newest version."""
    found = shelf.get_course(slug)
    attempt(request, lambda: authoring.new_draft(person(request), course=found, at=timezone.now()))
    return redirect("author_course", slug)


@require_POST
@role_required(*WRITERS)
def course_retire(request: HttpRequest, slug: str) -> HttpResponse:
    found = shelf.get_course(slug)
    done = _("The course is retired: it is no longer offered, and no licence asks for it.")
    attempt(request, lambda: publishing.retire_course(person(request), course=found, at=timezone.now()), done)
    return redirect("author_course", slug)
