"""What a refusal offers: ways with a form that is filled in already, and changes of the text to make oneself."""

import pytest
import time_machine

from contacts.customers.services import retire_contact_point
from contacts.requests.models import ContactRequest
from contacts.requests.services import asking, submitting
from tests.browsing import form, links, words
from tests.requests.scenes import as_, ask, service_by_mail

pytestmark = pytest.mark.django_db
TEXT = "Bitte begleichen Sie die Rechnung."


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def refused(cast, customer, accounts, now) -> ContactRequest:
    """An open invoice over a profile that was looked up, from the private account: refused by the rules."""
    asked = ask(cast.anna, customer, "social_dm", None, at=now, purpose="debt_collection", draft_text=TEXT)
    return submitting.submit(cast.anna, request=asked, at=now)


@pytest.fixture
def promoting(cast, customer, accounts, now) -> ContactRequest:
    """A service mail that also promotes something: only the text is in the way."""
    return ask(cast.anna, customer, "email", accounts.email, at=now, contains_promotion=True, draft_text=TEXT)


def way_to(response, word: str) -> str:
    return next(link for link in links(response) if word in link)


def test_a_refused_request_shows_the_ways_its_mail_promises(cast, customer, refused):
    page = as_(cast.anna).get(f"/requests/{refused.number}/")
    assert "This is how it works" in words(page)
    letter = customer.contact_points.get(channel="letter")
    filled = form(as_(cast.anna).get(way_to(page, f"contact_point={letter.pk}"))).fields
    assert filled["contact_point"] == str(letter.pk)
    assert (filled["purpose"], filled["account_choice"], filled["draft_text"]) == ("debt_collection", "company", TEXT)


def test_the_way_can_be_asked_at_once(cast, customer, refused):
    anna = as_(cast.anna)
    letter = customer.contact_points.get(channel="letter")
    path = way_to(anna.get(f"/requests/{refused.number}/"), f"contact_point={letter.pk}")
    anna.post(path, form(anna.get(path)).fields)
    asked = ContactRequest.objects.latest("pk")
    assert (asked.contact_point, asked.outcome, asked.draft_text) == (letter, "allowed", TEXT)


def test_others_see_the_ways_but_ask_for_themselves(cast, refused):
    page = as_(cast.mona).get(f"/requests/{refused.number}/")
    assert "This is how it works" in words(page)
    assert "Take this way" not in words(page)


def test_nobody_fills_in_from_the_question_of_somebody_else(cast, refused):
    page = as_(cast.mona).get(f"/check/customers/4711/?again={refused.number}")
    assert TEXT not in page.content.decode()
    assert as_(cast.stranger).get(f"/check/customers/4711/?again={refused.number}").status_code == 404


def test_a_change_of_the_text_leads_to_the_form_with_the_text_and_the_change(cast, promoting):
    anna = as_(cast.anna)
    path = way_to(anna.get(f"/check/{promoting.number}/"), "change=remove_promotion")
    fields = form(anna.get(path)).fields
    assert fields["draft_text"] == TEXT
    assert "contains_promotion" not in fields
    anna.post(path, fields)
    promoting.refresh_from_db()
    assert (promoting.contains_promotion, promoting.outcome) == (False, "allowed")


def test_after_a_refusal_the_change_leads_to_a_new_question(cast, promoting, now):
    submitting.submit(cast.anna, request=promoting, at=now)
    anna = as_(cast.anna)
    path = way_to(anna.get(f"/requests/{promoting.number}/"), "change=remove_promotion")
    fields = form(anna.get(path)).fields
    assert (fields["draft_text"], fields["contact_point"]) == (TEXT, str(promoting.contact_point_id))
    assert "contains_promotion" not in fields


def test_a_change_that_there_is_not_changes_nothing(cast, promoting):
    fields = form(as_(cast.anna).get(f"/check/{promoting.number}/edit/?change=nonsense")).fields
    assert fields["contains_promotion"] == "on"


# --- what went away between reading the page and pressing the button


@pytest.fixture
def retired_meanwhile(cast, customer, now, monkeypatch):
    """The address is given up after the page has checked it and before the service looks."""

    def let(name):
        verb = getattr(asking, name)

        def late(user, *, contact_point, **rest):
            retire_contact_point(cast.clara, point=contact_point, at=now)
            return verb(user, contact_point=contact_point, **rest)

        monkeypatch.setattr(asking, name, late)

    return let


def test_asking_about_an_address_that_went_away_keeps_what_was_typed(cast, customer, now, retired_meanwhile):
    retired_meanwhile("ask")
    mail = customer.contact_points.get(channel="email").pk
    entered = {"purpose": "service", "contact_point": mail, "account_choice": "company", "urgency": "normal"}
    page = as_(cast.anna).post("/check/customers/4711/", entered | {"draft_text": TEXT})
    assert page.status_code == 200
    assert page.context["form"].errors["contact_point"] == ["This address is no longer used. Choose another one."]
    assert TEXT in page.content.decode()
    assert not ContactRequest.objects.exists()


def test_changing_a_question_about_it_does_so_too(cast, customer, accounts, now, retired_meanwhile):
    asked = service_by_mail(cast, customer, accounts, now)
    retired_meanwhile("edit")
    anna = as_(cast.anna)
    path = f"/check/{asked.number}/edit/"
    page = anna.post(path, form(anna.get(path)).fields | {"draft_text": TEXT})
    assert page.status_code == 200
    assert "This address is no longer used. Choose another one." in words(page)
    assert TEXT in page.content.decode()


def test_taking_a_way_that_went_away_says_so(cast, customer, accounts, now, retired_meanwhile):
    asked = ask(cast.anna, customer, "social_dm", None, at=now, purpose="debt_collection")
    retired_meanwhile("edit")
    letter = customer.contact_points.get(channel="letter").pk
    page = as_(cast.anna).post(f"/check/{asked.number}/take/", {"contact_point": letter}, follow=True)
    assert page.status_code == 200
    assert "This address is no longer used. Choose another one." in words(page)


def test_what_was_handed_in_in_another_window_stays_as_it_is(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    anna = as_(cast.anna)
    path = f"/check/{asked.number}/edit/"
    fields = form(anna.get(path)).fields
    submitting.submit(cast.anna, request=asked, at=now)
    page = anna.post(path, fields | {"draft_text": TEXT}, follow=True)
    assert page.status_code == 200
    asked.refresh_from_db()
    assert asked.draft_text == ""
