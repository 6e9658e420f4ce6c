"""Double opt-in: somebody enters an address, its owner confirms by pressing a button on a page, and only then is
there a consent (BGH I ZR 164/09; DSK OH Direktwerbung 3.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from consent import rules
from consent.models import Consent, ConsentEvent, ConsentText, OptIn
from consent.selectors import threshold_book
from consent.services.common import KEEPERS, demand_fitting, truncated
from consent.services.ledger import NO_TRACE, Trace, append, open_consent
from consent.services.links import preference_link, tell_choices_saved
from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import lock_customer, normalise_address, usable_points
from contacts.customers.services import welcome_prospect
from portal.access.roles import require_role
from portal.access.tokens import digest_of_token, new_nonce, token_of
from portal.audit.services import Job, record
from portal.database import lock_name
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from portal.people.models import User

KIND = "consent.opt_in"
SIGN_UP = Job("customer.sign_up")
CONFIRMING = Job("customer.confirmation")
#: One address gets at most one confirmation mail in this time, and so many a day: a form is no weapon.
PAUSE = timedelta(minutes=10)
PER_DAY = 3


@transaction.atomic
def request_opt_in(
    actor: User | Job,
    *,
    address: str,
    text: ConsentText,
    via: str,
    at: datetime,
    customer: Customer | None = None,
    first_name: str = "",
    last_name: str = "",
    origin: str = "",
    trace: Trace = NO_TRACE,
) -> OptIn | None:
    """A sign-up waits for its confirmation; the mail goes out through the outbox. There is no consent yet.

    Returns None, and does nothing, where this address has had its mails for now: the page says the same sentence
    then, so it tells nobody which addresses are known. Raises ValidationError for what is no e-mail address, or a
    wording that is not about e-mail or not valid now.
    """
    if not isinstance(actor, Job):
        require_role(actor, *KEEPERS)
    address = address.strip()
    validate_email(address)
    demand_fitting(text, text.purpose, "email", "", at)
    if text.platform or "email" not in text.channels:
        raise ValidationError({"text": _("This wording is not about e-mail: a click in a mail proves nothing else.")})
    normalised = normalise_address("email", "", address)
    lock_name(f"consent.address:{normalised}")
    if (origin and _is_on_record(origin)) or _has_had_its_mails(normalised, at):
        return None
    nonce = new_nonce()
    opt_in = OptIn.objects.create(
        customer=customer,
        address=address,
        normalised=normalised,
        purpose=text.purpose,
        text=text,
        first_name=truncated(first_name, 100),
        last_name=truncated(last_name, 100),
        via=via,
        origin=origin,
        requested_at=at,
        request_ip=trace.ip,
        request_agent=truncated(trace.user_agent),
        nonce=nonce,
        token_digest=digest_of_token(token_of(KIND, nonce)),
    )
    outbox.letter(KIND, {"opt_in_id": opt_in.pk}, at=at, key=f"opt_in:{opt_in.pk}")
    after = {"purpose": text.purpose, "text": text.reference, "via": via}
    customer_id = customer.pk if customer else None
    record(actor, "opt_in.requested", "opt_in", opt_in.pk, at=at, customer_id=customer_id, after=after)
    return opt_in


def _is_on_record(origin: str) -> bool:
    """The sign-up row goes after its time; the event that came of it stays."""
    return OptIn.objects.filter(origin=origin).exists() or ConsentEvent.objects.filter(origin=origin).exists()


def _has_had_its_mails(normalised: str, at: datetime) -> bool:
    recent = OptIn.objects.filter(normalised=normalised, requested_at__gt=at - timedelta(days=1))
    times = sorted(recent.values_list("requested_at", flat=True))
    return len(times) >= PER_DAY or bool(times and times[-1] > at - PAUSE)


def find_opt_in(token: str, *, at: datetime) -> OptIn | None:
    """The sign-up that a link stands for, while it waits or after it was confirmed; None for any other link."""
    opt_in = OptIn.objects.select_related("text").filter(token_digest=digest_of_token(token)).first()
    if opt_in is None or opt_in.confirmed_at is not None:
        return opt_in
    return opt_in if at < ends_at(opt_in, at) else None


def ends_at(opt_in: OptIn, at: datetime) -> datetime:
    thresholds = threshold_book().at(opt_in.purpose, opt_in.channel, at)
    return rules.doi_ends_at(opt_in.requested_at, thresholds)


@transaction.atomic
def confirm_opt_in(token: str, *, at: datetime, trace: Trace = NO_TRACE) -> Consent | None:
    """The owner of the address pressed “Confirm”: the sign-up and the confirmation go into the ledger.

    Exactly one call wins for one link; later ones, also beside it, return None and change nothing. None too for an
    unknown or outlived link. Where the address belongs to one customer the consent is theirs, else to a new prospect.
    """
    opt_in = find_opt_in(token, at=at)
    if opt_in is not None:
        lock_name(f"consent.address:{opt_in.normalised}")
    if opt_in is None or not OptIn.objects.filter(pk=opt_in.pk, confirmed_at__isnull=True).update(confirmed_at=at):
        return None
    customer = _locked_owner(opt_in, at)
    consent = open_consent(customer, opt_in.purpose, opt_in.channel, "")
    how = ConsentEvent.How.DOUBLE_OPT_IN
    last = consent.events.exclude(kind__in=rules.folding.PASSAGE).order_by("-at").values_list("at", flat=True).first()
    asked = ConsentEvent(
        kind=rules.EventKind.REQUESTED,
        at=max(opt_in.requested_at, last or opt_in.requested_at),
        how=how,
        text=opt_in.text,
        ip=opt_in.request_ip,
        user_agent=opt_in.request_agent,
        origin=opt_in.origin,
    )
    append(CONFIRMING, consent, asked, at)
    confirmed = ConsentEvent(
        kind=rules.EventKind.CONFIRMED,
        at=max(at, asked.at),
        how=how,
        text=opt_in.text,
        proof=True,
        evidence=_evidence(opt_in),
        ip=trace.ip,
        user_agent=truncated(trace.user_agent),
    )
    append(CONFIRMING, consent, confirmed, at)
    _tell_owner(customer, opt_in.normalised, at)
    return consent


def _tell_owner(customer: Customer, normalised: str, at: datetime) -> None:
    """The mail with the link to their own page, where what was just agreed to can be changed."""
    points = usable_points(customer).filter(channel="email", normalised=normalised)
    if (point := points.first()) is not None:
        tell_choices_saved(preference_link(customer=customer, point=point, at=at), at=at)


def _evidence(opt_in: OptIn) -> str:
    """In the language of nobody in particular: what the link proves, for the evidence sheet."""
    return f"opt-in {opt_in.pk}, link {opt_in.token_digest[:16]}, requested {opt_in.requested_at:%Y-%m-%dT%H:%M:%SZ}"


def _locked_owner(opt_in: OptIn, at: datetime) -> Customer:
    """Whoever is erased while we wait for the lock is nobody's owner any more: look again."""
    while (customer := lock_customer(_owner(opt_in, at).pk)).anonymised_at is not None:
        opt_in.refresh_from_db(fields=["customer"])
    return customer


