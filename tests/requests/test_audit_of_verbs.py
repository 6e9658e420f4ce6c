"""Every verb writes one audit entry by a known actor, in the transaction of its change (what always holds, 3).

TABLE names each public function of the services, how it is called, and what the trail then says, word for word. A
function that nobody put into the table fails `test_every_public_function_is_in_the_table`.
"""

import inspect
import io
import json
import pkgutil
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, connection, transaction
from django.db.transaction import TransactionManagementError

import contacts.incidents.services as services_of_incidents
import contacts.requests.services as services_of_requests
import contacts.rulebook.services as services_of_rule_sets
from consent import rules
from consent import services as consents
from consent.models import ConsentEvent
from consent.services import (
    erasing,
    evidence,
    handing,
    ledger,
    links,
    own_page,
    refusing,
    stopping,
    withdrawing,
)
from contacts.customers import services as customers
from contacts.customers.importing import engine, forgetting, run, working
from contacts.customers.importing.customers import undoing, writing
from contacts.customers.models import Customer, ImportRun, Objection
from contacts.customers.suppression import entries, lists, rotation
from contacts.evidence import services as evidence_packs
from contacts.incidents.export import as_json
from contacts.incidents.services import clock, containing, exporting, judging, ordering, reporting
from contacts.incidents.services import common as incidents_common
from contacts.requests import account_services as accounts_
from contacts.requests import answering
from contacts.requests.api_bodies import Asked
from contacts.requests.asking_several import Wish as Together
from contacts.requests.asking_several import rows_of
from contacts.requests.deciding import answer
from contacts.requests.models import CompanyAccount, ContactRequest, Permit, PlatformRegistration, Proposal, Snapshot
from contacts.requests.routing.table import LINE_MANAGER
from contacts.requests.routing.terms import Terms
from contacts.requests.services import (
    absences,
    asking,
    asking_together,
    assigning,
    common,
    danger,
    deciding_together,
    disputing,
    escalating,
    lifecycle,
    permits,
    proposing,
    rechecks,
    reviewing,
    routing_tables,
    saved_views,
    snoozing,
    submitting,
)
from contacts.requests.services.deciding_together import Shown
from contacts.requests.services.erasing import erase_requests
from contacts.requests.stricter import Wish
from contacts.rulebook import services as rule_sets
from contacts.rulebook.models import RuleSetVersion
from contacts.screening import subject_data
from contacts.screening.services import forgetting as forgetting_lists
from contacts.screening.services import receiving as receiving_lists
from contacts.screening.services import working as answering_lists
from portal.audit.field_words import FIELDS
from portal.audit.models import AuditEntry
from portal.audit.services import Job, record
from portal.audit.values import WORDS
from portal.audit.words import JOBS, SUBJECTS, VERBS
from portal.desk import register
from portal.machines import services as machines
from portal.outbox import operating
from portal.outbox.models import OutboxMessage
from portal.people import services as people
from portal.webhooks import outcomes, posting, telling
from portal.webhooks import services as webhooks
from portal.webhooks.matching import match
from portal.webhooks.models import Delivery, EventType
from tests.cast import Accounts, Cast, make_accounts, make_cast, make_customer, point, wording
from tests.consent.outside import token_of_opt_in
from tests.customers.lists import row, text
from tests.incidents import scenes as incidents
from tests.people import audit_rows as signing_in
from tests.requests import scenes
from tests.requests import verbs_of_processing as processing
from tests.requests import verbs_of_retention as retention
from tests.requests import verbs_of_rights as rights
from tests.requests import verbs_of_training as training
from tests.rulebook import sets

pytestmark = pytest.mark.django_db
MODULES = (
    *(
        import_module(f"contacts.requests.services.{one.name}")
        for one in pkgutil.iter_modules(services_of_requests.__path__)
    ),
    *(
        import_module(f"contacts.incidents.services.{one.name}")
        for one in pkgutil.iter_modules(services_of_incidents.__path__)
    ),
    *(
        import_module(f"contacts.rulebook.services.{one.name}")
        for one in pkgutil.iter_modules(services_of_rule_sets.__path__)
    ),
    accounts_,
    customers,
    evidence_packs,
    entries,
    lists,
    rotation,
    run,
    working,
    forgetting,
    engine,
    writing,
    undoing,
    machines,
    answering,
    operating,
    receiving_lists,
    answering_lists,
    forgetting_lists,
    webhooks,
    outcomes,
    *(import_module(f"consent.services.{one.name}") for one in pkgutil.iter_modules(consents.__path__)),
    *training.MODULES,
    *rights.MODULES,
    subject_data,
    *processing.MODULES,
    *retention.MODULES,
    people,
    register,
    *signing_in.MODULES,
)


@dataclass
class Scene:
    """Who and what is there before a verb is called."""

    cast: Cast
    customer: Customer
    accounts: Accounts
    now: datetime
    settings: Any

    def draft(self) -> ContactRequest:
        return scenes.service_by_mail(self.cast, self.customer, self.accounts, self.now)

    def promoting(self) -> ContactRequest:
        text = "Jetzt 20 % Rabatt!"
        return scenes.ask(self.cast.anna, self.customer, "email", self.accounts.email, at=self.now, draft_text=text)

    def disputed(self) -> ContactRequest:
        told = {"reason": "Gefragt.", "at": self.now}
        return disputing.dispute_promotion(self.cast.anna, request=self.promoting(), **told)[0]

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

    def consent(self, *, age: int = 1, given: bool = False, purpose: str = "marketing"):
        if given:
            when = self.now - timedelta(days=age)
            values = {"purpose": purpose, "channel": "email", "how": "paper", "evidence": "Formular 7"}
            values["text"] = wording(purpose, "email")
            consents.give_consent(self.cast.clara, customer=self.customer, given_at=when, at=when, **values)
        return self.customer.consents.get(purpose=purpose)

    def point(self, channel: str = "email"):
        return self.customer.contact_points.get(channel=channel)

    def link(self):
        """To the customer's own page."""
        return links.preference_link(customer=self.customer, point=self.point(), at=self.now)

    def sign_up(self, address: str = "neu@post.example", **fields: object):
        values = {"address": address, "text": wording("marketing", "email"), "via": "web_form"} | fields
        return consents.request_opt_in(Job("customer.sign_up"), at=self.now, **values)

    def imported(self):
        """A consent that came with a list; returns its event."""
        given_at = self.now - timedelta(days=1)
        values = {"customer": self.customer, "purpose": "marketing", "channel": "email", "given_at": given_at}
        return consents.import_consent(self.cast.clara, at=self.now, **values).events.get()

    def received(self, *, kind: str = "customers") -> ImportRun:
        return run.receive(self.cast.clara, upload(kind), at=self.now, kind=kind)

    def to_check(self, **fields: str) -> ImportRun:
        found = self.received(**fields)
        return run.choose_columns(self.cast.clara, found, fields=found.mapping, at=self.now)

    def checked(self, **fields: str) -> ImportRun:
        return working.start(self.to_check(**fields), at=self.now)

    def confirmed(self, **fields: str) -> ImportRun:
        found = self.checked(**fields)
        return run.confirm(self.cast.clara, found, plan=found.plan, at=self.now)

    def done(self, **fields: str) -> ImportRun:
        ended = working.start(self.confirmed(**fields), at=self.now)
        ImportRun.objects.filter(pk=ended.pk).update(finished_at=self.now)
        return ended

    def listed(self):
        """An external list."""
        values = {"name": "Robinson", "kind": "robinson", "effect": "robinson", "owner": self.cast.clara}
        return lists.create_list(self.cast.clara, at=self.now, overdue_after_days=30, **values)

    def key(self, acts_for=None):
        """The key of another system, and what it is in clear."""
        values = {"name": "Shop", "scopes": ["opt-ins:write"], "expires_at": self.now + timedelta(days=30)}
        return machines.make_token(self.cast.adam, at=self.now, acts_for=acts_for, **values)


CONSENT_LIST = "Kundennummer;Zweck;Kanal;Erteilt am;Herkunfts-ID\r\n4711;Werbung;E-Mail;01.02.2026 14:05;A-1\r\n"
LISTS = {"customers": text(row("9001")), "consents": CONSENT_LIST}


def upload(kind: str = "customers") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{kind}.csv", LISTS[kind].encode())


@pytest.fixture
def scene(cast, customer, accounts, now, settings) -> Scene:
    return Scene(cast, customer, accounts, now, settings)


# --- how each verb is called: the situation is made first, the call itself is returned for the test to make


def ask(s):
    values = {"customer": s.customer, "contact_point": s.point(), "account": s.accounts.email, "purpose": "service"}
    return partial(asking.ask, s.cast.anna, at=s.now, **values)


def edit(s):
    values = {"contact_point": s.point(), "account": s.accounts.email, "purpose": "debt_collection"}
    return partial(asking.edit, s.cast.anna, request=s.draft(), at=s.now, **values)


def edit_what_was_disputed(s):
    values = {"contact_point": s.point(), "account": s.accounts.email, "draft_text": "Wie gewünscht: 20 % Rabatt."}
    return partial(asking.edit, s.cast.anna, request=s.disputed(), at=s.now, **values)


def dispute(s):
    return partial(disputing.dispute_promotion, s.cast.anna, request=s.promoting(), reason="Gefragt.", at=s.now)


def agree(s):
    waiting = submitting.submit(s.cast.anna, request=s.disputed(), at=s.now)
    given = {"verdict": "approved", "reason": "", "promotion_reason": "Er hatte gefragt."}
    return partial(reviewing.review, s.cast.mona, request=waiting, at=s.now, **given)


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


