"""People and departments: who may change what, and what a change takes along."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from contacts.requests.services import permits
from contacts.requests.services.common import NotNow
from portal.access.roles import Role
from portal.audit.models import AuditEntry
from portal.audit.services import Job
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from portal.people.models import Department, User
from portal.people.services import create_department, create_person, first_password, update_person
from portal.people.sessions.models import SignedIn as Session
from tests.cast import person
from tests.races.conftest import run_together
from tests.requests.scenes import permit_for, service_by_mail

pytestmark = pytest.mark.django_db
OTHERS = ["anna", "mona", "dora", "clara", "tom", "rita"]


def fields(**changed: object) -> dict[str, object]:
    return {
        "email": "neu@firma.example",
        "first_name": "Nora",
        "last_name": "Neu",
        "person_number": "N-neu",
        "roles": ["employee"],
        "language": "de",
    } | changed


def told(user: User) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(subject_type="person", subject_id=str(user.pk)))


# --- a new person


def test_a_new_person_can_sign_in_with_the_first_password(cast, now, client):
    user, password = create_person(cast.adam, at=now, **fields())
    client.post("/login/", {"login": "neu@firma.example", "password": password})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_first_password_is_kept_nowhere_in_clear(cast, now):
    user, password = create_person(cast.adam, at=now, **fields())
    user.refresh_from_db()
    assert user.password.startswith("argon2")
    assert password not in str(vars(user))
    entry = AuditEntry.objects.get(verb="person.created", subject_id=str(user.pk))
    assert (entry.actor, entry.at) == (cast.adam, now)
    assert password not in str(entry.after) and user.password not in str(entry.after)
    assert "password" not in entry.after
    assert not OutboxMessage.objects.exists()


def test_first_passwords_differ_and_have_no_letters_that_look_alike():
    passwords = {first_password() for _turn in range(200)}
    assert len(passwords) == 200
    assert all(len(password) == 19 and password.count("-") == 3 for password in passwords)
    assert not set("".join(passwords)) & set("01lO I")


def test_addresses_are_kept_small_and_roles_in_one_order(cast, now):
    user, _password = create_person(
        cast.adam, at=now, **fields(email=" Nora.NEU@Firma.Example ", roles=["administrator", "employee", "employee"])
    )
    assert user.email == "nora.neu@firma.example"
    assert user.roles == ["employee", "administrator"]


@pytest.mark.parametrize("name", OTHERS)
def test_only_administrators_create_people(cast, now, name):
    with pytest.raises(PermissionDenied):
        create_person(getattr(cast, name), at=now, **fields())
    assert not User.objects.filter(email="neu@firma.example").exists()


def test_a_deactivated_administrator_creates_nobody(cast, now):
    cast.adam.is_active = False
    with pytest.raises(PermissionDenied):
        create_person(cast.adam, at=now, **fields())


def test_a_job_may_set_up_the_first_person(db, now):
    user, _password = create_person(Job("setup"), at=now, **fields(roles=["administrator"]))
    assert told(user)[0].job == "setup"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "ANNA@firma.example"}, "email"),
        ({"email": "keine-adresse"}, "email"),
        ({"first_name": ""}, "first_name"),
        ({"last_name": ""}, "last_name"),
        ({"person_number": ""}, "person_number"),
        ({"person_number": "\u200b"}, "person_number"),
        ({"roles": []}, "roles"),
        ({"language": "fr"}, "language"),
    ],
)
def test_what_is_missing_or_taken_is_refused_and_nothing_is_written(cast, now, changed, field):
    people, entries = User.objects.count(), AuditEntry.objects.count()
    with pytest.raises(ValidationError) as refusal:
        create_person(cast.adam, at=now, **fields(**changed))
    assert field in refusal.value.message_dict
    assert (User.objects.count(), AuditEntry.objects.count()) == (people, entries)


@pytest.mark.parametrize("name", ["password", "theme", "joined_on", "is_superuser"])
def test_other_fields_cannot_be_smuggled_in(cast, now, name):
    with pytest.raises(TypeError):
        create_person(cast.adam, at=now, **fields(**{name: "x"}))
    with pytest.raises(TypeError):
        update_person(cast.adam, person=cast.anna, at=now, **{name: "x"})


def test_the_database_itself_refuses_a_role_that_does_not_exist(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=cast.anna.pk).update(roles=["king"])


# --- who leads whom


@pytest.mark.parametrize("name", ["anna", "dora"])
def test_only_a_manager_leads(cast, now, name):
    with pytest.raises(ValidationError, match="no manager"):
        create_person(cast.adam, at=now, **fields(manager=getattr(cast, name)))
    with pytest.raises(ValidationError, match="no manager"):
        update_person(cast.adam, person=cast.sven, at=now, manager=getattr(cast, name))


def test_a_deactivated_manager_leads_nobody_new(cast, now):
    update_person(cast.adam, person=cast.max, at=now, is_active=False)
    cast.max.refresh_from_db()
    with pytest.raises(ValidationError):
        update_person(cast.adam, person=cast.anna, at=now, manager=cast.max)


def test_nobody_leads_in_a_circle(cast, now):
    update_person(cast.adam, person=cast.mona, at=now, manager=cast.max)
    cast.mona.refresh_from_db()
    with pytest.raises(ValidationError, match="circle"):
        update_person(cast.adam, person=cast.max, at=now, manager=cast.mona)
    with pytest.raises(ValidationError):
        update_person(cast.adam, person=cast.max, at=now, manager=cast.max)


def test_a_manager_who_lost_the_role_does_not_block_other_changes(cast, now):
    update_person(cast.adam, person=cast.mona, at=now, roles=["employee"])
    assert update_person(cast.adam, person=cast.anna, at=now, last_name="Neumann").last_name == "Neumann"


# --- a change


def test_a_change_tells_before_and_after_of_what_differs_only(cast, now):
    sales = Department.objects.get(name="Vertrieb")
    update_person(cast.adam, person=cast.anna, at=now, department=sales, first_name="Anna", roles=["employee"])
    (entry,) = told(cast.anna)
    assert (entry.verb, entry.actor) == ("person.changed", cast.adam)
    assert set(entry.before) == set(entry.after) == {"department"}
    assert entry.after["department"] == sales.pk


def test_no_difference_writes_nothing(cast, now):
    update_person(cast.adam, person=cast.anna, at=now, roles=["employee"], email="ANNA@firma.example")
    assert told(cast.anna) == []


@pytest.mark.parametrize("name", OTHERS)
def test_only_administrators_change_people(cast, now, name):
    with pytest.raises(PermissionDenied):
        update_person(getattr(cast, name), person=cast.anna, at=now, roles=["employee", "dpo"])
    cast.anna.refresh_from_db()
    assert cast.anna.roles == ["employee"]


@pytest.mark.parametrize(
    "changed",
    [
        {"roles": ["dpo", "administrator"]},
        {"roles": ["employee"]},
        {"person_number": "N-other"},
        {"is_active": False},
    ],
)
def test_nobody_changes_own_rights(cast, now, changed):
    with pytest.raises(PermissionDenied, match="own rights"):
        update_person(cast.adam, person=cast.adam, at=now, **changed)
    assert told(cast.adam) == []


def test_nobody_chooses_the_own_manager(cast, now):
    with pytest.raises(PermissionDenied, match="own rights"):
        update_person(cast.adam, person=cast.adam, at=now, manager=cast.mona)


def test_nor_on_a_second_account_of_the_same_person(cast, now):
    second = person("adam2", Role.EMPLOYEE)
    User.objects.filter(pk=second.pk).update(person_number=cast.adam.person_number)
    with pytest.raises(PermissionDenied, match="own rights"):
        update_person(cast.adam, person=second, at=now, roles=["dpo"])
    with pytest.raises(PermissionDenied, match="own rights"):
        update_person(cast.adam, person=second, at=now, person_number="N-free")


def test_ones_own_name_and_language_may_be_changed(cast, now):
    changed = update_person(cast.adam, person=cast.adam, at=now, last_name="Anders", language="de")
    assert (changed.last_name, changed.language) == ("Anders", "de")


# --- the last administrator


@pytest.mark.parametrize("changed", [{"roles": ["employee"]}, {"is_active": False}])
def test_the_last_active_administrator_stays(cast, now, changed):
    """Eve's own row has lost the right meanwhile, so Adam is the only one left."""
    eve = person("eve", Role.ADMINISTRATOR)
    User.objects.filter(pk=eve.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="last active administrator"):
        update_person(eve, person=cast.adam, at=now, **changed)
    cast.adam.refresh_from_db()
    assert cast.adam.has_role(Role.ADMINISTRATOR)


