"""Being away: own absences, and those in which one stands in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.requests.models import Absence
from contacts.requests.models.absence import REVIEWERS
from contacts.requests.routing_forms import AbsenceForm, show_refusal
from contacts.requests.services import absences as services
from contacts.requests.services.common import NotNow
from portal.access.person import person
from portal.access.roles import Role, role_required


@require_http_methods(["GET", "POST"])
@role_required(*REVIEWERS)
def deputies(request: HttpRequest) -> HttpResponse:
    """Who decides while somebody is away."""
    user, today = person(request), timezone.localdate()
    form = AbsenceForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"person": form.cleaned_data.get("person") or user}
        try:
            services.record_absence(user, at=timezone.now(), **values)
            messages.success(request, _("The absence is entered."))
            return redirect("deputies")
        except ValidationError as refusal:
            show_refusal(form, refusal)
    rows = Absence.objects.visible_to(user).filter(ends__gte=today, back_at__isnull=True)
    context = {"rows": rows.select_related("person", "deputy").order_by("starts", "pk")[:200], "form": form}
    return render(request, "requests/deputies.html", context | {"may_all": user.has_role(Role.DPO)})


@require_POST
@role_required(*REVIEWERS)
def deputy_end(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    absence = get_object_or_404(Absence.objects.visible_to(user), pk=pk)
    try:
        services.end_absence(user, absence=absence, at=timezone.now())
        messages.success(request, _("The absence is over."))
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("deputies")
