"""Every verb writes one audit entry by a known actor, in the transaction of its change (what always holds, 3).

TABLE names each public function of the services, how it is called, and what the trail then says, word for word. A
function that nobody put into the table fails `test_every_public_function_is_in_the_table`.
"""

import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.db import InternalError, connection, transaction

import contacts.requests.services as services_of_requests
from consent import services as consents
from contacts.customers import services as customers
from contacts.customers.models import Customer
from contacts.requests import account_services as accounts_
from contacts.requests.deciding import answer
from contacts.requests.models import CompanyAccount, ContactRequest, Permit, PlatformRegistration
from contacts.requests.routing.table import LINE_MANAGER
from contacts.requests.services import (
    absences,
    asking,
    assigning,
    common,
    danger,
    escalating,
    lifecycle,
    permits,
    reviewing,
    routing_tables,
    submitting,
)
from portal.audit.models import AuditEntry
from portal.audit.services import Job, record
from portal.audit.words import VERBS
from portal.outbox.models import OutboxMessage
from portal.people import services as people
from tests.cast import Accounts, Cast, certify, make_accounts, make_cast, make_customer, person, point, wording
from tests.requests import scenes
from training import services as training

pytestmark = pytest.mark.django_db
MODULES = (
    *(
        import_module(f"contacts.requests.services.{one.name}")
        for one in pkgutil.iter_modules(services_of_requests.__path__)
    ),
    accounts_,
    customers,
    *(import_module(f"consent.services.{one.name}") for one in pkgutil.iter_modules(consents.__path__)),
    training,
    people,
)


@dataclass
class Scene:
    """Who and what is there before a verb is called."""

    cast: Cast
    customer: Customer
    accounts: Accounts
    now: datetime

    def draft(self) -> ContactRequest:
        return scenes.service_by_mail(self.cast, self.customer, self.accounts, self.now)

    def waiting(self) -> ContactRequest:
        drafted = scenes.reminder_by_sms(self.cast, self.customer, self.accounts, self.now)
        return submitting.submit(self.cast.anna, request=drafted, at=self.now)

    def permit(self) -> Permit:
        return scenes.permit_for(self.draft(), self.cast, self.now)

    def advertising(self) -> Permit:
        return scenes.advertising_permit(self.cast, self.customer, self.accounts, self.now)

    def dead(self) -> Permit:
        """A permit whose consent is withdrawn, before any bookkeeping."""
        permit = self.advertising()
        consents.withdraw_consent(self.cast.clara, consent=self.consent(), how="written", at=self.now)
        return permit

    def use(self):
        return permits.redeem(self.cast.anna, permit=self.permit(), at=self.now).use

    def consent(self, *, age: int = 1, given: bool = False):
        if given:
            when = self.now - timedelta(days=age)
            values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"}
            values["text"] = wording("marketing", "email")
            consents.give_consent(self.cast.clara, customer=self.customer, given_at=when, at=when, **values)
        return self.customer.consents.get(purpose="marketing")

    def point(self, channel: str = "email"):
        return self.customer.contact_points.get(channel=channel)


@pytest.fixture
def scene(cast, customer, accounts, now) -> Scene:
    return Scene(cast, customer, accounts, now)


# --- how each verb is called: the situation is made first, the call itself is returned for the test to make


def ask(s):
    values = {"customer": s.customer, "contact_point": s.point(), "account": s.accounts.email, "purpose": "service"}
    return partial(asking.ask, s.cast.anna, at=s.now, **values)


def edit(s):
    values = {"contact_point": s.point(), "account": s.accounts.email, "purpose": "debt_collection"}
    return partial(asking.edit, s.cast.anna, request=s.draft(), at=s.now, **values)


def submit(s):
    return partial(submitting.submit, s.cast.anna, request=s.draft(), at=s.now)


def submit_for_review(s):
    drafted = scenes.reminder_by_sms(s.cast, s.customer, s.accounts, s.now)
    return partial(submitting.submit, s.cast.anna, request=drafted, at=s.now)


def submit_what_is_forbidden(s):
    drafted = scenes.ask(s.cast.anna, s.customer, "email", s.accounts.email, at=s.now, purpose="marketing")
    return partial(submitting.submit, s.cast.anna, request=drafted, at=s.now)


def cancel(s):
    return partial(submitting.cancel, s.cast.anna, request=s.waiting(), at=s.now)


def approve(s):
    return partial(reviewing.review, s.cast.mona, request=s.waiting(), verdict="approved", reason="", at=s.now)


