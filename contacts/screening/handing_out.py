"""The answers of a list as a download."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils.translation import get_language

from contacts.screening.models import Screening
from contacts.screening.presenting import result


def download(found: Screening) -> StreamingHttpResponse:
    """The answers as a file, in the language of the moment."""
    language = "de" if (get_language() or "de").startswith("de") else "en"
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="screening-{found.number}.csv"',
        "Content-Language": language,
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingHttpResponse(result(found, language), content_type="text/csv; charset=utf-8", headers=headers)
