"""A course: its lessons one by one, resuming where one left off."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from portal.access.person import person
from training.markdown import to_html
from training.models import Attempt, CourseVersion, LessonPicture
from training.selectors import get_current, may_take_refresher, steps_of
from training.selectors.courses import Step
from training.services.reading import mark_read


def takes_refresher(request: HttpRequest) -> bool:
    """Which way the person is on: the whole course, or the refresher (`?way=refresher`)."""
    return request.GET.get("way") == "refresher"


def on_the_way(address: str, refresher: bool) -> str:
    return f"{address}?way=refresher" if refresher else address


@require_GET
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """Contents, the way one is on, the attempts so far."""
    user, refresher = person(request), takes_refresher(request)
    version = get_current(user, slug)
    steps = steps_of(user, version, refresher=refresher)
    attempts = Attempt.objects.visible_to(user).filter(version__course=version.course).defer("questions")
    context = {
        "edition": version,
        "refresher": refresher,
        "way": "?way=refresher" if refresher else "",
        "steps": steps,
        "next": next((step for step in steps if not step.is_read), None),
        "may_refresh": may_take_refresher(user, version, today=timezone.localdate()),
        "attempts": attempts.select_related("version")[:10],
    }
    return render(request, "training/course.html", context)


@require_http_methods(["GET", "POST"])
def lesson(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """One lesson. Going on is a press of a button, so that reading a page changes nothing."""
    user, refresher = person(request), takes_refresher(request)
    version = get_current(user, slug)
    steps = steps_of(user, version, refresher=refresher)
    step = _step(steps, lesson_slug)
    if request.method == "POST":
        mark_read(user, lesson=step.lesson, at=timezone.now())
        return redirect(_after(version, steps, step, refresher))
    context = {
        "edition": version,
        "step": step,
        "count": len(steps),
        "previous": steps[step.number - 2] if step.number > 1 else None,
        "body": to_html(step.lesson.body),
        "way": "?way=refresher" if refresher else "",
    }
    return render(request, "training/lesson.html", context)


def _step(steps: list[Step], slug: str) -> Step:
    for step in steps:
        if step.lesson.slug == slug:
            return step
    raise Http404


def _after(version: CourseVersion, steps: list[Step], step: Step, refresher: bool) -> str:
    """The next lesson, or after the last one the quiz."""
    slug = version.course.slug
    if step.number == len(steps):
        return on_the_way(reverse("quiz_start", args=[slug]), refresher)
    return on_the_way(reverse("lesson", args=[slug, steps[step.number].lesson.slug]), refresher)


@require_GET
def lesson_picture(request: HttpRequest, digest: str) -> HttpResponse:
    """A picture of a lesson; its address is its content, so it never changes."""
    picture = get_object_or_404(LessonPicture, digest=digest)
    return HttpResponse(bytes(picture.data), content_type=picture.media_type)