def approve_for_the_dpo(s):
    drafted = scenes.report_by_mail(s.cast, s.customer, s.accounts, s.now)
    waiting = submitting.submit(s.cast.anna, request=drafted, at=s.now)
    return partial(reviewing.review, s.cast.mona, request=waiting, verdict="approved", reason="", at=s.now)


def refuse(s):
    return partial(reviewing.review, s.cast.mona, request=s.waiting(), verdict="refused", reason="Nein.", at=s.now)


def ask_changes(s):
    request = s.waiting()
    return partial(reviewing.review, s.cast.mona, request=request, verdict="changes_asked", reason="Kürzer.", at=s.now)


def redeem(s):
    return partial(permits.redeem, s.cast.anna, permit=s.permit(), at=s.now)


def redeem_a_dead_permit(s):
    return partial(permits.redeem, s.cast.sven, permit=s.dead(), at=s.now)


def redeem_at_night(s):
    call = scenes.ask(s.cast.anna, s.customer, "phone", s.accounts.phone, at=s.now)
    permit = scenes.permit_for(call, s.cast, s.now)
    return partial(permits.redeem, s.cast.anna, permit=permit, at=s.now.replace(hour=22))


def log_contact(s):
    return partial(permits.log_contact, s.cast.anna, use=s.use(), result="reached", note="", at=s.now)


def log_an_objection(s):
    return partial(permits.log_contact, s.cast.anna, use=s.use(), result="objected", note="", at=s.now)


def log_a_wrong_person(s):
    return partial(permits.log_contact, s.cast.anna, use=s.use(), result="wrong_person", note="", at=s.now)


def revoke(s):
    return partial(permits.revoke, s.cast.mona, permit=s.permit(), reason="Der Fall ist erledigt.", at=s.now)


def recheck(s):
    return partial(permits.recheck, s.dead(), at=s.now)


def recheck_what_still_holds(s):
    return partial(permits.recheck, s.permit(), at=s.now)


def recheck_customer(s):
    s.dead()
    return partial(permits.recheck_customer, customer_id=s.customer.pk, because="consent withdrawn", at=s.now)


def recheck_account(s):
    s.permit()
    accounts_.close_account(s.cast.dora, account=s.accounts.email, at=s.now)
    return partial(permits.recheck_account, account_id=s.accounts.email.pk, at=s.now)


def recheck_platform(s):
    there = {"channel": "messenger", "platform": "whatsapp"}
    point(s.customer, "messenger", "0171 4711", now=s.now, platform="whatsapp")
    customers.record_inbound(s.cast.clara, customer=s.customer, at=s.now, note="", now=s.now, **there)
    drafted = scenes.ask(s.cast.anna, s.customer, "messenger", s.accounts.whatsapp, at=s.now, purpose="inquiry_reply")
    scenes.permit_for(drafted, s.cast, s.now)
    registration = PlatformRegistration.objects.get(platform="whatsapp")
    accounts_.review_platform(s.cast.dora, registration=registration, status="not_approved", note="", at=s.now)
    return partial(permits.recheck_platform, platform="whatsapp", at=s.now)


def recheck_person(s):
    s.permit()
    people.update_person(s.cast.adam, person=s.cast.anna, at=s.now, is_active=False)
    return partial(permits.recheck_person, user_id=s.cast.anna.pk, at=s.now)


def recheck_permit(s):
    return partial(permits.recheck_permit, permit_id=s.dead().pk, at=s.now)


def end_permits(s):
    return partial(lifecycle.end_permits, at=s.permit().valid_until)


def lapse_requests(s):
    s.waiting()
    return partial(lifecycle.lapse_requests, at=s.now + timedelta(days=14))


def remind_reviews(s):
    s.waiting()
    return partial(lifecycle.remind_reviews, at=s.now + timedelta(days=2))


def remind_permits(s):
    return partial(lifecycle.remind_permits, at=s.permit().valid_until - timedelta(hours=1))


def record_absence(s):
    day = s.now.date()
    values = {"person": s.cast.mona, "deputy": s.cast.max, "starts": day, "ends": day}
    return partial(absences.record_absence, s.cast.mona, at=s.now, **values)


def end_absence(s):
    return partial(absences.end_absence, s.cast.mona, absence=record_absence(s)(), at=s.now)


def reassign(s):
    values = {"request": s.waiting(), "to": s.cast.max, "reason": "Urlaub."}
    return partial(assigning.reassign, s.cast.mona, at=s.now, **values)


def comment(s):
    return partial(assigning.comment, s.cast.mona, request=s.waiting(), text="Warum per SMS?", at=s.now)


def submit_in_danger(s):
    drafted = scenes.danger_by_sms(s.cast, s.customer, s.accounts, s.now)
    return partial(submitting.submit, s.cast.anna, request=drafted, at=s.now)


