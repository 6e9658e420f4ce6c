"""Importing a customer list: upload, what became of it, the refused lines to correct, and an empty list."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.customers.import_forms import UploadForm
from contacts.customers.importing import run
from contacts.customers.importing.columns import TEMPLATE
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
        try:
            found = run.receive(
                person(request),
                form.cleaned_data["file"],
                default_source=form.cleaned_data["default_source"],
                at=timezone.now(),
            )
            return redirect("import_run", found.pk)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
    rows = ImportRun.objects.visible_to(person(request)).select_related("acting_user")
    return render(request, "imports/imports.html", {"form": form, "page": page_by_key(request, rows)})


@require_GET
@role_required(*KEEPERS)
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one list: counts, the first errors, the file with all of them."""
    found = _run(request, pk)
    has_errors = found.error_path.exists()
    return render(request, "imports/run.html", {"run": found, "has_errors": has_errors})


@require_POST
@role_required(*KEEPERS)
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Without a worker: import now, while the person waits."""
    found = run.start(_run(request, pk), at=timezone.now())
    if found.state == ImportRun.State.RUNNING:
        messages.info(request, _("The list is being imported already. This page shows how far it is."))
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
def import_template(request: HttpRequest) -> HttpResponse:
    """A list with nothing but its header, as German Excel opens it."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="customers.csv"'
    response.write("\ufeff")
    csv.writer(response, delimiter=";").writerow(TEMPLATE)
    return response


def _run(request: HttpRequest, pk: int) -> ImportRun:
    visible = ImportRun.objects.visible_to(person(request)).select_related("acting_user")
    return get_object_or_404(visible, pk=pk)
