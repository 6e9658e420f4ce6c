"""Personal profiles in business networks: private, unless registered for work and confirmed by somebody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from contacts import policy
from contacts.customers.services import record_inbound
from contacts.requests.account_services import (
    approve_account,
    close_account,
    create_account,
    register_profile,
    update_account,
)
from contacts.requests.context import Question, load
from contacts.requests.deciding import answer_question
from contacts.requests.models import CompanyAccount, Permit, PlatformRegistration
from contacts.requests.services import asking, permits
from contacts.screening.asking import Asked
from portal.access.roles import Role
from portal.audit.models import AuditEntry
from portal.desk.screening import sender_for
from portal.people.models import Department
from tests.cast import account, person, point
from tests.requests.scenes import as_, permit_for

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def page(cast, now) -> CompanyAccount:
    """The company's own presence at LinkedIn."""
    PlatformRegistration.objects.filter(platform="linkedin").update(status="approved")
    return account("Firmenseite", "social_dm", cast, now, platform="linkedin")


@pytest.fixture
def linkedin(customer, now):
    return point(customer, "social_dm", "erika-m", now=now, platform="linkedin")


def registered(user, now, **changed) -> CompanyAccount:
    values = {"platform": "linkedin", "name": "linkedin.com/in/anna", "valid_until": now.date() + 90 * DAY} | changed
    return register_profile(user, at=now, **values)


@pytest.fixture
def mine(cast, now) -> CompanyAccount:
    return approve_account(cast.dora, account=registered(cast.anna, now), at=now)


def fact(user, customer, at_point, profile, at) -> str:
    """The fact `sending_account` of this person's question from this profile."""
    context = load(customer, user, at=at)
    return str(context.facts(Question(point=at_point, account=profile, purpose="service")).sending_account)


def inquiry(cast, customer, profile, now, user=None):
    record_inbound(
        cast.clara, customer=customer, channel="social_dm", platform="linkedin", at=now, note="Frage", now=now
    )
    mail = customer.contact_points.get(platform="linkedin")
    values = {"purpose": "inquiry_reply", "private_account": False, "contact_point": mail}
    return asking.ask(user or cast.anna, customer=customer, account=profile, at=now, **values)[0]


# --- what it counts as


def test_a_profile_counts_as_private_until_it_is_confirmed(cast, customer, page, linkedin, now):
    waiting = registered(cast.anna, now)
    assert fact(cast.anna, customer, linkedin, waiting, now) == "private_account"
    approve_account(cast.dora, account=waiting, at=now)
    assert fact(cast.anna, customer, linkedin, waiting, now) == "company_shared_device"


def test_only_its_holder_writes_from_it(cast, customer, page, linkedin, mine, now):
    for other in (cast.sven, cast.mona, cast.dora):
        assert fact(other, customer, linkedin, mine, now) == "private_account"
    assert mine not in load(customer, cast.sven, at=now).accounts
    assert mine in load(customer, cast.anna, at=now).accounts


def test_a_manager_approves_each_contact_from_it(cast, customer, page, linkedin, mine, now):
    context = load(customer, cast.anna, at=now)
    decision = answer_question(context, Question(point=linkedin, account=mine, purpose="service")).decision
    fired = {finding.rule.id for finding in decision.findings}
    assert "ACC-04" in fired and "ACC-01" not in fired


def test_it_ends_with_its_last_day(cast, customer, page, linkedin, mine, now):
    assert fact(cast.anna, customer, linkedin, mine, now + 90 * DAY) == "company_shared_device"
    assert fact(cast.anna, customer, linkedin, mine, now + 91 * DAY) == "private_account"


def test_it_ends_when_its_holder_changes_department(cast, customer, page, linkedin, mine, now):
    cast.anna.department = Department.objects.create(name="Einkauf")
    cast.anna.save()
    assert fact(cast.anna, customer, linkedin, mine, now) == "private_account"
    assert "changed department" in as_(cast.anna).get("/accounts/").content.decode()


