"""The words of mails to customers, put together when they go out. None = the mail has lost its reason meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from consent.models import OptIn, PreferenceLink
from consent.services import links, opt_in
from portal.access.tokens import token_of
from portal.outbox.letters import Letter


def confirm_sign_up(*, opt_in_id: int, at: datetime) -> Letter | None:
    """The confirmation mail of a double opt-in: no advertising in it (OLG Düsseldorf I-15 U 64/15)."""
    found = OptIn.objects.select_related("text").filter(pk=opt_in_id, confirmed_at__isnull=True).first()
    if found is None or at >= opt_in.ends_at(found, at):
        return None
    context = {
        "url": settings.SITE_URL + reverse("opt_in_confirm", args=[token_of(opt_in.KIND, bytes(found.nonce))]),
        "text": found.text,
        "ends_at": opt_in.ends_at(found, at).isoformat(),
    }
    return Letter(found.address, found.text.language, "opt_in", context)


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
