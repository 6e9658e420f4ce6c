"""Each sign-in leaves a line in the log, and each one that failed (ASVS 5.0, 16.3.1).

Whose account it was stands there by its number, never by its address, and from where by the network.
"""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest

from portal.access.network import network_of
from portal.people.models import User

log = logging.getLogger("portal.people.sign_in")


def succeeded(request: HttpRequest, user: User) -> None:
    records = request.session.get("account_authentication_methods", [])
    ways = " and ".join(str(record.get("method")) for record in records) or "other means"
    log.info("Signed in: account %s, network %s, by %s.", user.pk, network_of(request), ways)


def refused(request: HttpRequest, email: str) -> None:
    account = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
    log.warning("Sign-in refused: account %s, network %s.", account or "unknown", network_of(request))


def wrong_factor(sender: Any, *, request: HttpRequest, user: User, **_rest: Any) -> None:
    """Hears of it by the signal of django-allauth, which has no other place for it."""
    log.warning("Second factor refused: account %s, network %s.", user.pk, network_of(request))
