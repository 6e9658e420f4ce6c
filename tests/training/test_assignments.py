"""Who has to take which course, by when, and where people see it; what follows an incident."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.customers.services import verify_contact_point
from contacts.requests.services import permits, submitting
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import certify, person, point
from tests.requests.scenes import ask, permit_for, report_by_mail
from tests.training import courses
from tests.training.quiz import begin, take
from training.models import Assignment, Attempt, Certificate, TimeExtension
from training.rules import Somebody, Target, due_on
from training.selectors import team_of
from training.selectors.duties import duties_of
from training.services import assign_refresher, assigning, publishing
from training.services.common import NotNow
from training.services.more_time import forget_more_time, give_more_time
from training.services.reminding import items_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def messenger(cast, now):
    return courses.course(now, kind="messenger")


@pytest.fixture
def basic(cast, now):
    return courses.course(now)


def duties(user, now):
    return duties_of([user], today=now.date())[user.pk]


# --- whom an assignment concerns (pure)

NOBODY = Somebody(1, 2, ("employee",), None)


@pytest.mark.parametrize(
    ("target", "joined", "day"),
    [
        ({"person": 1}, -100, 30),
        ({"person": 9}, -100, None),
        ({"department": 2}, -100, 30),
        ({"department": 2}, 10, 40),
        ({"department": 3}, -100, None),
        ({"role": "employee"}, -100, 30),
        ({"role": "manager"}, -100, None),
        ({"rule": "everybody"}, -1000, 30),
        ({"rule": "everybody"}, 5, 35),
        ({"rule": "new_joiner"}, -31, None),
        ({"rule": "new_joiner"}, -30, 30),
        ({"rule": "new_joiner"}, 5, 35),
        ({"rule": "messenger"}, 5, None),
    ],
)
def test_the_day_counts_from_the_assignment_or_the_first_day(now, target, joined, day):
    today = now.date()
    somebody = Somebody(1, 2, ("employee",), today + timedelta(days=joined))
    found = due_on(Target(created_on=today, due_days=30, **target), somebody)
    assert found == (None if day is None else today + timedelta(days=day))


# --- by hand


@pytest.mark.parametrize("target", ["person", "department", "role", "new_joiner"])
def test_an_assignment_is_a_duty_until_it_is_passed(cast, messenger, now, target):
    to = {
        "person": {"person": cast.anna},
        "department": {"department": cast.anna.department},
        "role": {"role": "employee"},
        "new_joiner": {"rule": "new_joiner"},
    }[target]
    assigning.assign(cast.tom, course=messenger.course, due_days=14, at=now, **to)
    (duty,) = duties(cast.anna, now)
    assert (duty.version, duty.due_on) == (messenger, (now + timedelta(days=14)).date())
    assert duty.standing(now.date()).word == "due"
    assert duty.standing((now + timedelta(days=15)).date()).word == "overdue"
    take(cast.anna, messenger, now)
    assert duties(cast.anna, now) == []
    assert len(duties(cast.anna, now + timedelta(days=800))) == 1, "the certificate has ended: a duty again"


def test_whose_certificate_ran_out_later_than_that_is_late_from_its_end_on(cast, basic, now):
    assigning.assign(cast.tom, course=basic.course, role="employee", due_days=30, at=now - timedelta(days=150))
    late = person("late", "employee")
    late.joined_on = now.date() - timedelta(days=400)
    certify(late, until=now.date() - timedelta(days=20), by=cast.tom)
    [duty] = duties(late, now)
    assert duty.due_on == now.date() - timedelta(days=20)


def test_a_certificate_by_hand_counts_for_every_course_of_its_kind(cast, basic, now):
    assigning.assign(cast.tom, course=basic.course, due_days=14, role="employee", at=now)
    assert duties(cast.anna, now) == []
    new = person("neu", "employee")
    assert len(duties(new, now)) == 1


def test_an_assignment_ends_and_so_does_the_duty(cast, messenger, now):
    made = assigning.assign(cast.dora, course=messenger.course, due_days=14, person=cast.anna, at=now)
    assigning.end_assignment(cast.tom, assignment=made, at=now)
    assert duties(cast.anna, now) == []
    with pytest.raises(NotNow):
        assigning.end_assignment(cast.tom, assignment=made, at=now)


def test_a_retired_course_is_nobodys_duty(cast, messenger, now):
    assigning.assign(cast.tom, course=messenger.course, due_days=14, person=cast.anna, at=now)
    publishing.retire_course(cast.tom, course=messenger.course, at=now)
    assert duties(cast.anna, now) == []


def test_who_may_assign_and_what(cast, messenger, now):
    with pytest.raises(PermissionDenied):
        assigning.assign(cast.mona, course=messenger.course, due_days=14, person=cast.anna, at=now)
    for target in ({}, {"person": cast.anna, "role": "employee"}):
        with pytest.raises(ValidationError, match="exactly one"):
            assigning.assign(cast.tom, course=messenger.course, due_days=14, at=now, **target)
    assigning.assign(cast.tom, course=messenger.course, due_days=14, role="manager", at=now)
    with pytest.raises(ValidationError, match="assigned to them already"):
        assigning.assign(cast.tom, course=messenger.course, due_days=7, role="manager", at=now)


def test_the_page_assigns_and_says_how_many_have_it_to_do(client, cast, messenger, now):
    client.force_login(cast.tom)
    address = reverse("author_assignments")
    assert client.post(address, {"course": messenger.course_id, "due_days": "9"}).status_code == 200
    data = {"course": messenger.course_id, "role": "manager", "due_days": "9"}
    assert client.post(address, data).status_code == 302
    take(cast.mona, messenger, now)
    assert "too few people" in client.get(address).content.decode(), "with two managers each knows of the other"
    for number in range(3):
        person(f"m{number}", "manager")
    assert "4 of 5" in client.get(address).content.decode()


def test_courses_are_offered_by_their_titles_not_by_the_words_in_their_addresses(client, cast, messenger, basic):
    """`approver` is a word for programs: people know the course by its title, in the list, on its page and above it."""
    client.force_login(cast.tom)
    page = client.get(reverse("author_assignments")).content.decode()
    for version in (messenger, basic):
        assert f">{version.title} ({version.course.get_kind_display()})</option>" in page
        version_page = reverse("author_version", args=[version.course.slug, version.number])
        for address in (reverse("author_course", args=[version.course.slug]), version_page):
            html = client.get(address).content.decode()
            assert not re.search(rf"[>·]\s*{version.course.slug}\s*<", html)


def test_nothing_is_told_about_fewer_than_five_people(client, cast, messenger, now):
    for to in ({"person": cast.anna}, {"department": cast.anna.department}):
        assigning.assign(cast.tom, course=messenger.course, due_days=14, at=now, **to)
    client.force_login(cast.dora)
    page = client.get(reverse("author_assignments")).content.decode()
    assert page.count("too few people") == 2 and " of 1" not in page


def test_only_what_was_assigned_by_hand_can_be_ended_by_hand(client, cast, basic, now):
    """An author who guesses numbers neither ends nor learns of what followed an incident."""
    why = {"because": "Because.", "cause": "permit:P-1", "values": {}}
    made = assign_refresher(assigning.BY_RULE, person=cast.anna, at=now, **why)
    client.force_login(cast.tom)
    assert client.post(reverse("author_assignment_end", args=[made.pk])).status_code == 404
    made.refresh_from_db()
    assert made.ended_at is None


def test_the_refresher_of_a_department_is_the_whole_course_for_who_never_passed(client, cast, basic, now):
    department = cast.anna.department
    new, late, old = (person(name, "employee", department=department) for name in ("neu", "spaet", "alt"))
    certify(late, until=now.date() - timedelta(days=20), by=cast.tom)
    certify(old, until=now.date() - timedelta(days=93), by=cast.tom)
    assigning.assign(cast.tom, course=basic.course, due_days=30, department=department, refresher=True, at=now)
    assert [duties(one, now)[0].refresher for one in (new, late, old)] == [False, True, False]
    client.force_login(new)
    page = client.get(reverse("training")).content.decode()
    assert f"{reverse('course', args=[basic.course.slug])}?way=refresher" not in page


def test_what_followed_an_incident_hides_no_other_duty(cast, basic, now):
    new = person("neu", "employee", manager=cast.mona)
    assigning.assign(cast.tom, course=basic.course, due_days=30, person=new, at=now)
    why = {"because": "Because.", "cause": "permit:P-1", "values": {}}
    assign_refresher(assigning.BY_RULE, person=new, at=now, **why)
    assert [duty.is_remedial for duty in duties(new, now)] == [True, False]
    late = (now + timedelta(days=60)).date()
    (member,) = [one for one in team_of(cast.mona, today=late) if one.person == new]
    assert [line.standing.word for line in member.lines] == ["overdue"]
    assert [item.team_key(late) is not None for item in items_due(late) if item.person == new] == [False, True]


def test_people_see_it_on_their_pages(client, cast, messenger, now):
    assigning.assign(cast.tom, course=messenger.course, due_days=14, person=cast.anna, at=now)
    client.force_login(cast.anna)
    start = client.get("/")
    assert "Finish training: Customer contact and data protection" in [task.title for task in start.context["tasks"]]
    page = client.get(reverse("training")).content.decode()
    assert "To be finished" in page and "8 Dec 2026" in page


def test_somebody_new_reads_one_line_about_the_basic_course_not_two(client, cast, basic, now):
    new = person("neu", "employee")
    assigning.assign(cast.tom, course=basic.course, due_days=14, rule="new_joiner", at=now)
    client.force_login(new)
    assert len(client.get("/").context["tasks"]) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/training/",
        "/team/",
        "/author/assignments/",
        "/author/rates/",
        "/author/completions/csv/",
        "/author/completions/json/",
        "/training/certificates/",
    ],
)
def test_the_number_of_queries_does_not_grow_with_people(client, cast, messenger, now, path):
    for role in ("employee", "manager"):
        assigning.assign(cast.tom, course=messenger.course, due_days=14, role=role, at=now)
    client.force_login(
        cast.tom if "completions" in path else cast.dora if "author" in path or "certificates" in path else cast.mona
    )

    def queries():
        ask = client.post if "completions" in path else client.get
        with CaptureQueriesContext(connection) as found:
            assert ask(path).status_code == 200
        return len(found)

    before = queries()
    for number in range(12):
        certify(person(f"p{number}", "employee", manager=cast.mona), until=now.date(), by=cast.tom)
    assert queries() == before


# --- by rule: who wants to use messengers


@pytest.fixture
def signal(customer, now):
    return point(customer, "messenger", "+491701234567", platform="whatsapp", now=now)


def test_whoever_asks_for_a_messenger_is_offered_the_licence_once(cast, customer, accounts, signal, messenger, now):
    rule = assigning.assign(cast.tom, course=messenger.course, due_days=10, rule="messenger", at=now)
    for _turn in range(2):
        ask(cast.anna, customer, "messenger", accounts.whatsapp, at=now, purpose="service")
    deliver_due(at=now)
    (duty,) = duties(cast.anna, now)
    assert duty.assignment.cause == f"rule:{rule.pk}" and duty.due_on == (now + timedelta(days=10)).date()
    assert duties(cast.sven, now) == []


def test_whoever_asked_before_the_rule_was_made_is_found(cast, customer, accounts, signal, messenger, now):
    ask(cast.anna, customer, "messenger", accounts.whatsapp, at=now, purpose="service")
    deliver_due(at=now)
    assert duties(cast.anna, now) == []
    assigning.assign(cast.tom, course=messenger.course, due_days=10, rule="messenger", at=now)
    deliver_due(at=now)
    assert len(duties(cast.anna, now)) == 1


def test_who_holds_the_licence_is_offered_nothing(cast, customer, accounts, signal, messenger, now):
    assigning.assign(cast.tom, course=messenger.course, due_days=10, rule="messenger", at=now)
    take(cast.anna, messenger, now)
    ask(cast.anna, customer, "messenger", accounts.whatsapp, at=now, purpose="service")
    deliver_due(at=now)
    assert not Assignment.objects.filter(person=cast.anna).exists()


# --- because of something that happened


def refused_private_account(cast, customer, accounts, now):
    request = ask(cast.anna, customer, "phone", None, at=now, purpose="service", private_account=True)
    return submitting.submit(cast.anna, request=request, at=now)


def test_a_refused_private_account_brings_a_refresher_and_says_why(client, cast, customer, accounts, basic, now):
    request = refused_private_account(cast, customer, accounts, now)
    assert (request.state, "ACC-01" in request.refusal_reason) == ("refused", True)
    deliver_due(at=now)
    (duty,) = duties(cast.anna, now)
    assert duty.refresher and request.number in duty.assignment.because
    assert duty.due_on == (now + timedelta(days=14)).date()
    mail = OutboxMessage.objects.get(topic="refresher_assigned")
    assert mail.recipient == cast.anna and request.number in mail.payload["because"]
    client.force_login(cast.anna)
    for path in ("/", "/training/"):
        assert "private account" in client.get(path).content.decode()


def test_a_wrong_person_brings_one_too_but_not_within_ninety_days(cast, customer, accounts, basic, now):
    for day in (0, 1, 2, 91):
        at = now + timedelta(days=day)
        request = report_by_mail(cast, customer, accounts, at) if day != 2 else None
        if request is None:
            refused_private_account(cast, customer, accounts, at)
        else:
            use = permits.redeem(cast.anna, permit=permit_for(request, cast, at), at=at).use
            permits.log_contact(cast.anna, use=use, result="wrong_person", note="", at=at)
            verify_contact_point(cast.clara, point=request.contact_point, at=at)
        deliver_due(at=at)
    assert Assignment.objects.filter(person=cast.anna).count() == 2


def test_the_same_event_twice_assigns_once(cast, basic, now):
    told = {"because": "Because.", "cause": "permit:P-1", "values": {}}
    made = [assign_refresher(assigning.BY_RULE, person=cast.anna, at=now, **told) for _turn in range(2)]
    assert made[0] is not None and made[1] is None


def test_a_refresher_after_an_incident_is_passed_although_the_certificate_is_valid(cast, basic, now):
    told = {"because": "Because.", "cause": "permit:P-1", "values": {}}
    assign_refresher(assigning.BY_RULE, person=cast.anna, at=now, **told)
    assert len(duties(cast.anna, now)) == 1, "a valid certificate is not enough"
    take(cast.anna, basic, now, refresher=True)
    assert duties(cast.anna, now) == []
    assert Assignment.objects.get().ended_at == now


def test_who_never_passed_gets_the_whole_course(cast, basic, now):
    new = person("neu", "employee")
    told = {"because": "Because.", "cause": "permit:P-1", "values": {}}
    made = assign_refresher(assigning.BY_RULE, person=new, at=now, **told)
    assert made.refresher is False
    with pytest.raises(NotNow):
        begin(new, basic, now, refresher=True)


def test_the_reason_is_in_the_language_of_the_person(cast, basic, now):
    cast.anna.language = "de"
    cast.anna.save()
    from portal.handlers import PRIVATE_ACCOUNT

    made = assign_refresher(
        assigning.BY_RULE,
        person=cast.anna,
        because=PRIVATE_ACCOUNT,
        cause="request:1",
        values={"number": "R-1"},
        at=now,
    )
    assert "R-1" in made.because


def test_without_a_course_or_a_person_nothing_happens(cast, now):
    told = {"because": "Because.", "cause": "permit:P-1", "values": {}}
    assert assign_refresher(assigning.BY_RULE, person=cast.anna, at=now, **told) is None
    courses.course(now)
    cast.anna.is_active = False
    cast.anna.save()
    assert assign_refresher(assigning.BY_RULE, person=cast.anna, at=now, **told) is None


def test_an_author_ends_no_assignment_that_the_list_does_not_show(client, basic, cast, now):
    told = {"because": "Because.", "cause": "permit:P-1", "values": {}}
    remedial = assign_refresher(assigning.BY_RULE, person=cast.anna, at=now, **told)
    client.force_login(cast.tom)
    assert client.post(reverse("author_assignment_end", args=[remedial.pk])).status_code == 404
    remedial.refresh_from_db()
    assert remedial.ended_at is None


# --- more time


def test_more_time_counts_for_what_runs_and_what_begins(cast, now):
    version = courses.course(now, time_limit_minutes=20)
    running = begin(cast.anna, version, now)
    give_more_time(cast.tom, person=cast.anna, percent=50, at=now)
    running.refresh_from_db()
    assert running.deadline_at == now + timedelta(minutes=30)
    give_more_time(cast.tom, person=cast.anna, percent=0, at=now)
    running.refresh_from_db()
    assert running.deadline_at == now + timedelta(minutes=30), "nothing that runs is shortened"
    assert TimeExtension.objects.count() == 2


def test_what_is_over_stays_over(cast, now):
    version = courses.course(now, time_limit_minutes=20)
    begin(cast.anna, version, now)
    give_more_time(cast.tom, person=cast.anna, percent=400, at=now + timedelta(minutes=21))
    assert Attempt.objects.get().deadline_at == now + timedelta(minutes=20)


def test_who_gives_more_time_and_to_whom(client, cast, now):
    with pytest.raises(PermissionDenied):
        give_more_time(cast.mona, person=cast.anna, percent=50, at=now)
    with pytest.raises(PermissionDenied):
        give_more_time(cast.tom, person=cast.tom, percent=50, at=now)
    client.force_login(cast.tom)
    data = {"person": cast.anna.pk, "percent": "25"}
    assert client.post(reverse("author_more_time"), data).status_code == 302
    assert "+25" in client.get(reverse("author_more_time")).content.decode()
    assert Certificate.objects.filter(attempt__isnull=False).count() == 0


def test_more_time_says_nothing_about_why_and_goes_with_the_account(cast, now):
    assert {field.name for field in TimeExtension._meta.fields} == {"id", "person", "percent", "given_by", "given_at"}
    for someone in (cast.anna, cast.sven):
        give_more_time(cast.tom, person=someone, percent=50, at=now)
    assert forget_more_time(at=now) == 0
    with pytest.raises(IntegrityError, match="while the account is open"), transaction.atomic():
        TimeExtension.objects.all().delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TimeExtension.objects.update(percent=10)
    cast.anna.is_active = False
    cast.anna.save()
    assert [forget_more_time(at=now) for _turn in range(2)] == [1, 0]
    assert [one.person for one in TimeExtension.objects.all()] == [cast.sven]
    entry = AuditEntry.objects.get(verb="more_time.forgotten")
    assert (entry.job, entry.subject_id) == ("training.forget_more_time", str(cast.anna.pk))
