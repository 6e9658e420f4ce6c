"""The register, entering into it, and one request with all that belongs to it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from contacts.customers.models import Restriction
from contacts.customers.selectors import restriction_of
from contacts.rights import presenting
from contacts.rights.forms import EnterForm
from contacts.rights.models import KEEPERS, READERS, DataRequest
from contacts.rights.rules import RUNNING
from contacts.rights.selectors import get_request, releases_for
from contacts.rights.services.common import allowed
from contacts.rights.services.documents import fitting
from contacts.rights.services.ledger import unwritten
from contacts.rights.services.register import enter
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required


@require_GET
@role_required(*READERS, Role.CONSENT_OFFICER)
def rights(request: HttpRequest) -> HttpResponse:
    """What runs, the most urgent first; what is closed, newest first."""
    user = person(request)
    rows = DataRequest.objects.visible_to(user).select_related("customer", "entered_by")
    context = {
        "now": timezone.now(),
        "may_enter": user.has_role(*KEEPERS),
        "tab": "open",
        "waiting": releases_for(user),
    }
    if request.GET.get("tab") == "closed":
        closed = page_by_key(request, rows.exclude(state__in=RUNNING))
        return render(request, "rights/rights.html", context | {"tab": "closed", "page": closed})
    context["page"] = rows.running().order_by("due_on", "pk")[: presenting.MOST_SHOWN]
    if user.has_role(*READERS):
        context["restricted"] = Restriction.objects.filter(until__isnull=True).select_related("customer")[:200]
        context["unwritten"] = unwritten().count()
    return render(request, "rights/rights.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*KEEPERS)
def rights_new(request: HttpRequest) -> HttpResponse:
    """Enter what somebody asks for; the customer's page brings the number along."""
    begun = {"customer_number": request.GET.get("customer", "")}
    form = EnterForm(request.POST or None, user=person(request), initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            made = enter(person(request), at=timezone.now(), **form.entered())
            messages.success(request, _("The request is in the register. Make sure next who asks."))
            return redirect("data_request", made.number)
        except ValidationError as error:
            form.refuse(error)
    return render(request, "rights/new.html", {"form": form})


@require_GET
def data_request(request: HttpRequest, number: str) -> HttpResponse:
    """One request: what was asked, how far it is, what can be done now, and which letters were made."""
    user, at = person(request), timezone.now()
    found = get_request(user, number)
    is_officer = user.has_role(Role.DPO)
    context = {
        "found": found,
        "now": at,
        "may": allowed(user, found),
        "may_extend": presenting.may_extend(found, at),
        "is_officer": is_officer,
        "letters": found.letters.select_related("made_by"),
        "releases": found.releases.select_related("asked_by", "decided_by"),
        "makeable": presenting.letter_rows(fitting(found)) if is_officer else [],
        "history": presenting.history_of(user, found),
        "is_late": found.is_late(at),
        "restriction": restriction_of(found.customer_id) if found.customer_id else None,
    }
    return render(request, "rights/request.html", context)