def test_one_of_two_administrators_may_go(cast, now):
    eve = person("eve", Role.ADMINISTRATOR)
    update_person(eve, person=cast.adam, at=now, is_active=False)
    cast.adam.refresh_from_db()
    assert not cast.adam.is_active


def test_the_last_administrator_may_still_be_renamed(cast, now):
    eve = person("eve", Role.ADMINISTRATOR)
    User.objects.filter(pk=eve.pk).update(is_active=False)
    assert update_person(eve, person=cast.adam, at=now, last_name="Anders").last_name == "Anders"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_two_administrators_cannot_remove_each_other_at_once(cast, now, attempt):
    eve = person("eve", Role.ADMINISTRATOR)
    results = run_together(
        lambda: update_person(eve, person=cast.adam, at=now, roles=["employee"]),
        lambda: update_person(cast.adam, person=eve, at=now, is_active=False),
    )
    assert sorted(type(result).__name__ for result in results) == ["User", "ValidationError"]
    assert User.objects.with_role(Role.ADMINISTRATOR).count() == 1


# --- deactivating


def test_a_deactivated_person_is_signed_out_everywhere_at_once(cast, now):
    desk, phone, colleague = Client(), Client(), Client()
    desk.force_login(cast.anna)
    phone.force_login(cast.anna)
    colleague.force_login(cast.sven)
    update_person(cast.adam, person=cast.anna, at=now, is_active=False)
    assert [browser.get("/rules/").status_code for browser in (desk, phone, colleague)] == [302, 302, 200]
    assert Session.objects.count() == 1


