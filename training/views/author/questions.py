"""The question bank: by category, a form for each kind, the question as learners see it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.rulebook.selectors import rule_set_in_force
from portal.access.person import person
from portal.access.roles import role_required
from training import presenting
from training.models import CourseVersion
from training.presenting import editing
from training.questions import QuestionError, from_json
from training.selectors import authoring as shelf
from training.services import authoring
from training.services.common import NotNow
from training.views.author.common import READERS, WRITERS, at_version, attempt, demand_writer, may_write
from training.views.author.lessons import _language


@require_GET
@role_required(*READERS)
def questions(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    context = {
        "edition": edition,
        "categories": shelf.bank_of(edition, person(request).language),
        "kinds": editing.KIND_WORDS.items(),
        "may_write": may_write(request, edition),
    }
    return render(request, "training/author/questions.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def question_create(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    if kind not in editing.KIND_WORDS:
        raise Http404
    if not may_write(request, edition):
        return at_version(edition)
    if request.method == "POST":
        return _posted(request, edition, kind)
    return _page(request, edition, editing.blank(kind, request.GET.get("category", "")[:60]))


@require_http_methods(["GET", "POST"])
@role_required(*READERS)
def question(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    demand_writer(request)
    edition = shelf.get_version(person(request), slug, number)
    row = get_object_or_404(edition.questions, key=key)
    if request.method == "POST":
        return _posted(request, edition, row.kind, key)
    return _page(request, edition, row.body, key=key, seen=authoring.fingerprint(row.body))


def _posted(request: HttpRequest, edition: CourseVersion, kind: str, key: str = "") -> HttpResponse:
    """Save, or only show the form anew: with more entries, in another order, with what the rules say."""
    rules, seen = rule_set_in_force(timezone.now()), request.POST.get("seen", "")
    values = editing.values_in(request.POST, kind, rules)
    values["key"] = key or values["key"]
    if editing.act_in(request.POST)[0] != "save":
        return _page(request, edition, values, key=key, seen=seen)
    user, now = person(request), timezone.now()
    try:
        saved = authoring.save_question(user, version=edition, values=values, key=key, seen=seen, at=now)
    except QuestionError as error:
        return _page(request, edition, values, key=key, seen=seen, error=_(error.template) % error.values)
    except NotNow as refusal:
        return _page(request, edition, values, key=key, seen=seen, error=refusal.messages[0])
    messages.success(request, _("The question is saved."))
    return redirect("author_question", edition.course.slug, edition.number, saved.key)


def _page(
    request: HttpRequest, edition: CourseVersion, values: Any, *, key: str = "", seen: str = "", error: str = ""
) -> HttpResponse:
    categories = edition.questions.order_by("category").values_list("category", flat=True).distinct()
    context = {
        "edition": edition,
        "sheet": editing.sheet_for(dict(values), rule_set_in_force(timezone.now())),
        "key": key,
        "seen": seen,
        "error": error,
        "categories": list(categories),
        "may_write": may_write(request, edition),
    }
    return render(request, "training/author/question.html", context)


@require_GET
@role_required(*READERS)
def question_preview(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """The question as learners see it, and below what they read afterwards."""
    edition = shelf.get_version(person(request), slug, number)
    row, language = get_object_or_404(edition.questions, key=key), _language(request)
    found = from_json(row.body)
    with translation.override(language):
        shown = {
            "shown": presenting.shown(found, None, seed=1),
            "right": presenting.right_words(found, rule_set_in_force(timezone.now())),
            "explanation": presenting.words(found.explanation),
        }
        context = {"edition": edition, "row": row, "language": language, "source": found.source, **shown}
        return render(request, "training/author/question_preview.html", context)


@require_POST
@role_required(*WRITERS)
def question_remove(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    get_object_or_404(edition.questions, key=key)
    done = _("The question is removed from this draft.")
    attempt(
        request,
        lambda: authoring.remove_question(person(request), version=edition, key=key, at=timezone.now()),
        done,
    )
    return redirect("author_questions", slug, number)
