"""The roof's tables: which functions hear which event of the outbox, who writes which letter to customers, whether a
reminder still holds when it goes out, who knows of contacts that were made and of agreements, what a refusal ends and
an erasure takes along, who takes a consent back that was withdrawn in a contact, from where the people of a list would
be written to, who keeps decisions, and which kinds of lists can be imported.

Handlers are idempotent.
"""

from datetime import datetime, timedelta
from typing import cast
from uuid import NAMESPACE_URL, uuid5

from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from consent import letters
from consent.contacts_made import Source
from consent.importing.kind import CONSENTS
from consent.models import Consent, ConsentEvent, DataWish
from consent.selectors import last_agreed
from consent.services import (
    end_refused,
    erase_traces,
    follow_customer,
    follow_rules,
    record_use,
    send_asked_link,
    withdraw_consent,
)
from consent.subject_data import SUBJECT_DATA as CONSENTS_TOLD
from contacts.customers.elsewhere import Agreements, Erasure, Hindrance
from contacts.customers.importing.customers.kind import CUSTOMERS
from contacts.customers.importing.erasing import erase_lists as erase_imported_lists
from contacts.customers.importing.erasing import under_way
from contacts.customers.importing.kinds import Kind
from contacts.customers.models import Customer
from contacts.customers.refusals import Follower
from contacts.customers.subject_data import SUBJECT_DATA as CUSTOMERS_TOLD
from contacts.incidents.services.erasing import erase_incidents
from contacts.incidents.services.reporting import open_from_contact, open_from_danger
from contacts.incidents.subject_data import SUBJECT_DATA as INCIDENTS_TOLD
from contacts.requests.elsewhere import Withdrawal
from contacts.requests.models import ContactRequest, Permit
from contacts.requests.recorded import decided_about_requests, given_to_systems
from contacts.requests.selectors import contacts_with
from contacts.requests.services import rechecks
from contacts.requests.services.erasing import erase_requests
from contacts.requests.still import still_ends, still_waits
from contacts.requests.subject_data import SUBJECT_DATA as REQUESTS_TOLD
from contacts.rights.services.erasing import erase_requests_of
from contacts.rights.services.ledger import enter_into_ledger
from contacts.rights.services.register import enter
from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.selectors import rule_set_in_force
from contacts.rulebook.what_if import Source as RecordedSource
from contacts.screening.elsewhere import Roof
from contacts.screening.subject_data import SUBJECT_DATA as SCREENINGS_TOLD
from contacts.screening.subject_data import erase_lists as erase_screened_lists
from contacts.thresholds import consent_thresholds
from portal.audit.erasing import forget_customer
from portal.audit.services import Job
from portal.desk.processing.reminding import still_due
from portal.desk.screening import accounts_on, sender_for
from portal.machines.once import forget_about
from portal.outbox import services as outbox
from portal.outbox.delivery import Handler, LookUp
from portal.outbox.letters import Composer
from portal.outbox.models import OutboxMessage
from portal.people import forgetting
from portal.people.models import User
from portal.retention.holds import refuses_erasure
from portal.subjects import Contributor
from portal.webhooks.subject_data import SUBJECT_DATA as SYSTEMS_TOLD
from training import services as training
from training.selectors import CHANNELS_WITH_LICENCE


def use_consent(*, consent_id: int, evidence: str, at: datetime, used_at: str = "") -> None:
    """A permit that rested on a consent was used: the ledger keeps the use (§ 7a UWG), once per evidence, at its own
    time: hearing of it late must not make it later than a withdrawal."""
    consent = Consent.objects.select_related("customer").get(pk=consent_id)
    if not consent.events.filter(kind="used", evidence=evidence).exists():
        used = datetime.fromisoformat(used_at) if used_at else at
        record_use(Job("permit.used"), consent=consent, evidence=evidence, at=max(at, used), used_at=used)


def withdraw_told_in_contact(acting_user: User, consent_id: int, evidence: str, at: datetime) -> None:
    """The ledger takes it back at once. Somebody may have done so since the contact was made: once is enough."""
    consent = Consent.objects.get(pk=consent_id)
    if consent.withdrawn_at is None:
        withdraw_consent(acting_user, consent=consent, how=ConsentEvent.How.CONTACT, note=evidence, at=at)


def offer_licence(*, user_id: int, at: datetime) -> None:
    """Somebody asked for a contact over a messenger: the rules in force offer them the course."""
    training.offer_licence(person=User.objects.get(pk=user_id), at=at)


