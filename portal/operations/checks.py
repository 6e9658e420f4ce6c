"""What must not go live, of this room's settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

MIN_TOKEN = 32


def token_is_long(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.METRICS_TOKEN or len(settings.METRICS_TOKEN) >= MIN_TOKEN:
        return []
    what = f"METRICS_TOKEN has fewer than {MIN_TOKEN} characters: figures of the house could be read by guessing."
    return [Error(what, hint="Set a random one, or none to have no /metrics.", id="kontaktklar.E040")]
