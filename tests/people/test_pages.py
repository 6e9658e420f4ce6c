"""The administrators' pages: what they show, what they refuse, and that a first password is seen once."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.access.roles import Role
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from portal.people.models import Department, User
from portal.people.sessions.models import SignedIn as Session
from tests.cast import PASSWORD, person
from tests.desk.reading import nothing_written

pytestmark = pytest.mark.django_db
PAGES = ["/people/", "/people/new/", "/people/departments/"]
FIRST_PASSWORD = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}")


@pytest.fixture
def desk(client, cast) -> Client:
    """Adam's browser."""
    client.force_login(cast.adam)
    return client


def entered(**changed: object) -> dict[str, object]:
    return {
        "email": "neu@firma.example",
        "first_name": "Nora",
        "last_name": "Neu",
        "person_number": "N-neu",
        "department": "",
        "manager": "",
        "roles": ["employee"],
        "language": "de",
    } | changed


def as_entered(user: User, **changed: object) -> dict[str, object]:
    """What the form of a person sends when nothing was touched."""
    values = {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "person_number": user.person_number,
        "department": user.department_id or "",
        "manager": user.manager_id or "",
        "roles": user.roles,
        "language": user.language,
        "is_active": "on",
    } | changed
    return {name: value for name, value in values.items() if value is not None}


def text(response) -> str:
    return response.content.decode()


# --- who may come in


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("name", ["anna", "mona", "dora", "clara", "tom", "rita"])
def test_nobody_but_administrators_comes_in(client, cast, path, name):
    client.force_login(getattr(cast, name))
    assert client.get(path).status_code == 403
    assert client.get(f"/people/{cast.anna.pk}/").status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_asked_to_sign_in(client, db, path):
    assert client.get(path)["Location"] == f"/login/?next={path}"


@pytest.mark.parametrize("path", PAGES)
def test_looking_writes_nothing(desk, cast, path):
    with nothing_written():
        assert desk.get(path).status_code == 200
        assert desk.get(f"/people/{cast.anna.pk}/").status_code == 200


# --- the list


def test_the_list_is_by_name_and_says_who_may_sign_in(desk, cast):
    User.objects.filter(pk=cast.anna.pk).update(last_name="Zacharias", is_active=False)
    User.objects.filter(pk=cast.sven.pk).update(last_name="Abel")
    response = desk.get("/people/")
    rows = list(response.context["page"])
    assert (rows[0], rows[-1]) == (cast.sven, cast.anna)
    assert [row.first_name for row in rows[1:-1]] == sorted(row.first_name for row in rows[1:-1])
    assert text(response).count("Deactivated") == 1
    assert text(response).count("May sign in") == len(list(cast)) - 1
    assert "Employee, Manager" in text(response)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("anna", ["Anna"]),
        ("Beispiel anna", ["Anna"]),
        ("dora@firma", ["Dora"]),
        ("buchhalt", ["Anna"]),
        ("niemand", []),
    ],
)
def test_search_finds_by_name_address_and_department(desk, cast, words, names):
    rows = list(desk.get("/people/", {"q": words}).context["page"])
    assert [row.first_name for row in rows] == names


def test_nobody_found_says_so_and_leads_back(desk):
    assert "Nobody fits this search." in text(desk.get("/people/", {"q": "niemand"}))


@pytest.mark.parametrize("words", ["\x00", "%", "x" * 500, "'; DROP TABLE", "<script>alert(1)</script>"])
def test_odd_searches_are_harmless(desk, words):
    response = desk.get("/people/", {"q": words})
    assert response.status_code == 200
    assert "<script>alert" not in text(response)


def test_names_are_escaped(desk, cast):
    User.objects.filter(pk=cast.anna.pk).update(last_name="<script>alert(1)</script>")
    for path in ("/people/", f"/people/{cast.anna.pk}/"):
        assert "<script>alert" not in text(desk.get(path))


def test_long_lists_are_paged_by_name_without_gap_or_repetition(desk, cast):
    for number in range(120):
        person(f"p{number:03d}", Role.EMPLOYEE)
    User.objects.filter(email__startswith="p0").update(first_name="Gleich")  # a hundred of one name
    seen, path = [], "/people/?q=firma"
    while path:
        page = desk.get(path).context["page"]
        seen += [row.pk for row in page]
        path = page.next_url
    assert seen == list(User.objects.order_by("last_name", "first_name", "pk").values_list("pk", flat=True))


@pytest.mark.parametrize("after", ["x", "-1", "0", "9" * 18, "9" * 40, "²", ""])
def test_a_broken_page_key_means_the_first_page(desk, cast, after):
    assert len(list(desk.get("/people/", {"after": after}).context["page"])) == len(list(cast))


def test_the_list_costs_the_same_however_long_it_is(desk, cast):
    with CaptureQueriesContext(connection) as few:
        desk.get("/people/")
    for number in range(30):
        person(f"p{number:03d}", Role.EMPLOYEE, manager=cast.mona, department=cast.mona.department)
    with CaptureQueriesContext(connection) as many:
        desk.get("/people/")
    assert len(many) == len(few)


