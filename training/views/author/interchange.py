"""Question banks from and for other systems: a report first, then, on the author's word, the questions."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from portal.access.person import person
from portal.access.roles import role_required
from training.forms import ImportForm, TakeForm
from training.interchange import Problem, Report, export_gift, export_moodle_xml
from training.models import BankImport, CourseVersion
from training.presenting import editing
from training.questions import from_json, to_json
from training.selectors import authoring as shelf
from training.services import authoring
from training.services.authoring.importing import report_of
from training.services.common import NotNow
from training.views.author.common import READERS, WRITERS, at_version, may_write, tell

EXPORTS = {"gift": (export_gift, "txt", "text/plain"), "xml": (export_moodle_xml, "xml", "application/xml")}


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def bank_import(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    edition = shelf.get_version(person(request), slug, number)
    if not may_write(request, edition):
        return at_version(edition)
    form = ImportForm(request.POST or None, request.FILES or None, initial={"language": person(request).language})
    if request.method == "POST" and form.is_valid():
        try:
            run = _receive(request, edition, form)
            return redirect("author_import_report", slug, number, run.pk)
        except ValidationError as error:
            tell(form, error)
    return render(request, "training/author/import.html", {"form": form, "edition": edition})


def _receive(request: HttpRequest, edition: CourseVersion, form: ImportForm) -> BankImport:
    file = form.cleaned_data["file"]
    told = {"format": form.format(), "language": form.cleaned_data["language"]}
    user, now = person(request), timezone.now()
    return authoring.receive_bank(user, version=edition, name=file.name, content=file.read(), at=now, **told)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def import_report(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """The dry run, line by line; the press at its end takes the questions over."""
    edition = shelf.get_version(person(request), slug, number)
    if not may_write(request, edition):
        messages.warning(request, _("This draft has been published meanwhile, so nothing is taken over into it."))
        return at_version(edition)
    run = shelf.get_import(edition, pk)
    form = TakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _take(request, run, authoring.Existing(form.cleaned_data["existing"]))
    if run.done_at is not None:
        return redirect("author_questions", slug, number)
    context = {"edition": edition, "run": run, "form": form, **_told(edition, report_of(run))}
    return render(request, "training/author/import_report.html", context)


def _take(request: HttpRequest, run: BankImport, existing: authoring.Existing) -> HttpResponse:
    try:
        done = authoring.take_bank(person(request), run=run, existing=existing, at=timezone.now())
        words = ngettext("One question was taken over.", "%(count)d questions were taken over.", done.taken)
        messages.success(request, words % {"count": done.taken})
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("author_questions", run.version.course.slug, run.version.number)


def _told(edition: CourseVersion, report: Report) -> dict[str, object]:
    """What would be new, what is here already, and what could not be read."""
    bank = dict(edition.questions.values_list("key", "body"))
    new = [one for one in report.questions if one.key not in bank]
    other = [one for one in report.questions if one.key in bank and bank[one.key] != to_json(one)]
    return {
        "new": new,
        "other": other,
        "listed": [(one, editing.KIND_WORDS[one.kind], one.key in bank) for one in (*new, *other)],
        "same": len(report.questions) - len(new) - len(other),
        "problems": [_line(problem) for problem in report.problems],
        "lost": sum(problem.lost for problem in report.problems),
    }


def _line(problem: Problem) -> tuple[int, str, str, bool]:
    found, todo = (
        _(words) % problem.values if words else "" for words in (problem.trouble.found, problem.trouble.todo)
    )
    return problem.line, found, todo, problem.lost


@require_GET
@role_required(*READERS)
def bank_export(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    """The whole bank in one file, both languages; what a format cannot carry stands in it as a comment."""
    edition = shelf.get_version(person(request), slug, number)
    if kind not in EXPORTS:
        raise Http404
    export, ending, media_type = EXPORTS[kind]
    bank = [from_json(body) for body in edition.questions.order_by("position", "pk").values_list("body", flat=True)]
    response = HttpResponse(export(bank).content, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{number}.{ending}"'
    return response