def test_it_ends_when_its_holder_leaves(cast, mine, now):
    assert mine in CompanyAccount.objects.open_on(now.date())
    cast.anna.is_active = False
    cast.anna.save()
    assert mine not in CompanyAccount.objects.open_on(now.date())


def test_who_belongs_to_no_department_can_register_too(cast, now):
    alone = person("lone", Role.EMPLOYEE)
    theirs = approve_account(cast.dora, account=registered(alone, now), at=now)
    assert theirs in CompanyAccount.objects.open_on(now.date())


def test_a_profile_is_no_presence_of_the_company(cast, customer, linkedin, mine, now):
    PlatformRegistration.objects.filter(platform="linkedin").update(status="approved")
    context = load(customer, cast.anna, at=now)
    decision = answer_question(context, Question(point=linkedin, account=mine, purpose="service")).decision
    assert context.facts(Question(point=linkedin, account=mine, purpose="service")).company_present_on_platform is False
    assert "ACC-02" in {finding.rule.id for finding in decision.findings}
    assert decision.outcome == policy.Outcome.FORBIDDEN


def test_nobody_writes_from_it_unasked(cast, customer, linkedin, mine, page, now):
    assert load(customer, cast.anna, at=now).default_account(linkedin) == page
    close_account(cast.adam, account=page, at=now)
    assert load(customer, cast.anna, at=now).default_account(linkedin) is None


def test_a_list_is_not_written_to_from_somebody_elses_profile(cast, page, mine, now):
    asked = Asked(purpose="service", channel="social_dm", platform="linkedin")
    assert sender_for(cast.anna, asked=asked, account=mine.name)(now.date()).account == "company_shared_device"
    with pytest.raises(ValidationError, match="no account"):
        sender_for(cast.sven, asked=asked, account=mine.name)


# --- permits


def test_a_permit_from_a_profile_ends_with_its_registration(cast, customer, page, linkedin, mine, now):
    permit = permit_for(inquiry(cast, customer, mine, now), cast, now)
    close_account(cast.anna, account=mine, at=now)
    refused = permits.redeem(cast.anna, permit=permit, at=now)
    assert refused.use is None and not refused.not_now


def test_the_database_keeps_a_permit_from_others_profiles(cast, customer, page, linkedin, mine, now):
    permit = permit_for(inquiry(cast, customer, page, now, cast.sven), cast, now)
    other = inquiry(cast, customer, mine, now, cast.sven)
    fields = {f.attname: getattr(permit, f.attname) for f in Permit._meta.concrete_fields if not f.primary_key}
    with pytest.raises(IntegrityError, match="only its holder"), transaction.atomic():
        Permit.objects.create(**fields | {"account_id": mine.pk, "request_id": other.pk, "legal_basis": ""})


# --- registering and confirming


def test_registering_leaves_one_entry_with_the_facts(cast, now):
    profile = registered(cast.anna, now)
    (entry,) = AuditEntry.objects.filter(subject_type="account", subject_id=str(profile.pk))
    assert (entry.verb, entry.actor) == ("account.profile_registered", cast.anna)
    assert entry.after["holder"] == cast.anna.pk and entry.after["owner"] == cast.anna.department_id
    assert profile.approved_at is None


@pytest.mark.parametrize("name", ["tom", "rita", "adam"])
def test_who_contacts_no_customers_registers_nothing(cast, now, name):
    with pytest.raises(PermissionDenied):
        registered(getattr(cast, name), now)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"platform": "instagram"}, "Only a profile at LinkedIn or XING"),
        ({"days": -1}, "ends within a year"),
        ({"days": 367}, "ends within a year"),
        ({"name": ""}, "cannot be blank"),
    ],
)
def test_what_cannot_be_registered_is_refused(cast, now, changed, words):
    days = changed.pop("days", 90)
    with pytest.raises(ValidationError, match=words):
        registered(cast.anna, now, valid_until=now.date() + days * DAY, **changed)


