"""The administrators' page about messages that could not be delivered. It shows no content of any message."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.outbox import heartbeats, operating, standing
from portal.outbox.models import OutboxMessage


class GiveUpForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it will not be delivered"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy("The trail keeps it. Name nobody here."),
    )


@require_GET
@role_required(Role.ADMINISTRATOR, Role.DPO)
def outbox(request: HttpRequest) -> HttpResponse:
    """How the delivery is, and every message in trouble: what kind, for whom, how often tried, since when."""
    at = timezone.now()
    found, silent = standing.standing(at=at), heartbeats.silent(at=at)
    signs = [(part.label, found.heartbeats.get(part.value), part.value in silent) for part in heartbeats.Part]
    context = {
        "standing": found,
        "is_late": found.is_late(at),
        "signs": signs,
        "page": page_by_key(request, standing.troubled(at=at)),
        "may_act": person(request).has_role(Role.ADMINISTRATOR),
    }
    return render(request, "outbox/outbox.html", context)


def _parked(pk: int) -> OutboxMessage:
    return get_object_or_404(OutboxMessage.objects.parked().select_related("recipient"), pk=pk)


@require_POST
@role_required(Role.ADMINISTRATOR)
def outbox_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever is second learns from a sentence that somebody was faster."""
    try:
        operating.try_again(person(request), message=get_object_or_404(OutboxMessage, pk=pk), at=timezone.now())
        messages.success(request, _("The message is tried again within seconds."))
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("outbox")


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
def outbox_give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then give the message up."""
    found, form = _parked(pk), GiveUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operating.give_up(person(request), message=found, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The message is given up, and the trail says why."))
        except ValidationError as refusal:
            messages.warning(request, refusal.messages[0])
        return redirect("outbox")
    return render(request, "outbox/give_up.html", {"form": form, "found": found})
