"""The administrators' pages about people and departments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.people import services
from portal.people.forms import DepartmentForm, NewPersonForm, PersonForm
from portal.people.models import Department, User


@require_GET
@role_required(Role.ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    rows = User.objects.visible_to(person(request)).select_related("department", "manager")
    for word in words.replace("\x00", "").split():
        rows = rows.filter(Q(last_name__istartswith=word) | Q(first_name__istartswith=word) | Q(email__icontains=word))
    return render(request, "people/people.html", {"page": page_by_key(request, rows), "q": words})


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
def person_create(request: HttpRequest) -> HttpResponse:
    """The first password is shown once, in the answer to the press of the button, and is kept nowhere."""
    form = NewPersonForm(request.POST or None, initial={"roles": [Role.EMPLOYEE]})
    if request.method == "POST" and form.is_valid():
        made = _try(form, services.create_person, request)
        if made is not None:
            return render(request, "people/created.html", {"member": made[0], "password": made[1]})
    return render(request, "people/form.html", {"form": form, "title": _("New person")})


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(User.objects.visible_to(person(request)), pk=pk)
    form = PersonForm(request.POST or None, instance=member)
    if request.method == "POST" and form.is_valid() and _try(form, services.update_person, request, person=member):
        messages.success(request, _("The changes are saved."))
        return redirect("people")
    return render(request, "people/form.html", {"form": form, "title": _("Edit person")})


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
def departments(request: HttpRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _try(form, services.create_department, request):
        messages.success(request, _("The department is saved."))
        return redirect("departments")
    rows = Department.objects.annotate(members=Count("people", filter=Q(people__is_active=True)))
    return render(request, "people/departments.html", {"form": form, "rows": rows})


def _try(form: BaseForm, verb: Any, request: HttpRequest, **arguments: Any) -> Any:
    """What the verb returns, or None where it refused; the refusal is shown at the fields, in its own words."""
    try:
        return verb(person(request), at=timezone.now(), **arguments, **form.cleaned_data)
    except PermissionDenied as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        for field, errors in getattr(refusal, "message_dict", {"": refusal.messages}).items():
            form.add_error(field if field in form.fields else None, errors)
    return None
