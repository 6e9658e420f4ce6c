"""Lists: upload one, watch it, fetch the answers. GET changes nothing."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from contacts.customers.importing.reading import FileRefused
from contacts.screening.forms import ScreeningForm
from contacts.screening.handing_out import download
from contacts.screening.models import ASKERS, Screening
from contacts.screening.presenting import page_of, progress
from contacts.screening.services.receiving import Asker, receive
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import role_required


@require_http_methods(["GET", "POST"])
@role_required(*ASKERS)
def screenings(request: HttpRequest) -> HttpResponse:
    """One's own lists so far, and a new one. A file that is refused leaves nothing behind but its reason."""
    form = ScreeningForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = _received(request, form)
        if found is not None:
            return redirect("screening", found.number)
    rows = Screening.objects.visible_to(person(request))
    return render(request, "screenings/screenings.html", {"form": form, "page": page_by_key(request, rows)})


def _received(request: HttpRequest, form: ScreeningForm) -> Screening | None:
    file = form.cleaned_data["file"]
    asker, name = Asker(person(request)), file.name or ""
    try:
        return receive(asker, upload=file, file_name=name, wanted=form.wanted, at=timezone.now())
    except (FileRefused, ValidationError) as refusal:
        form.refuse(refusal)
        return None


@require_GET
@role_required(*ASKERS)
def screening(request: HttpRequest, number: UUID) -> HttpResponse:
    """Where one list is, and how many rows got which answer."""
    return render(request, "screenings/screening.html", page_of(_own(request, number), timezone.now()))


@require_GET
@role_required(*ASKERS)
def screening_progress(request: HttpRequest, number: UUID) -> HttpResponse:
    """The part of the page that moves, for the script that asks for it every five seconds."""
    return render(request, "screenings/_progress.html", progress(_own(request, number)))


@require_GET
@role_required(*ASKERS)
def screening_result(request: HttpRequest, number: UUID) -> HttpResponseBase:
    """The answers as a file; 404 before there are any and after they were deleted."""
    found = _own(request, number)
    if not found.has_result(timezone.now()):
        raise Http404
    return download(found)


def _own(request: HttpRequest, number: UUID) -> Screening:
    return get_object_or_404(Screening.objects.visible_to(person(request)), number=number)