def test_sessions_stay_when_something_else_changes(cast, now):
    desk = Client()
    desk.force_login(cast.anna)
    update_person(cast.adam, person=cast.anna, at=now, last_name="Neumann")
    assert desk.get("/rules/").status_code == 200


def test_a_deactivated_person_cannot_sign_in_again(cast, now, client):
    update_person(cast.adam, person=cast.anna, at=now, is_active=False)
    client.post("/login/", {"login": "anna@firma.example", "password": "kontakt-klar-2026"})
    assert "_auth_user_id" not in client.session


def test_a_deactivated_person_uses_no_permit_and_the_bookkeeping_ends_it(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    desk = Client()
    desk.force_login(cast.anna)
    update_person(cast.adam, person=cast.anna, at=now, is_active=False)
    event = OutboxMessage.objects.get(topic="person.grounds_changed")
    assert event.payload == {"user_id": cast.anna.pk}
    response = desk.post(f"/permits/{permit.number}/redeem/")
    assert response["Location"].startswith("/login/")
    deliver_due(at=now)
    permit.refresh_from_db()
    assert permit.state == "revoked"
    assert not permit.uses.exists()


def test_a_press_under_way_while_the_person_is_deactivated_is_refused(cast, customer, accounts, now):
    """The page had loaded Anna as active; the deactivation commits before the permit's lock is taken."""
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    update_person(cast.adam, person=cast.anna, at=now, is_active=False)
    with pytest.raises((PermissionDenied, NotNow)):
        permits.redeem(cast.anna, permit=permit, at=now)


def test_a_deactivated_person_may_come_back_but_permits_do_not(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    update_person(cast.adam, person=cast.anna, at=now, is_active=False)
    deliver_due(at=now)
    update_person(cast.adam, person=cast.anna, at=now, is_active=True)
    assert len(told(cast.anna)) == 2
    assert OutboxMessage.objects.filter(topic="person.grounds_changed").count() == 1
    permit.refresh_from_db()
    assert permit.state == "revoked"


# --- departments


def test_a_department_is_made_once_whatever_its_case(cast, now):
    made = create_department(cast.adam, name="  Kunden   dienst ", at=now)
    assert made.name == "Kunden dienst"
    assert AuditEntry.objects.get(verb="department.created").after == {"name": "Kunden dienst"}
    with pytest.raises(ValidationError):
        create_department(cast.adam, name="KUNDEN DIENST", at=now)
    assert AuditEntry.objects.filter(verb="department.created").count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_department_needs_a_name_that_fits(cast, now, name):
    with pytest.raises(ValidationError):
        create_department(cast.adam, name=name, at=now)


@pytest.mark.parametrize("name", OTHERS)
def test_only_administrators_create_departments(cast, now, name):
    with pytest.raises(PermissionDenied):
        create_department(getattr(cast, name), name="Neu", at=now)
    assert not Department.objects.filter(name="Neu").exists()


@pytest.mark.parametrize("written", [" N-7\t", "N-7\u00a0", "\u200bN-7", "n-7"])
def test_a_number_is_one_persons_whatever_spaces_are_around_it(cast, written):
    one, two = person("one", "employee"), person("two", "manager")
    one.person_number, two.person_number = "N-7", written
    for user in (one, two):
        user.save(update_fields=["person_number"])
    assert two.is_same_person_as(one)
    assert not User.objects.filter(pk=two.pk).apart_from(one).exists()
    assert User.objects.get(pk=two.pk).person_number in ("N-7", "n-7")
