"""Letters to the person who asks, as PDF: the words of `letters`, filled in and set by typst."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contacts.rights import letters
from portal.paper.pdf import render_pdf
from portal.subjects import Asked, Section, sections_about

if TYPE_CHECKING:
    from datetime import date

    from contacts.rights.models import DataRequest


def letter(request: DataRequest, kind: str, *, at: datetime) -> bytes:
    """One of the letters without data, in the language of the request."""
    with translation.override(request.language):
        values = _letter(request, kind, at) | {"sections": []}
        return render_pdf("letter", values, language=request.language, at=at)


def access(request: DataRequest, *, at: datetime, names: bool) -> bytes:
    """The answer to an access request (Art. 15 GDPR): the letter, and after it all that every room tells."""
    with translation.override(request.language):
        found = sections_about(Asked(request.customer, at, names))
        values = _letter(request, "access", at) | {"sections": [_section(one) for one in found]}
        return render_pdf("letter", values, language=request.language, at=at)


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "rows": [(_("Purpose"), section.purpose), (_("How long"), section.kept)],
        "records": [[(one.label, one.words) for one in record if one.words] for record in section.records],
    }


def _letter(request: DataRequest, kind: str, at: datetime) -> dict[str, Any]:
    """What the template wants; call with the request's language active."""
    language = request.language
    filling = _filling(request, at)
    words = [one.format(**filling) for one in letters.WORDS[language][kind].split("\n\n")]
    if kind in letters.WITH_COMPLAINT:
        words.append(letters.COMPLAIN[language])
    return {
        "title": letters.TITLES[language][kind],
        "company": settings.COMPANY_NAME,
        "sender": ", ".join(filter(None, (settings.COMPANY_NAME, settings.COMPANY_ADDRESS))),
        "receiver": _receiver(request),
        "day": _day(timezone.localdate(at)),
        "reference": request.number,
        "made": _("Made on %(when)s") % {"when": _day(timezone.localdate(at))},
        "page_of": _("Page {1} of {2}"),
        "greeting": _greeting(request),
        "paragraphs": [*words, letters.ASK_US[language].format(**filling)],
        "closing": letters.CLOSING[language].format(**filling),
    }


def _filling(request: DataRequest, at: datetime) -> dict[str, str]:
    contact = settings.DPO_CONTACT or settings.COMPANY_EMAIL or settings.COMPANY_NAME
    reason = request.extension_reason if request.is_running else request.outcome
    return {
        "what": letters.WHAT[request.language][request.kind],
        "received": _day(request.received_on),
        "due": _day(request.due_on),
        "closed": _day(timezone.localdate(request.closed_at or at)),
        "reason": reason,
        "number": request.number,
        "contact": contact,
        "company": settings.COMPANY_NAME,
    }


def _receiver(request: DataRequest) -> list[str]:
    """Name and postal address, as far as there are any; who is nobody's customer, as the entry has it."""
    customer = request.customer
    if customer is None:
        return [request.person]
    if customer.anonymised_at is not None:
        return []
    person = f"{customer.first_name} {customer.last_name}".strip()
    post = customer.contact_points.filter(channel="letter", retired_at__isnull=True).order_by("pk").first()
    address = [one.strip() for one in post.value.split(",")] if post is not None else []
    return [one for one in (customer.company, person, *address) if one]


def _greeting(request: DataRequest) -> str:
    customer = request.customer
    if customer is None or customer.anonymised_at is not None:
        return letters.NOBODY[request.language]
    name = f"{customer.first_name} {customer.last_name}".strip() or customer.company
    return letters.GREETING[request.language].format(name=name)


def _day(day: date) -> str:
    return str(date_format(day, "SHORT_DATE_FORMAT"))
