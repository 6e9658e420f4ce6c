"""Reporting: what everybody who works here can do, what is refused, and who hears of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts.incidents.models import Incident
from contacts.incidents.services import reporting
from portal.access.roles import Role
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, person
from tests.incidents.scenes import reported, wrong_person
from tests.requests.scenes import permit_for, service_by_mail
from tests.rulebook.sets import released
from tests.training import courses
from training.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["anna", "mona", "clara", "tom", "rita", "adam", "dora"])
def test_whoever_works_here_may_report(cast, now, who):
    made = reported(cast, now, by=getattr(cast, who))
    assert (made.state, made.reporter) == ("reported", getattr(cast, who))


def test_the_clock_runs_from_when_it_was_noticed(cast, now):
    made = reported(cast, now, noticed_at=now - timedelta(minutes=30))
    assert made.due_at == now - timedelta(minutes=30) + timedelta(hours=72)


def test_the_hours_are_those_of_the_rule_set_in_force(cast, now):
    released(cast, now, {"thresholds": {"breach_deadline_hours": 48}}, effective_from=now + timedelta(days=1))
    made = [reported(cast, at, noticed_at=at) for at in (now, now + timedelta(days=1))]
    assert [one.due_at - one.noticed_at for one in made] == [timedelta(hours=72), timedelta(hours=48)]


def test_the_customer_may_be_nobody_we_know(cast, now):
    made = reported(cast, now, person_note="an unknown person")
    assert made.customer is None
    assert AuditEntry.objects.get(verb="incident.reported").customer_id is None


def test_every_officer_hears_at_once_and_no_name_is_in_the_mail(cast, now, mail_folder):
    person("doris", Role.DPO)
    made = reported(cast, now)
    mails = OutboxMessage.objects.filter(topic="incident_reported")
    assert {mail.recipient.first_name for mail in mails} == {"Dora", "Doris"}
    deliver_due(at=now)
    text = "".join(path.read_text() for path in mail_folder.glob("*.eml"))
    assert made.number in text
    assert "Anna" not in text


def test_an_officer_who_reports_is_judged_by_another_one(cast, now):
    person("doris", Role.DPO)
    reported(cast, now, by=cast.dora)
    assert OutboxMessage.objects.get(topic="incident_reported").recipient.first_name == "Doris"


def test_the_trail_says_that_it_was_reported_and_not_what(cast, customer, now):
    made = reported(cast, now, customer=customer, description="Secret words")
    entry = AuditEntry.objects.get(subject_type="incident")
    assert (entry.verb, entry.subject_id, entry.customer_id) == ("incident.reported", made.number, customer.pk)
    assert entry.after == {"state": "reported", "kind": "private_account"}


def test_a_form_sent_twice_reports_once(cast, now):
    key = uuid4()
    first = reported(cast, now, key=key)
    assert reported(cast, now + timedelta(minutes=5), key=key) == first
    assert AuditEntry.objects.filter(verb="incident.reported").count() == 1
    with pytest.raises(PermissionDenied):
        reported(cast, now, key=key, by=cast.sven)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"noticed_at": timedelta(minutes=1)}, "noticed_at", "lies in the future"),
        ({"happened_at": timedelta(minutes=-1)}, "happened_at", "later than it was noticed"),
    ],
)
def test_times_in_the_wrong_order_are_refused(cast, now, change, field, sentence):
    times = {name: now + away for name, away in change.items()}
    with pytest.raises(ValidationError) as refusal:
        reported(cast, now, **{"noticed_at": now - timedelta(hours=1)} | times)
    assert sentence in refusal.value.message_dict[field][0]
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "change", [{"description": "  "}, {"kind": "nonsense"}, {"channel": "pigeon"}, {"data": ["x"]}]
)
def test_nonsense_is_refused_and_nothing_is_written(cast, now, change):
    with pytest.raises(ValidationError):
        reported(cast, now, **change)
    assert not Incident.objects.exists() and not OutboxMessage.objects.exists()


def test_a_report_about_a_permit_or_a_request_is_about_its_customer(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    assert reported(cast, now, permit=permit, request=permit.request).customer == customer
    assert reported(cast, now, request=permit.request).customer == customer
    other = make_customer(now, number="4712")
    for origin in ({"permit": permit}, {"request": permit.request}):
        with pytest.raises(ValidationError) as refusal:
            reported(cast, now, customer=other, **origin)
        assert "is about customer 4711" in refusal.value.message_dict["customer_number"][0]
    assert Incident.objects.count() == 2


def test_somebody_who_has_left_reports_nothing(cast, now):
    cast.anna.is_active = False
    with pytest.raises(PermissionDenied):
        reported(cast, now)


# --- a logged wrong person opens one


def test_a_logged_wrong_person_opens_an_incident_with_the_holder_as_reporter(cast, customer, accounts, now):
    contact = wrong_person(cast, customer, accounts, now, note="Somebody else answered.")
    deliver_due(at=now)
    made = Incident.objects.get()
    permit = contact.use.permit
    assert (made.contact, made.permit, made.request, made.customer) == (contact, permit, permit.request, customer)
    assert (made.kind, made.reporter, made.channel) == ("wrong_person", cast.anna, "email")
    assert made.due_at == contact.logged_at + timedelta(hours=72)
    assert permit.number in made.description and "Somebody else answered." in made.description
    entry = AuditEntry.objects.get(subject_type="incident")
    assert (entry.verb, entry.job) == ("incident.opened", "incidents.open")
    assert OutboxMessage.objects.get(topic="incident_opened").recipient == cast.anna


def test_the_clock_runs_from_the_log_however_late_the_event_is_heard(cast, customer, accounts, now):
    contact = wrong_person(cast, customer, accounts, now)
    deliver_due(at=now + timedelta(hours=5))
    made = Incident.objects.get()
    assert (made.reported_at, made.due_at) == (contact.logged_at, contact.logged_at + timedelta(hours=72))


def test_hearing_of_it_again_opens_nothing(cast, customer, accounts, now):
    contact = wrong_person(cast, customer, accounts, now)
    for _time in range(3):
        reporting.open_from_contact(permit=contact.use.permit.number, at=now)
    assert Incident.objects.count() == 1
    assert OutboxMessage.objects.filter(topic="incident_opened").count() == 1


@pytest.mark.parametrize("number", ["P-100001-00", "P-1", "nonsense"])
def test_an_event_about_no_permit_is_not_passed_over_in_silence(cast, now, number):
    with pytest.raises(ValueError, match="is no number"):
        reporting.open_from_contact(permit=number, at=now)


@pytest.mark.parametrize("result", ["reached", "sent", "objected"])
def test_other_outcomes_open_nothing(cast, customer, accounts, now, result):
    from contacts.requests.services import permits

    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    use = permits.redeem(cast.anna, permit=permit, at=now).use
    permits.log_contact(cast.anna, use=use, result=result, note="", at=now)
    deliver_due(at=now)
    assert reporting.open_from_contact(permit=permit.number, at=now) == []
    assert not Incident.objects.exists()


# --- the refresher


@pytest.mark.parametrize(
    ("kind", "comes"),
    [("private_account", True), ("wrong_person", True), ("searched_profile", False), ("other", False)],
)
def test_a_report_of_a_private_account_or_wrong_person_brings_the_refresher(cast, now, kind, comes):
    courses.course(now)
    made = reported(cast, now, kind=kind)
    deliver_due(at=now)
    deliver_due(at=now)
    assert Assignment.objects.filter(person=cast.anna, cause=f"incident:{made.number}").exists() == comes


def test_a_refresher_that_fails_keeps_no_incident_from_opening(cast, customer, accounts, now, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("no course")

    monkeypatch.setattr("training.services.assign_refresher", fail)
    wrong_person(cast, customer, accounts, now)
    deliver_due(at=now)
    assert Incident.objects.count() == 1
    (left,) = OutboxMessage.objects.filter(kind="event", done_at__isnull=True)
    assert (left.topic, left.attempts) == ("contact.wrong_person_refresher", 1)


def test_a_logged_wrong_person_brings_one_refresher_not_two(cast, customer, accounts, now):
    courses.course(now)
    wrong_person(cast, customer, accounts, now)
    deliver_due(at=now)
    assert Assignment.objects.filter(person=cast.anna).count() == 1
