"""Certificates: the list of those who keep them, recording by hand, the document, and the public check."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access.limits import Limit
from portal.access.network import network_of
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from training import services
from training.documents import certificate_pdf
from training.forms import CertificateForm
from training.selectors import certificates_matching, check_number, get_certificate

KEEPERS = (Role.DPO, Role.TRAINING_AUTHOR, Role.AUDITOR)


@require_GET
@role_required(*KEEPERS)
def certificates(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    page = page_by_key(request, certificates_matching(person(request), words))
    may_record = person(request).has_role(*services.RECORDERS)
    context = {"page": page, "q": words, "may_record": may_record, "today": timezone.localdate()}
    return render(request, "training/certificates.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*services.RECORDERS)
def certificate_create(request: HttpRequest) -> HttpResponse:
    form = CertificateForm(request.POST or None, acting_user=person(request))
    if request.method == "POST" and form.is_valid():
        services.record_certificate(person(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The certificate is recorded and counts at once."))
        return redirect("certificates")
    return render(request, "training/certificate_create.html", {"form": form})


@require_GET
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate as a document, in the language of who holds it."""
    found = get_certificate(person(request), number)
    response = HttpResponse(certificate_pdf(found), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@require_GET
@login_not_required
def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """Whoever is shown a certificate checks its number: valid, not valid or unknown, and initials, nothing more."""
    number = (number or request.GET.get("number", "")).strip().upper()[:20]
    checks = Limit("certificate.verify", settings.VERIFY_PER_HOUR, 3600)
    if number and not checks.take(network_of(request), at=timezone.now()):
        return render(request, "429.html", status=429)
    found = check_number(number, today=timezone.localdate()) if number else None
    return render(request, "training/verify.html", {"number": number, "found": found})