def test_one_registration_waits_at_a_time_and_the_next_may_follow(cast, now, mine):
    registered(cast.anna, now, name="neu")
    with pytest.raises(ValidationError, match="waits for the data protection officer"):
        registered(cast.anna, now, name="noch neuer")
    registered(cast.anna, now, platform="xing")


@pytest.mark.parametrize("name", ["anna", "mona", "clara", "tom", "rita", "adam"])
def test_only_the_officer_confirms(cast, now, name):
    with pytest.raises(PermissionDenied):
        approve_account(getattr(cast, name), account=registered(cast.anna, now), at=now)


def test_nobody_confirms_their_own_by_whatever_account(cast, now):
    own = registered(cast.dora, now)
    second = person("dora2", Role.DPO)
    second.person_number = "n-dora "
    second.save()
    for officer in (cast.dora, second):
        with pytest.raises(ValidationError, match="of their own"):
            approve_account(officer, account=own, at=now)
        with pytest.raises(IntegrityError, match="of their own"), transaction.atomic():
            CompanyAccount.objects.filter(pk=own.pk).update(approved_at=now, approved_by=officer)
    assert approve_account(person("dirk", Role.DPO), account=own, at=now).approved_at == now


def test_what_was_registered_in_another_department_is_not_confirmed(cast, now):
    profile = registered(cast.anna, now)
    cast.anna.department = None
    cast.anna.save()
    with pytest.raises(ValidationError, match="registered anew"):
        approve_account(cast.dora, account=profile, at=now)


def test_its_holder_the_officer_and_the_administrator_end_it(cast, now):
    for closer in (cast.anna, cast.dora, cast.adam):
        profile = registered(cast.anna, now)
        with pytest.raises(PermissionDenied):
            close_account(cast.sven, account=profile, at=now)
        assert close_account(closer, account=profile, at=now).closed_at == now


def test_nobody_changes_what_was_confirmed(cast, now, mine):
    with pytest.raises(ValidationError, match="stays as it was confirmed"):
        update_account(cast.adam, account=mine, at=now, name="anders")
    for change in ({"name": "anders"}, {"holder": cast.sven}, {"valid_until": now.date() + 91 * DAY}, {"owner": None}):
        with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
            CompanyAccount.objects.filter(pk=mine.pk).update(**change)
    close_account(cast.anna, account=mine, at=now)
    with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
        CompanyAccount.objects.filter(pk=mine.pk).update(closed_at=None)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "company_account_verified"},
        {"platform": "instagram"},
        {"valid_until": None},
        {"address_book_isolated": False},
        {"channel": "messenger"},
    ],
)
def test_the_database_knows_what_a_profile_is(cast, now, change):
    values = {"channel": "social_dm", "platform": "xing", "kind": "company_shared_device", "valid_from": now.date()}
    values |= {"valid_until": now.date(), "address_book_isolated": True, "name": "x", "holder": cast.anna} | change
    with pytest.raises(IntegrityError, match="account_profile_of_a_network"), transaction.atomic():
        CompanyAccount.objects.create(**values)
    with pytest.raises(IntegrityError, match="account_profile_of_a_network"), transaction.atomic():
        CompanyAccount.objects.create(**values | {"valid_until": now.date() + 367 * DAY})


def test_an_administrator_makes_nobodys_profile_an_account(cast, now):
    with pytest.raises(TypeError, match="holder"):
        create_account(cast.adam, at=now, name="x", channel="email", valid_from=now.date(), holder=cast.anna)


# --- the pages