def approve_under_conditions(s):
    terms = Terms(date(2026, 11, 26), 1, ("Nur nachmittags.",))
    given = {"verdict": "approved", "reason": "", "terms": terms}
    return partial(reviewing.review, s.cast.mona, request=s.waiting(), at=s.now, **given)


def propose(s):
    request = s.waiting()
    given = {"verdict": "changes_asked", "reason": "So.", "wish": Wish(request.contact_point, None, "Anders.")}
    return partial(reviewing.review, s.cast.mona, request=request, at=s.now, **given)


def take_over_a_proposal(s):
    request = propose(s)()
    wanted = Proposal.objects.get().pk
    return partial(proposing.take_over, s.cast.anna, request=request, proposal=wanted, at=s.now)


def decide_together(s):
    scenes.waiting_alike(s.cast, s.accounts, s.now, 2)
    shown = [Shown(one.request_id, one.round, one.sha256) for one in Snapshot.objects.order_by("pk")]
    given = {"shown": shown, "verdict": "approved", "reason": ""}
    return partial(deciding_together.decide_together, s.cast.mona, at=s.now, **given)


def ask_together(s):
    """The second customer has no address of this kind, and leaves nothing behind."""
    customers = [s.customer, make_customer(s.now, "5001")]
    customers[1].contact_points.filter(channel="email").delete()
    fields = {"purpose": "service", "draft_text": "", "contains_promotion": False}
    rows = rows_of(s.cast.anna, customers, Together("email", "", None, fields), at=s.now)
    given = {"rows": rows, "fields": fields, "once": UUID(int=7)}
    return partial(asking_together.ask_together, s.cast.anna, at=s.now, **given)


def save_view(s):
    filters = {"kind": "consumer"}
    return partial(saved_views.save_view, s.cast.anna, name="Meine", filters=filters, at=s.now)


def rename_view(s):
    return partial(saved_views.rename_view, s.cast.anna, view=save_view(s)(), name="Andere")


def delete_view(s):
    return partial(saved_views.delete_view, s.cast.anna, view=save_view(s)())


def redeem_under_conditions(s):
    permit = approve_under_conditions(s)().permit
    return partial(permits.redeem, s.cast.anna, permit=permit, at=s.now, conditions_read=True)


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


def log_a_wrong_person_with_uses_left(s):
    asked = scenes.ask(s.cast.anna, s.customer, "email", s.accounts.email, at=s.now, uses_wanted=2)
    use = permits.redeem(s.cast.anna, permit=scenes.permit_for(asked, s.cast, s.now), at=s.now).use
    return partial(permits.log_contact, s.cast.anna, use=use, result="wrong_person", note="", at=s.now)


def log_a_withdrawal(s):
    use = permits.redeem(s.cast.sven, permit=s.advertising(), at=s.now).use
    return partial(permits.log_contact, s.cast.sven, use=use, result="withdrew", note="", at=s.now)


def redeem_at_the_cap(s):
    s.settings.FREQUENCY_CAPS = ["30:1"]
    permits.redeem(s.cast.sven, permit=s.advertising(), at=s.now)
    other = scenes.newsletter(s.cast.stranger, s.customer, s.accounts, s.now)
    return partial(permits.redeem, s.cast.stranger, permit=scenes.permit_for(other, s.cast, s.now), at=s.now)


def remind_uses(s):
    s.use()
    return partial(lifecycle.remind_uses, at=s.now + timedelta(days=1))


def revoke(s):
    return partial(permits.revoke, s.cast.mona, permit=s.permit(), reason="Der Fall ist erledigt.", at=s.now)


def recheck(s):
    return partial(rechecks.recheck, s.dead(), at=s.now)


def recheck_what_still_holds(s):
    return partial(rechecks.recheck, s.permit(), at=s.now)


def recheck_customer(s):
    s.dead()
    return partial(rechecks.recheck_customer, customer_id=s.customer.pk, because="consent withdrawn", at=s.now)


def recheck_customers(s):
    s.dead()
    return partial(rechecks.recheck_customers, customer_ids=[s.customer.pk], because="consent passage", at=s.now)


def recheck_account(s):
    s.permit()
    accounts_.close_account(s.cast.dora, account=s.accounts.email, at=s.now)
    return partial(rechecks.recheck_account, account_id=s.accounts.email.pk, at=s.now)


def recheck_all(s):
    point(s.customer, "messenger", "0171 4711", now=s.now, platform="whatsapp")
    scenes.permit_for(scenes.ask(s.cast.anna, s.customer, "messenger", s.accounts.whatsapp, at=s.now), s.cast, s.now)
    version = sets.released(s.cast, s.now, sets.STRICTER)
    return partial(rechecks.recheck_all, number=version.number, at=s.now)


def recheck_platform(s):
    there = {"channel": "messenger", "platform": "whatsapp"}
    point(s.customer, "messenger", "0171 4711", now=s.now, platform="whatsapp")
    customers.record_inbound(s.cast.clara, customer=s.customer, at=s.now, note="", now=s.now, **there)
    drafted = scenes.ask(s.cast.anna, s.customer, "messenger", s.accounts.whatsapp, at=s.now, purpose="inquiry_reply")
    scenes.permit_for(drafted, s.cast, s.now)
    registration = PlatformRegistration.objects.get(platform="whatsapp")
    accounts_.review_platform(s.cast.dora, registration=registration, status="not_approved", note="", at=s.now)
    return partial(rechecks.recheck_platform, platform="whatsapp", at=s.now)


def recheck_person(s):
    s.permit()
    people.update_person(s.cast.adam, person=s.cast.anna, at=s.now, is_active=False)
    return partial(rechecks.recheck_person, user_id=s.cast.anna.pk, at=s.now)


def recheck_a_part(s):
    return partial(rechecks.recheck_permits, permit_ids=[s.dead().pk], at=s.now)


def recheck_permit(s):
    return partial(rechecks.recheck_permit, permit_id=s.dead().pk, at=s.now)


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


def draft_rule_set(s):
    return partial(rule_sets.draft_rule_set, s.cast.adam, at=s.now)


def save_rule_set(s):
    said = {**sets.drafted(s.cast, s.now).settings, **sets.STRICTER}
    version = RuleSetVersion.objects.get()
    return partial(rule_sets.save_rule_set, s.cast.adam, version=version, settings=said, at=s.now)


def save_cases(s):
    case = {"id": "ours", "inputs": {}, "outcome": "forbidden"}
    version = sets.drafted(s.cast, s.now)
    return partial(rule_sets.save_cases, s.cast.adam, version=version, document=json.dumps([case]), at=s.now)


def expect_answer(s):
    version = sets.drafted(s.cast, s.now, {"outcomes": {"LET-04": "needs_dpo_approval"}})
    case = "bought letter address on the Robinson list"
    return partial(rule_sets.expect_answer, s.cast.adam, version=version, case=case, at=s.now)


def discard_rule_set(s):
    return partial(rule_sets.discard_rule_set, s.cast.adam, version=sets.drafted(s.cast, s.now), at=s.now)


def release_rule_set(s):
    values = {"version": sets.drafted(s.cast, s.now, sets.STRICTER), "effective_from": None, "reason": "We say so."}
    return partial(rule_sets.release_rule_set, s.cast.dora, at=s.now, **values)


def announce_in_force(s):
    later = s.now + timedelta(days=1)
    sets.released(s.cast, s.now, sets.STRICTER, effective_from=later)
    return partial(rule_sets.announce_in_force, at=later)


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


def register_profile(s):
    values = {"platform": "xing", "name": "Anna Beispiel", "valid_until": s.now.date()}
    return partial(accounts_.register_profile, s.cast.anna, at=s.now, **values)


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


def doubt_contact_point(s):
    return partial(customers.doubt_contact_point, s.cast.anna, point=s.point(), at=s.now)


def retire_contact_point(s):
    return partial(customers.retire_contact_point, s.cast.clara, point=s.point(), at=s.now)


def record_inbound(s):
    values = {"customer": s.customer, "channel": "email", "platform": "", "note": "fragt nach der Lieferung"}
    return partial(customers.record_inbound, s.cast.anna, at=s.now, now=s.now, **values)


def record_objection(s):
    values = {"customer": s.customer, "scope": "full_block", "how": "spoken"}
    return partial(customers.record_objection, s.cast.anna, at=s.now, **values)


def record_objection_of_who_agreed(s):
    s.consent(given=True)
    return record_objection(s)


def give_consent(s):
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"}
    return partial(consents.give_consent, s.cast.clara, customer=s.customer, given_at=s.now, at=s.now, **values)


def renew_consent(s):
    values = {"how": "paper", "evidence": "Formular 8", "given_at": s.now, "at": s.now}
    values |= {"text": wording("marketing", "email")}
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


def record_earlier_text(s):
    values = {"line": "alt", "language": "de", "purpose": "marketing", "channels": ["email"], "title": "A", "body": "B"}
    values |= {"valid_from": s.now - timedelta(days=900), "valid_until": s.now, "source_note": "Vordruck"}
    return partial(consents.record_earlier_text, s.cast.clara, at=s.now, **values)


def edit_text(s):
    values = {"title": "C", "body": "D", "channels": ["email"]}
    return partial(consents.edit_text, s.cast.clara, text=draft_text(s)(), at=s.now, **values)


def publish_text(s):
    return partial(consents.publish_text, s.cast.clara, text=draft_text(s)(), valid_from=s.now, at=s.now)


def set_thresholds(s):
    values = {"stale_after_months_unused": 12, "expired_after_months_unused": 24, "doi_ttl_days": 7}
    return partial(consents.set_thresholds, s.cast.dora, valid_from=s.now, reason="Prüfung", at=s.now, **values)