def offer_licence_to_users(*, assignment_id: int, at: datetime) -> None:
    """A rule is new: whoever holds a permit over a messenger, or has asked for one, is offered the course."""
    over = {"contact_point__channel__in": CHANNELS_WITH_LICENCE}
    holding = Permit.objects.filter(state="active", valid_until__gt=at, **over).values("holder_id")
    asking = ContactRequest.objects.filter(state__in=["draft", "with_manager", "with_dpo"], **over)
    for person in User.objects.filter(Q(pk__in=holding) | Q(pk__in=asking.values("requester_id")), is_active=True):
        training.offer_licence(person=person, at=at)


PRIVATE_ACCOUNT = gettext_noop(
    "You asked to contact a customer from a private account (%(number)s). That is never allowed, and the refresher "
    "shows which ways are open instead."
)
WRONG_PERSON = gettext_noop(
    "A contact of yours reached a wrong person (%(number)s). That can happen to anybody; the refresher shows how to "
    "make sure whom an address reaches."
)


def refresh_after_private_account(*, user_id: int, request: str, at: datetime) -> None:
    _refresh(user_id, PRIVATE_ACCOUNT, f"request:{request}", request, at)


def refresh_after_wrong_person(*, user_id: int, permit: str, at: datetime) -> None:
    _refresh(user_id, WRONG_PERSON, f"permit:{permit}", permit, at)


OWN_REPORT = {
    "private": gettext_noop(
        "You reported that a private phone or account was used (%(number)s). Thank you for saying so; the refresher "
        "shows which ways are open instead."
    ),
    "wrong_person": gettext_noop(
        "You reported that a wrong person was reached (%(number)s). Thank you for saying so; the refresher shows how "
        "to make sure whom an address reaches."
    ),
}


def refresh_after_private_report(*, user_id: int, incident: str, at: datetime) -> None:
    _refresh(user_id, OWN_REPORT["private"], f"incident:{incident}", incident, at)


def refresh_after_wrong_person_report(*, user_id: int, incident: str, at: datetime) -> None:
    _refresh(user_id, OWN_REPORT["wrong_person"], f"incident:{incident}", incident, at)


def open_incident(*, user_id: int, permit: str, at: datetime) -> None:
    """A logged contact reached a wrong person: it is an incident, with the holder as its reporter. The refresher is an
    event of its own: the 72 hours of Art. 33 GDPR do not wait for a course."""
    open_from_contact(permit=permit, at=at)
    about = {"user_id": user_id, "permit": permit}
    outbox.event("contact.wrong_person_refresher", about, at=at, key=f"refresher:{permit}:{user_id}")


def open_incident_of_danger(*, user_id: int, request: str, permit: str, at: datetime) -> None:
    """An act in imminent danger was not justified: the officers, who have their mail, check it as an incident."""
    open_from_danger(request=request, at=at)


def _refresh(user_id: int, because: str, cause: str, number: str, at: datetime) -> None:
    someone = User.objects.get(pk=user_id)
    values = {"number": number}
    training.assign_refresher(REMEDIAL, person=someone, because=because, cause=cause, values=values, at=at)


def follow_rule_set(*, number: int, at: datetime) -> None:
    """The ledger has thresholds of its own, for each reason and channel. Where a rule set has changed the usual ones,
    it takes them over, so that its pages and the answers of the rules say the same.

    Changed against what counted before its first instant, not against the version it was written after: that may never
    have come into force. An event that arrives late brings what counts by then.
    """
    begun = RuleSetVersion.objects.get(number=number).effective_from
    current = RuleSetVersion.objects.in_force(at).select_related("released_by").first()
    assert begun is not None, "only a released version comes into force"
    assert current is not None, "its event is written on or after its day"
    instants = (begun - timedelta.resolution, at)
    before, wanted = (consent_thresholds(rule_set_in_force(instant).thresholds) for instant in instants)
    if wanted != before:
        reason = gettext("Rule set %(number)s") % {"number": current.number}
        follow_rules(thresholds=wanted, answered_by=cast("User", current.released_by), reason=reason, at=at)


def look_at_cases(*, number: int, at: datetime) -> None:
    """Another rule set is in force: the authors are told of the cases that it answers another way."""
    training.check_cases(at=at)