def after_review(s):
    return submit_in_danger(s)().after_review


def approve_afterwards(s):
    values = {"review": after_review(s), "verdict": "approved", "reason": ""}
    return partial(danger.review_afterwards, s.cast.mona, at=s.now, **values)


def judge_not_justified(s):
    values = {"review": after_review(s), "verdict": "not_justified", "reason": "Es war Zeit genug."}
    return partial(danger.review_afterwards, s.cast.mona, at=s.now, **values)


def alarm_danger(s):
    return partial(escalating.alarm_danger, at=after_review(s).due_at)


def escalate(s):
    return partial(escalating.escalate, at=s.waiting().stages.get().due_at)


def remind_due(s):
    return partial(escalating.remind_due, at=s.waiting().stages.get().due_at - timedelta(hours=1))


def draft_table(s):
    return partial(routing_tables.draft_table, s.cast.dora, at=s.now)


def save_rule(s):
    step = {"steps": (LINE_MANAGER,), "conditions": {"channels": ["sms"]}}
    values = {"table": draft_table(s)(), "position": None, "rule": routing_tables.RuleInput(**step)}
    return partial(routing_tables.save_rule, s.cast.dora, at=s.now, **values)


def remove_rule(s):
    return partial(routing_tables.remove_rule, s.cast.dora, table=draft_table(s)(), position=1, at=s.now)


def discard_table(s):
    return partial(routing_tables.discard_table, s.cast.dora, table=draft_table(s)(), at=s.now)


def publish_table(s):
    values = {"table": draft_table(s)(), "valid_from": s.now, "reason": "Neue Abteilung."}
    return partial(routing_tables.publish_table, s.cast.dora, at=s.now, **values)


def grant(s):
    """The caller has moved the request, as `submit` and `review` do."""
    request = s.waiting()
    return partial(submitting.grant, s.cast.mona, request, answer(request, at=s.now), at=s.now)


def note(s):
    return partial(common.note, s.cast.anna, "cancelled", s.waiting(), "with_manager", at=s.now)


def create_account(s):
    values = {"name": "Firmen-SMS 2", "channel": "sms", "valid_from": s.now.date()}
    return partial(accounts_.create_account, s.cast.adam, at=s.now, **values)


def update_account(s):
    return partial(accounts_.update_account, s.cast.adam, account=s.accounts.sms, at=s.now, name="Firmen-SMS neu")


def approve_account(s):
    CompanyAccount.objects.update(approved_at=None, approved_by=None)
    return partial(accounts_.approve_account, s.cast.dora, account=s.accounts.sms, at=s.now)


def close_account(s):
    return partial(accounts_.close_account, s.cast.adam, account=s.accounts.sms, at=s.now)


def review_platform(s):
    registration = PlatformRegistration.objects.get(platform="instagram")
    values = {"registration": registration, "status": "approved", "note": "DSFA vom Mai"}
    return partial(accounts_.review_platform, s.cast.dora, at=s.now, **values)


def create_customer(s):
    return partial(customers.create_customer, s.cast.clara, number="9001", last_name="Neu", at=s.now)


def update_customer(s):
    return partial(customers.update_customer, s.cast.clara, customer=s.customer, last_name="Neu", at=s.now)


def add_contact_point(s):
    values = {"channel": "email", "value": "neu@kundin.example", "source": "referral", "collected_on": s.now.date()}
    return partial(customers.add_contact_point, s.cast.anna, customer=s.customer, at=s.now, **values)


def verify_contact_point(s):
    return partial(customers.verify_contact_point, s.cast.clara, point=s.point("social_dm"), at=s.now)


def retire_contact_point(s):
    return partial(customers.retire_contact_point, s.cast.clara, point=s.point(), at=s.now)


def record_inbound(s):
    values = {"customer": s.customer, "channel": "email", "platform": "", "note": "fragt nach der Lieferung"}
    return partial(customers.record_inbound, s.cast.anna, at=s.now, now=s.now, **values)


def record_objection(s):
    values = {"customer": s.customer, "scope": "full_block", "how": "spoken"}
    return partial(customers.record_objection, s.cast.anna, at=s.now, **values)


def give_consent(s):
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"}
    return partial(consents.give_consent, s.cast.clara, customer=s.customer, given_at=s.now, at=s.now, **values)


def renew_consent(s):
    values = {"how": "paper", "evidence": "Formular 8", "given_at": s.now, "at": s.now}
    return partial(consents.renew_consent, s.cast.clara, consent=s.consent(given=True), **values)


def correct_consent(s):
    values = {"evidence": "Formular 8", "given_at": s.now - timedelta(days=2), "at": s.now}
    return partial(consents.correct_consent, s.cast.clara, consent=s.consent(given=True), **values)