def follow_rules(s):
    thresholds = rules.Thresholds(doi_ttl_days=3)
    return partial(consents.follow_rules, thresholds=thresholds, answered_by=s.cast.dora, reason="Rule set 2", at=s.now)


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


def erase_who_agreed(s):
    s.consent(given=True)
    request_opt_in(s)()
    return erase_customer(s)


def erase_traces(s):
    s.consent(given=True)
    request_opt_in(s)()
    return partial(erasing.erase_traces, s.cast.dora, s.customer, at=s.now)


def erase_open_requests(s):
    s.permit()
    s.waiting()
    return partial(erase_requests, s.cast.dora, s.customer, at=s.now)


def welcome_prospect(s):
    values = {"email": "neu@post.example", "first_name": "Neu", "last_name": "Kundin", "language": "de"}
    return partial(customers.welcome_prospect, Job("customer.sign_up"), at=s.now, **values)


def withdraw_consent(s):
    return partial(consents.withdraw_consent, s.cast.anna, consent=s.consent(given=True), how="spoken", at=s.now)


def withdraw_consent_above_another(s):
    s.consent(given=True, purpose="satisfaction_survey")
    return withdraw_consent(s)


def withdraw_a_part(s):
    survey = s.consent(given=True, purpose="satisfaction_survey")
    return partial(consents.withdraw_consent, s.cast.anna, consent=survey, how="spoken", at=s.now)


def withdraw(s):
    values = {"how": "spoken", "note": "", "trace": consents.NO_TRACE}
    return partial(withdrawing.withdraw, s.cast.anna, s.consent(given=True), at=s.now, **values)


def object_once(s):
    values = {"scope": "marketing_objection", "channel": "email", "how": "spoken"}
    return partial(withdrawing.object_once, s.cast.anna, s.customer, at=s.now, **values)


def end_refused(s):
    s.consent(given=True)
    values = {"scope": "marketing_objection", "how": "spoken", "received_at": s.now}
    return partial(refusing.end_refused, s.cast.anna, [Objection(customer=s.customer, **values)], at=s.now)


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


def mail_preference_link(s):
    return partial(handing.mail_preference_link, s.cast.clara, point=s.point(), at=s.now)


def make_unsubscribe_link(s):
    return partial(handing.make_unsubscribe_link, s.cast.anna, point=s.point(), purpose="marketing", at=s.now)


def preference_link(s):
    return partial(links.preference_link, customer=s.customer, point=s.point(), at=s.now)


def unsubscribe_link(s):
    return partial(links.unsubscribe_link, customer=s.customer, point=s.point(), purpose="marketing", at=s.now)


def ask_for_link(s):
    return partial(links.ask_for_link, address=s.point().value, at=s.now)


def send_asked_link(s):
    return partial(links.send_asked_link, digest=s.point().digest, at=s.now)


def send_preference_link(s):
    return partial(links.send_preference_link, address=s.point().value, at=s.now)


def close_page(s):
    return partial(links.close_page, "eine Seite", at=s.now)


def drop_outlived_links(s):
    s.link()
    return partial(links.drop_outlived_links, at=s.now + timedelta(days=31))


def tell_choices_saved(s):
    return partial(links.tell_choices_saved, s.link(), at=s.now)


def confirm_of_a_customer(s):
    token = token_of_opt_in(s.sign_up(s.point().value))
    return partial(consents.confirm_opt_in, token, at=s.now)


def confirm_of_somebody_unknown(s):
    return partial(consents.confirm_opt_in, token_of_opt_in(s.sign_up()), at=s.now)


def switch_off(s):
    s.consent(given=True)
    values = {"purpose": "marketing", "channel": "email", "platform": ""}
    return partial(own_page.switch_off, s.link(), at=s.now, **values)


def refuse_on_own_page(s):
    s.consent(given=True)
    return partial(own_page.refuse, s.link(), scope="marketing_objection", at=s.now)


def switch_on(s):
    return partial(own_page.switch_on, s.link(), text=wording("marketing", "email"), at=s.now)


def ask_on_own_page(s):
    return partial(own_page.ask, s.link(), wish=own_page.Wish.COPY, message="Bitte alles.", at=s.now)


def stop_contact(s):
    s.consent(given=True)
    values = {"customer": s.customer, "scope": "marketing_objection", "how": "spoken"}
    return partial(stopping.stop_contact, s.cast.anna, at=s.now, **values)


def withdraw_by_machine(s):
    s.consent(given=True)
    values = {"purpose": "marketing", "channel": "email"}
    return partial(consents.withdraw_by_machine, Job("api:Shop"), [s.customer], at=s.now, **values)


def object_by_machine(s):
    s.consent(given=True)
    return partial(consents.object_by_machine, Job("api:Shop"), [s.customer], scope="marketing_objection", at=s.now)


def withdraw_by_link(s):
    s.consent(given=True)
    link = links.unsubscribe_link(customer=s.customer, point=s.point(), purpose="marketing", at=s.now)
    return partial(consents.withdraw_by_link, link, at=s.now)


def undo_import(s):
    return partial(consents.undo_import, s.cast.clara, event=s.imported(), at=s.now)


def follow_customer(s):
    s.consent(given=True)
    customers.update_customer(s.cast.clara, customer=s.customer, at=s.now, timezone="Asia/Tokyo")
    return partial(consents.follow_customer, customer_id=s.customer.pk, because="customer changed", at=s.now)


def warn_ahead(s):
    s.consent(given=True)
    return partial(consents.warn_ahead, at=s.now + timedelta(days=700))


def keep_evidence(s):
    file = SimpleUploadedFile("a.txt", b"Ja, gern.")
    return partial(evidence.keep_evidence, s.cast.clara, upload=file, at=s.now)


def append(s):
    """The caller holds the customer's lock, as every verb of the ledger does."""
    event = ConsentEvent(kind=rules.EventKind.USED, at=s.now, how="contact", evidence="P-1 / 1")
    return partial(ledger.append, s.cast.anna, s.consent(given=True), event, at=s.now)


def add_by_hand(s):
    values = {"scope": "full_block", "reason": "complaint"}
    address = entries.Address("email", "", "niemand@post.example")
    return partial(entries.add_by_hand, s.cast.clara, address=address, at=s.now, **values)


def refuse_address(s):
    address = entries.Address("email", "", "niemand@post.example")
    return partial(entries.refuse_address, Job("api:Shop"), address=address, scope="full_block", at=s.now)


def look_up(s):
    address = entries.Address("email", "", "niemand@post.example")
    return partial(entries.look_up, s.cast.rita, address=address, at=s.now)


def tell(s):
    return partial(entries.tell, [s.customer.pk], "suppression", at=s.now)


def create_list(s):
    values = {"name": "Partner", "kind": "partner", "effect": "marketing_objection", "owner": s.cast.clara}
    return partial(lists.create_list, s.cast.clara, at=s.now, overdue_after_days=30, **values)


def update_list(s):
    return partial(lists.update_list, s.cast.clara, found=s.listed(), at=s.now, owner=s.cast.dora)


def refresh_list(s):
    file = io.BytesIO(b"erika.4711@kundin.example\n")
    return partial(lists.refresh, s.cast.clara, found=s.listed(), file=file, at=s.now)


def refresh_list_by_a_job(s):
    file = io.BytesIO(b"erika.4711@kundin.example\n")
    return partial(lists.refresh, Job("load_suppression_list"), found=s.listed(), file=file, at=s.now)


def remind_overdue(s):
    s.listed()
    return partial(lists.remind_overdue, at=s.now + timedelta(days=32))


def rotate(s):
    record_objection(s)()
    s.settings.SUPPRESSION_OLD_KEYS = [*s.settings.SUPPRESSION_OLD_KEYS, s.settings.SUPPRESSION_KEY]
    s.settings.SUPPRESSION_KEY = "n" * 40
    return partial(rotation.rotate, at=s.now)


def receive(s):
    return partial(run.receive, s.cast.clara, upload(), at=s.now)


def take_over(s):
    path = Path(s.settings.MEDIA_ROOT).parent / "liste.csv"
    path.write_text(LISTS["customers"], encoding="utf-8")
    values = {"kind": "customers", "fields": None, "default_source": ""}
    return partial(run.take_over, s.cast.clara, path, at=s.now, **values)


def choose_columns(s):
    found = s.received()
    return partial(run.choose_columns, s.cast.clara, found, fields=found.mapping, at=s.now)


def confirm(s):
    found = s.checked()
    return partial(run.confirm, s.cast.clara, found, plan=found.plan, at=s.now)


def stop(s):
    return partial(run.stop, s.cast.clara, s.confirmed(), at=s.now)


def go_on(s):
    return partial(run.go_on, s.cast.clara, stop(s)(), at=s.now)


def undo(s):
    return partial(run.undo, s.cast.dora, s.done(), at=s.now)


def start_to_check(s):
    return partial(working.start, s.to_check(), at=s.now)


def start_to_import(s):
    return partial(working.start, s.confirmed(), at=s.now)


def start_to_import_consents(s):
    return partial(working.start, s.confirmed(kind="consents"), at=s.now)


def start_what_is_to_stop(s):
    found = s.confirmed()
    ImportRun.objects.filter(pk=found.pk).update(stop_asked=True, state="running")
    return partial(working.start, found, at=s.now)


def start_what_was_changed(s):
    found = s.confirmed()
    Path(found.file.path).write_text("etwas anderes", encoding="utf-8")
    return partial(working.start, found, at=s.now)


def start_to_undo(s):
    return partial(working.start, undo(s)(), at=s.now)


def start_to_undo_consents(s):
    found = run.undo(s.cast.dora, s.done(kind="consents"), at=s.now)
    return partial(working.start, found, at=s.now)


def run_waiting(s):
    s.confirmed()
    return partial(working.run_waiting, at=s.now)