def _owner(opt_in: OptIn, at: datetime) -> Customer:
    """The customer to whom the address belongs; the confirmation also shows that it is really theirs."""
    if opt_in.customer is not None and opt_in.customer.anonymised_at is None:
        return opt_in.customer
    known = ContactPoint.objects.filter(
        channel="email",
        normalised=opt_in.normalised,
        retired_at__isnull=True,
        customer__anonymised_at__isnull=True,
    )
    owners = list(known.values_list("customer_id", flat=True).distinct().order_by()[:2])
    if len(owners) == 1:
        return Customer.objects.get(pk=owners[0])
    return welcome_prospect(
        SIGN_UP,
        email=opt_in.address,
        first_name=opt_in.first_name,
        last_name=opt_in.last_name,
        language=opt_in.text.language,
        at=at,
    )


def drop_unconfirmed(*, at: datetime) -> int:
    """Delete sign-ups that nobody confirmed in time (law.md section 7); returns how many. They never were consents,
    and nothing rests on them. Confirmed ones go too once their time is over: the ledger has what they proved."""
    book = threshold_book()
    waited = OptIn.objects.filter(requested_at__lte=at - timedelta(days=1)).order_by("pk")
    return sum(_drop(opt_in.pk, book, at) for opt_in in waited.only("pk"))


@transaction.atomic
def _drop(pk: int, book: rules.ThresholdBook, at: datetime) -> int:
    opt_in = OptIn.objects.select_for_update().filter(pk=pk).first()
    if opt_in is None or at < rules.doi_ends_at(opt_in.requested_at, book.at(opt_in.purpose, opt_in.channel, at)):
        return 0
    after = {"purpose": opt_in.purpose, "confirmed": opt_in.confirmed_at is not None}
    customer_id = opt_in.customer_id
    opt_in.delete()
    record(Job("consent.drop_unconfirmed"), "opt_in.deleted", "opt_in", pk, at=at, customer_id=customer_id, after=after)
    return 1
