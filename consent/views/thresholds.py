"""When consents go stale and end: the settings with their history, and a new one with what it would change."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent import services
from consent.effects import Effect, effect_of
from consent.forms.common import show_refusal
from consent.forms.thresholds import ThresholdForm
from consent.models import ThresholdSetting
from consent.models.text import READERS
from portal.access.person import person
from portal.access.roles import Role, role_required


@require_http_methods(["GET", "POST"])
@role_required(*READERS)
def thresholds(request: HttpRequest) -> HttpResponse:
    """The history for all who keep or check consents; the form for the DPO. Counting comes before setting."""
    may_set = person(request).has_role(Role.DPO)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    form = ThresholdForm(request.POST or None, initial=_initial())
    effect: Effect | None = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") == "set" and _set(request, form):
            return redirect("consent_thresholds")
        effect = effect_of(form.row()) if form.is_valid() else None
    rows = ThresholdSetting.objects.select_related("set_by")
    context = {"rows": rows, "now": timezone.now(), "default": services.DEFAULT, "effect": effect}
    return render(request, "consent/thresholds.html", context | {"form": form if may_set else None})


def _set(request: HttpRequest, form: ThresholdForm) -> bool:
    try:
        services.set_thresholds(person(request), at=timezone.now(), **form.cleaned_data)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("The thresholds are set. They count from the time that you entered."))
    return True


def _initial() -> dict[str, object]:
    tomorrow = timezone.localtime() + timedelta(days=1)
    usual = services.DEFAULT
    return {
        "stale_after_months_unused": usual.stale_after_months_unused,
        "expired_after_months_unused": usual.expired_after_months_unused,
        "doi_ttl_days": usual.doi_ttl_days,
        "valid_from": tomorrow.replace(hour=0, minute=0, second=0, microsecond=0),
    }