def forget_a_list(s):
    ImportRun.objects.filter(pk=start_what_was_changed(s)().pk).update(finished_at=s.now)
    return partial(forgetting.forget, at=s.now + timedelta(days=2))


def forget_what_nobody_confirmed(s):
    s.checked()
    return partial(forgetting.forget, at=s.now + timedelta(days=31))


def forget_changes(s):
    ImportRun.objects.filter(pk=s.done().pk).update(file="")
    return partial(forgetting.forget, at=s.now + timedelta(days=2))


def import_file(s):
    path = Path(s.settings.MEDIA_ROOT).parent / "liste.csv"
    path.write_text(LISTS["customers"], encoding="utf-8")
    return partial(engine.import_file, path, actor=s.cast.clara, at=s.now)


def write_customers(s):
    return partial(writing.write, _read(s), actor=s.cast.clara, at=s.now)


def undo_customers(s):
    return partial(undoing.undo, list(s.done().changes.order_by("-pk")), actor=s.cast.dora, at=s.now)


def _read(s):
    """The records of the list."""
    (batch,) = _batches(s.received(), s.now)
    return batch.records


def _batches(found, at):
    kind = engine.CUSTOMERS
    source = engine.reading.Source.from_json(Path(found.file.path), found.source)
    return engine.batches(
        source, kind, engine.columns.layout(kind.columns, source.header, None), default_source="", at=at
    )


def make_token(s):
    values = {"name": "Shop", "scopes": ["opt-ins:write"], "expires_at": s.now + timedelta(days=30)}
    return partial(machines.make_token, s.cast.adam, at=s.now, **values)


def confirm_token(s):
    return partial(machines.confirm_token, s.cast.anna, token=s.key(s.cast.anna)[0], at=s.now)


def revoke_token(s):
    return partial(machines.revoke_token, s.cast.adam, token=s.key()[0], at=s.now)


def token_for(s):
    return partial(machines.token_for, s.key()[1], at=s.now)


def screened(s, *, content: bytes = b"ID\n1\n", at: datetime | None = None):
    """How Anna sends a list."""
    return partial(
        receiving_lists.receive,
        receiving_lists.Asker(s.cast.anna),
        upload=io.BytesIO(content),
        file_name="a.csv",
        wanted=receiving_lists.Wanted(purpose="service", channel="email"),
        at=at or s.now,
    )


def send_a_list_by_a_system(s):
    call = screened(s)
    return partial(call.func, receiving_lists.Asker(None, s.key()[0]), **call.keywords)


def erase_screened_lists(s):
    screened(s, content=f"ID\n{s.customer.pk}\n".encode())()
    return partial(subject_data.erase_lists, s.cast.dora, s.customer, s.now)


def answer_a_list(s):
    screened(s)()
    return partial(answering_lists.run_waiting, at=s.now)


def answer_a_list_that_cannot_be_read(s):
    screened(s, content=b"ID\n" + b"1\n" * 2_001 + b'"1')()
    return partial(answering_lists.run_waiting, at=s.now)


def forget_lists(s):
    screened(s)()
    answering_lists.run_waiting(at=s.now)
    return partial(forgetting_lists.forget, at=datetime.now(tz=s.now.tzinfo) + timedelta(days=8))


def give_decision(s):
    asked = Asked(customer=s.customer.number, purpose="service", channel="email")
    return partial(answering.give_decision, s.key()[0], asked=asked, key="a-1", digest="0" * 64, at=s.now)


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


def report_incident(s):
    return partial(reporting.report, s.cast.anna, at=s.now, customer=s.customer, **INCIDENT | _before(s))


def _before(s):
    return {"happened_at": s.now - timedelta(hours=1), "noticed_at": s.now}


INCIDENT = {"key": UUID(int=7), "kind": "private_account", "description": "From my own phone."}


def open_from_contact(s):
    contact = incidents.wrong_person(s.cast, s.customer, s.accounts, s.now)
    return partial(reporting.open_from_contact, permit=contact.use.permit.number, at=s.now)


def open_from_danger(s):
    judged = judge_not_justified(s)()
    return partial(reporting.open_from_danger, request=judged.request.number, at=s.now)


def take_step(s):
    made = incidents.reported(s.cast, s.now, customer=s.customer)
    return partial(containing.take_step, s.cast.anna, incident=made, step="hand_over", needed=True, at=s.now)


def add_note(s):
    made = incidents.reported(s.cast, s.now, customer=s.customer)
    return partial(containing.add_note, s.cast.dora, incident=made, text="He called.", at=s.now)


def assess(s):
    made = incidents.reported(s.cast, s.now, customer=s.customer)
    return partial(judging.assess, s.cast.dora, incident=made, at=s.now, **incidents.ASSESSED)


def decide(s):
    values = {"about": "authority", "answer": False, "reason": "No risk."}
    made = incidents.assessed(s.cast, s.now, "none", customer=s.customer)
    return partial(judging.decide, s.cast.dora, incident=made, at=s.now, **values)


def close_incident(s):
    made = incidents.assessed(s.cast, s.now, "none", customer=s.customer)
    incidents.settle_steps(made, s.cast.anna, s.now)
    for about in ("authority", "person"):
        incidents.decide(s.cast, made, about, False, s.now)
    return partial(judging.close, s.cast.dora, incident=made, at=s.now)


def issue_order(s):
    made = incidents.reported(s.cast, s.now, customer=s.customer)
    return partial(ordering.issue_order, s.cast.dora, incident=made, body="Please do not.", at=s.now)


def acknowledge_order(s):
    return partial(ordering.acknowledge_order, s.cast.anna, order=issue_order(s)(), at=s.now)


def export_incident(s):
    made = incidents.assessed(s.cast, s.now, customer=s.customer)
    return partial(exporting.export, s.cast.dora, incident=made, kind="json", write=as_json, at=s.now)


def export_register(s):
    return partial(register.export_register, s.cast.dora, kind="permits", wanted={}, at=s.now)


def hand_out_customer(s):
    scenes.permit_for(scenes.service_by_mail(s.cast, s.customer, s.accounts, s.now), s.cast, s.now)
    return partial(evidence_packs.hand_out_customer, s.cast.dora, customer=s.customer, at=s.now)


def hand_out_request(s):
    asked = scenes.permit_for(scenes.service_by_mail(s.cast, s.customer, s.accounts, s.now), s.cast, s.now).request
    return partial(evidence_packs.hand_out_request, s.cast.rita, request=asked, at=s.now)


def hand_out_period(s):
    day = s.now.date()
    return partial(evidence_packs.hand_out_period, s.cast.dora, first=day, last=day, at=s.now)


def hand_out_calls(s):
    return partial(evidence_packs.hand_out_calls, s.cast.rita, customer=s.customer, at=s.now)


def remind_deadlines(s):
    made = incidents.reported(s.cast, s.now - timedelta(hours=60), customer=s.customer)
    assert made.due_at - s.now < timedelta(hours=24)
    return partial(clock.remind_deadlines, at=s.now)


def note_incident(s):
    made = incidents.reported(s.cast, s.now, customer=s.customer)
    return partial(incidents_common.note, s.cast.anna, "note_added", made, at=s.now)


def _parked(s):
    context = {"number": "R-1", "author": "Mona"}
    fields = {"topic": "commented", "payload": context, "due_at": s.now, "parked_at": s.now, "recipient": s.cast.anna}
    return OutboxMessage.objects.create(kind="mail", key="parked", attempts=10, **fields)


def try_again(s):
    return partial(operating.try_again, s.cast.adam, message=_parked(s), at=s.now)


def give_up(s):
    return partial(operating.give_up, s.cast.adam, message=_parked(s), reason="Zweimal geschrieben.", at=s.now)


def register_endpoint(s):
    values = {"name": "crm", "url": "https://crm.example/hooks", "events": ["objection.recorded"]}
    return partial(webhooks.register_endpoint, s.cast.adam, at=s.now, **values)


def rotate_secret(s):
    return partial(webhooks.rotate_secret, s.cast.adam, endpoint=register_endpoint(s)()[0], at=s.now)


def switch_receiver_off(s):
    return partial(webhooks.switch_off, s.cast.adam, endpoint=register_endpoint(s)()[0], at=s.now)


def switch_receiver_on(s):
    return partial(webhooks.switch_on, s.cast.adam, endpoint=switch_receiver_off(s)(), at=s.now)


def _event_to_send(s) -> Delivery:
    register_endpoint(s)()
    telling.tell(EventType.OBJECTION_RECORDED, {}, customer_id=s.customer.pk, at=s.now)
    match(at=s.now)
    return Delivery.objects.get()


def send_again(s):
    taken = _event_to_send(s)
    outcomes.note_outcome(delivery=taken, result=posting.Result(200), milliseconds=1, at=s.now)
    return partial(webhooks.send_again, s.cast.adam, delivery=taken, at=s.now)


def note_that_a_receiver_is_gone(s):
    tried = {"delivery": _event_to_send(s), "result": posting.Result(410), "milliseconds": 1}
    return partial(outcomes.note_outcome, at=s.now, **tried)


def note_that_nothing_was_reached(s):
    tried = {"delivery": _event_to_send(s), "result": posting.Result(None, "timeout"), "milliseconds": 1}
    outcomes.note_outcome(at=s.now - timedelta(days=3), **tried)
    return partial(outcomes.note_outcome, at=s.now, **tried)


def set_own_shortcuts(s):
    return partial(people.set_own_shortcuts, s.cast.anna, on=False)


def snooze(s):
    waiting = s.waiting()
    until = waiting.stages.get(ended_at__isnull=True, since__isnull=False).due_at
    return partial(snoozing.snooze, s.cast.mona, request=waiting, until=until, at=s.now)


