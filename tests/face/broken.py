"""The portal's addresses, and some that fail in each way a page can fail."""

from typing import NoReturn

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_POST

from portal.urls import handler400, handler500  # noqa: F401  looked up here by Django


def _raising(fault: type[Exception]):
    @login_not_required
    def view(request: HttpRequest) -> NoReturn:
        raise fault("of the tests")

    return view


@login_not_required
def too_many(request: HttpRequest) -> HttpResponse:
    """As allauth answers somebody who tries too often."""
    return render(request, "429.html", status=429)


@login_not_required
@require_POST
def only_sent(request: HttpRequest) -> NoReturn:
    """An address of an act, opened like a page."""
    raise AssertionError


@login_not_required
def forged(request: HttpRequest) -> HttpResponse:
    from django.views.csrf import csrf_failure

    return csrf_failure(request, reason="of the tests")


urlpatterns = [
    path("broken/400/", _raising(SuspiciousOperation), name="error_400"),
    path("broken/403/", _raising(PermissionDenied), name="error_403"),
    path("broken/csrf/", forged, name="error_csrf"),
    path("broken/404/", _raising(Http404), name="error_404"),
    path("broken/405/", only_sent, name="error_405"),
    path("broken/429/", too_many, name="error_429"),
    path("broken/500/", _raising(RuntimeError), name="error_500"),
    path("", include("portal.urls")),
]
ERRORS = [one.name for one in urlpatterns if getattr(one, "name", "")]
