"""What the frame around every page needs; no query."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.ui.navigation import entries_for, navigation_of, section_of

THEMES = ("light", "dark", "system")


def chrome(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    theme = user.theme if signed_in else request.COOKIES.get("theme", "system")  # type: ignore[union-attr]
    section = section_of(request.path)
    return {
        "company": settings.COMPANY_NAME,
        "dpo_contact": settings.DPO_CONTACT,
        "portal_version": settings.VERSION,  # a page may well speak of another version
        "theme": theme if theme in THEMES else "system",
        "navigation": navigation_of(entries_for(user), section) if signed_in else None,  # type: ignore[arg-type]
        "section": section,
        "audit_head": _short(getattr(user, "audit_root", None)),
        "company_sign_in": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "local_sign_in": settings.LOCAL_SIGN_IN,
        "shows_mails": bool(settings.LENIENT and settings.MAIL_FOLDER),
        "shows_design": settings.LENIENT,
    }


def _short(root: bytes | None) -> str:
    """The first eight characters of a head's root, enough to compare by eye with the state of the trail."""
    return bytes(root).hex()[:8] if root else ""
