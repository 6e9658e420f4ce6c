"""Sessions: whose they are, how they end, and that nothing of them is left for who is no longer here."""

import pytest
from django.test import Client
from django.urls import reverse

from contacts.requests.services import submitting
from portal.audit.models import AuditEntry
from portal.people.services import update_person
from portal.people.sessions.browsers import kind_of
from portal.people.sessions.models import SignedIn
from tests.cast import PASSWORD
from tests.desk.reading import nothing_written
from tests.requests.scenes import reminder_by_sms

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def browser_of(person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def signed_in(client) -> bool:
    return client.get("/training/").status_code == 200


def test_the_page_shows_ones_own_sessions_and_marks_this_one(client, cast):
    client.post("/login/", {"login": "anna@firma.example", "password": PASSWORD}, headers={"user-agent": FIREFOX})
    browser_of(cast.anna), browser_of(cast.sven)
    page = client.get("/sessions/")
    assert len(page.context["rows"]) == 2
    text = page.content.decode()
    assert text.count("This one") == 1
    assert "Firefox, Linux" in text and "127.0.0.0/24" in text
    assert not any(row.session_key in text for row in SignedIn.objects.all())


def test_looking_writes_nothing(cast):
    client = browser_of(cast.anna)
    with nothing_written():
        client.get("/sessions/")


def test_one_session_is_ended_and_the_other_goes_on(cast):
    here, there = browser_of(cast.anna), browser_of(cast.anna)
    handle = SignedIn.objects.get(pk=there.session.session_key).handle
    here.post(f"/sessions/{handle}/end/")
    assert (signed_in(here), signed_in(there)) == (True, False)
    (entry,) = AuditEntry.objects.filter(verb="session.ended")
    assert (entry.actor, entry.subject_id) == (cast.anna, str(cast.anna.pk))


@pytest.mark.parametrize("others", [False, True], ids=["one", "all others"])
def test_a_browser_left_open_asks_who_sits_there_before_it_ends_sessions(cast, now, time_machine, others):
    time_machine.move_to(now, tick=False)
    here, there = browser_of(cast.anna), browser_of(cast.anna)
    handle = SignedIn.objects.get(pk=there.session.session_key).handle
    time_machine.move_to(now.timestamp() + 11 * 60, tick=False)
    path = "/sessions/end-others/" if others else f"/sessions/{handle}/end/"
    asked = here.post(path)
    assert asked["Location"] == "/reauthenticate/?next=%2Fsessions%2F"
    assert signed_in(there)
    assert here.post(asked["Location"], {"password": PASSWORD})["Location"] == "/sessions/"
    here.post(path)
    assert not signed_in(there)


def test_somebody_elses_session_is_not_found(cast):
    here, there = browser_of(cast.anna), browser_of(cast.sven)
    handle = SignedIn.objects.get(pk=there.session.session_key).handle
    assert here.post(f"/sessions/{handle}/end/").status_code == 404
    assert signed_in(there)


def test_all_others_are_ended_at_once(cast):
    here, *others = (browser_of(cast.anna) for _turn in range(3))
    here.post("/sessions/end-others/")
    assert [signed_in(one) for one in (here, *others)] == [True, False, False]


def test_an_administrator_ends_those_of_somebody_and_not_the_own_one(cast):
    desk, browser, own = browser_of(cast.adam), browser_of(cast.anna), browser_of(cast.adam)
    assert (
        "Anna Beispiel is signed in with these browsers."
        in desk.get(f"/people/{cast.anna.pk}/sessions/").content.decode()
    )
    desk.post(f"/people/{cast.anna.pk}/sessions/end/")
    assert (signed_in(browser), signed_in(desk)) == (False, True)
    desk.post(f"/people/{cast.adam.pk}/sessions/end/")
    assert (signed_in(own), signed_in(desk)) == (False, True)


@pytest.mark.parametrize(("minutes", "goes_on"), [(119, True), (120, False)])
def test_a_session_left_alone_for_two_hours_is_over(cast, now, time_machine, minutes, goes_on):
    client = browser_of(cast.anna)
    time_machine.move_to(now.timestamp() + minutes * 60, tick=False)
    assert signed_in(client) is goes_on


def test_a_session_that_is_used_lasts_twelve_hours_and_no_longer(cast, now, time_machine):
    client = browser_of(cast.anna)
    for minutes in range(60, 12 * 60, 60):
        time_machine.move_to(now.timestamp() + minutes * 60, tick=False)
        client.post("/shortcuts/", {"shortcuts": "on"})
        assert signed_in(client), minutes
    time_machine.move_to(now.timestamp() + 12 * 3600, tick=False)
    assert not signed_in(client)


def test_saving_a_session_does_not_make_it_younger(cast, now, time_machine):
    client = browser_of(cast.anna)
    time_machine.move_to(now.timestamp() + 3600, tick=False)
    session = client.session
    session["something"] = "else"
    session.save()
    row = SignedIn.objects.get(pk=session.session_key)
    assert (row.begun_at, row.seen_at.timestamp()) == (now, now.timestamp() + 3600)


def test_a_new_password_ends_the_sessions_elsewhere(cast):
    here, there = browser_of(cast.anna), browser_of(cast.anna)
    new = {"oldpassword": PASSWORD, "password1": "sieben-zwerge-am-bach", "password2": "sieben-zwerge-am-bach"}
    here.post("/password/change/", new)
    assert (signed_in(here), signed_in(there)) == (True, False)


def test_a_deactivated_manager_is_out_and_the_reviews_are_somebody_elses_at_once(cast, customer, accounts, now):
    """Nothing is handed over by a job: who decides is asked for whenever somebody looks."""
    waiting = reminder_by_sms(cast, customer, accounts, now)
    submitting.submit(cast.anna, request=waiting, at=now)
    browser, officer = browser_of(cast.mona), browser_of(cast.dora)
    path = reverse("review", args=[waiting.number])
    assert browser.get(path).status_code == 200
    assert officer.get(path).status_code == 302
    update_person(cast.adam, person=cast.mona, is_active=False, at=now)
    assert browser.get(path)["Location"].startswith("/login/")
    assert officer.get(path).status_code == 200


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/18 Mobile Safari/604", "Safari, iOS"),
        ("curl/8", ""),
        ("<script>", ""),
    ],
)
def test_a_browser_is_known_by_two_words(said, kind):
    assert kind_of(said) == kind
