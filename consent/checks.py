"""What receipts for customers must name and the settings do not say; a warning, for no consent is worse for it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

NAMED = ("COMPANY_ADDRESS", "COMPANY_EMAIL", "COMPANY_PHONE", "PRIVACY_POLICY_URL")


@register(Tags.compatibility)
def receipts(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """kontaktklar.W101, outside development: ISO/IEC TS 27560 and Kantara 1.1 demand these of the controller."""
    missing = [name for name in NAMED if not getattr(settings, name)]
    if settings.LENIENT or not missing:
        return []
    words = f"Consent receipts lack what they must say about the company: {', '.join(missing)}."
    return [Warning(words, hint="Set them as .env.example says.", id="kontaktklar.W101")]
