"""Importing a list: upload, match columns, look at the check, confirm, watch, stop, undo. GET changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.customers.import_forms import ColumnsForm, UploadForm
from contacts.customers.import_presenting import columns_of, page_of, progress
from contacts.customers.importing import run, templates, working
from contacts.customers.importing.kinds import get_kind, kinds
from contacts.customers.importing.reading import FileRefused
from contacts.customers.models import ImportRun
from contacts.customers.services import KEEPERS
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import role_required


@require_http_methods(["GET", "POST"])
@role_required(*KEEPERS)
def imports(request: HttpRequest) -> HttpResponse:
    """The lists so far, and a new one. A file that is refused leaves nothing behind but its reason."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data.pop("file")
        try:
            found = run.receive(person(request), upload, at=timezone.now(), **form.cleaned_data)
            return redirect("import_columns", found.pk)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
    rows = ImportRun.objects.visible_to(person(request)).select_related("acting_user")
    context = {"form": form, "page": page_by_key(request, rows), "kinds": kinds().values()}
    return render(request, "imports/imports.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*KEEPERS)
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Each column of the file with the field that it is taken for; the person may know better."""
    found = _run(request, pk)
    if found.state not in (ImportRun.State.MAPPING, ImportRun.State.CHECKED):
        return redirect("import_run", pk)
    kind, header = get_kind(found.kind), found.source["header"]
    form = ColumnsForm(request.POST or None, kind=kind, header=header, fields=found.mapping)
    if request.method == "POST" and form.is_valid():
        return _act(request, pk, run.choose_columns, fields=form.chosen)
    context = {"run": found, "form": form, "columns": columns_of(found, form), "kind": kind}
    return render(request, "imports/columns.html", context)


@require_GET
@role_required(*KEEPERS)
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one import is: what the check found, how far it is, what became of the rows."""
    return render(request, "imports/run.html", page_of(_run(request, pk), timezone.now()))


@require_GET
@role_required(*KEEPERS)
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that moves, for the script that asks for it every five seconds."""
    return render(request, "imports/_progress.html", progress(_run(request, pk)))


@require_POST
@role_required(*KEEPERS)
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, run.confirm, plan=request.POST.get("plan", ""))


@require_POST
@role_required(*KEEPERS)
def import_stop(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, run.stop)


@require_POST
@role_required(*KEEPERS)
def import_continue(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, run.go_on)


@require_POST
@role_required(*KEEPERS)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, run.undo)


@require_POST
@role_required(*KEEPERS)
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Without a worker: go on now, while the person waits."""
    found = working.start(_run(request, pk), at=timezone.now())
    if found.state in ImportRun.OPEN:
        messages.info(request, _("The list is being worked on already. This page shows how far it is."))
    return redirect("import_run", pk)


@require_GET
@role_required(*KEEPERS)
def import_errors(request: HttpRequest, pk: int) -> FileResponse:
    """The refused lines with reason and fix: correct them there and upload that file."""
    path = _run(request, pk).error_path
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"import-{pk}-errors.csv", content_type="text/csv"
    )


@require_GET
@role_required(*KEEPERS)
def import_template(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """A list with nothing but its header, as German Excel opens it."""
    if kind not in kinds() or form not in templates.FORMS:
        raise Http404
    response = HttpResponse(content_type=templates.FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.{form}"'
    response.write(templates.template(get_kind(kind), form))
    return response


def _act(request: HttpRequest, pk: int, verb: Callable[..., ImportRun], **arguments: Any) -> HttpResponse:
    """Do a verb about an import, and its work too if it is short; a refusal is told on the page."""
    try:
        found = verb(person(request), _run(request, pk), at=timezone.now(), **arguments)
        if working.is_short(found):
            working.start(found, at=timezone.now())
    except (ValidationError, FileRefused) as refusal:
        messages.warning(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
    return redirect("import_run", pk)


def _run(request: HttpRequest, pk: int) -> ImportRun:
    visible = ImportRun.objects.visible_to(person(request)).select_related("acting_user")
    return get_object_or_404(visible, pk=pk)
