"""The filters that a person keeps under a name: one's own only, changed by POST only."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.customers.models import READERS
from contacts.requests.deciding import ASKERS
from contacts.requests.list_forms import ListForm, query_of
from contacts.requests.models import SavedView
from contacts.requests.services import saved_views as services
from portal.access.person import person
from portal.access.roles import role_required


class NameForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name"]

    def _post_clean(self) -> None:
        """The service looks whether the name is free."""


@require_http_methods(["GET", "POST"])
@role_required(*READERS)
def saved_views(request: HttpRequest) -> HttpResponse:
    """Own views, and a form for the filters that the address names."""
    user, filters = person(request), _filters(request)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            view = services.save_view(user, name=form.cleaned_data["name"], filters=filters, at=timezone.now())
            messages.success(request, _("The filters are kept as “%(name)s”.") % {"name": view.name})
            return redirect(f"{reverse('customers')}?{view.query}")
        except ValidationError as refusal:
            form.add_error(None, refusal)
    context = {"form": form, "query": query_of(filters), "views": SavedView.objects.visible_to(user)}
    return render(request, "customers/views.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*READERS)
def saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it another name, or delete it."""
    view = _own(request, pk)
    form = NameForm(request.POST or None, initial={"name": view.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_view(person(request), view=view, name=form.cleaned_data["name"])
            messages.success(request, _("The view has its new name."))
            return redirect("saved_views")
        except ValidationError as refusal:
            form.add_error(None, refusal)
    return render(request, "customers/view.html", {"form": form, "view": view})


@require_POST
@role_required(*READERS)
def saved_view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = _own(request, pk)
    services.delete_view(person(request), view=view)
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect("saved_views")


def _own(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(person(request)), pk=pk)


def _filters(request: HttpRequest) -> dict[str, str]:
    """What the list would make of them: names and values that it does not know are none."""
    said = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    return ListForm(said, asks=person(request).has_role(*ASKERS)).filters()
