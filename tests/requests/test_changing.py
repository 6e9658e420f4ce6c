"""Changing one thing of a question on a page of its own; two windows on one draft; the answer as text."""

from html import unescape

import pytest
import time_machine

from contacts.requests.models import ContactRequest
from contacts.requests.step_forms import STEPS
from portal.audit.models import AuditEntry
from tests.browsing import form, links, words
from tests.requests.scenes import as_, ask, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def draft(cast, customer, accounts, now) -> ContactRequest:
    text = "Ihr Gerät ist fertig.\r\nSie können es abholen."
    return ask(cast.anna, customer, "email", accounts.email, at=now, draft_text=text, opt_out_included=True)


def at(draft, step: str) -> str:
    return f"/check/{draft.number}/change/{step}/"


def filled(client, path: str, **entered) -> dict:
    fields = form(client.get(path)).fields | entered
    return {name: value for name, value in fields.items() if value is not None}


def test_every_field_of_the_question_is_asked_on_exactly_one_page(draft, cast, customer, now):
    from contacts.requests.forms import QuestionForm

    asked = [name for step in STEPS.values() for name in step.fields]
    assert sorted(asked) == sorted(QuestionForm.Meta.fields)


@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_page_that_is_saved_untouched_changes_nothing_and_leads_back_to_the_answer(cast, draft, step):
    anna = as_(cast.anna)
    before = ContactRequest.objects.values().get()
    page = anna.post(at(draft, step), filled(anna, at(draft, step)))
    assert page.url == f"/check/{draft.number}/"
    assert ContactRequest.objects.values().get() == before


def test_the_answer_offers_each_change_and_the_change_says_why_it_is_asked(cast, draft):
    anna = as_(cast.anna)
    found = links(anna.get(f"/check/{draft.number}/"))
    assert {at(draft, step) for step in STEPS} <= set(found)
    assert "Some ways rest at night and on Sundays." in words(anna.get(at(draft, "time")))


def test_one_thing_is_changed_and_the_rest_stays(cast, draft):
    anna = as_(cast.anna)
    anna.post(at(draft, "reason"), filled(anna, at(draft, "reason"), purpose="debt_collection"))
    draft.refresh_from_db()
    assert draft.purpose == "debt_collection"
    assert draft.opt_out_included
    assert draft.draft_text.startswith("Ihr Gerät ist fertig.")


def test_a_box_can_be_unticked(cast, draft):
    anna = as_(cast.anna)
    anna.post(at(draft, "text"), filled(anna, at(draft, "text"), opt_out_included=None))
    draft.refresh_from_db()
    assert not draft.opt_out_included


def test_an_empty_reason_is_an_error_at_its_field_and_in_the_title(cast, draft):
    anna = as_(cast.anna)
    page = anna.post(at(draft, "reason"), filled(anna, at(draft, "reason"), purpose=""))
    html = page.content.decode()
    assert page.status_code == 200
    assert "<title>Error: What is the contact for?" in html
    assert 'href="#id_purpose"' in html
    draft.refresh_from_db()
    assert draft.purpose == "service"


def test_a_time_that_has_passed_meanwhile_hinders_no_other_change(cast, draft, now):
    ContactRequest.objects.update(planned_at=now.replace(hour=1))
    anna = as_(cast.anna)
    assert (
        anna.post(at(draft, "reason"), filled(anna, at(draft, "reason"), purpose="debt_collection")).status_code == 302
    )


def test_an_unknown_step_does_not_exist(cast, draft):
    assert as_(cast.anna).get(at(draft, "nonsense")).status_code == 404


# --- two windows


@pytest.fixture
def older_page(cast, draft) -> dict:
    """What an older window would send; meanwhile another one has changed the reason."""
    anna = as_(cast.anna)
    shown = filled(anna, at(draft, "text"), draft_text="Mein anderer\r\nText")
    anna.post(at(draft, "reason"), filled(anna, at(draft, "reason"), purpose="debt_collection"))
    return shown


def test_what_another_window_saved_is_not_overwritten_and_both_are_shown(cast, draft, older_page):
    page = as_(cast.anna).post(at(draft, "text"), older_page)
    text = words(page)
    assert page.status_code == 409
    assert "Changed in another window" in text
    assert "Ihr Gerät ist fertig. Sie können es abholen." in text
    assert "Mein anderer Text" in text
    draft.refresh_from_db()
    assert draft.draft_text.startswith("Ihr Gerät")


def test_after_reading_both_ones_own_can_be_saved(cast, draft, older_page):
    anna = as_(cast.anna)
    again = form(anna.post(at(draft, "text"), older_page)).fields
    assert anna.post(at(draft, "text"), again).url == f"/check/{draft.number}/"
    draft.refresh_from_db()
    assert (draft.draft_text, draft.purpose) == ("Mein anderer\r\nText", "debt_collection")


def test_the_form_with_everything_shows_both_as_well(cast, draft, older_page):
    anna = as_(cast.anna)
    fields = filled(anna, f"/check/{draft.number}/edit/", purpose="service", seen="0" * 16)
    page = anna.post(f"/check/{draft.number}/edit/", fields)
    assert page.status_code == 409
    assert "Saved now" in words(page)


def test_a_refused_version_leaves_no_entry_in_the_trail(cast, draft, older_page):
    before = AuditEntry.objects.count()
    as_(cast.anna).post(at(draft, "text"), older_page)
    assert AuditEntry.objects.count() == before


# --- the answer as text


def test_the_answer_can_be_copied_with_its_time_its_number_and_its_rule_set(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    html = as_(cast.anna).get(f"/check/{asked.number}/").content.decode()
    text = unescape(html[html.index('id="answer-text"') :].partition(">")[2].partition("</textarea>")[0])
    assert text.startswith("Yes, over E-mail, for: ")
    assert f"(Europe/Berlin), {asked.number}, rule set " in text
    assert "This is an answer, not a permit." in text
