"""What a browser needs to put the portal on the home screen and to say something when there is no connection.

All of it is for everybody and the same for everybody: nothing here knows who asks.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SOURCE = (Path(__file__).parent / "sw.js").read_text(encoding="utf-8")
#: What the offline page is made of.
KEPT = ("css/offline.css", "img/logo.svg")
#: (file, size, purpose): drawn by bin/icons.
ICONS = (
    ("img/app/icon-192.png", "192x192", "any"),
    ("img/app/icon-512.png", "512x512", "any"),
    ("img/app/maskable-512.png", "512x512", "maskable"),
)
PAPER, BRAND = "#f6f7f5", "#0b5c5a"


@login_not_required
@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """The web app manifest (W3C), in the language of the page that names it."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        return JsonResponse(_words(language), content_type="application/manifest+json")


def _words(language: str) -> dict[str, object]:
    ways = (("check", _("May I make contact?")), ("inbox", _("Inbox")), ("search", _("Search")))
    return {
        "id": "/",
        "name": f"Kontaktklar – {settings.COMPANY_NAME}",
        "short_name": "Kontaktklar",
        "description": _("Whether, how and why a customer may be contacted."),
        "lang": language,
        "dir": "ltr",
        "start_url": reverse("start"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": BRAND,
        "icons": [
            {"src": static(name), "sizes": size, "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
        "shortcuts": [{"name": word, "url": reverse(name)} for name, word in ways],
    }


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """In both languages: it is fetched long before anybody reads it, by a worker that knows no person."""
    return HttpResponse(render_to_string("desk/phone/offline.html"))


@login_not_required
@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """From the root, because a worker stands for the pages below its own address. Another set of static files is
    another worker, and the old one's files go with it."""
    keep = [static(name) for name in KEPT]
    # Empty where names carry no hash (development).
    files = str(getattr(staticfiles_storage, "manifest_hash", ""))
    version = sha256("\n".join([settings.VERSION, files, *keep, SOURCE]).encode()).hexdigest()[:16]
    house = {"version": version, "static": settings.STATIC_URL, "offline": reverse("offline"), "keep": keep}
    return HttpResponse(f"const HOUSE = {json.dumps(house)};\n{SOURCE}", content_type="text/javascript; charset=utf-8")