def import_consent(s):
    values = {"customer": s.customer, "purpose": "marketing", "channel": "email", "given_at": s.now}
    return partial(consents.import_consent, s.cast.clara, at=s.now, **values)


def request_opt_in(s):
    values = {"address": "e@post.example", "text": wording("marketing", "email"), "via": "officer"}
    return partial(consents.request_opt_in, s.cast.clara, customer=s.customer, at=s.now, **values)


def drop_unconfirmed(s):
    request_opt_in(s)()
    return partial(consents.drop_unconfirmed, at=s.now + timedelta(days=20))


def draft_text(s):
    values = {"line": "neu", "language": "de", "purpose": "marketing", "channels": ["email"], "title": "A", "body": "B"}
    return partial(consents.draft_text, s.cast.clara, at=s.now, **values)


def edit_text(s):
    values = {"title": "C", "body": "D", "channels": ["email"]}
    return partial(consents.edit_text, s.cast.clara, text=draft_text(s)(), at=s.now, **values)


def publish_text(s):
    return partial(consents.publish_text, s.cast.clara, text=draft_text(s)(), valid_from=s.now, at=s.now)


def set_thresholds(s):
    values = {"stale_after_months_unused": 12, "expired_after_months_unused": 24, "doi_ttl_days": 7}
    return partial(consents.set_thresholds, s.cast.dora, valid_from=s.now, reason="Prüfung", at=s.now, **values)


def apply_thresholds(s):
    set_thresholds(s)()
    return partial(consents.apply_thresholds, at=s.now)


def withdraw_by_customer(s):
    s.consent(given=True)
    return partial(consents.withdraw_by_customer, s.customer, purpose="marketing", channel="email", at=s.now)


def object_by_customer(s):
    s.consent(given=True)
    return partial(consents.object_by_customer, s.customer, scope="marketing_objection", at=s.now)


def rebuild(s):
    type(s.consent(given=True)).objects.update(given_how="spoken")
    return partial(consents.rebuild, at=s.now)


def erase_customer(s):
    return partial(customers.erase_customer, s.cast.dora, customer=s.customer, at=s.now)


def welcome_prospect(s):
    values = {"email": "neu@post.example", "first_name": "Neu", "last_name": "Kundin", "language": "de"}
    return partial(customers.welcome_prospect, Job("customer.sign_up"), at=s.now, **values)


def withdraw_consent(s):
    return partial(consents.withdraw_consent, s.cast.anna, consent=s.consent(given=True), how="spoken", at=s.now)


def record_use(s):
    return partial(consents.record_use, s.cast.anna, consent=s.consent(given=True), evidence="P-1 / 1", at=s.now)


def record_use_by_a_job(s):
    consent = s.consent(given=True)
    return partial(consents.record_use, Job("permit.used"), consent=consent, evidence="P-1 / 1", at=s.now)


def record_staleness(s):
    s.consent(given=True)
    return partial(consents.record_passage, at=s.now + timedelta(days=740))


def record_expiry(s):
    s.consent(given=True)
    return partial(consents.record_passage, at=s.now + timedelta(days=1500))


def record_certificate(s):
    values = {"person": s.cast.anna, "course": "Datenschutz", "passed_on": s.now.date()}
    until = s.now.date() + timedelta(days=365)
    return partial(training.record_certificate, s.cast.tom, valid_until=until, at=s.now, **values)


def remind_certificates(s):
    newcomer = person("neu", "employee", manager=s.cast.mona)
    certify(newcomer, until=s.now.date() + timedelta(days=7), by=s.cast.tom)
    return partial(training.remind_certificates, at=s.now)


NEWCOMER = {
    "email": "nora@firma.example",
    "first_name": "Nora",
    "last_name": "Neu",
    "person_number": "N-nora",
    "roles": ["employee"],
}


def create_person(s):
    return partial(people.create_person, s.cast.adam, at=s.now, **NEWCOMER)


def create_person_by_a_job(s):
    return partial(people.create_person, Job("setup"), at=s.now, **NEWCOMER)


def update_person(s):
    return partial(people.update_person, s.cast.adam, person=s.cast.anna, at=s.now, last_name="Neu")


def deactivate_person(s):
    return partial(people.update_person, s.cast.adam, person=s.cast.anna, at=s.now, is_active=False)


def create_department(s):
    return partial(people.create_department, s.cast.adam, name="Einkauf", at=s.now)


def set_own_language(s):
    return partial(people.set_own_language, s.cast.anna, language="de")


def set_own_theme(s):
    return partial(people.set_own_theme, s.cast.anna, theme="dark")