# --- a new person


def test_the_first_password_is_shown_once_and_works(desk, cast):
    response = desk.post("/people/new/", entered(manager=cast.mona.pk, roles=["employee", "consent_officer"]))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    (password,) = set(FIRST_PASSWORD.findall(text(response)))
    made = User.objects.get(email="neu@firma.example")
    assert (made.manager, made.roles) == (cast.mona, ["employee", "consent_officer"])
    assert made.check_password(password)
    browser = Client()
    browser.post("/login/", {"login": "neu@firma.example", "password": password})
    assert browser.session["_auth_user_id"] == str(made.pk)


def test_the_first_password_is_in_no_table_no_session_and_no_mail(desk, cast, mail_folder):
    password = FIRST_PASSWORD.search(text(desk.post("/people/new/", entered())))[0]
    assert password not in str([session.get_decoded() for session in Session.objects.all()])
    assert password not in str(list(AuditEntry.objects.values_list("before", "after")))
    assert password not in str(list(OutboxMessage.objects.values()))
    assert password not in str(list(User.objects.values()))
    assert mail.outbox == [] and not list(mail_folder.glob("*"))
    for path in (*PAGES, f"/people/{User.objects.get(email='neu@firma.example').pk}/"):
        assert not FIRST_PASSWORD.search(text(desk.get(path)))


