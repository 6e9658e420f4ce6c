"""The three things an assistant may do, with the rights of the person for whom it acts, and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import normalise_address, search
from contacts.requests.answering import give_decision
from contacts.requests.api_bodies import Asked
from contacts.requests.context import load
from contacts.requests.services.asking import ask
from contacts.requests.verdicts import verdict_of
from portal.assistant.bodies import Decided, Draft, Drafted, Find, Found, FoundAll, May, Way
from portal.assistant.fencing import plain
from portal.assistant.words import spoken
from portal.machines.door import digest_of_body
from portal.machines.problems import Problem, unprocessable

if TYPE_CHECKING:
    from portal.assistant.caller import Caller

MOST_FOUND = 10
FEWEST_LETTERS = 3
#: What a draft says beside customer and address.
SAID = {
    *("purpose", "contains_promotion", "opt_out_included", "own_similar_products", "special_category"),
    "draft_text",
}
#: What an answer says in the words of the API.
SAME = ("customer", "at", "in_past", "holds_until", "assumed_as_today", "not_before")


def find_customer(caller: Caller, asked: Find) -> FoundAll:
    """Number and name of customers that the person may see; at most ten."""
    words = " ".join(asked.words.split())
    if sum(sign.isalnum() for sign in words) < FEWEST_LETTERS:
        raise unprocessable({"words": [_("Use at least three letters or digits.")]})
    found = list(search(caller.person, words, limit=MOST_FOUND + 1))
    shown = [Found(number=plain(one.number), name=plain(one.display_name)) for one in found[:MOST_FOUND]]
    return FoundAll(customers=shown, more=len(found) > MOST_FOUND)


def may_i_contact(caller: Caller, asked: May) -> Decided:
    """Decide as the API does, and keep the answer with its facts."""
    customer = _visible(caller, asked)
    told = asked.model_dump(exclude={"customer"}, exclude_unset=True) | {"customer_id": customer.pk}
    body = Asked(**told)
    given = json.loads(give_decision(caller.token, asked=body, key=None, digest=digest_of_body(told), at=caller.at))
    same = {name: given[name] for name in SAME}
    return Decided(**spoken(given), decision=given["id"], **same)


def draft_request(caller: Caller, asked: Draft) -> Drafted:
    """A draft of the person's own, as if they had asked on the page. They read it and hand it in themselves."""
    customer = _visible(caller, asked)
    point = _point(customer, asked)
    account = load(customer, caller.person, at=caller.at).default_account(point)
    fields = asked.model_dump(include=SAID)
    request, given = ask(caller.person, customer=customer, contact_point=point, account=account, at=caller.at, **fields)
    link = settings.SITE_URL + reverse("check_answer", args=[request.number])
    verdict = spoken(verdict_of(given.decision, given.outcome))
    return Drafted(**verdict, customer=customer.number, request=request.number, link=link)


def _visible(caller: Caller, asked: Way) -> Customer:
    found = Customer.objects.visible_to(caller.person).filter(number__iexact=asked.customer).first()
    if found is None:
        raise Problem(404, _("There is no such customer."))
    return found


def _point(customer: Customer, asked: Way) -> ContactPoint:
    """The address that is in use for this way, or the one that was named."""
    way = {"channel": asked.channel, "platform": asked.platform or "", "retired_at__isnull": True}
    points = customer.contact_points.filter(**way).order_by("pk")
    if asked.address is not None:
        points = points.filter(normalised=normalise_address(asked.channel, asked.platform or "", asked.address))
    found = list(points[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise unprocessable({"address": [_("The customer has several addresses for this channel. Name one.")]})
    raise unprocessable({"channel": [_("The customer has no such address for this channel.")]})