# --- the table: the function, how it is called, and what the trail says then

REQUESTS = "contacts.requests.services"
ACCOUNTS = "contacts.requests.account_services"
CUSTOMERS = "contacts.customers.services"
CONSENT = "consent.services"
TRAINING = "training.services"
PEOPLE = "portal.people.services"

TABLE: list[tuple[str, Callable, list[str]]] = [
    (f"{REQUESTS}.asking.ask", ask, ["request.asked by anna"]),
    (f"{REQUESTS}.asking.edit", edit, ["request.edited by anna"]),
    # Allowed by the rules: handed in and granted are two things, the request's and the permit's.
    (f"{REQUESTS}.submitting.submit", submit, ["request.submitted by anna", "permit.granted by anna"]),
    (f"{REQUESTS}.submitting.submit", submit_for_review, ["request.submitted by anna"]),
    (f"{REQUESTS}.submitting.submit", submit_what_is_forbidden, ["request.submitted by anna"]),
    (f"{REQUESTS}.submitting.cancel", cancel, ["request.cancelled by anna"]),
    (f"{REQUESTS}.reviewing.review", approve, ["request.review_approved by mona", "permit.granted by mona"]),
    (f"{REQUESTS}.reviewing.review", approve_for_the_dpo, ["request.review_approved by mona"]),
    (f"{REQUESTS}.reviewing.review", refuse, ["request.review_refused by mona"]),
    (f"{REQUESTS}.reviewing.review", ask_changes, ["request.review_changes_asked by mona"]),
    (f"{REQUESTS}.permits.redeem", redeem, ["permit.used by anna"]),
    (f"{REQUESTS}.permits.redeem", redeem_a_dead_permit, ["permit.revoked by sven"]),
    # Only rests: the permit's state does not change.
    (f"{REQUESTS}.permits.redeem", redeem_at_night, []),
    (f"{REQUESTS}.permits.log_contact", log_contact, ["contact.logged by anna"]),
    (f"{REQUESTS}.permits.log_contact", log_a_wrong_person, ["contact.logged by anna"]),
    # The contact and the objection told in it are two things.
    (
        f"{REQUESTS}.permits.log_contact",
        log_an_objection,
        ["contact.logged by anna", "objection.recorded by anna"],
    ),
    (f"{REQUESTS}.permits.revoke", revoke, ["permit.revoked by mona"]),
    (f"{REQUESTS}.permits.recheck", recheck, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.permits.recheck", recheck_what_still_holds, []),
    (f"{REQUESTS}.permits.recheck_customer", recheck_customer, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.permits.recheck_account", recheck_account, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.permits.recheck_platform", recheck_platform, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.permits.recheck_person", recheck_person, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.permits.recheck_permit", recheck_permit, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.lifecycle.end_permits", end_permits, ["permit.expired by the job requests.end_permits"]),
    (f"{REQUESTS}.lifecycle.lapse_requests", lapse_requests, ["request.lapsed by the job requests.lapse"]),
    # Reminding changes no state: the mail in the outbox is its own trace.
    (f"{REQUESTS}.lifecycle.remind_reviews", remind_reviews, []),
    (f"{REQUESTS}.lifecycle.remind_permits", remind_permits, []),
    (f"{ACCOUNTS}.create_account", create_account, ["account.created by adam"]),
    (f"{ACCOUNTS}.update_account", update_account, ["account.changed by adam"]),
    (f"{ACCOUNTS}.approve_account", approve_account, ["account.approved by dora"]),
    (f"{ACCOUNTS}.close_account", close_account, ["account.closed by adam"]),
    (f"{ACCOUNTS}.review_platform", review_platform, ["platform.reviewed by dora"]),
    (f"{CUSTOMERS}.create_customer", create_customer, ["customer.created by clara"]),
    (f"{CUSTOMERS}.update_customer", update_customer, ["customer.changed by clara"]),
    (f"{CUSTOMERS}.add_contact_point", add_contact_point, ["contact_point.added by anna"]),
    (f"{CUSTOMERS}.verify_contact_point", verify_contact_point, ["contact_point.verified by clara"]),
    (f"{CUSTOMERS}.retire_contact_point", retire_contact_point, ["contact_point.retired by clara"]),
    (f"{CUSTOMERS}.record_inbound", record_inbound, ["inbound.recorded by anna"]),
    (f"{CUSTOMERS}.record_objection", record_objection, ["objection.recorded by anna"]),
    (f"{CUSTOMERS}.erase_customer", erase_customer, ["customer.erased by dora"]),
    (f"{CUSTOMERS}.welcome_prospect", welcome_prospect, ["customer.created by the job customer.sign_up"]),
    (f"{CONSENT}.giving.give_consent", give_consent, ["consent.given by clara"]),
    (f"{CONSENT}.giving.renew_consent", renew_consent, ["consent.renewed by clara"]),
    (f"{CONSENT}.giving.correct_consent", correct_consent, ["consent.corrected by clara"]),
    (f"{CONSENT}.importing.import_consent", import_consent, ["consent.imported by clara"]),
    (f"{CONSENT}.opt_in.request_opt_in", request_opt_in, ["opt_in.requested by clara"]),
    (f"{CONSENT}.opt_in.drop_unconfirmed", drop_unconfirmed, ["opt_in.deleted by the job consent.drop_unconfirmed"]),
    (f"{CONSENT}.withdrawing.withdraw_consent", withdraw_consent, ["consent.withdrawn by anna"]),
    # The customer takes the consent back and objects: two things.
    (
        f"{CONSENT}.withdrawing.withdraw_by_customer",
        withdraw_by_customer,
        ["consent.withdrawn by the job customer.preferences", "objection.recorded by the job customer.preferences"],
    ),
    (
        f"{CONSENT}.withdrawing.object_by_customer",
        object_by_customer,
        ["consent.withdrawn by the job customer.preferences", "objection.recorded by the job customer.preferences"],
    ),
    (f"{CONSENT}.texts.draft_text", draft_text, ["consent_text.drafted by clara"]),
    (f"{CONSENT}.texts.edit_text", edit_text, ["consent_text.edited by clara"]),
    (f"{CONSENT}.texts.publish_text", publish_text, ["consent_text.published by clara"]),
    (f"{CONSENT}.thresholds.set_thresholds", set_thresholds, ["consent.thresholds_set by dora"]),
    (
        f"{CONSENT}.passage.apply_thresholds",
        apply_thresholds,
        ["consent.thresholds_applied by the job consent.apply_thresholds"],
    ),
    (f"{CONSENT}.rebuilding.rebuild", rebuild, ["consent.rebuilt by the job rebuild_consents"]),
    (f"{CONSENT}.giving.record_use", record_use, ["consent.used by anna"]),
    (f"{CONSENT}.giving.record_use", record_use_by_a_job, ["consent.used by the job permit.used"]),
    (f"{CONSENT}.passage.record_passage", record_staleness, ["consent.went_stale by the job consent.record_passage"]),
    (f"{CONSENT}.passage.record_passage", record_expiry, ["consent.expired by the job consent.record_passage"]),
    (f"{TRAINING}.record_certificate", record_certificate, ["certificate.recorded by tom"]),
    (f"{TRAINING}.remind_certificates", remind_certificates, []),
    (f"{PEOPLE}.create_person", create_person, ["person.created by adam"]),
    (f"{PEOPLE}.create_person", create_person_by_a_job, ["person.created by the job setup"]),
    (f"{PEOPLE}.update_person", update_person, ["person.changed by adam"]),
    (f"{PEOPLE}.update_person", deactivate_person, ["person.changed by adam"]),
    (f"{PEOPLE}.create_department", create_department, ["department.created by adam"]),
    # A taste of one's own, nobody else's business.
    (f"{PEOPLE}.set_own_language", set_own_language, []),
    (f"{PEOPLE}.set_own_theme", set_own_theme, []),
    (f"{REQUESTS}.absences.record_absence", record_absence, ["absence.recorded by mona"]),
    (f"{REQUESTS}.absences.end_absence", end_absence, ["absence.ended by mona"]),
    (f"{REQUESTS}.assigning.reassign", reassign, ["request.reassigned by mona"]),
    (f"{REQUESTS}.assigning.comment", comment, ["request.commented by mona"]),
    (
        f"{REQUESTS}.submitting.submit",
        submit_in_danger,
        ["request.submitted by anna", "permit.granted by anna"],
    ),
    (f"{REQUESTS}.danger.review_afterwards", approve_afterwards, ["danger.approved by mona"]),
    # The verdict, and the end of the permit: two things.
    (
        f"{REQUESTS}.danger.review_afterwards",
        judge_not_justified,
        ["danger.not_justified by mona", "permit.revoked by mona"],
    ),
    (f"{REQUESTS}.escalating.alarm_danger", alarm_danger, ["danger.overdue by the job requests.alarm_danger"]),
    (f"{REQUESTS}.escalating.escalate", escalate, ["request.escalated by the job requests.escalate"]),
    (f"{REQUESTS}.escalating.remind_due", remind_due, []),
    (f"{REQUESTS}.routing_tables.draft_table", draft_table, ["routing.drafted by dora"]),
    (f"{REQUESTS}.routing_tables.save_rule", save_rule, ["routing.rule_saved by dora"]),
    (f"{REQUESTS}.routing_tables.remove_rule", remove_rule, ["routing.rule_removed by dora"]),
    (f"{REQUESTS}.routing_tables.discard_table", discard_table, ["routing.discarded by dora"]),
    (f"{REQUESTS}.routing_tables.publish_table", publish_table, ["routing.published by dora"]),
]
# Parts of a verb: they write within the transaction of the verb that calls them.
PARTS: list[tuple[str, Callable, list[str]]] = [
    (f"{REQUESTS}.submitting.grant", grant, ["permit.granted by mona"]),
    (f"{REQUESTS}.common.note", note, ["request.cancelled by anna"]),
]
# They write nothing: locks, refusals and reckoning. A tick only says when the last change was.
WITHOUT_WRITING = {
    f"{CUSTOMERS}.tick",
    f"{CUSTOMERS}.tick_all",
    f"{REQUESTS}.common.demand_address",
    f"{REQUESTS}.common.lock_request",
    f"{REQUESTS}.common.lock_permit",
    f"{REQUESTS}.common.demand",
    f"{REQUESTS}.common.reason_ids",
    f"{REQUESTS}.submitting.refuse_by_rule",
    f"{REQUESTS}.submitting.refuse_second_permit",
    f"{PEOPLE}.first_password",
}
# Verbs of the consent room that have tests of their own entries elsewhere (tests/consent) and no row here yet.
WITHOUT_A_ROW: set[str] = set()
WRITERS = [row for row in TABLE if row[2]]
# Runs of the clock and of handlers; the last two are a person's verbs that a job may call once.
RUNS = [
    row for row in WRITERS if "by the job" in row[2][0] and row[1] not in (record_use_by_a_job, create_person_by_a_job)
]
# They go through many rows: one that fails is logged and does not stop the others. A recheck gets an event of its own.
RECHECKS = (recheck_customer, recheck_account, recheck_platform, recheck_person)
FOR_MANY = (*RECHECKS, end_permits, lapse_requests, escalate, alarm_danger, record_staleness, record_expiry)
# These write the trail and the outbox themselves, or start programs.
OTHER_SERVICES = {"portal.audit.services", "portal.outbox.services", "portal.embedded.services"}


def rows(table):
    return pytest.mark.parametrize(
        ("name", "prepare", "expected"), table, ids=[prepare.__name__ for _name, prepare, _expected in table]
    )


def written(after: int) -> list[str]:
    """The entries behind a key, as the table says them."""
    found = AuditEntry.objects.filter(pk__gt=after).order_by("pk").select_related("actor")
    return [f"{one.verb} by {_who(one)}" for one in found]


def _who(entry: AuditEntry) -> str:
    return entry.actor.email.split("@")[0] if entry.actor else f"the job {entry.job}"


def last() -> int:
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def everything() -> dict[str, str]:
    """One fingerprint of all rows of each of our tables."""
    ours = [model._meta.db_table for model in apps.get_models(include_auto_created=True) if _is_ours(model)]
    with connection.cursor() as cursor:
        prints = {}
        for table in ours:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            prints[table] = cursor.fetchone()[0]
    return prints


def _is_ours(model) -> bool:
    return model.__module__.split(".")[0] in ("portal", "contacts", "consent", "training")


@rows([*TABLE, *PARTS])
def test_the_trail_says_exactly_this(scene, name, prepare, expected):
    call = prepare(scene)
    before = last()
    call()
    assert written(before) == expected


@rows([*TABLE, *PARTS])
def test_the_row_calls_the_function_that_it_names(scene, name, prepare, expected):
    called = prepare(scene).func
    assert f"{called.__module__}.{called.__name__}" == name


@rows([*TABLE, *PARTS])
def test_a_rollback_takes_the_entry_along(scene, name, prepare, expected):
    call = prepare(scene)
    before = everything()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        call()
        raise ZeroDivisionError
    assert everything() == before


@pytest.fixture
def broken_trail(db):
    """From `break_it()` on the database fails right after an audit entry is written."""

    def break_it():
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION pg_temp.break_it() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'the trail is broken' USING ERRCODE = 'internal_error'; END $$;"
                "CREATE TRIGGER break_it AFTER INSERT ON audit_auditentry"
                " FOR EACH ROW EXECUTE FUNCTION pg_temp.break_it()"
            )

    return break_it


@rows([row for row in WRITERS if row[1] not in FOR_MANY])
def test_a_verb_whose_entry_cannot_be_kept_changes_nothing(scene, broken_trail, name, prepare, expected):
    """And it needs nobody's transaction around it for that: after the failure this one goes on."""
    call = prepare(scene)
    before = everything()
    broken_trail()
    with pytest.raises(InternalError, match="the trail is broken"):
        call()
    assert everything() == before


@rows([row for row in WRITERS if row[1] in FOR_MANY])
def test_a_row_whose_entry_cannot_be_kept_changes_nothing_and_is_tried_again(
    scene, broken_trail, name, prepare, expected
):
    """By the next run of the clock, or by an event of its own."""
    call = prepare(scene)
    before = everything()
    broken_trail()
    assert call() == 0
    after = everything()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == ({"outbox_outboxmessage"} if prepare in RECHECKS else set())
    again = OutboxMessage.objects.filter(topic="permit.grounds_changed", done_at=None)
    assert again.count() == len(changed)


@rows(WRITERS)
def test_an_entry_says_when_about_what_and_what_changed(scene, name, prepare, expected):
    call = prepare(scene)
    before = last()
    call()
    for entry in AuditEntry.objects.filter(pk__gt=before):
        assert entry.at == call.keywords["at"]
        assert entry.subject_type and entry.subject_id
        assert entry.before or entry.after
        of_nobody = (ACCOUNTS, TRAINING, PEOPLE, f"{REQUESTS}.absences", f"{REQUESTS}.routing_tables")
        assert (entry.customer_id is None) == name.startswith(of_nobody)


# --- the clock acts under a name


@pytest.mark.parametrize(
    ("prepare", "topic", "mails"),
    [
        # After the due time the level above decides as well, and is reminded as well.
        (remind_reviews, "review_reminder", 2),
        (remind_permits, "permit_ending", 1),
        (remind_due, "review_reminder", 1),
        (remind_certificates, "certificate_due", 1),
    ],
)
def test_a_reminder_leaves_its_mail_and_no_entry(scene, prepare, topic, mails):
    call = prepare(scene)
    before = everything()
    call()
    after = everything()
    assert {table for table in after if after[table] != before[table]} == {"outbox_outboxmessage"}
    assert OutboxMessage.objects.filter(topic=topic).count() == mails


@rows(RUNS)
def test_a_second_run_of_the_clock_or_of_a_handler_finds_nothing_to_do(scene, name, prepare, expected):
    call = prepare(scene)
    call()
    before = everything()
    call()
    assert everything() == before


# --- what changes nothing leaves no entry


@pytest.mark.parametrize(
    "prepare",
    [
        update_customer,
        verify_contact_point,
        retire_contact_point,
        update_account,
        approve_account,
        close_account,
        review_platform,
        update_person,
    ],
    ids=lambda prepare: prepare.__name__,
)
def test_doing_it_again_changes_nothing_and_writes_nothing(scene, prepare):
    call = prepare(scene)
    call()
    before = everything()
    call()
    assert everything() == before


# --- the table is complete


def public_functions(module) -> set[str]:
    found = inspect.getmembers(module, inspect.isfunction)
    own = {function for name, function in found if function.__module__ == module.__name__ and not name.startswith("_")}
    return {f"{module.__name__}.{function.__name__}" for function in own}


def test_every_public_function_is_in_the_table():
    there = set().union(*(public_functions(module) for module in MODULES))
    listed = {name for name, _prepare, _expected in [*TABLE, *PARTS]} | WITHOUT_WRITING | WITHOUT_A_ROW
    assert there - listed == set(), "put the new function into TABLE, or into WITHOUT_WRITING if it writes nothing"
    assert listed - there == set(), "the table names what is not there any more"


def test_every_services_module_is_looked_through():
    """A room that gets services of its own is looked through too."""
    houses = map(import_module, ("portal", "contacts", "consent", "training"))
    inside = [one for house in houses for one in pkgutil.walk_packages(house.__path__, f"{house.__name__}.")]
    there = {one.name for one in inside if "services" in one.name and not one.ispkg}
    assert there - OTHER_SERVICES == {module.__name__ for module in MODULES}


def test_every_verb_of_the_table_has_words():
    verbs = {line.split(" by ")[0] for _name, _prepare, expected in TABLE for line in expected}
    assert verbs <= set(VERBS)


@pytest.mark.django_db(transaction=True)
@rows(PARTS)
def test_a_part_of_a_verb_refuses_to_stand_alone(now, name, prepare, expected):
    made = make_cast(now)
    scene = Scene(made, make_customer(now), make_accounts(made, now), now)
    call = prepare(scene)
    before = last()
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        call()
    assert written(before) == []


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(now):
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        record(Job("test"), "request.asked", "request", "R-1", at=now)
    assert not AuditEntry.objects.exists()