def forget_answers(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """What other systems were told about the person goes too, though they might ask again under the same key."""
    forget_about(customer.number)


def forget_told(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """What the trail says of the person in words goes, and its proofs stay what they are. After all others, which may
    write entries; the entry of the erasure itself holds nothing private."""
    forget_customer(customer.pk)


def forget_errors(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """A server that refuses a mail names the address in its answer, which stands beside the message."""
    named = Q()
    for address in customer.contact_points.exclude(value="").values_list("value", flat=True):
        named |= Q(last_error__icontains=address)
    if named:  # an empty one would stand for every message
        OutboxMessage.objects.filter(named).update(last_error="[…]")


#: What is asked for on the own page is the register's kind; any other question is answered by mail.
WISHES = {"copy": "access", "correction": "rectification", "erasure": "erasure"}


def enter_wish(*, wish_id: int, at: datetime) -> None:
    """What a customer asks on their own page goes into the register, with the day on which it was asked. Once: the key
    is made of the wish's. Who was erased meanwhile asks for nothing any more."""
    wish = DataWish.objects.select_related("customer").filter(pk=wish_id, customer__anonymised_at__isnull=True).first()
    if wish is None or wish.about not in WISHES:
        return
    enter(
        Job("rights.own_page"),
        key=uuid5(NAMESPACE_URL, f"kontaktklar:wish:{wish.pk}"),
        kind=WISHES[wish.about],
        how="own_page",
        received_at=wish.asked_at,
        customer=wish.customer,
        words=wish.message[:5000],
        at=max(at, wish.asked_at),
    )


REMEDIAL = Job("training.remedial")
HANDLERS: dict[str, tuple[Handler, ...]] = {
    "customer.grounds_changed": (rechecks.recheck_customer, follow_customer),
    "customers.grounds_changed": (rechecks.recheck_customers,),
    "customer.asked": (enter_wish,),
    "account.closed": (rechecks.recheck_account,),
    "platform.changed": (rechecks.recheck_platform,),
    "person.grounds_changed": (rechecks.recheck_person,),
    "rules.in_force": (follow_rule_set, rechecks.recheck_all, look_at_cases),
    "permit.grounds_changed": (rechecks.recheck_permit,),
    "permits.grounds_changed": (rechecks.recheck_permits,),
    "permit.used": (use_consent,),
    "consent.link_asked": (send_asked_link,),
    "channel.wanted": (offer_licence,),
    "training.messenger_rule": (offer_licence_to_users,),
    "request.private_account_refused": (refresh_after_private_account,),
    "contact.wrong_person": (open_incident,),
    "contact.wrong_person_refresher": (refresh_after_wrong_person,),
    "incident.private_account": (refresh_after_private_report,),
    "incident.wrong_person": (refresh_after_wrong_person_report,),
    "request.danger_not_justified": (open_incident_of_danger,),
}

LETTERS: dict[str, Composer] = {
    "consent.opt_in": letters.confirm_sign_up,
    "consent.preference_link": letters.preference_link,
    "consent.choices_saved": letters.choices_saved,
    "consent.data_wish": letters.data_wish,
    forgetting.TOPIC: forgetting.new_password,
}

STILL_TRUE: dict[str, LookUp] = {
    "review_reminder": still_waits,
    "permit_ending": still_ends,
    "processing_due": still_due,
}
REFUSAL_FOLLOWERS: tuple[Follower, ...] = (end_refused,)
CONTACTS_OF: tuple[Source, ...] = (contacts_with,)
IMPORT_KINDS: dict[str, Kind] = {"customers": CUSTOMERS, "consents": CONSENTS}
LAST_AGREED: Agreements = last_agreed
RECORDED_DECISIONS: tuple[RecordedSource, ...] = (decided_about_requests, given_to_systems)
WITHDRAWN_IN_CONTACT: Withdrawal = withdraw_told_in_contact
SCREENING = Roof(sender=sender_for, accounts=accounts_on)
ERASED_WITH: tuple[Erasure, ...] = (
    erase_traces,
    erase_requests,
    erase_incidents,
    erase_imported_lists,
    erase_screened_lists,
    forget_answers,
    forget_errors,
    erase_requests_of,
    forget_told,
    enter_into_ledger,
)


def held(customer: Customer, at: datetime) -> str:
    """The sentence of a legal hold that keeps something of this customer."""
    return refuses_erasure(customer.pk) or ""


ERASURE_HINDERED_BY: tuple[Hindrance, ...] = (held, under_way)
SUBJECT_DATA: tuple[Contributor, ...] = (
    CUSTOMERS_TOLD,
    CONSENTS_TOLD,
    REQUESTS_TOLD,
    INCIDENTS_TOLD,
    SYSTEMS_TOLD,
    SCREENINGS_TOLD,
)
