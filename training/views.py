"""Training pages: one's own standing, the manager's team, and the certificates with those who keep them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from training import services
from training.forms import CertificateForm
from training.models import Certificate
from training.rules import standing
from training.selectors import certificates_matching, team_of

KEEPERS = (Role.DPO, Role.TRAINING_AUTHOR, Role.AUDITOR)


@require_GET
def training(request: HttpRequest) -> HttpResponse:
    """How it stands with one's own training."""
    mine = list(Certificate.objects.filter(person=person(request)))
    days = [certificate.valid_until for certificate in mine]
    may_keep = person(request).has_role(*KEEPERS)
    context = {"standing": standing(days, timezone.localdate()), "certificates": mine, "may_keep": may_keep}
    return render(request, "training/training.html", context)


@require_GET
@role_required(Role.MANAGER)
def team(request: HttpRequest) -> HttpResponse:
    """A manager sees name, state and last day of the own people, never a result (GDPR: necessity)."""
    return render(request, "training/team.html", {"rows": team_of(person(request), today=timezone.localdate())})


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
