"""The API of the consent room: sign-ups, withdrawals and objections that other systems pass on (docs/api.md)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from consent import services
from consent.forms.api import ObjectionBody, OptInBody, WithdrawalBody
from consent.models import ConsentText, OptIn
from consent.rules import ADVERTISING
from consent.services import Trace
from consent.services.opt_in import is_on_record, text_signed_up_for
from consent.sign_ups import text_on_show
from contacts.customers.models import Customer, Objection
from contacts.customers.selectors import normalise_address, usable_points
from contacts.customers.suppression.entries import Address, refuse_address
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
    return _waits(made.text) if made is not None else _not_made(call)


def _waits(text: ConsentText) -> Answer:
    return 202, {"state": "waits_for_confirmation", "wording": text.reference}


def _not_made(call: Call) -> Answer:
    """No mail went out. A sign-up that is on record under this number gets its first answer again: to send it later
    would help nobody. Another entry under the number, or an address that has had its mails, is told."""
    if (text := text_signed_up_for(call.origin)) is not None:
        return _waits(text)
    if is_on_record(call.origin):
        raise Problem(409, _("This origin stands at another entry already. Send this one with a number of its own."))
    detail = _("This address got a confirmation mail a short while ago, or three today. Send it again later.")
    raise Problem(429, detail, headers={"Retry-After": "600"})


@machine_door(Scope.WITHDRAWALS_WRITE)
def withdrawals(call: Call) -> Answer:
    """A customer takes a purpose back on one way; it counts with this answer."""
    values = WithdrawalBody(call.body).values()
    number, address = values.pop("customer"), values.pop("address")
    customers = _customers(number, address)
    if not customers:
        scope = Objection.Scope.MARKETING if values["purpose"] in ADVERTISING else ""
        return _refuse_unknown(call, address, scope, values["channel"])
    ended = services.withdraw_by_machine(call.actor, customers, origin=call.origin, at=call.at, **values)
    return 200, {"consents_ended": ended}


@machine_door(Scope.OBJECTIONS_WRITE)
def objections(call: Call) -> Answer:
    """A customer objects; it counts with this answer."""
    values = ObjectionBody(call.body).values()
    number, address = values.pop("customer"), values.pop("address")
    customers = _customers(number, address)
    if not customers:
        return _refuse_unknown(call, address, values["scope"], values["channel"])
    ended = services.object_by_machine(call.actor, customers, at=call.at, **values)
    return 200, {"consents_ended": ended}


def _customers(number: str, address: str) -> list[Customer]:
    """The customer of a number; or everybody who has this address, or had it: a stop must not be lost because an
    address is no longer used, and may come back with the next list."""
    if number:
        return [_by_number(number)]
    known = Customer.objects.filter(
        anonymised_at__isnull=True,
        contact_points__channel="email",
        contact_points__normalised=normalise_address("email", "", address),
    )
    return list(known.distinct().order_by("pk"))


def _refuse_unknown(call: Call, address: str, scope: str, channel: str) -> Answer:
    """Nobody has this address: it goes on the suppression list, so that the refusal waits for it. What an e-mail
    address cannot keep is told as unknown: another channel, or a reason that is no advertising."""
    if not scope or channel not in ("", "email"):
        raise Problem(404, _("No customer has this e-mail address."))
    try:
        validate_email(address)
    except ValidationError as refusal:
        raise unprocessable({"address": refusal.messages}) from refusal
    refuse_address(call.actor, address=Address("email", "", address), scope=scope, at=call.at)
    return 200, {"consents_ended": 0}


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
