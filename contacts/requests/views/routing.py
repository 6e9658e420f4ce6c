"""The routing table: its versions, one version, its draft, and putting it in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.requests.deciders import table_rows
from contacts.requests.models import RoutingTable
from contacts.requests.models.routing import READERS
from contacts.requests.routing_forms import PublishForm, RuleForm, show_refusal
from contacts.requests.services import routing_tables
from contacts.requests.services.common import NotNow
from portal.access.person import person
from portal.access.roles import Role, role_required

if TYPE_CHECKING:
    from contacts.requests.models import RoutingRule


def _table(request: HttpRequest, version: int) -> RoutingTable:
    return get_object_or_404(RoutingTable.objects.visible_to(person(request)), version=version)


@require_GET
@role_required(*READERS)
def routing(request: HttpRequest) -> HttpResponse:
    """Every version, the newest first, and the one that counts now."""
    now = timezone.now()
    rows = RoutingTable.objects.visible_to(person(request)).select_related("created_by", "published_by")[:100]
    current = RoutingTable.objects.in_force(now).first()
    may_write = person(request).has_role(Role.DPO)
    context = {"rows": rows, "current": current, "rules": table_rows(current), "now": now, "may_write": may_write}
    return render(request, "requests/routing/list.html", context)


@require_POST
@role_required(Role.DPO)
def routing_draft(request: HttpRequest) -> HttpResponse:
    try:
        table = routing_tables.draft_table(person(request), at=timezone.now())
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("routing")
    return redirect("routing_version", table.version)


@require_GET
@role_required(*READERS)
def routing_version(request: HttpRequest, version: int) -> HttpResponse:
    table = _table(request, version)
    may_write = person(request).has_role(Role.DPO) and table.published_at is None
    context = {"table": table, "rules": table_rows(table), "may_write": may_write, "form": PublishForm()}
    return render(request, "requests/routing/version.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.DPO)
def routing_rule(request: HttpRequest, version: int, position: int | None = None) -> HttpResponse:
    """One rule of a draft, or a new one."""
    table = _table(request, version)
    rule = _rule(table, position)
    form = RuleForm(request.POST or None, rule=rule)
    if request.method == "POST" and form.is_valid():
        user, now = person(request), timezone.now()
        try:
            routing_tables.save_rule(user, table=table, position=position, rule=form.rule(), at=now)
        except NotNow as refusal:
            messages.warning(request, refusal.messages[0])
        except ValidationError as refusal:
            show_refusal(form, refusal)
            return render(request, "requests/routing/rule.html", {"table": table, "form": form, "position": position})
        return redirect("routing_version", table.version)
    return render(request, "requests/routing/rule.html", {"table": table, "form": form, "position": position})


def _rule(table: RoutingTable, position: int | None) -> RoutingRule | None:
    if table.published_at is not None:
        raise Http404
    return get_object_or_404(table.rules, position=position) if position is not None else None


@require_POST
@role_required(Role.DPO)
def routing_rule_remove(request: HttpRequest, version: int, position: int) -> HttpResponse:
    table = _table(request, version)
    try:
        routing_tables.remove_rule(person(request), table=table, position=position, at=timezone.now())
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("routing_version", table.version)


@require_POST
@role_required(Role.DPO)
def routing_discard(request: HttpRequest, version: int) -> HttpResponse:
    try:
        routing_tables.discard_table(person(request), table=_table(request, version), at=timezone.now())
        messages.success(request, _("The draft is gone."))
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("routing")


@require_POST
@role_required(Role.DPO)
def routing_publish(request: HttpRequest, version: int) -> HttpResponse:
    """Put the draft in force; where it cannot be, the page says everything that is wrong with it."""
    table, now = _table(request, version), timezone.now()
    form = PublishForm(request.POST)
    if form.is_valid():
        values = {"valid_from": form.cleaned_data["valid_from"] or now, "reason": form.cleaned_data["reason"]}
        try:
            routing_tables.publish_table(person(request), table=table, at=now, **values)
            messages.success(request, _("%(table)s is published. What waits keeps its way.") % {"table": table})
            return redirect("routing")
        except NotNow as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect("routing_version", table.version)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    context = {"table": table, "rules": table_rows(table), "may_write": table.published_at is None, "form": form}
    return render(request, "requests/routing/version.html", context)
