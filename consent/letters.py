"""The words of mails to customers, put together when they go out. None = the mail has lost its reason meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from consent.choices import Choice, choices_of, is_refused
from consent.models import OptIn, PreferenceLink
from consent.rules import ADVERTISING
from consent.services import links, opt_in
from contacts.customers.models import ContactPoint, Customer, Objection, SuppressionEntry
from contacts.customers.selectors import digest_of, objection_against
from portal.access.tokens import token_of
from portal.outbox.letters import Letter


def confirm_sign_up(*, opt_in_id: int, at: datetime) -> Letter | None:
    """The confirmation mail of a double opt-in: no advertising in it (OLG Düsseldorf I-15 U 64/15)."""
    found = OptIn.objects.select_related("text").filter(pk=opt_in_id, confirmed_at__isnull=True).first()
    if found is None or at >= opt_in.ends_at(found, at) or _wants_no_contact(found.normalised):
        return None
    context = {
        "url": settings.SITE_URL + reverse("opt_in_confirm", args=[token_of(opt_in.KIND, bytes(found.nonce))]),
        "text": found.text,
        "ends_at": opt_in.ends_at(found, at).isoformat(),
    }
    return Letter(found.address, found.text.language, "opt_in", context)


def _wants_no_contact(normalised: str) -> bool:
    """Whether an address stands under a block of all contact: whoever else enters it, nothing goes there. The page
    does not say so, for it would tell that the address is known."""
    digest = digest_of(Customer(), "email", "", normalised)
    return SuppressionEntry.objects.filter(digest=digest, scope=Objection.Scope.FULL).exists()


def choices_saved(*, link_id: int, at: datetime) -> Letter | None:
    """What holds after somebody changed their choices. Whoever stopped all contact gets none: the page told them."""
    link = PreferenceLink.objects.select_related("customer", "contact_point").filter(pk=link_id).first()
    point = link.contact_point if link else None
    if link is None or point is None or point.retired_at is not None or at >= link.expires_at:
        return None
    if objection_against(point) == Objection.Scope.FULL:
        return None
    language = link.customer.language
    rows = choices_of(link.customer, at=at, language=language)
    context = {
        "url": settings.SITE_URL + reverse("preferences_link", args=[links.token_of_link(link)]),
        "ends_at": link.expires_at.isoformat(),
        "choices": rows,
        "no_advertising": is_refused(link.customer, Objection.Scope.MARKETING),
    }
    return Letter(point.value, language, "choices_saved", context, _unsubscribe(link.customer, point, rows, at))


def _unsubscribe(customer: Customer, point: ContactPoint, rows: list[Choice], at: datetime) -> dict[str, str]:
    """The headers for the mail program's unsubscribe button (RFC 8058), where there is something to take back: not on
    mails that rest on no consent, and never on the confirmation of a sign-up."""
    if not any(row.state == "on" and row.channel == "email" and row.purpose in ADVERTISING for row in rows):
        return {}
    link = links.unsubscribe_link(customer=customer, point=point, purpose="marketing", at=at)
    address = settings.SITE_URL + reverse("unsubscribe", args=[links.token_of_link(link)])
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def preference_link(*, link_id: int, at: datetime) -> Letter | None:
    """The link to the customer's own page, to the address it was asked for."""
    link = PreferenceLink.objects.select_related("customer", "contact_point").filter(pk=link_id).first()
    point = link.contact_point if link else None
    if link is None or point is None or point.retired_at is not None or at >= link.expires_at:
        return None
    context = {
        "url": settings.SITE_URL + reverse("preferences_link", args=[links.token_of_link(link)]),
        "ends_at": link.expires_at.isoformat(),
    }
    return Letter(point.value, link.customer.language, "preference_link", context)
