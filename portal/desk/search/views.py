"""The page of the search, and the same hits as JSON for whoever types into the palette."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.access.person import person
from portal.desk.search.gathering import all_rules, find

#: The palette shows a few of each kind; the page shows more.
IN_PALETTE = 5


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Everything that fits. The number of one request, permit or rule leads straight to it."""
    typed, now, language = request.GET.get("q", ""), timezone.now(), get_language() or "de"
    if request.GET.get("in") == "rules":
        return render(request, "desk/search/search.html", {"found": all_rules(typed, at=now, language=language)})
    found = find(person(request), typed, at=now, language=language)
    if found.jump:
        return redirect(found.jump)
    return render(request, "desk/search/search.html", {"found": found})


@require_GET
def hits(request: HttpRequest) -> JsonResponse:
    """The hits of the page, a few of each kind, for the palette."""
    language = get_language() or "de"
    found = find(person(request), request.GET.get("q", ""), at=timezone.now(), shown=IN_PALETTE, language=language)
    groups = [{"title": str(one.title), "hits": [hit.words() for hit in one.hits]} for one in found.groups]
    return JsonResponse({"groups": groups, "note": found.note, "none": "" if found.groups else _("Nothing found.")})