def test_pressing_twice_makes_one_person(desk, cast):
    desk.post("/people/new/", entered())
    again = desk.post("/people/new/", entered(email="NEU@firma.example"))
    assert "signs in with this address already" in text(again)
    assert User.objects.filter(email="neu@firma.example").count() == 1
    assert AuditEntry.objects.filter(verb="person.created").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "keine"}, "email"),
        ({"first_name": " "}, "first_name"),
        ({"last_name": ""}, "last_name"),
        ({"person_number": ""}, "person_number"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"language": "fr"}, "language"),
        ({"department": "999999"}, "department"),
        ({"manager": "999999"}, "manager"),
        ({"last_name": "x" * 101}, "last_name"),
        ({"last_name": "a\x00b"}, "last_name"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(desk, cast, changed, field):
    response = desk.post("/people/new/", entered(**changed))
    assert list(response.context["form"].errors) == [field]
    assert "<title>Error:" in text(response)
    assert f'href="#id_{field}' in text(response)
    assert not User.objects.filter(first_name="Nora").exists()


def test_only_managers_are_offered_as_managers(desk, cast):
    offered = set(desk.get("/people/new/").context["form"].fields["manager"].queryset)
    assert offered == {cast.mona, cast.max}
    assert "manager" in desk.post("/people/new/", entered(manager=cast.anna.pk)).context["form"].errors


def test_a_refusal_of_the_service_is_shown_too(desk, cast, monkeypatch):
    """Somebody took the address between the form's check and the service's."""
    monkeypatch.setattr("portal.people.forms.PersonForm.clean_email", lambda form: form.cleaned_data["email"])
    response = desk.post("/people/new/", entered(email="anna@firma.example"))
    assert list(response.context["form"].errors) == ["email"]


def test_a_password_or_a_sign_in_flag_in_the_form_is_ignored(desk, cast):
    desk.post("/people/new/", entered(password="geraten-2026-xyz", is_active="", theme="dark"))
    made = User.objects.get(email="neu@firma.example")
    assert not made.check_password("geraten-2026-xyz")
    assert (made.is_active, made.theme) == (True, "system")


# --- changing a person


def test_a_change_is_saved_and_audited_once(desk, cast):
    response = desk.post(f"/people/{cast.anna.pk}/", as_entered(cast.anna, last_name="Neumann"))
    assert response["Location"] == "/people/"
    cast.anna.refresh_from_db()
    assert cast.anna.last_name == "Neumann"
    (entry,) = AuditEntry.objects.filter(verb="person.changed")
    assert (entry.before, entry.after) == ({"last_name": "Beispiel"}, {"last_name": "Neumann"})
    assert cast.anna.check_password(PASSWORD)


def test_saving_untouched_writes_nothing(desk, cast):
    for someone in cast:
        assert desk.post(f"/people/{someone.pk}/", as_entered(someone)).status_code == 302
    assert not AuditEntry.objects.exists()


def test_taking_the_tick_away_signs_the_person_out(desk, cast):
    browser = Client()
    browser.force_login(cast.anna)
    desk.post(f"/people/{cast.anna.pk}/", as_entered(cast.anna, is_active=None))
    assert browser.get("/training/")["Location"].startswith("/login/")
    assert desk.get("/people/").status_code == 200


@pytest.mark.parametrize(
    "changed", [{"roles": ["administrator", "dpo"]}, {"is_active": None}, {"person_number": "N-anders"}]
)
def test_own_rights_are_refused_in_a_sentence_on_the_page(desk, cast, changed):
    response = desk.post(f"/people/{cast.adam.pk}/", as_entered(cast.adam, **changed))
    assert response.status_code == 200
    assert "Nobody changes own rights. Ask another administrator." in text(response)
    assert not AuditEntry.objects.exists()


def test_ones_own_page_says_so_before(desk, cast):
    assert "This is you." in text(desk.get(f"/people/{cast.adam.pk}/"))
    assert "This is you." not in text(desk.get(f"/people/{cast.anna.pk}/"))


def test_ones_own_name_may_be_changed(desk, cast):
    assert desk.post(f"/people/{cast.adam.pk}/", as_entered(cast.adam, last_name="Anders")).status_code == 302


def test_the_role_once_taken_away_closes_the_pages_at_once(desk, cast):
    """The gate asks the database with each press, not the session."""
    User.objects.filter(pk=cast.adam.pk).update(roles=["employee"])
    assert desk.post("/people/new/", entered()).status_code == 403
    assert not User.objects.filter(email="neu@firma.example").exists()


def test_a_refusal_without_words_stays_a_refusal(desk, cast, monkeypatch):
    """Whoever lost the role between the gate and the service gets the page for that, not an empty error."""
    monkeypatch.setattr("portal.access.roles.require_role", lambda *_: None)
    User.objects.filter(pk=cast.adam.pk).update(roles=["employee"])
    assert desk.post("/people/new/", entered()).status_code == 403


def test_a_circle_of_managers_is_refused_at_the_field(desk, cast):
    desk.post(f"/people/{cast.mona.pk}/", as_entered(cast.mona, manager=cast.max.pk))
    response = desk.post(f"/people/{cast.max.pk}/", as_entered(cast.max, manager=cast.mona.pk))
    assert list(response.context["form"].errors) == ["manager"]


def test_nobody_is_offered_as_the_own_manager(desk, cast):
    assert cast.mona not in desk.get(f"/people/{cast.mona.pk}/").context["form"].fields["manager"].queryset


def test_a_manager_who_lost_the_role_can_stay_until_another_is_chosen(desk, cast):
    User.objects.filter(pk=cast.mona.pk).update(roles=["employee"])
    assert desk.post(f"/people/{cast.anna.pk}/", as_entered(cast.anna, last_name="Neumann")).status_code == 302
    assert cast.mona not in desk.get("/people/new/").context["form"].fields["manager"].queryset


def test_somebody_elses_address_is_refused_and_the_own_one_is_not(desk, cast):
    taken = desk.post(f"/people/{cast.anna.pk}/", as_entered(cast.anna, email="SVEN@firma.example"))
    assert list(taken.context["form"].errors) == ["email"]
    own = desk.post(f"/people/{cast.anna.pk}/", as_entered(cast.anna, email="ANNA@firma.example"))
    assert own.status_code == 302


@pytest.mark.parametrize("key", ["0", "999999", "9" * 30])
def test_a_person_that_does_not_exist_is_not_found(desk, key):
    assert desk.get(f"/people/{key}/").status_code == 404


# --- departments


def test_departments_count_those_who_may_sign_in(desk, cast):
    User.objects.filter(pk=cast.sven.pk).update(is_active=False)
    rows = {row.name: row.members for row in desk.get("/people/departments/").context["rows"]}
    assert rows == {"Buchhaltung": 1, "Vertrieb": User.objects.filter(department__name="Vertrieb").count() - 1}


def test_a_department_is_added_and_offered(desk, cast):
    response = desk.post("/people/departments/", {"name": " Kunden   dienst "}, follow=True)
    assert "The department is saved." in text(response)
    assert AuditEntry.objects.filter(verb="department.created").count() == 1
    offered = desk.get("/people/new/").context["form"].fields["department"].queryset
    assert Department.objects.get(name="Kunden dienst") in offered


@pytest.mark.parametrize("name", ["VERTRIEB", " vertrieb ", "", "   ", "x" * 101, "a\x00b"])
def test_a_department_that_is_there_or_has_no_name_is_refused(desk, cast, name):
    response = desk.post("/people/departments/", {"name": name})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["name"]
    assert Department.objects.count() == 2


def test_a_company_without_departments_is_told_what_to_do(client, now):
    client.force_login(person("eve", Role.ADMINISTRATOR))
    assert "No departments yet" in text(client.get("/people/departments/"))


# --- forms are guarded


@pytest.mark.parametrize("path", ["/people/new/", "/people/departments/"])
def test_a_form_without_its_token_is_refused(cast, path):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.adam)
    assert browser.post(path, entered(name="Neu")).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_carry_no_inline_script_or_style(desk, path):
    page = text(desk.get(path))
    assert " style=" not in page and "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"\son\w+=", page)


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_open_in_german_too(desk, path):
    with translation.override("de"):
        assert desk.get(path, headers={"accept-language": "de"}).status_code == 200