def wake(s):
    call = snooze(s)
    call()
    return partial(snoozing.wake, s.cast.mona, request=call.keywords["request"], at=s.now)


def set_own_theme(s):
    return partial(people.set_own_theme, s.cast.anna, theme="dark")


# --- the table: the function, how it is called, and what the trail says then

REQUESTS = "contacts.requests.services"
INCIDENTS = "contacts.incidents.services"
EVIDENCE = "contacts.evidence.services"
RULES = "contacts.rulebook.services"
ACCOUNTS = "contacts.requests.account_services"
CUSTOMERS = "contacts.customers.services"
SUPPRESSION = "contacts.customers.suppression"
SCREENING = "contacts.screening.services"
IMPORTING = "contacts.customers.importing"
CONSENT = "consent.services"
MACHINES = "portal.machines.services"
PEOPLE = "portal.people.services"
WEBHOOKS = "portal.webhooks"

TABLE: list[tuple[str, Callable, list[str]]] = [
    (f"{REQUESTS}.asking.ask", ask, ["request.asked by anna"]),
    (
        f"{REQUESTS}.asking_together.ask_together",
        ask_together,
        ["request.asked by anna", "request.submitted by anna", "permit.granted by anna"],
    ),
    (f"{REQUESTS}.asking.edit", edit, ["request.edited by anna"]),
    (f"{REQUESTS}.asking.edit", edit_what_was_disputed, ["request.edited by anna"]),
    (f"{REQUESTS}.disputing.dispute_promotion", dispute, ["request.promotion_disputed by anna"]),
    # Allowed by the rules: handed in and granted are two things, the request's and the permit's.
    (f"{REQUESTS}.submitting.submit", submit, ["request.submitted by anna", "permit.granted by anna"]),
    (f"{REQUESTS}.submitting.submit", submit_for_review, ["request.submitted by anna"]),
    (f"{REQUESTS}.submitting.submit", submit_what_is_forbidden, ["request.submitted by anna"]),
    (f"{REQUESTS}.submitting.cancel", cancel, ["request.cancelled by anna"]),
    (f"{REQUESTS}.reviewing.review", approve, ["request.review_approved by mona", "permit.granted by mona"]),
    (f"{REQUESTS}.reviewing.review", agree, ["request.review_approved by mona", "permit.granted by mona"]),
    (f"{REQUESTS}.reviewing.review", approve_for_the_dpo, ["request.review_approved by mona"]),
    (
        f"{REQUESTS}.reviewing.review",
        approve_under_conditions,
        ["request.review_approved by mona", "permit.granted by mona"],
    ),
    (f"{REQUESTS}.reviewing.review", propose, ["request.review_changes_asked by mona"]),
    (f"{REQUESTS}.proposing.take_over", take_over_a_proposal, ["request.edited by anna", "request.submitted by anna"]),
    (
        f"{REQUESTS}.deciding_together.decide_together",
        decide_together,
        ["request.review_approved by mona", "permit.granted by mona"] * 2,
    ),
    (f"{REQUESTS}.permits.redeem", redeem_under_conditions, ["permit.used by anna"]),
    (f"{REQUESTS}.reviewing.review", refuse, ["request.review_refused by mona"]),
    (f"{REQUESTS}.reviewing.review", ask_changes, ["request.review_changes_asked by mona"]),
    (f"{REQUESTS}.permits.redeem", redeem, ["permit.used by anna"]),
    (f"{REQUESTS}.permits.redeem", redeem_a_dead_permit, ["permit.revoked by sven"]),
    # Only rests: the permit's state does not change.
    (f"{REQUESTS}.permits.redeem", redeem_at_night, []),
    (f"{REQUESTS}.permits.redeem", redeem_at_the_cap, []),
    (f"{REQUESTS}.permits.log_contact", log_contact, ["contact.logged by anna"]),
    (
        f"{REQUESTS}.permits.log_contact",
        log_a_wrong_person,
        ["contact.logged by anna", "contact_point.doubted by anna"],
    ),
    # The contact and the objection told in it are two things.
    (
        f"{REQUESTS}.permits.log_contact",
        log_an_objection,
        ["contact.logged by anna", "objection.recorded by anna"],
    ),
    # Whoever takes all advertising back objects to it, too (consent.services.withdrawing).
    (
        f"{REQUESTS}.permits.log_contact",
        log_a_withdrawal,
        ["contact.logged by sven", "consent.withdrawn by sven", "objection.recorded by sven"],
    ),
    (
        f"{REQUESTS}.permits.log_contact",
        log_a_wrong_person_with_uses_left,
        ["contact.logged by anna", "contact_point.doubted by anna", "permit.revoked by anna"],
    ),
    (f"{REQUESTS}.permits.revoke", revoke, ["permit.revoked by mona"]),
    (f"{REQUESTS}.rechecks.recheck", recheck, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.rechecks.recheck", recheck_what_still_holds, []),
    (f"{REQUESTS}.rechecks.recheck_customer", recheck_customer, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.rechecks.recheck_customers", recheck_customers, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.rechecks.recheck_account", recheck_account, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.rechecks.recheck_platform", recheck_platform, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.rechecks.recheck_all", recheck_all, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.rechecks.recheck_person", recheck_person, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.rechecks.recheck_permits", recheck_a_part, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.rechecks.recheck_permit", recheck_permit, ["permit.revoked by the job requests.recheck"]),
    (f"{REQUESTS}.lifecycle.end_permits", end_permits, ["permit.expired by the job requests.end_permits"]),
    (f"{REQUESTS}.lifecycle.lapse_requests", lapse_requests, ["request.lapsed by the job requests.lapse"]),
    # Reminding changes no state: the mail in the outbox is its own trace.
    (f"{REQUESTS}.lifecycle.remind_reviews", remind_reviews, []),
    (f"{REQUESTS}.lifecycle.remind_permits", remind_permits, []),
    (f"{REQUESTS}.lifecycle.remind_uses", remind_uses, []),
    (f"{INCIDENTS}.reporting.report", report_incident, ["incident.reported by anna"]),
    (f"{INCIDENTS}.reporting.open_from_contact", open_from_contact, ["incident.opened by the job incidents.open"]),
    (f"{INCIDENTS}.reporting.open_from_danger", open_from_danger, ["incident.opened by the job incidents.open"]),
    (f"{INCIDENTS}.containing.take_step", take_step, ["incident.step_taken by anna"]),
    (f"{INCIDENTS}.containing.add_note", add_note, ["incident.note_added by dora"]),
    (f"{INCIDENTS}.judging.assess", assess, ["incident.assessed by dora"]),
    (f"{INCIDENTS}.judging.decide", decide, ["incident.decided by dora"]),
    (f"{INCIDENTS}.judging.close", close_incident, ["incident.closed by dora"]),
    (f"{INCIDENTS}.ordering.issue_order", issue_order, ["incident.order_issued by dora"]),
    (f"{INCIDENTS}.ordering.acknowledge_order", acknowledge_order, ["incident.order_acknowledged by anna"]),
    (f"{INCIDENTS}.exporting.export", export_incident, ["incident.exported by dora"]),
    ("portal.desk.register.export_register", export_register, ["register.exported by dora"]),
    (f"{EVIDENCE}.hand_out_customer", hand_out_customer, ["evidence.handed_out by dora"]),
    (f"{EVIDENCE}.hand_out_request", hand_out_request, ["evidence.handed_out by rita"]),
    (f"{EVIDENCE}.hand_out_period", hand_out_period, ["evidence.handed_out by dora"]),
    (f"{EVIDENCE}.hand_out_calls", hand_out_calls, ["evidence.handed_out by rita"]),
    (f"{INCIDENTS}.clock.remind_deadlines", remind_deadlines, []),
    (f"{ACCOUNTS}.create_account", create_account, ["account.created by adam"]),
    (f"{ACCOUNTS}.update_account", update_account, ["account.changed by adam"]),
    (f"{ACCOUNTS}.register_profile", register_profile, ["account.profile_registered by anna"]),
    (f"{ACCOUNTS}.approve_account", approve_account, ["account.approved by dora"]),
    (f"{ACCOUNTS}.close_account", close_account, ["account.closed by adam"]),
    (f"{ACCOUNTS}.review_platform", review_platform, ["platform.reviewed by dora"]),
    (f"{CUSTOMERS}.create_customer", create_customer, ["customer.created by clara"]),
    (f"{CUSTOMERS}.update_customer", update_customer, ["customer.changed by clara"]),
    (f"{CUSTOMERS}.add_contact_point", add_contact_point, ["contact_point.added by anna"]),
    (f"{CUSTOMERS}.verify_contact_point", verify_contact_point, ["contact_point.verified by clara"]),
    (f"{CUSTOMERS}.doubt_contact_point", doubt_contact_point, ["contact_point.doubted by anna"]),
    (f"{CUSTOMERS}.retire_contact_point", retire_contact_point, ["contact_point.retired by clara"]),
    (f"{CUSTOMERS}.record_inbound", record_inbound, ["inbound.recorded by anna"]),
    (f"{CUSTOMERS}.record_objection", record_objection, ["objection.recorded by anna"]),
    # An objection ends the consents that it covers: first it, then each of them.
    (
        f"{CUSTOMERS}.record_objection",
        record_objection_of_who_agreed,
        ["objection.recorded by anna", "consent.withdrawn by anna"],
    ),
    (f"{CUSTOMERS}.erase_customer", erase_customer, ["customer.erased by dora"]),
    # What other rooms hold of the customer goes first, while the addresses still stand there.
    (
        f"{CUSTOMERS}.erase_customer",
        erase_who_agreed,
        ["consent.withdrawn by dora", "opt_in.deleted by dora", "customer.erased by dora"],
    ),
    (f"{CUSTOMERS}.welcome_prospect", welcome_prospect, ["customer.created by the job customer.sign_up"]),
    (f"{SUPPRESSION}.entries.add_by_hand", add_by_hand, ["suppression.added by clara"]),
    (f"{SUPPRESSION}.entries.refuse_address", refuse_address, ["suppression.added by the job api:Shop"]),
    (f"{SUPPRESSION}.entries.look_up", look_up, ["suppression.looked_up by rita"]),
    (f"{SUPPRESSION}.lists.create_list", create_list, ["suppression_list.created by clara"]),
    (f"{SUPPRESSION}.lists.update_list", update_list, ["suppression_list.changed by clara"]),
    (f"{SUPPRESSION}.lists.refresh", refresh_list, ["suppression_list.refreshed by clara"]),
    (
        f"{SUPPRESSION}.lists.refresh",
        refresh_list_by_a_job,
        ["suppression_list.refreshed by the job load_suppression_list"],
    ),
    (f"{SUPPRESSION}.lists.remind_overdue", remind_overdue, []),
    # A generation begins, and everything stands under it: two things, possibly days apart.
    (
        f"{SUPPRESSION}.rotation.rotate",
        rotate,
        [
            "suppression.key_added by the job suppression.rotate_key",
            "suppression.rotated by the job suppression.rotate_key",
        ],
    ),
    (f"{IMPORTING}.run.receive", receive, ["import.received by clara"]),
    # Whoever calls the command does three steps of the page at once.
    (
        f"{IMPORTING}.run.take_over",
        take_over,
        ["import.received by clara", "import.columns_chosen by clara", "import.confirmed by clara"],
    ),
    (f"{IMPORTING}.run.choose_columns", choose_columns, ["import.columns_chosen by clara"]),
    (f"{IMPORTING}.run.confirm", confirm, ["import.confirmed by clara"]),
    (f"{IMPORTING}.run.stop", stop, ["import.stop_asked by clara"]),
    (f"{IMPORTING}.run.go_on", go_on, ["import.continued by clara"]),
    (f"{IMPORTING}.run.undo", undo, ["import.undo_asked by dora"]),
    (f"{IMPORTING}.working.start", start_to_check, ["import.checked by clara"]),
    # Each customer and each consent has its entry, and the import one for its end.
    (f"{IMPORTING}.working.start", start_to_import, ["customer.created by clara", "import.done by clara"]),
    (f"{IMPORTING}.working.start", start_to_import_consents, ["consent.imported by clara", "import.done by clara"]),
    (f"{IMPORTING}.working.start", start_what_is_to_stop, ["import.stopped by clara"]),
    (f"{IMPORTING}.working.start", start_what_was_changed, ["import.failed by clara"]),
    (f"{IMPORTING}.working.start", start_to_undo, ["customer.import_undone by dora", "import.undone by dora"]),
    (f"{IMPORTING}.working.start", start_to_undo_consents, ["consent.corrected by dora", "import.undone by dora"]),
    (f"{IMPORTING}.working.run_waiting", run_waiting, ["customer.created by clara", "import.done by clara"]),
    (f"{IMPORTING}.forgetting.forget", forget_a_list, ["import.forgotten by the job import.forget"]),
    (f"{IMPORTING}.forgetting.forget", forget_what_nobody_confirmed, ["import.failed by the job import.forget"]),
    # What an undo would have gone by repeats what the entries of the import say.
    (f"{IMPORTING}.forgetting.forget", forget_changes, []),
    (f"{IMPORTING}.engine.import_file", import_file, ["customer.created by clara"]),
    (f"{MACHINES}.make_token", make_token, ["api_token.made by adam"]),
    (f"{MACHINES}.confirm_token", confirm_token, ["api_token.confirmed by anna"]),
    (f"{MACHINES}.revoke_token", revoke_token, ["api_token.revoked by adam"]),
    # When a key was last used and how often in this minute; what was done with it has its own entries.
    (f"{MACHINES}.token_for", token_for, []),
    (f"{SCREENING}.receiving.receive", screened, ["screening.asked by anna"]),
    (f"{SCREENING}.receiving.receive", send_a_list_by_a_system, ["screening.asked by the job api:Shop"]),
    # Two changes of state in one turn: a worker is at it, and then it has its answers or none.
    (
        f"{SCREENING}.working.run_waiting",
        answer_a_list,
        ["screening.started by the job screening.run", "screening.done by the job screening.run"],
    ),
    (
        f"{SCREENING}.working.run_waiting",
        answer_a_list_that_cannot_be_read,
        ["screening.started by the job screening.run", "screening.failed by the job screening.run"],
    ),
    (f"{SCREENING}.forgetting.forget", forget_lists, ["screening.forgotten by the job screening.forget"]),
    ("contacts.requests.answering.give_decision", give_decision, ["decision.given by the job api:Shop"]),
    (f"{CONSENT}.giving.give_consent", give_consent, ["consent.given by clara"]),
    (f"{CONSENT}.giving.renew_consent", renew_consent, ["consent.renewed by clara"]),
    (f"{CONSENT}.giving.correct_consent", correct_consent, ["consent.corrected by clara"]),
    (f"{CONSENT}.importing.import_consent", import_consent, ["consent.imported by clara"]),
    (f"{CONSENT}.importing.undo_import", undo_import, ["consent.corrected by clara"]),
    # The change of the customer has its entry; the rows of the consents only follow.
    (f"{CONSENT}.following.follow_customer", follow_customer, []),
    (f"{CONSENT}.evidence.keep_evidence", keep_evidence, ["evidence_file.added by clara"]),
    (f"{CONSENT}.handing.mail_preference_link", mail_preference_link, ["preference_link.sent by clara"]),
    (f"{CONSENT}.handing.make_unsubscribe_link", make_unsubscribe_link, ["unsubscribe_link.made by anna"]),
    # A link that nobody has is nothing yet: whoever hands it out, and what is done with it, has an entry.
    (f"{CONSENT}.links.preference_link", preference_link, []),
    (f"{CONSENT}.links.unsubscribe_link", unsubscribe_link, []),
    # A closed page is kept as a hash of what opened it; nothing of the customer changes.
    (f"{CONSENT}.links.close_page", close_page, []),
    # They open nothing any more; that they were sent or made has its entries.
    (f"{CONSENT}.links.drop_outlived_links", drop_outlived_links, []),
    # Noted as a keyed hash of an address that may be nobody's; the entry comes with the mail.
    (f"{CONSENT}.links.ask_for_link", ask_for_link, []),
    (f"{CONSENT}.links.send_asked_link", send_asked_link, ["preference_link.sent by the job customer.link_request"]),
    (
        f"{CONSENT}.links.send_preference_link",
        send_preference_link,
        ["preference_link.sent by the job customer.link_request"],
    ),
    # The sign-up and its confirmation go into the ledger together: two events.
    (
        f"{CONSENT}.opt_in.confirm_opt_in",
        confirm_of_a_customer,
        ["consent.requested by the job customer.confirmation", "consent.confirmed by the job customer.confirmation"],
    ),
    (
        f"{CONSENT}.opt_in.confirm_opt_in",
        confirm_of_somebody_unknown,
        [
            "customer.created by the job customer.sign_up",
            "consent.requested by the job customer.confirmation",
            "consent.confirmed by the job customer.confirmation",
        ],
    ),
    (
        f"{CONSENT}.own_page.switch_off",
        switch_off,
        ["consent.withdrawn by the job customer.preferences", "objection.recorded by the job customer.preferences"],
    ),
    (
        f"{CONSENT}.own_page.refuse",
        refuse_on_own_page,
        ["consent.withdrawn by the job customer.preferences", "objection.recorded by the job customer.preferences"],
    ),
    (f"{CONSENT}.own_page.switch_on", switch_on, ["opt_in.requested by the job customer.preferences"]),
    (f"{CONSENT}.own_page.ask", ask_on_own_page, ["customer.asked by the job customer.preferences"]),
    # An objection ends what it covers, so it comes first. On their own page the customers' acts of withdrawing come
    # first: they carry the trace of the page.
    (
        f"{CONSENT}.stopping.stop_contact",
        stop_contact,
        ["objection.recorded by anna", "consent.withdrawn by anna"],
    ),
    (
        f"{CONSENT}.withdrawing.withdraw_by_machine",
        withdraw_by_machine,
        ["consent.withdrawn by the job api:Shop", "objection.recorded by the job api:Shop"],
    ),
    (
        f"{CONSENT}.withdrawing.object_by_machine",
        object_by_machine,
        ["objection.recorded by the job api:Shop", "consent.withdrawn by the job api:Shop"],
    ),
    (
        f"{CONSENT}.unsubscribing.withdraw_by_link",
        withdraw_by_link,
        ["consent.withdrawn by the job customer.one_click", "objection.recorded by the job customer.one_click"],
    ),
    # The mails in the outbox, and what they told of, are their own trace.
    (f"{CONSENT}.warning.warn_ahead", warn_ahead, []),
    (f"{CONSENT}.opt_in.request_opt_in", request_opt_in, ["opt_in.requested by clara"]),
    (f"{CONSENT}.opt_in.drop_unconfirmed", drop_unconfirmed, ["opt_in.deleted by the job consent.drop_unconfirmed"]),
    # Who takes advertising as a whole back takes back what lies below, and objects: each is a thing of its own.
    (
        f"{CONSENT}.withdrawing.withdraw_consent",
        withdraw_consent,
        ["consent.withdrawn by anna", "objection.recorded by anna"],
    ),
    (
        f"{CONSENT}.withdrawing.withdraw_consent",
        withdraw_consent_above_another,
        ["consent.withdrawn by anna", "consent.withdrawn by anna", "objection.recorded by anna"],
    ),
    # A part of it is no objection to the rest.
    (f"{CONSENT}.withdrawing.withdraw_consent", withdraw_a_part, ["consent.withdrawn by anna"]),
    (f"{CONSENT}.withdrawing.object_once", object_once, ["objection.recorded by anna"]),
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
    (f"{CONSENT}.texts.record_earlier_text", record_earlier_text, ["consent_text.recorded by clara"]),
    (f"{CONSENT}.texts.edit_text", edit_text, ["consent_text.edited by clara"]),
    (f"{CONSENT}.texts.publish_text", publish_text, ["consent_text.published by clara"]),
    (f"{CONSENT}.thresholds.set_thresholds", set_thresholds, ["consent.thresholds_set by dora"]),
    (
        f"{CONSENT}.thresholds.follow_rules",
        follow_rules,
        ["consent.thresholds_set by the job consent.follow_rules"],
    ),
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
    *training.TABLE,
    *rights.TABLE,
    *processing.TABLE,
    *retention.TABLE,
    (f"{PEOPLE}.create_person", create_person, ["person.created by adam"]),
    (f"{PEOPLE}.create_person", create_person_by_a_job, ["person.created by the job setup"]),
    (f"{PEOPLE}.update_person", update_person, ["person.changed by adam"]),
    (f"{PEOPLE}.update_person", deactivate_person, ["person.changed by adam"]),
    *signing_in.TABLE,
    (f"{PEOPLE}.create_department", create_department, ["department.created by adam"]),
    # A taste of one's own, nobody else's business.
    (f"{PEOPLE}.set_own_language", set_own_language, []),
    (f"{PEOPLE}.set_own_theme", set_own_theme, []),
    (f"{PEOPLE}.set_own_shortcuts", set_own_shortcuts, []),
    (f"{REQUESTS}.saved_views.save_view", save_view, []),
    (f"{REQUESTS}.saved_views.rename_view", rename_view, []),
    (f"{REQUESTS}.saved_views.delete_view", delete_view, []),
    (f"{REQUESTS}.snoozing.snooze", snooze, []),
    (f"{REQUESTS}.snoozing.wake", wake, []),
    ("portal.outbox.operating.try_again", try_again, ["outbox.tried_again by adam"]),
    ("portal.outbox.operating.give_up", give_up, ["outbox.given_up by adam"]),
    (f"{WEBHOOKS}.services.register_endpoint", register_endpoint, ["webhook.registered by adam"]),
    (f"{WEBHOOKS}.services.rotate_secret", rotate_secret, ["webhook.rotated by adam"]),
    (f"{WEBHOOKS}.services.switch_off", switch_receiver_off, ["webhook.switched_off by adam"]),
    (f"{WEBHOOKS}.services.switch_on", switch_receiver_on, ["webhook.switched_on by adam"]),
    (f"{WEBHOOKS}.services.send_again", send_again, ["webhook.sent_again by adam"]),
    (
        f"{WEBHOOKS}.outcomes.note_outcome",
        note_that_a_receiver_is_gone,
        ["webhook.gone by the job webhooks.send"],
    ),
    (
        f"{WEBHOOKS}.outcomes.note_outcome",
        note_that_nothing_was_reached,
        ["webhook.failing by the job webhooks.send"],
    ),
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
    (f"{RULES}.drafting.draft_rule_set", draft_rule_set, ["rules.drafted by adam"]),
    (f"{RULES}.drafting.save_rule_set", save_rule_set, ["rules.changed by adam"]),
    (f"{RULES}.drafting.save_cases", save_cases, ["rules.cases_saved by adam"]),
    (f"{RULES}.drafting.expect_answer", expect_answer, ["rules.cases_saved by adam"]),
    (f"{RULES}.drafting.discard_rule_set", discard_rule_set, ["rules.discarded by adam"]),
    (f"{RULES}.releasing.announce_in_force", announce_in_force, []),
    (f"{RULES}.releasing.release_rule_set", release_rule_set, ["rules.released by dora"]),
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
    (f"{CONSENT}.ledger.append", append, ["consent.used by anna"]),
    (f"{CONSENT}.withdrawing.withdraw", withdraw, ["consent.withdrawn by anna"]),
    (f"{CONSENT}.refusing.end_refused", end_refused, ["consent.withdrawn by anna"]),
    (f"{CONSENT}.erasing.erase_traces", erase_traces, ["consent.withdrawn by dora", "opt_in.deleted by dora"]),
    (
        f"{REQUESTS}.erasing.erase_requests",
        erase_open_requests,
        ["permit.revoked by dora", "request.cancelled by dora"],
    ),
    (f"{CONSENT}.links.tell_choices_saved", tell_choices_saved, []),
    (f"{SUPPRESSION}.entries.tell", tell, []),
    (f"{IMPORTING}.customers.writing.write", write_customers, ["customer.created by clara"]),
    (f"{IMPORTING}.customers.undoing.undo", undo_customers, ["customer.import_undone by dora"]),
    *training.PARTS,
    (f"{subject_data.__name__}.erase_lists", erase_screened_lists, ["screening.forgotten by dora"]),
    *rights.PARTS,
    *signing_in.PARTS,
    (f"{INCIDENTS}.common.note", note_incident, ["incident.note_added by anna"]),
]
# They write nothing: locks, refusals, reading and reckoning.
WITHOUT_WRITING = {
    *signing_in.SILENT,
    "consent.services.evidence.only_with_entry",
    f"{SCREENING}.receiving.asked_of",
    f"{SCREENING}.receiving.spooled",
    f"{SUPPRESSION}.entries.lock_customers_at",
    f"{SUPPRESSION}.entries.counts",
    f"{SUPPRESSION}.lists.overdue_lists",
    f"{SUPPRESSION}.rotation.behind",
    f"{IMPORTING}.run.digest",
    f"{IMPORTING}.run.why_no_undo",
    f"{IMPORTING}.working.is_short",
    f"{IMPORTING}.engine.batches",
    f"{IMPORTING}.engine.all_problems",
    f"{IMPORTING}.customers.writing.preview",
    f"{IMPORTING}.customers.writing.plain",
    f"{IMPORTING}.customers.undoing.in_use",
    f"{CONSENT}.blocking.block_of",
    f"{CONSENT}.blocking.may_be_asked",
    f"{CONSENT}.calls.seal_of",
    f"{CONSENT}.calls.is_sealed",
    f"{CONSENT}.common.demand_past",
    f"{CONSENT}.common.demand_fitting",
    f"{CONSENT}.common.demand_new",
    f"{CONSENT}.common.is_on_record",
    f"{CONSENT}.common.withdrawn_above",
    f"{CONSENT}.common.refusals_against",
    f"{CONSENT}.common.truncated",
    f"{CONSENT}.evidence.checked_type",
    f"{CONSENT}.evidence.content_type_of",
    f"{CONSENT}.evidence.content_of",
    f"{CONSENT}.evidence.display_name",
    f"{CONSENT}.giving.correctable",
    f"{CONSENT}.importing.imported_events",
    f"{CONSENT}.importing.number_in_list",
    f"{CONSENT}.ledger.resolved",
    f"{CONSENT}.ledger.resolved_columns",
    f"{CONSENT}.links.token_of_link",
    f"{CONSENT}.links.open_link",
    f"{CONSENT}.links.opened_link",
    f"{CONSENT}.links.is_closed",
    f"{CONSENT}.opt_in.find_opt_in",
    f"{CONSENT}.opt_in.is_on_record",
    f"{CONSENT}.opt_in.text_signed_up_for",
    f"{CONSENT}.passage.set_due",
    f"{CONSENT}.rebuilding.differences",
    f"{CONSENT}.refusing.reached",
    f"{CONSENT}.texts.fingerprint",
    f"{CONSENT}.unsubscribing.is_unsubscribed",
    f"{CONSENT}.withdrawing.standing",
    f"{RULES}.common.demand_seen",
    f"{RULES}.common.fingerprint_of",
    f"{RULES}.common.lock_draft",
    f"{RULES}.common.lock_versions",
    f"{REQUESTS}.common.demand_address",
    f"{REQUESTS}.common.demand_in_time",
    f"{REQUESTS}.common.demand_licence",
    f"{REQUESTS}.common.lock_request",
    f"{REQUESTS}.common.lock_permit",
    f"{REQUESTS}.common.demand",
    f"{REQUESTS}.common.demand_read",
    f"{REQUESTS}.common.reason_ids",
    f"{INCIDENTS}.common.lock_incident",
    f"{INCIDENTS}.common.demand",
    f"{INCIDENTS}.common.demand_judge",
    f"{INCIDENTS}.common.demand_party",
    f"{INCIDENTS}.common.demand_words",
    f"{INCIDENTS}.judging.missing_sentence",
    f"{REQUESTS}.submitting.refuse_by_rule",
    f"{REQUESTS}.submitting.refuse_second_permit",
    f"{PEOPLE}.first_password",
    "portal.desk.register.basis_words",
    "portal.desk.register.rows_of",
    *training.WITHOUT_WRITING,
    *rights.WITHOUT_WRITING,
    f"{subject_data.__name__}.gather",
    f"{subject_data.__name__}.naming",
    *retention.WITHOUT_WRITING,
}
# They write, and it is no act of its own: each stands inside a verb of the table, whose entry tells of it.
WITHOUT_A_ROW = {
    f"{REQUESTS}.permits.end": "ends the permit inside danger.review_afterwards, with the entry that its row shows",
    f"{REQUESTS}.common.tell_wanted_channel": "tells training in the transaction of the request, which has the entry",
    f"{RULES}.releasing.tell_in_force": "tells the rooms in the transaction of the release, which has the entry",
    f"{CUSTOMERS}.empty_customer": "part of the erasure, or of what retention lets go",
    f"{CUSTOMERS}.tick": "only says when the last change was",
    f"{CUSTOMERS}.tick_all": "only says when the last change was",
    f"{SUPPRESSION}.entries.suppress_points": "part of the objection or the erasure, which has the entry",
    f"{SUPPRESSION}.entries.carry_over": "part of the erasure",
    f"{SUPPRESSION}.rotation.renew_list": "part of the refresh of a list",
    f"{IMPORTING}.engine.carry_out": "a chunk of import_file and of start",
    f"{CONSENT}.calls.keep_call_record": "stands beside the event that append has recorded",
    f"{CONSENT}.ledger.open_consent": "a row without any event yet",
    f"{CONSENT}.ledger.write_dates": "what the events add up to; append and rebuild have the entries",
    f"{CONSENT}.evidence.evidence_of": "one transaction around keep_evidence and the verb of the consent",
    f"{WEBHOOKS}.outcomes.drop_waiting": "part of switching off, and of a receiver that wants no more",
    **training.WITHOUT_A_ROW,
    **rights.WITHOUT_A_ROW,
}
WRITERS = [row for row in TABLE if row[2]]
# A job does them once a call, and a second call is a second act: the verbs of a person; another question, another file
# of a list; what another system sends, told apart by its own number or key (tests/consent/test_api.py,
# tests/screening/test_api.py); a prospect for each
# confirmation, of which there is one (confirm_of_somebody_unknown).
ONCE_A_CALL = (
    record_use_by_a_job,
    create_person_by_a_job,
    ask_on_own_page,
    refresh_list_by_a_job,
    object_by_machine,
    welcome_prospect,
    note_that_a_receiver_is_gone,
    note_that_nothing_was_reached,
    send_a_list_by_a_system,
    *signing_in.ONCE_A_CALL,
)
# Runs of the clock and of handlers, and what a customer may press twice.
RUNS = [row for row in WRITERS if "by the job" in row[2][0] and row[1] not in ONCE_A_CALL]
# They go through many rows: one that fails is logged and does not stop the others. A recheck gets an event of its own.
RECHECKS = (
    *(recheck_customer, recheck_customers, recheck_account, recheck_platform, recheck_person, recheck_all),
    recheck_a_part,
)
FOR_MANY = (
    *RECHECKS,
    end_permits,
    lapse_requests,
    escalate,
    alarm_danger,
    record_staleness,
    record_expiry,
    drop_unconfirmed,
    forget_a_list,
    forget_what_nobody_confirmed,
    answer_a_list,
    answer_a_list_that_cannot_be_read,
    forget_lists,
    *training.FOR_MANY,
    *retention.FOR_MANY,
)
# They work on a list in chunks: how far they are is kept with each, and the next turn begins there.
IN_CHUNKS = (
    start_to_check,
    start_to_import,
    start_to_import_consents,
    start_what_is_to_stop,
    start_what_was_changed,
    start_to_undo,
    start_to_undo_consents,
    run_waiting,
    import_file,
)
# What is about no customer, or about many.
ABOUT_NO_CUSTOMER = {
    "register",
    "directory_group",
    "outbox_message",
    "absence",
    "account",
    "api_token",
    "consent_text",
    "department",
    "evidence_file",
    "evidence_period",
    "import",
    "person",
    "platform",
    "routing",
    "screening",
    "rule_set",
    "suppression",
    "suppression_key",
    "suppression_list",
    "thresholds",
    "webhook",
    *training.ABOUT_NO_CUSTOMER,
    *processing.ABOUT_NO_CUSTOMER,
    *retention.ABOUT_NO_CUSTOMER,
}
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
    """One fingerprint of all rows of each of our tables; planned once a connection, which is half of the work."""
    ours = [model._meta.db_table for model in apps.get_models(include_auto_created=True) if _is_ours(model)]
    rows_of = "md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), ''))"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'everything'")
        if cursor.fetchone() is None:
            tables = " UNION ALL ".join(f"SELECT '{table}', {rows_of} FROM \"{table}\" t" for table in ours)
            cursor.execute(f"PREPARE everything AS {tables}")
        cursor.execute("EXECUTE everything")
        return dict(cursor.fetchall())


#: What is sealed before a hand-out is the clock's work, done a little earlier: it stands whatever becomes of the pack.
SEALING = ("Seal", "SignedHead", "Tile", "PrivateKey")


def _is_ours(model) -> bool:
    house = model.__module__.split(".")[0]
    return model.__name__ not in SEALING and house in ("portal", "contacts", "consent", "training")


@rows([*TABLE, *PARTS])
def test_the_trail_says_exactly_this(scene, name, prepare, expected):
    """Of the function that the row names; three looks at one call, because most of the time goes into preparing it."""
    call = prepare(scene)
    assert f"{call.func.__module__}.{call.func.__name__}" == name
    before = last()
    call()
    assert written(before) == expected
    if prepare in {writer for _name, writer, _expected in WRITERS}:
        says_when_about_what_and_what_changed(AuditEntry.objects.filter(pk__gt=before), at=call.keywords["at"])


def says_when_about_what_and_what_changed(entries, *, at):
    for entry in entries:
        assert entry.at == at
        assert entry.subject_type and entry.subject_id
        assert entry.before or entry.after
        assert (entry.customer_id is None) == (entry.subject_type in ABOUT_NO_CUSTOMER)
        assert entry.verb in VERBS and entry.subject_type in SUBJECTS
        assert {*entry.before, *entry.after} - set(FIELDS) == set()
        assert entry.after.get("what") in {None, *WORDS["what"]}


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


@rows([row for row in WRITERS if row[1] not in (*FOR_MANY, *IN_CHUNKS)])
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


@rows([row for row in WRITERS if row[1] in IN_CHUNKS])
def test_a_chunk_whose_entry_cannot_be_kept_changes_nothing(scene, broken_trail, name, prepare, expected):
    """But how far the import is."""
    call = prepare(scene)
    before = everything()
    broken_trail()
    with suppress(InternalError):
        call()
    after = everything()
    assert {table for table in after if after[table] != before[table]} <= {"customers_importrun"}


# --- the clock acts under a name


@pytest.mark.parametrize(
    ("prepare", "topic", "beside"),
    [
        (remind_reviews, "review_reminder", set()),
        (remind_permits, "permit_ending", set()),
        (remind_uses, "use_to_log", set()),
        (remind_due, "review_reminder", set()),
        # And the steps that have been told.
        (training.remind_training, "certificate_due", {"training_reminded"}),
        (training.check_cases, "cases_flipped", set()),
        (announce_in_force, "rules.in_force", set()),
        (processing.remind, "processing_due", set()),
        (remind_overdue, "suppression_list_overdue", set()),
        (remind_deadlines, "incident_deadline", set()),
    ],
)
def test_a_reminder_leaves_its_mail_and_no_entry(scene, prepare, topic, beside):
    call = prepare(scene)
    before = everything()
    call()
    after = everything()
    assert {table for table in after if after[table] != before[table]} == {"outbox_outboxmessage", *beside}
    # After the due time the level above decides as well, and is reminded as well.
    assert OutboxMessage.objects.filter(topic=topic).count() == (2 if prepare is remind_reviews else 1)


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
        doubt_contact_point,
        retire_contact_point,
        update_account,
        approve_account,
        close_account,
        review_platform,
        update_person,
        add_by_hand,
        refuse_address,
        object_once,
        update_list,
        revoke_token,
        switch_receiver_off,
        switch_receiver_on,
        *training.AGAIN,
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
    listed = {name for name, _prepare, _expected in [*TABLE, *PARTS]} | WITHOUT_WRITING | set(WITHOUT_A_ROW)
    assert there - listed == set(), "put the new function into TABLE, or into WITHOUT_WRITING if it writes nothing"
    assert listed - there == set(), "the table names what is not there any more"


def test_every_services_module_is_looked_through():
    """A room that gets services of its own is looked through too, and so is every module that writes the trail."""
    houses = map(import_module, ("portal", "contacts", "consent", "training"))
    inside = [one for house in houses for one in pkgutil.walk_packages(house.__path__, f"{house.__name__}.")]
    there = {one.name for one in inside if not one.ispkg and ("services" in one.name or _writes_the_trail(one.name))}
    assert len(there) > 30
    assert there - OTHER_SERVICES <= {module.__name__ for module in MODULES}


def _writes_the_trail(name: str) -> bool:
    code = Path(find_spec(name).origin).read_text(encoding="utf-8")
    return bool(re.search(r"^from portal\.audit\.services import .*\b(record|record_all)\b", code, re.MULTILINE))


def test_every_verb_of_the_table_has_words():
    told = [line.split(" by ") for _name, _prepare, expected in TABLE for line in expected]
    assert {verb for verb, _who in told} <= set(VERBS)
    jobs = {who.removeprefix("the job ") for _verb, who in told if who.startswith("the job ")}
    assert {job for job in jobs if not job.startswith("api:")} - {"setup"} <= set(JOBS)


@pytest.mark.django_db(transaction=True)
@rows(PARTS)
def test_a_part_of_a_verb_refuses_to_stand_alone(now, settings, name, prepare, expected):
    made = make_cast(now)
    scene = Scene(made, make_customer(now), make_accounts(made, now), now, settings)
    call = prepare(scene)
    before = last()
    with pytest.raises((RuntimeError, TransactionManagementError), match="transaction"):
        call()
    assert written(before) == []


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(now):
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        record(Job("test"), "request.asked", "request", "R-1", at=now)
    assert not AuditEntry.objects.exists()
