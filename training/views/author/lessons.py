"""Lessons of a draft: German and English side by side, in the order one sets by buttons; and their pictures."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import role_required
from training.forms import LessonForm, PictureForm
from training.markdown import to_html
from training.models import CourseVersion, Lesson, LessonPicture
from training.selectors import authoring as shelf
from training.services import authoring
from training.services.authoring.lessons import shown_values
from training.views.author.common import READERS, WRITERS, at_version, attempt, demand_writer, may_write, tell


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def lesson_create(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    if not may_write(request, edition):
        return at_version(edition)
    form = LessonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in LessonForm.Meta.fields}
        try:
            authoring.add_lesson(person(request), version=edition, at=timezone.now(), **fields)
            return at_version(edition)
        except ValidationError as error:
            tell(form, error)
    return render(request, "training/author/lesson.html", {"form": form, "edition": edition, "may_write": True})


@require_http_methods(["GET", "POST"])
@role_required(*READERS)
def lesson(request: HttpRequest, slug: str, number: int, lesson_slug: str) -> HttpResponse:
    demand_writer(request)
    edition = shelf.get_version(person(request), slug, number)
    found = _lesson(edition, lesson_slug)
    form = LessonForm(request.POST or None, instance=found, initial=_seen(found))
    if request.method == "POST" and form.is_valid():
        try:
            authoring.change_lesson(person(request), lesson=found, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The lesson is saved."))
            return redirect("author_lesson", slug, number, lesson_slug)
        except ValidationError as error:
            tell(form, error)
    context = {"form": form, "edition": edition, "lesson": found, "may_write": may_write(request, edition)}
    return render(request, "training/author/lesson.html", context)


def _seen(lesson: Lesson) -> dict[str, str]:
    return {"seen": authoring.fingerprint(shown_values(lesson))}


def _lesson(edition: CourseVersion, slug: str) -> Lesson:
    rows = edition.lessons.select_related("version__course")
    return get_object_or_404(rows, slug=slug)


@require_GET
@role_required(*READERS)
def lesson_preview(request: HttpRequest, slug: str, number: int, lesson_slug: str) -> HttpResponse:
    """The lesson as learners see it, in the language one asks for."""
    edition = shelf.get_version(person(request), slug, number)
    found, language = _lesson(edition, lesson_slug), _language(request)
    with translation.override(language):
        shown = {"title": found.title, "body": to_html(found.body)}
    context = {"edition": edition, "lesson": found, "language": language, **shown}
    return render(request, "training/author/lesson_preview.html", context)


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in shelf.LANGUAGES else person(request).language


@require_POST
@role_required(*WRITERS)
def lesson_move(request: HttpRequest, slug: str, number: int, lesson_slug: str) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    found, up = _lesson(edition, lesson_slug), request.POST.get("way") == "up"
    attempt(request, lambda: authoring.move_lesson(person(request), lesson=found, up=up, at=timezone.now()))
    return at_version(edition)


@require_POST
@role_required(*WRITERS)
def lesson_remove(request: HttpRequest, slug: str, number: int, lesson_slug: str) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    found = _lesson(edition, lesson_slug)
    done = _("The lesson is removed from this draft.")
    attempt(request, lambda: authoring.remove_lesson(person(request), lesson=found, at=timezone.now()), done)
    return at_version(edition)


@require_http_methods(["GET", "POST"])
@role_required(*READERS)
def pictures(request: HttpRequest) -> HttpResponse:
    """The pictures there are, each with the line that shows it in a lesson."""
    demand_writer(request)
    form = PictureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data.pop("file")
        try:
            _made, is_new = authoring.add_picture(
                person(request), name=file.name, data=file.read(), at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("The picture is here.") if is_new else _("This picture was here already."))
            return redirect("author_pictures")
        except ValidationError as error:
            tell(form, error)
    page = page_by_key(request, LessonPicture.objects.defer("data"), size=20)
    rows = [(one, one.markdown("de"), one.markdown("en")) for one in page]
    context = {"form": form, "page": page, "rows": rows, "may_write": may_write(request)}
    return render(request, "training/author/pictures.html", context)
