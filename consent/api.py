"""The API of the consent room: sign-ups, withdrawals and objections that other systems pass on (docs/api.md)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from consent import services
from consent.forms.api import ObjectionBody, OptInBody, WithdrawalBody
from consent.models import ConsentText, OptIn
from consent.services import Trace
from consent.sign_ups import text_on_show
from contacts.customers.models import Customer
from contacts.customers.selectors import normalise_address, usable_points
from portal.access.network import truncated_network
from portal.machines.door import Call, machine_door
from portal.machines.models import Scope
from portal.machines.problems import Problem, unprocessable

Answer = tuple[int, dict[str, Any]]


@machine_door(Scope.OPT_INS_WRITE)
def opt_ins(call: Call) -> Answer:
    """Start a double opt-in: 202, the customer's confirmation decides."""
    values = OptInBody(call.body).values()
    customer = _by_number(values["customer"]) if values["customer"] else None
    if customer is not None:
        _demand_own_address(customer, values["address"])
    made = services.request_opt_in(
        call.actor,
        address=values["address"],
        customer=customer,
        text=_wording(values["wording"], values["language"], call),
        via=OptIn.Via.API,
        first_name=values["first_name"],
        last_name=values["last_name"],
        origin=call.origin,
        at=call.at,
        trace=Trace(truncated_network(values["ip"]), values["user_agent"]),
    )
    if made is None:
        detail = _("This address got a confirmation mail a short while ago, or three today. Send it again later.")
        raise Problem(429, detail, headers={"Retry-After": "600"})
    return 202, {"state": "waits_for_confirmation", "wording": made.text.reference}


@machine_door(Scope.WITHDRAWALS_WRITE)
def withdrawals(call: Call) -> Answer:
    """A customer takes a purpose back on one way; it counts with this answer."""
    values = WithdrawalBody(call.body).values()
    customers = _customers(values.pop("customer"), values.pop("address"))
    ended = services.withdraw_by_machine(call.actor, customers, origin=call.origin, at=call.at, **values)
    return 200, {"consents_ended": ended}


@machine_door(Scope.OBJECTIONS_WRITE)
def objections(call: Call) -> Answer:
    """A customer objects; it counts with this answer."""
    values = ObjectionBody(call.body).values()
    customers = _customers(values.pop("customer"), values.pop("address"))
    ended = services.object_by_machine(call.actor, customers, at=call.at, **values)
    return 200, {"consents_ended": ended}


def _customers(number: str, address: str) -> list[Customer]:
    if number:
        return [_by_number(number)]
    known = Customer.objects.filter(
        anonymised_at__isnull=True,
        contact_points__channel="email",
        contact_points__normalised=normalise_address("email", "", address),
        contact_points__retired_at__isnull=True,
    )
    found = list(known.distinct().order_by("pk"))
    if not found:
        raise Problem(404, _("No customer has this e-mail address."))
    return found


def _by_number(number: str) -> Customer:
    customer = Customer.objects.filter(number__iexact=number, anonymised_at__isnull=True).first()
    if customer is None:
        raise Problem(404, _("There is no customer of this number."))
    return customer


def _demand_own_address(customer: Customer, address: str) -> None:
    """A confirmation must not give one customer's consent for somebody else's address."""
    same = usable_points(customer).filter(channel="email", normalised=normalise_address("email", "", address))
    if not same.exists():
        raise unprocessable({"address": [_("This address is not on record for this customer.")]})


def _wording(line: str, language: str, call: Call) -> ConsentText:
    text = text_on_show(line, language, at=call.at)
    if text is None or text.language != language:
        raise unprocessable({"wording": [_("There is no published wording of this name that covers e-mail.")]})
    return text
