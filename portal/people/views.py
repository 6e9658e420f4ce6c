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
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from portal.access.paging import PAGE_SIZE, Page
from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.people import services
from portal.people.forms import DepartmentForm, NewPersonForm, PersonForm, SearchForm
from portal.people.models import Department, User, UserQuerySet


@require_GET
@role_required(Role.ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"].split() if form.is_valid() else []
    rows = User.objects.visible_to(person(request)).select_related("department", "manager")
    for word in words:
        rows = rows.filter(_matching(word))
    return render(request, "people/people.html", {"form": form, "page": _by_name(request, rows), "filtered": words})


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
@sensitive_variables("made")
def person_create(request: HttpRequest) -> HttpResponse:
    """The first password is shown once, in the answer to the press of the button, and is kept nowhere."""
    form = NewPersonForm(request.POST or None, initial={"roles": [Role.EMPLOYEE]})
    if request.method == "POST" and form.is_valid():
        made = _try(form, services.create_person, request)
        if made is not None:
            return render(request, "people/created.html", {"member": made[0], "first_password": made[1]})
    return render(request, "people/form.html", {"form": form, "title": _("New person")})


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    member = get_object_or_404(User.objects.visible_to(user), pk=pk)
    form = PersonForm(request.POST or None, instance=member)
    if request.method == "POST" and form.is_valid() and _try(form, services.update_person, request, person=member):
        messages.success(request, _("The changes are saved."))
        return redirect("people")
    context = {"form": form, "title": _("Edit person"), "member": member, "is_self": user.is_same_person_as(member)}
    return render(request, "people/form.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
def departments(request: HttpRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _try(form, services.create_department, request):
        messages.success(request, _("The department is saved."))
        return redirect("departments")
    rows = Department.objects.annotate(members=Count("people", filter=Q(people__is_active=True)))
    return render(request, "people/departments.html", {"form": form, "rows": rows})


def _matching(word: str) -> Q:
    named = Q(last_name__icontains=word) | Q(first_name__icontains=word)
    return named | Q(email__icontains=word) | Q(department__name__icontains=word)


def _by_name(request: HttpRequest, rows: UserQuerySet) -> Page:
    """One page by name; `?after=` is the key of the last person seen. Nonsense means the first page."""
    last = _last_seen(request.GET.get("after", ""))
    if last is not None:
        same_name = Q(last_name=last.last_name, first_name=last.first_name, pk__gt=last.pk)
        same_last_name = Q(last_name=last.last_name, first_name__gt=last.first_name)
        rows = rows.filter(Q(last_name__gt=last.last_name) | same_last_name | same_name)
    found = list(rows.order_by("last_name", "first_name", "pk")[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    query = request.GET.copy()
    query["after"] = str(found[-1].pk) if more else ""
    return Page(found, None, f"{request.path}?{query.urlencode()}" if more else None)


def _last_seen(key: str) -> User | None:
    return User.objects.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None


def _try(form: BaseForm, verb: Any, request: HttpRequest, **arguments: Any) -> Any:
    """What the verb returns, or None where it refused; the refusal is shown at the fields, in its own words."""
    try:
        return verb(person(request), at=timezone.now(), **arguments, **form.cleaned_data)
    except PermissionDenied as refusal:
        if not str(refusal):
            raise
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        for field, errors in getattr(refusal, "message_dict", {"": refusal.messages}).items():
            form.add_error(field if field in form.fields else None, errors)
    return None
