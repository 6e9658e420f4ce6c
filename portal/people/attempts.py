"""How often somebody may try a password: per account, per address, and no way to lock the owner out.

Wrong tries for an account are counted for all strangers together, so that fifty addresses have no more than one. A
browser that has been signed in to this account carries a signed cookie, and its tries are counted apart: whoever keeps
guessing at somebody's account uses up what strangers have, not what the owner has (reliability.md, B1).
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "portal.people.known_browser"
YEAR_SECONDS = 365 * 24 * 3600


def key_of(request: HttpRequest, email: str) -> str:
    """Under which name tries for this address are counted; the same whether there is such an account or not."""
    spelt = email.strip().lower()
    return f"known:{spelt}" if knows(request, spelt) else f"strangers:{spelt}"


def knows(request: HttpRequest, email: str) -> bool:
    """Whether this browser was signed in to the account of this address before."""
    try:
        return signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=YEAR_SECONDS) == email.lower()
    except signing.BadSignature:
        return False


def remember(response: HttpResponse, email: str) -> None:
    """The cookie opens nothing; it only names the account whose owner sits here."""
    value = signing.dumps(email.lower(), salt=SALT)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(cookie_name(), value, max_age=YEAR_SECONDS, httponly=True, secure=secure, samesite="Strict")


def cookie_name() -> str:
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"
