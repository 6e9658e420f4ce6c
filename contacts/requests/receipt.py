"""The receipt of a request on paper: what was handed in, when, and under which fingerprint."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.requests.models import ContactRequest, Snapshot
from contacts.requests.presenting import asked_sentence
from portal.paper.pdf import render_pdf


def receipt_pdf(asked: ContactRequest, snapshot: Snapshot) -> bytes:
    """PDF/UA in the reader's language. It tells of the submission only, so it stays the same whatever is decided."""
    language = (get_language() or "de")[:2]
    return render_pdf("receipt", _values(asked, snapshot), language=language, at=snapshot.at)


def _values(asked: ContactRequest, snapshot: Snapshot) -> dict[str, object]:
    handed_in = date_format(timezone.localtime(snapshot.at), "DATETIME_FORMAT")
    return {
        "title": _("Request %(number)s") % {"number": asked.number},
        "company": settings.COMPANY_NAME,
        "reference": asked.number,
        "made": _("Handed in on %(day)s") % {"day": handed_in},
        "page_of": _("Page {1} of {2}"),
        "sentence": asked_sentence(asked),
        "rows": [
            [_("Number"), asked.number],
            [_("Handed in"), handed_in],
            [_("Asked by"), str(asked.requester)],
            [_("Customer"), f"{asked.customer.display_name}, {asked.customer.number}"],
            [_("Reason"), str(asked.get_purpose_display())],
            [_("Channel"), str(asked.contact_point.get_way_display())],
            [_("Fingerprint (SHA-256)"), snapshot.sha256],
        ],
        "not_yet": _("This receipt is no permit. Without a permit the answer is no."),
        "check": _("How it stands now is told at"),
        "check_at": settings.SITE_URL + reverse("request", args=[asked.number]),
    }
