"""What this portal stores about the people who work with it, for its privacy notice.

Data, periods and who sees what are taken from what is configured (the annex to the works agreement has the same source),
so the notice cannot promise what the software does not do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from portal.retention import agreement


@dataclass(frozen=True, slots=True)
class Cookie:
    name: str
    purpose: str
    ends: str


def parts(at: datetime) -> tuple[agreement.Part, ...]:
    """What is kept, who sees what, which numbers are told, how names are seen; in the language that is active."""
    return agreement.parts(at)[:4]


def cookies() -> tuple[Cookie, ...]:
    """Every cookie that the portal sets in a browser of the staff."""
    whole = _("at the latest %(hours)s hours after signing in") % {"hours": settings.SESSION_COOKIE_AGE // 3600}
    return (
        Cookie(settings.SESSION_COOKIE_NAME, _("keeps you signed in"), whole),
        Cookie(settings.CSRF_COOKIE_NAME, _("protects forms against forgery"), _("after a year")),
        Cookie(settings.LANGUAGE_COOKIE_NAME, _("remembers the language"), _("after a year")),
        Cookie("messages", _("carries a notice to the next page"), _("when the notice has been shown")),
        Cookie("theme", _("remembers light or dark"), _("after a year")),
    )
