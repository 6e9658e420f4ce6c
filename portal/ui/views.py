"""The page of the components, for whoever builds pages."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.ui.samples import samples


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every component with its states, in both themes beside each other. In production there is no such page."""
    if not settings.LENIENT:
        raise Http404
    return render(request, "design/design.html", samples())
