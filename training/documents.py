"""The certificate on paper."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.paper.pdf import render_pdf
from training.models import Certificate


def certificate_pdf(certificate: Certificate) -> bytes:
    """PDF/UA in the holder's language; the same certificate gives the same bytes for ever. No score on it."""
    language = certificate.person.language
    with translation.override(language):
        return render_pdf("certificate", _values(certificate), language=language, at=certificate.recorded_at)


def _values(certificate: Certificate) -> dict[str, object]:
    passed_on, valid_until = _day(certificate.passed_on), _day(certificate.valid_until)
    check_at = settings.SITE_URL + reverse("verify_number", args=[certificate.number])
    version = certificate.version
    course = f"{certificate.course}, " + _("version %(number)s") % {"number": version.number} if version else None
    return {
        "title": _("Certificate"),
        "company": settings.COMPANY_NAME,
        "reference": certificate.number,
        "made": _("Issued on %(day)s") % {"day": passed_on},
        "page_of": _("Page {1} of {2}"),
        "name": certificate.person.get_full_name(),
        "sentence": _("has passed the course"),
        "course": certificate.course,
        "rows": [
            [_("Course"), course or certificate.course],
            [_("Good for"), str(certificate.get_kind_display())],
            [_("Passed on"), passed_on],
            [_("Valid until"), valid_until],
            [_("Number"), certificate.number],
        ],
        "check": _("Whoever wants to check this certificate opens"),
        "check_at": check_at,
    }


def _day(value: date) -> str:
    return date_format(value, "DATE_FORMAT")
