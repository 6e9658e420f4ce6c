"""Routing, quorum, absence, handing on, freezing and break-glass through the services, with every refusal."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from contacts.requests.deciding import answer
from contacts.requests.models import Absence, AfterReview, ContactRequest, Permit, Review, RoutingTable, Snapshot
from contacts.requests.promotion import fingerprint
from contacts.requests.reviewers import case_of, desk_of, reviewers_of
from contacts.requests.routing.table import DEFAULT, LINE_MANAGER, OFFICER, Quorum, Step, Who
from contacts.requests.services import (
    absences,
    asking,
    assigning,
    danger,
    disputing,
    escalating,
    lifecycle,
    reviewing,
    routing_tables,
    submitting,
)
from contacts.requests.services.common import NotNow
from contacts.requests.services.routing_tables import RuleInput
from portal.audit.models import AuditEntry
from portal.handlers import open_incident_of_danger
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from tests.browsing import words
from tests.cast import make_customer, person
from tests.requests.scenes import acted_in_danger, as_, danger_by_sms, reminder_by_sms, report_by_mail
from tests.training import courses
from training.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def waiting(cast, customer, accounts, now):
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)


def approve(user, request, at):
    return reviewing.review(user, request=request, verdict="approved", reason="", at=at)


def away(cast, user, deputy, now, days=5):
    today = now.date()
    values = {"person": user, "deputy": deputy, "starts": today, "ends": today + timedelta(days=days)}
    return absences.record_absence(cast.dora, at=now, **values)


def publish(cast, now, *rules):
    """A table of these rules before the shipped last one."""
    table = routing_tables.draft_table(cast.dora, at=now)
    for steps, conditions in rules:
        rule = RuleInput(conditions, tuple(steps))
        routing_tables.save_rule(cast.dora, table=table, position=None, rule=rule, at=now)
    return routing_tables.publish_table(cast.dora, table=table, valid_from=now, reason="Test.", at=now)


# --- the table


def test_the_shipped_table_is_the_default(db, now):
    assert RoutingTable.objects.in_force(now).get().lines() == DEFAULT


def test_a_named_person_decides_about_a_channel(cast, customer, accounts, now):
    publish(cast, now, ([Step(Who.NAMED, cast.max.pk)], {"channels": ["sms"]}))
    waiting = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert reviewers_of(waiting) == [cast.max]
    assert as_(cast.max).get(f"/requests/{waiting.number}/").status_code == 200
    assert as_(cast.max).get(f"/inbox/{waiting.number}/").status_code == 200
    with pytest.raises(PermissionDenied):
        approve(cast.mona, waiting, now)
    assert approve(cast.max, waiting, now).state == "granted"
    assert as_(cast.max).get(f"/requests/{waiting.number}/").status_code == 200


def test_what_waits_keeps_the_way_of_its_submission(waiting, cast, now):
    publish(cast, now, ([Step(Who.NAMED, cast.max.pk)], {"channels": ["sms"]}))
    assert reviewers_of(waiting) == [cast.mona]


def test_all_of_a_quorum_must_approve_and_one_refusal_ends_it(cast, customer, accounts, now):
    doris = person("doris", "dpo")
    both = Step(Who.DPO, quorum=Quorum.ALL)
    publish(cast, now, ([both], {"channels": ["sms"]}))
    waiting = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    waiting = approve(cast.dora, waiting, now)
    assert (waiting.state, reviewers_of(waiting)) == ("with_dpo", [doris])
    with pytest.raises(PermissionDenied):
        approve(cast.dora, waiting, now)
    assert "1 of 2 approvals are given." in words(as_(cast.anna).get(f"/requests/{waiting.number}/"))
    refused = reviewing.review(doris, request=waiting, verdict="refused", reason="Zu oft.", at=now)
    assert (refused.state, Permit.objects.count()) == ("refused", 0)


def test_stages_follow_one_another(cast, customer, accounts, now):
    steps = [LINE_MANAGER, Step(Who.NAMED, cast.max.pk), OFFICER]
    publish(cast, now, (steps, {"channels": ["sms"]}))
    waiting = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    for user, state in ((cast.mona, "with_manager"), (cast.max, "with_dpo"), (cast.dora, "granted")):
        assert reviewers_of(waiting) == [user]
        waiting = approve(user, waiting, now)
        assert waiting.state == state
    assert [review.step.position for review in waiting.reviews.all()] == [0, 1, 2]


def test_the_database_wants_no_more_verdicts_than_needed(waiting, cast, now):
    stage = waiting.stages.get()
    row = {"request": waiting, "requester": cast.anna, "stage": "manager", "at": now, "round": 1}
    row |= {"decision": waiting.decisions.first(), "verdict": "approved", "step": stage}
    Review.objects.create(reviewer=cast.mona, **row)
    with pytest.raises(IntegrityError, match="this stage is decided"), transaction.atomic():
        Review.objects.create(reviewer=cast.max, **row)
    second = person("mona2", "manager", "employee")
    User.objects.filter(pk=second.pk).update(person_number=" n-MONA")
    with pytest.raises(IntegrityError, match="review_once_per_person"), transaction.atomic():
        Review.objects.create(reviewer=second, **row)
    with pytest.raises(IntegrityError, match="stage of its own request"), transaction.atomic():
        Review.objects.create(reviewer=cast.dora, **(row | {"round": 2}))


@pytest.mark.parametrize(
    "act",
    [
        lambda table: table.rules.update(position=7),
        lambda table: table.rules.all().delete(),
        lambda table: table.rules.create(position=9),
        lambda table: RoutingTable.objects.filter(pk=table.pk).update(reason="anders"),
        lambda table: RoutingTable.objects.filter(pk=table.pk).delete(),
    ],
)
def test_a_published_table_stays_as_it_is(db, act):
    table = RoutingTable.objects.get(version=1)
    with pytest.raises((IntegrityError, InternalError), match="stays as it is"), transaction.atomic():
        act(table)


def test_there_is_one_draft(cast, now):
    first = routing_tables.draft_table(cast.dora, at=now)
    with pytest.raises(NotNow, match="draft already"):
        routing_tables.draft_table(cast.dora, at=now)
    with pytest.raises(IntegrityError, match="routing_one_draft"), transaction.atomic():
        RoutingTable.objects.create(version=77, created_at=now)
    routing_tables.discard_table(cast.dora, table=first, at=now)
    with pytest.raises(NotNow, match="no draft any more"):
        routing_tables.discard_table(cast.dora, table=first, at=now)


def test_only_the_dpo_writes_the_table(cast, now):
    table = routing_tables.draft_table(cast.dora, at=now)
    rule = RuleInput({}, (LINE_MANAGER,))
    for user in (cast.adam, cast.mona, cast.rita):
        with pytest.raises(PermissionDenied):
            routing_tables.draft_table(user, at=now)
        with pytest.raises(PermissionDenied):
            routing_tables.save_rule(user, table=table, position=None, rule=rule, at=now)
        with pytest.raises(PermissionDenied):
            routing_tables.remove_rule(user, table=table, position=1, at=now)
        with pytest.raises(PermissionDenied):
            routing_tables.discard_table(user, table=table, at=now)
        with pytest.raises(PermissionDenied):
            routing_tables.publish_table(user, table=table, valid_from=now, reason="x", at=now)


def test_a_faulty_table_is_not_published(cast, now):
    table = routing_tables.draft_table(cast.dora, at=now)
    values = {"table": table, "at": now}
    with pytest.raises(ValidationError, match="in the past"):
        routing_tables.publish_table(cast.dora, valid_from=now - timedelta(hours=1), reason="x", **values)
    with pytest.raises(ValidationError, match="Say why"):
        routing_tables.publish_table(cast.dora, valid_from=now, reason=" ", **values)
    routing_tables.remove_rule(cast.dora, position=2, **values)
    with pytest.raises(ValidationError, match="fit no rule"):
        routing_tables.publish_table(cast.dora, valid_from=now, reason="x", **values)
    with pytest.raises(NotNow, match="not there any more"):
        routing_tables.remove_rule(cast.dora, position=2, **values)


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ((), "Name somebody"),
        ((Step(Who.NAMED, None),), "Stage 1: choose an active manager"),
        ((LINE_MANAGER, Step(Who.NAMED, 999999)), "Stage 2: choose an active manager"),
        ((Step(Who.ROLE, role="employee"),), "choose the role"),
    ],
)
def test_a_rule_names_somebody_who_may_decide(cast, now, steps, sentence):
    table = routing_tables.draft_table(cast.dora, at=now)
    with pytest.raises(ValidationError, match=sentence):
        routing_tables.save_rule(cast.dora, table=table, position=None, rule=RuleInput({}, steps), at=now)


def test_the_pages_of_the_table(cast, now):
    dora = as_(cast.dora)
    assert dora.post("/routing/draft/").headers["Location"] == "/routing/2/"
    posted = {"channels": ["sms"], "groups": ["minor"], "who_1": "named", "person_1": cast.max.pk, "who_2": "dpo"}
    assert dora.post("/routing/2/rules/new/", posted).status_code == 302
    page = words(dora.get("/routing/2/"))
    assert "Max Beispiel" in page and "Minor" in page
    assert "checked" in dora.get("/routing/2/rules/2/").content.decode()
    wrong = dora.post("/routing/2/rules/2/", {"who_1": "named"})
    assert "choose an active manager" in words(wrong)
    assert "Error:" in words(dora.post("/routing/2/publish/", {"reason": " "}))
    assert dora.post("/routing/2/publish/", {"reason": "Für Minderjährige."}).headers["Location"] == "/routing/"
    assert "In force: version 2" in words(as_(cast.adam).get("/routing/"))
    assert dora.get("/routing/2/rules/1/").status_code == 404


# --- absence


def test_the_deputy_decides_and_both_names_are_kept(waiting, cast, now):
    away(cast, cast.mona, cast.max, now)
    assert reviewers_of(waiting) == [cast.max]
    page = words(as_(cast.anna).get(f"/requests/{waiting.number}/"))
    assert "Max Beispiel for Mona Beispiel" in page and "Mona Beispiel is away until" in page
    with pytest.raises(PermissionDenied):
        approve(cast.mona, waiting, now)
    done = approve(cast.max, waiting, now)
    review = done.reviews.get()
    assert (review.reviewer, review.stands_for) == (cast.max, cast.mona)
    entry = AuditEntry.objects.get(verb="request.review_approved")
    assert entry.after["stands_for"] == "Mona Beispiel"
    assert "Max Beispiel for Mona Beispiel" in words(as_(cast.anna).get(f"/requests/{done.number}/"))


def test_absent_without_a_deputy_it_goes_one_level_up(cast, customer, accounts, now):
    helga = person("helga", "manager", "employee")
    User.objects.filter(pk=cast.mona.pk).update(manager=helga)
    away(cast, cast.mona, None, now)
    asked = reminder_by_sms(cast, customer, accounts, now)
    page = words(as_(cast.anna).get(f"/check/{asked.number}/"))
    assert "Mona Beispiel is away until" in page and "Helga Beispiel (the level above) decides." in page
    waiting = submitting.submit(cast.anna, request=asked, at=now)
    assert reviewers_of(waiting) == [helga]
    away(cast, helga, None, now)
    assert reviewers_of(waiting) == [cast.dora]


def test_back_early_the_person_decides_again(waiting, cast, now):
    absence = away(cast, cast.mona, cast.max, now)
    absences.end_absence(cast.mona, absence=absence, at=now)
    assert reviewers_of(waiting) == [cast.mona]
    with pytest.raises(NotNow, match="over already"):
        absences.end_absence(cast.mona, absence=absence, at=now)


def test_the_requesters_deputy_never_decides(cast, customer, accounts, now):
    """Mona asks; Max, her manager, stands in for her: the officer decides. Ending the absence does not help."""
    User.objects.filter(pk=cast.mona.pk).update(manager=cast.max)
    mona = User.objects.get(pk=cast.mona.pk)
    absence = away(cast, cast.mona, cast.max, now)
    asked = reminder_by_sms(type(cast)(**(vars(cast) | {"anna": mona})), customer, accounts, now)
    waiting = submitting.submit(mona, request=asked, at=now)
    assert reviewers_of(waiting) == [cast.dora]
    absences.end_absence(mona, absence=absence, at=now)
    assert reviewers_of(waiting) == [cast.dora]
    with pytest.raises(PermissionDenied):
        approve(cast.max, waiting, now)


def test_refused_absences(cast, now):
    today = now.date()

    def enter(person_, deputy, first=0, last=3, by=None):
        days = {"starts": today + timedelta(days=first), "ends": today + timedelta(days=last)}
        return absences.record_absence(by or cast.dora, person=person_, deputy=deputy, at=now, **days)

    second = person("mona2", "manager")
    User.objects.filter(pk=second.pk).update(person_number="n-mona ")
    second.refresh_from_db()
    for deputy, sentence in ((cast.mona, "themselves"), (second, "themselves"), (cast.anna, "may not decide in your")):
        with pytest.raises(ValidationError, match=sentence):
            enter(cast.mona, deputy)
    with pytest.raises(ValidationError, match="may not decide in your"):
        enter(cast.dora, cast.max)
    with pytest.raises(ValidationError, match="decides about no requests"):
        enter(cast.anna, None)
    with pytest.raises(ValidationError, match="before the first"):
        enter(cast.mona, None, 3, 2)
    with pytest.raises(ValidationError, match="has passed"):
        enter(cast.mona, None, -1, 2)
    with pytest.raises(ValidationError, match="year ahead"):
        enter(cast.mona, None, 0, 400)
    with pytest.raises(PermissionDenied):
        enter(cast.mona, None, by=cast.max)
    with pytest.raises(PermissionDenied):
        enter(cast.anna, None, by=cast.anna)
    enter(cast.mona, cast.max)
    with pytest.raises(ValidationError, match="entered already"):
        enter(cast.mona, None, 3, 9)
    with pytest.raises(ValidationError, match="closes a circle"):
        enter(cast.max, cast.mona, 3, 5)
    enter(cast.max, cast.mona, 4, 5)
    with pytest.raises(PermissionDenied):
        absences.end_absence(cast.max, absence=Absence.objects.get(person=cast.mona), at=now)


def test_the_database_refuses_overlapping_and_own_absences(cast, now):
    first = Absence.objects.create(person=cast.mona, starts=date(2026, 12, 1), ends=date(2026, 12, 5), recorded_at=now)
    row = {"person": cast.mona, "ends": date(2026, 12, 9), "recorded_at": now}
    with pytest.raises(IntegrityError, match="absence_once_at_a_time"), transaction.atomic():
        Absence.objects.create(starts=date(2026, 12, 5), **row)
    with pytest.raises(IntegrityError, match="absence_not_own_deputy"), transaction.atomic():
        Absence.objects.create(starts=date(2026, 12, 6), deputy=cast.mona, **row)
    with pytest.raises((IntegrityError, InternalError), match="stays as it was recorded"), transaction.atomic():
        Absence.objects.filter(pk=first.pk).update(deputy=cast.max)


def test_the_page_of_deputies(cast, now):
    mona = as_(cast.mona)
    values = {"deputy": cast.max.pk, "starts": "2026-11-24", "ends": "2026-11-30"}
    assert mona.post("/deputies/", values).status_code == 302
    assert "Max Beispiel" in words(mona.get("/deputies/"))
    assert OutboxMessage.objects.get(topic="deputy_named").recipient == cast.max
    wrong = mona.post("/deputies/", values | {"ends": "2026-11-01"})
    assert "before the first one" in words(wrong) and 'value="2026-11-24"' in wrong.content.decode()


# --- due times


def test_after_a_working_day_the_level_above_decides_as_well_once(waiting, cast, now):
    helga = person("helga", "manager", "employee")
    User.objects.filter(pk=cast.mona.pk).update(manager=helga)
    due = waiting.stages.get().due_at
    assert due == now + timedelta(days=1)
    assert escalating.escalate(at=due - timedelta(seconds=1)) == 0
    assert reviewers_of(waiting, at=due) == [cast.mona, helga]
    assert escalating.escalate(at=due) == 1
    assert escalating.escalate(at=due + timedelta(hours=1)) == 0
    assert [one.recipient for one in OutboxMessage.objects.filter(topic="escalated")] == [helga]
    assert AuditEntry.objects.filter(verb="request.escalated").count() == 1
    assert approve(helga, waiting, due).state == "granted"


def test_reviewers_are_reminded_once_before_the_time(waiting, cast, now):
    soon = waiting.stages.get().due_at - timedelta(hours=2)
    assert escalating.remind_due(at=now) == 0
    escalating.remind_due(at=soon)
    escalating.remind_due(at=soon + timedelta(minutes=5))
    assert [one.recipient for one in OutboxMessage.objects.filter(topic="review_reminder")] == [cast.mona]


def test_the_time_is_shown_and_a_lapsed_request_is_never_granted(waiting, cast, now):
    assert "To be decided by" in words(as_(cast.mona).get("/inbox/"))
    assert "To be decided by" in words(as_(cast.anna).get(f"/requests/{waiting.number}/"))
    late = now + timedelta(days=20)
    escalating.escalate(at=late)
    lifecycle.lapse_requests(at=late)
    with pytest.raises(NotNow):
        approve(cast.mona, waiting, late)
    assert not Permit.objects.exists()


# --- frozen, handed on, commented


def test_the_snapshot_is_what_was_handed_in(waiting, cast, now):
    frozen = Snapshot.objects.get(request=waiting)
    assert frozen.content["asked"]["contact_point"][3] == fingerprint("0171 5550000")
    assert "5550000" not in str(frozen.content)
    assert frozen.content["decision"]["outcome"] == "needs_manager_approval"
    assert frozen.sha256 in as_(cast.mona).get(f"/inbox/{waiting.number}/").content.decode()
    with pytest.raises(NotNow, match="changed after you read it"):
        values = {"verdict": "approved", "reason": "", "sha256": "0" * 64}
        reviewing.review(cast.mona, request=waiting, at=now, **values)
    done = reviewing.review(cast.mona, request=waiting, verdict="approved", reason="", sha256=frozen.sha256, at=now)
    assert done.reviews.get().sha256 == frozen.sha256
    for act in (lambda rows: rows.update(sha256="1" * 64), lambda rows: rows.delete()):
        with pytest.raises((IntegrityError, InternalError), match="as it was read"), transaction.atomic():
            act(Snapshot.objects.filter(pk=frozen.pk))
    assert Snapshot.objects.filter(pk=frozen.pk).update(content={}) == 1


@pytest.mark.parametrize("field", [{"draft_text": "Anders."}, {"purpose": "marketing"}, {"planned_at": None}])
def test_the_database_keeps_what_was_handed_in(waiting, cast, customer, now, field):
    if field == {"planned_at": None}:
        field = {"contact_point": customer.contact_points.get(channel="email")}
    with pytest.raises(IntegrityError, match="stays as it was read"), transaction.atomic():
        ContactRequest.objects.filter(pk=waiting.pk).update(**field)


def test_a_change_drops_the_approval_and_says_so(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = approve(cast.mona, asked, now)
    asked = reviewing.review(cast.dora, request=asked, verdict="changes_asked", reason="Kürzer.", at=now)
    same = {"contact_point": asked.contact_point, "account": asked.account, "draft_text": "Kurz."}
    asked, _answer = asking.edit(cast.anna, request=asked, at=now, **same)
    asked = submitting.submit(cast.anna, request=asked, at=now)
    assert (asked.state, reviewers_of(asked)) == ("with_manager", [cast.mona])
    page = words(as_(cast.anna).get(f"/requests/{asked.number}/"))
    assert "Earlier approvals do not count any more" in page and "this was changed: the text" in page


def test_the_last_editor_never_decides(cast, customer, accounts, now):
    drafted = reminder_by_sms(cast, customer, accounts, now)
    ContactRequest.objects.filter(pk=drafted.pk).update(edited_by=cast.mona)
    waiting = submitting.submit(cast.anna, request=drafted, at=now)
    assert reviewers_of(waiting) == [cast.dora]
    row = {"request": waiting, "requester": cast.anna, "stage": "manager", "at": now, "verdict": "approved"}
    with pytest.raises(IntegrityError, match="a text of the same person"), transaction.atomic():
        Review.objects.create(reviewer=cast.mona, decision=waiting.decisions.first(), **row)


def test_handing_on(waiting, cast, now):
    handed = {"request": waiting, "to": cast.max, "reason": "Ich kenne den Kunden.", "at": now}
    for user in (cast.max, cast.anna, cast.rita):
        with pytest.raises(PermissionDenied):
            assigning.reassign(user, **handed)
    with pytest.raises(ValidationError, match="Say why"):
        assigning.reassign(cast.mona, **(handed | {"reason": " "}))
    for nobody in (cast.anna, cast.clara, cast.mona):
        with pytest.raises(ValidationError, match="may not decide about this"):
            assigning.reassign(cast.mona, **(handed | {"to": nobody}))
    assigning.reassign(cast.mona, **handed)
    assert reviewers_of(waiting) == [cast.max]
    assert as_(cast.max).get(f"/inbox/{waiting.number}/").status_code == 200
    assert "Max Beispiel (handed on)" in words(as_(cast.anna).get(f"/requests/{waiting.number}/"))
    with pytest.raises(PermissionDenied):
        approve(cast.mona, waiting, now)
    with pytest.raises(ValidationError, match="does not decide here"):
        assigning.reassign(cast.dora, **(handed | {"to": cast.dora, "instead_of": cast.mona}))
    assigning.reassign(cast.dora, **(handed | {"to": cast.mona}))
    assert reviewers_of(waiting) == [cast.mona]
    approve(cast.mona, waiting, now)
    with pytest.raises(NotNow, match="does not wait"):
        assigning.reassign(cast.mona, **handed)


def test_comments(waiting, cast, now):
    assigning.comment(cast.mona, request=waiting, text="Warum per SMS?", at=now)
    assigning.comment(cast.anna, request=waiting, text="Er bat darum.", at=now)
    told = OutboxMessage.objects.filter(topic="commented").order_by("pk")
    assert [one.recipient for one in told] == [cast.anna, cast.mona]
    assert "Warum per SMS?" in words(as_(cast.anna).get(f"/requests/{waiting.number}/"))
    with pytest.raises(ValidationError, match="Write a word"):
        assigning.comment(cast.mona, request=waiting, text=" ", at=now)
    for user in (cast.max, cast.rita):
        with pytest.raises(PermissionDenied):
            assigning.comment(user, request=waiting, text="Hallo", at=now)


# --- too late, whatever the clock has written down


def test_nobody_decides_about_what_has_lapsed_though_no_job_ran(waiting, cast, now):
    late = now + timedelta(days=14)
    for act in (
        lambda: approve(cast.mona, waiting, late),
        lambda: assigning.reassign(cast.mona, request=waiting, to=cast.max, reason="Urlaub", at=late),
    ):
        with pytest.raises(NotNow, match="has lapsed"):
            act()
    assert approve(cast.mona, waiting, late - timedelta(microseconds=1)).state == "granted"


@pytest.mark.parametrize("end", ["cancel", "lapse"])
def test_no_stage_stays_open_when_the_request_has_ended(waiting, cast, now, end):
    if end == "cancel":
        submitting.cancel(cast.anna, request=waiting, at=now)
    else:
        lifecycle.lapse_requests(at=now + timedelta(days=15))
    assert not waiting.stages.filter(ended_at__isnull=True, since__isnull=False).exists()


# --- for whom


@pytest.mark.parametrize(
    ("kind", "born", "group"),
    [
        ("consumer", None, "consumer"),
        ("consumer", date(2010, 1, 1), "minor"),
        ("consumer", date(2012, 1, 1), "minor"),
        ("business_contact", None, "business"),
    ],
)
def test_the_kind_of_customer_decides_who_is_asked(cast, customer, accounts, now, kind, born, group):
    type(customer).objects.filter(pk=customer.pk).update(kind=kind, birth_date=born)
    asked = reminder_by_sms(cast, customer, accounts, now)
    given = answer(asked, at=now)
    assert case_of(given.facts, given.outcome, None).group == group


# --- imminent danger


@pytest.fixture
def acted(cast, customer, accounts, now):
    return acted_in_danger(cast, customer, accounts, now)


def test_in_danger_the_permit_is_there_at_once_and_marked(cast, customer, accounts, now):
    asked = danger_by_sms(cast, customer, accounts, now)
    assert "permit at once" in words(as_(cast.anna).get(f"/check/{asked.number}/"))
    asked = submitting.submit(cast.anna, request=asked, at=now)
    assert (asked.state, asked.outcome) == ("granted", "needs_manager_approval")
    assert asked.after_review.due_at == now + timedelta(days=1)
    told = OutboxMessage.objects.filter(topic="danger_acted").values_list("recipient__first_name", flat=True)
    assert set(told) == {"Mona", "Dora"}
    assert "imminent danger" in words(as_(cast.anna).get(f"/permits/{asked.permit.number}/"))
    assert "Look at an act in imminent danger" in words(as_(cast.mona).get("/"))
    assert "Imminent danger: look at it afterwards" in words(as_(cast.dora).get("/inbox/"))
    assert "Look at an act" not in words(as_(cast.max).get("/"))


def test_urgency_alone_opens_no_glass(cast, customer, accounts, now):
    """Only what the rules call imminent danger: a legal duty, no advertising (OBL-07)."""
    asked = reminder_by_sms(cast, customer, accounts, now)
    same = {"contact_point": asked.contact_point, "account": asked.account, "urgency": "imminent_danger"}
    asked, _answer = asking.edit(cast.anna, request=asked, at=now, **same)
    asked = submitting.submit(cast.anna, request=asked, at=now)
    assert asked.state == "with_manager"
    assert desk_of(asked, at=now).row.due_at == now + timedelta(days=1)  # nobody above decides any sooner


def test_what_the_rules_forbid_stays_forbidden_in_danger(cast, customer, accounts, now):
    point = customer.contact_points.get(channel="social_dm")
    values = {"purpose": "legal_obligation", "urgency": "imminent_danger", "private_account": True}
    asked, _answer = asking.ask(cast.anna, customer=customer, contact_point=point, account=None, at=now, **values)
    assert submitting.submit(cast.anna, request=asked, at=now).state == "refused"
    assert not AfterReview.objects.exists()


def test_disputed_wording_is_read_before_anybody_warns(cast, customer, accounts, now):
    asked = danger_by_sms(cast, customer, accounts, now)
    values = {"contact_point": asked.contact_point, "account": asked.account, "urgency": "imminent_danger"}
    text = "Bitte Gasgerät abschalten. Auf ein neues gibt es 20 % Rabatt!"
    asked, _answer = asking.edit(cast.anna, request=asked, at=now, draft_text=text, **values)
    disputing.dispute_promotion(cast.anna, request=asked, reason="Das ist der Ersatz der Rückrufaktion.", at=now)
    asked = submitting.submit(cast.anna, request=asked, at=now)
    assert asked.state in ("with_manager", "with_dpo")
    assert desk_of(asked, at=now).row.due_at == now
    assert not AfterReview.objects.exists()


def test_a_permit_in_danger_is_for_one_contact_until_somebody_has_to_look(cast, customer, accounts, now):
    asked = danger_by_sms(cast, customer, accounts, now)
    ContactRequest.objects.filter(pk=asked.pk).update(uses_wanted=5)
    asked = submitting.submit(cast.anna, request=asked, at=now)
    assert asked.permit.uses_allowed == 1
    assert asked.permit.valid_until == asked.after_review.due_at


def test_what_the_officer_would_decide_the_officer_judges_afterwards(cast, customer, accounts, now):
    asked = danger_by_sms(cast, customer, accounts, now)
    mail = customer.contact_points.get(channel="email")
    values = {"contact_point": mail, "account": accounts.email, "special_category": True, "urgency": "imminent_danger"}
    asked, given = asking.edit(cast.anna, request=asked, at=now, **values)
    assert given.outcome == "needs_dpo_approval"
    row = submitting.submit(cast.anna, request=asked, at=now).after_review
    with pytest.raises(PermissionDenied):
        danger.review_afterwards(cast.mona, review=row, verdict="approved", reason="", at=now)
    assert danger.review_afterwards(cast.dora, review=row, verdict="approved", reason="", at=now).verdict == "approved"


def test_who_judges_afterwards_has_taken_the_course_as_well(acted, cast, now):
    courses.course(now, kind="approver")
    with pytest.raises(NotNow, match="Deciding needs a valid certificate"):
        danger.review_afterwards(cast.mona, review=acted.after_review, verdict="approved", reason="", at=now)


def test_approved_afterwards(acted, cast, now):
    page = as_(cast.mona).post(f"/requests/{acted.number}/danger/", {"verdict": "approved"}, follow=True)
    assert "Approved afterwards" in words(page)
    row = AfterReview.objects.get()
    assert (row.reviewer, row.verdict) == (cast.mona, "approved")
    assert Permit.objects.get(request=acted).state == "active"
    assert OutboxMessage.objects.filter(topic="danger_judged", recipient=cast.anna).count() == 1
    with pytest.raises(NotNow, match="already looked"):
        danger.review_afterwards(cast.dora, review=row, verdict="approved", reason="", at=now)
    with pytest.raises((IntegrityError, InternalError), match="decided afterwards stays"), transaction.atomic():
        AfterReview.objects.update(verdict="not_justified", reason="x")


def test_not_justified_ends_the_permit_and_hints_at_an_incident(acted, cast, now):
    row = acted.after_review
    for user in (cast.anna, cast.max, cast.rita):
        with pytest.raises(PermissionDenied):
            danger.review_afterwards(user, review=row, verdict="approved", reason="", at=now)
    with pytest.raises(ValidationError, match="Say why"):
        danger.review_afterwards(cast.mona, review=row, verdict="not_justified", reason=" ", at=now)
    danger.review_afterwards(cast.mona, review=row, verdict="not_justified", reason="Es war Zeit.", at=now)
    assert Permit.objects.get(request=acted).state == "revoked"
    assert OutboxMessage.objects.get(topic="danger_not_justified").recipient == cast.dora
    assert OutboxMessage.objects.filter(topic="request.danger_not_justified", kind="event").count() == 1
    assert "may be an incident" in words(as_(cast.anna).get(f"/requests/{acted.number}/"))


def test_nobody_looked_so_the_officer_is_alarmed_once(acted, cast, now):
    due = acted.after_review.due_at
    assert escalating.alarm_danger(at=due - timedelta(seconds=1)) == 0
    assert escalating.alarm_danger(at=due) == 1
    assert escalating.alarm_danger(at=due + timedelta(days=1)) == 0
    assert [one.recipient for one in OutboxMessage.objects.filter(topic="danger_overdue")] == [cast.dora]
    with time_machine.travel(due, tick=False):
        assert "Overdue" in words(as_(cast.dora).get("/"))


def test_the_deputy_looks_afterwards_and_both_names_are_kept(acted, cast, now):
    away(cast, cast.mona, cast.max, now)
    row = danger.review_afterwards(cast.max, review=acted.after_review, verdict="approved", reason="", at=now)
    assert (row.reviewer, row.stands_for) == (cast.max, cast.mona)


# --- training, and the cost


def test_an_untrained_manager_is_passed_over_while_somebody_above_is_trained(cast, customer, accounts, now):
    courses.course(now, kind="approver")
    until = now.date() + timedelta(days=90)
    values = {"number": "Z-1", "person": cast.dora, "course": "Prüfen", "kind": "approver", "passed_on": now.date()}
    Certificate.objects.create(valid_until=until, recorded_by=cast.tom, recorded_at=now, **values)
    waiting = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert reviewers_of(waiting) == [cast.dora]


def test_the_inbox_costs_the_same_for_one_and_for_many(cast, customer, accounts, now):

    browser = as_(cast.mona)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert browser.get("/inbox/").status_code == 200
        return len(seen)

    submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    one = queries()
    for number in ("4712", "4713", "4714"):
        other = make_customer(now, number)
        submitting.submit(cast.anna, request=reminder_by_sms(cast, other, accounts, now), at=now)
    assert queries() == one


# --- what the person who asks is told


def test_the_confirmation_says_who_decides_and_by_when(cast, customer, accounts, now):
    away(cast, cast.mona, cast.max, now, days=3)
    asked = reminder_by_sms(cast, customer, accounts, now)
    anna = as_(cast.anna)
    before = words(anna.get(f"/check/{asked.number}/"))
    assert "Mona Beispiel is away until 27" in before and "Max Beispiel for Mona Beispiel decides." in before
    page = words(anna.post(f"/requests/{asked.number}/submit/", follow=True))
    assert f"{asked.number} is handed in This is decided by: Max Beispiel for Mona Beispiel" in page
    assert "Mona Beispiel is away until 27" in page and "25 Nov 2026" in page


# --- an act in danger that was not justified


def test_an_act_that_was_not_justified_becomes_an_incident_once(cast, customer, accounts, now):
    from contacts.incidents.models import Incident
    from portal.outbox.delivery import deliver_due

    asked = acted_in_danger(cast, customer, accounts, now)
    verdict = {"verdict": "not_justified", "reason": "Es war Zeit genug."}
    danger.review_afterwards(cast.mona, review=asked.after_review, at=now, **verdict)
    deliver_due(at=now)
    made = Incident.objects.get()
    assert (made.request, made.permit, made.reporter, made.customer) == (asked, asked.permit, cast.anna, customer)
    assert "found not justified" in made.description and "The permit was not used." in made.description
    again = OutboxMessage.objects.get(topic="request.danger_not_justified").payload
    open_incident_of_danger(at=now, **again)
    assert Incident.objects.count() == 1
    assert AuditEntry.objects.filter(verb="incident.opened").count() == 1
    assert made.number in words(as_(cast.dora).get("/incidents/"))
    assert made.number in words(as_(cast.dora).get(f"/requests/{asked.number}/"))
    assert made.number not in words(as_(cast.mona).get(f"/requests/{asked.number}/")), "nobody else knows of it"


def test_an_act_that_was_right_is_no_incident(cast, customer, accounts, now):
    from contacts.incidents.models import Incident

    asked = acted_in_danger(cast, customer, accounts, now)
    danger.review_afterwards(cast.mona, review=asked.after_review, verdict="approved", reason="", at=now)
    open_incident_of_danger(at=now, user_id=cast.anna.pk, request=asked.number, permit=asked.permit.number)
    assert not Incident.objects.exists()
