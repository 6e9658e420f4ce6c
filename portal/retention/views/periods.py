"""What is kept, how long and why, and the company's own choices within their bounds."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.retention.declared import rules
from portal.retention.forms import PeriodForm, show_refusal
from portal.retention.lengths import lengths, set_period
from portal.retention.models import PeriodSetting
from portal.retention.reporting import report

READERS = (Role.DPO, Role.AUDITOR)


@require_GET
@role_required(*READERS)
def retention(request: HttpRequest) -> HttpResponse:
    """Every kind of data with its period and its reason: how much there is, and what should be gone."""
    user, rows = person(request), report(timezone.now())
    context = {"rows": rows, "late": [row for row in rows if row.overdue], "may_set": user.has_role(Role.DPO)}
    return render(request, "retention/retention.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.DPO)
def retention_period(request: HttpRequest, key: str) -> HttpResponse:
    """One period, where it is the company's to choose; how it was chosen before stands below."""
    rule, at = rules().get(key), timezone.now()
    if rule is None or rule.period.bounds is None:
        raise Http404
    form = PeriodForm(request.POST or None, rule=rule, initial={"length": lengths(at)[key]})
    if request.method == "POST" and form.is_valid():
        try:
            set_period(person(request), rule=key, at=at, **form.cleaned_data)
            messages.success(request, _("The period counts from now on."))
            return redirect("retention")
        except ValidationError as refusal:
            show_refusal(form, refusal)
    history = PeriodSetting.objects.filter(rule=key).select_related("set_by")
    return render(request, "retention/period.html", {"form": form, "rule": rule, "history": history})
