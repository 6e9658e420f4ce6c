"""Who may read and who may write, and how a refusal becomes a friendly word."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.access.person import person
from portal.access.roles import Role, require_role
from training.models import CourseVersion
from training.services.common import NotNow

READERS = (Role.TRAINING_AUTHOR, Role.DPO)
WRITERS = (Role.TRAINING_AUTHOR,)


def may_write(request: HttpRequest, version: CourseVersion | None = None) -> bool:
    """Whether this person may change things here; a version only while it is a draft."""
    is_open = version is None or version.state == CourseVersion.State.DRAFT
    return is_open and person(request).has_role(*WRITERS)


def demand_writer(request: HttpRequest) -> None:
    """Who may read may not write: 403 before anything of a posted form is looked at."""
    if request.method == "POST":
        require_role(request.user, *WRITERS)


def at_version(version: CourseVersion) -> HttpResponse:
    return redirect("author_version", version.course.slug, version.number)


def attempt(request: HttpRequest, act: Callable[[], object], done: str = "") -> bool:
    """Do it, and say so; or say why not, and nothing has changed."""
    try:
        act()
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
        return False
    if done:
        messages.success(request, done)
    return True


def tell(form: object, error: ValidationError) -> None:
    """Put the sentences of a service onto the form: at the field they name, else on top."""
    form.add_error(None, error)  # type: ignore[attr-defined]