def shown(user) -> str:
    answer = as_(user).get("/accounts/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_sees_a_profile(cast, mine):
    for reader in (cast.anna, cast.mona, cast.dora, cast.rita, cast.adam):
        assert "linkedin.com/in/anna" in shown(reader)
        assert as_(reader).get(f"/accounts/{mine.pk}/history/").status_code == 200
    for stranger in (cast.sven, cast.max, cast.tom, cast.stranger):
        assert "linkedin.com/in/anna" not in shown(stranger)
        assert as_(stranger).get(f"/accounts/{mine.pk}/history/").status_code == 404
        assert as_(stranger).post(f"/accounts/{mine.pk}/close/").status_code == 404


def test_the_officer_is_offered_to_confirm_what_is_not_their_own(cast, now):
    own, other = registered(cast.dora, now), registered(cast.anna, now)
    page = shown(cast.dora)
    assert f"/accounts/{other.pk}/approve/" in page and f"/accounts/{own.pk}/approve/" not in page
    assert f"/accounts/{own.pk}/close/" in page and f'/accounts/{other.pk}/"' not in shown(cast.adam)


def test_registering_on_the_page(cast, now, time_machine):
    time_machine.move_to(now, tick=False)
    browser = as_(cast.anna)
    sent = {
        "platform": "xing",
        "name": "xing.com/anna",
        "valid_until": (now.date() + DAY).isoformat(),
        "for_work": "on",
    }
    without = browser.post("/accounts/profiles/new/", {**sent, "for_work": ""})
    assert "Only such a profile can be registered" in without.content.decode()
    late = browser.post("/accounts/profiles/new/", sent | {"valid_until": "2099-01-01"})
    assert "ends within a year" in late.content.decode() and not CompanyAccount.objects.exists()
    assert browser.post("/accounts/profiles/new/", sent)["Location"] == "/accounts/"
    profile = CompanyAccount.objects.get()
    assert (profile.holder, profile.owner) == (cast.anna, cast.anna.department)
    assert as_(cast.dora).post(f"/accounts/{profile.pk}/approve/").status_code == 302
    assert browser.post(f"/accounts/{profile.pk}/close/").status_code == 302
    profile.refresh_from_db()
    assert profile.approved_by == cast.dora and profile.closed_at == now


def test_the_check_page_offers_it_to_its_holder_alone(cast, customer, page, linkedin, mine, now):
    def offered(user) -> str:
        return as_(user).get(f"/check/customers/{customer.number}/").content.decode()

    assert "linkedin.com/in/anna (Personal profile, registered for work)" in offered(cast.anna)
    assert "linkedin.com/in/anna" not in offered(cast.sven)


def test_a_private_account_in_a_network_leads_to_the_registration(cast, customer, accounts, page, linkedin, now):
    answers = {}
    for place, used in (("linkedin", linkedin), ("instagram", customer.contact_points.get(platform="instagram"))):
        values = {"purpose": "service", "private_account": True, "contact_point": used, "account": None}
        asked = asking.ask(cast.anna, customer=customer, at=now, **values)[0]
        answers[place] = as_(cast.anna).get(f"/check/{asked.number}/", follow=True).content.decode()
    assert "/accounts/profiles/new/?platform=linkedin" in answers["linkedin"]
    assert "/accounts/profiles/new/" not in answers["instagram"]


def test_who_reads_the_trail_reads_what_became_of_an_account(cast, now, mine):
    for reader, sees in ((cast.dora, True), (cast.rita, True), (cast.anna, False)):
        text = as_(reader).get(f"/accounts/{mine.pk}/history/").content.decode()
        assert ("Personal profile registered for work" in text) is sees
        assert "Anna Beispiel" in text


def test_the_list_has_pages(cast, now, django_assert_max_num_queries):
    for number in range(60):
        account(f"Konto {number}", "email", cast, now)
    browser: Client = as_(cast.anna)
    with django_assert_max_num_queries(12):
        first = browser.get("/accounts/")
    second = browser.get(first.context["page"].next_url)
    names = [row.account.name for page in (first, second) for row in page.context["rows"]]
    assert len(names) == len(set(names)) == 60 and second.context["page"].next_url is None
