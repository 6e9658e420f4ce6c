"""The page of refused addresses: counts, one look-up, one more by hand, external lists. Nothing is taken off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.customers.suppression import entries, lists
from contacts.customers.suppression.forms import AddressForm, ListForm, RefreshForm, SuppressForm
from contacts.customers.suppression.models import KEEPERS, READERS, SuppressionList
from contacts.customers.suppression.reading import ListRefused
from portal.access.person import person
from portal.access.roles import role_required

PAGE_LINES = 50_000  # more take longer than a person waits: about 10 s for telephone numbers


@require_GET
@role_required(*READERS)
def suppression(request: HttpRequest) -> HttpResponse:
    return _overview(request, AddressForm())


@require_POST
@role_required(*READERS)
def suppression_look_up(request: HttpRequest) -> HttpResponse:
    """Is this address refused, since when, why. Only that somebody looked is kept."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    address = form.address()
    found = entries.look_up(person(request), address=address, at=timezone.now())
    return _overview(request, form, looked_up=address.value, findings=found)


@require_http_methods(["GET", "POST"])
@role_required(*KEEPERS)
def suppression_add(request: HttpRequest) -> HttpResponse:
    """One address that is refused from the press of the button on."""
    form = SuppressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        scope, reason = form.cleaned_data["scope"], form.cleaned_data["reason"]
        address, at = form.address(), timezone.now()
        if entries.add_by_hand(person(request), address=address, scope=scope, reason=reason, at=at):
            messages.success(request, _("The address is refused from now on."))
        else:
            messages.info(request, _("This address was refused that way already. Nothing was changed."))
        return redirect("suppression")
    return render(request, "suppression/add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@role_required(*KEEPERS)
def suppression_list_create(request: HttpRequest) -> HttpResponse:
    form = ListForm(request.POST or None, initial={"owner": person(request)})
    if request.method == "POST" and form.is_valid():
        made = lists.create_list(person(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The list is made. Load its file next."))
        return redirect("suppression_list", made.pk)
    return render(request, "suppression/list_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@role_required(*KEEPERS)
def suppression_list_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _list(request, pk)
    form = ListForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        lists.update_list(person(request), found=found, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The changes are saved."))
        return redirect("suppression_list", pk)
    return render(request, "suppression/list_form.html", {"form": form, "list": found})


@require_GET
@role_required(*READERS)
def suppression_list(request: HttpRequest, pk: int) -> HttpResponse:
    return _list_page(request, _list(request, pk), RefreshForm())


@require_POST
@role_required(*KEEPERS)
def suppression_list_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Load the newest file. Bad lines are shown in this answer and kept nowhere."""
    found, form = _list(request, pk), RefreshForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, found, form)
    try:
        done = lists.refresh(
            person(request),
            found=found,
            file=form.cleaned_data["file"].file,
            at=timezone.now(),
            may_shrink=form.cleaned_data["may_shrink"],
            max_lines=PAGE_LINES,
        )
    except ListRefused as refusal:
        form.add_error("file", str(refusal))
        return _list_page(request, found, form)
    return _list_page(request, _list(request, pk), RefreshForm(), done=done)


def _overview(request: HttpRequest, form: AddressForm, **result: Any) -> HttpResponse:
    context = {
        "form": form,
        "counts": entries.counts(),
        "lists": _with_state(SuppressionList.objects.visible_to(person(request)).select_related("owner")),
        "may_keep": person(request).has_role(*KEEPERS),
    }
    return render(request, "suppression/suppression.html", context | result)


def _list_page(request: HttpRequest, found: SuppressionList, form: RefreshForm, **result: Any) -> HttpResponse:
    context = {
        "list": found,
        "form": form,
        "overdue": found.is_overdue(timezone.localdate()),
        "may_keep": person(request).has_role(*KEEPERS),
    }
    return render(request, "suppression/list.html", context | result)


def _with_state(found: Any) -> list[tuple[SuppressionList, bool]]:
    today = timezone.localdate()
    return [(one, one.is_overdue(today)) for one in found]


def _list(request: HttpRequest, pk: int) -> SuppressionList:
    visible = SuppressionList.objects.visible_to(person(request)).select_related("owner")
    return get_object_or_404(visible, pk=pk)
