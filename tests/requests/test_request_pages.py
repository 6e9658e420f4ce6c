"""The pages of one's requests: tabs with counts, the confirmation with its receipt, what can be done and why not."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.customers.services import record_objection
from contacts.requests.acts import acts_of
from contacts.requests.models import ContactRequest
from contacts.requests.reviewers import desk_of
from contacts.requests.services import permits, reviewing, submitting
from tests.browsing import words
from tests.cast import make_customer
from tests.requests.scenes import as_, ask, permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def waiting(cast, customer, accounts, now) -> ContactRequest:
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)


def labels(asked, user, now) -> dict[str, str]:
    """Each act with the reason why it is missing; empty where it is not."""
    return {act.label: act.why_not for act in acts_of(asked, user, desk_of(asked, at=now))}


def test_each_tab_tells_how_many_it_holds(cast, customer, accounts, now, waiting):
    permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    submitting.cancel(cast.anna, request=ask(cast.anna, customer, "letter", accounts.letter, at=now), at=now)
    page = words(as_(cast.anna).get("/requests/"))
    assert "Open (1)" in page
    assert "Decided (1)" in page
    assert "Ended (1)" in page


def test_a_row_tells_number_customer_reason_way_and_state(cast, customer, accounts, now, waiting):
    customer.company = "<i>Nord"
    customer.save()
    page = as_(cast.anna).get("/requests/").content.decode()
    assert f'<td data-label="Number"><a href="/requests/{waiting.number}/">{waiting.number}</a></td>' in page
    assert ", &lt;i&gt;Nord</td>" in page
    assert f'<td data-label="Reason">{waiting.get_purpose_display()}</td>' in page
    assert f'<td data-label="Way">{waiting.contact_point.get_way_display()}</td>' in page
    assert "Waiting for the manager</span></td>" in page


def test_a_list_costs_the_same_whatever_its_length(cast, customer, accounts, now, waiting):
    browser = as_(cast.anna)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get("/requests/")
        return len(seen)

    one = cost()
    for _ in range(3):
        service_by_mail(cast, customer, accounts, now)
    assert cost() == one == 5


def test_an_empty_list_tells_the_first_use_from_an_empty_tab(cast, waiting):
    assert "No requests yet" in words(as_(cast.sven).get("/requests/"))
    assert "Nothing is decided yet" in words(as_(cast.anna).get("/requests/?tab=decided"))


def test_after_handing_in_one_reads_the_number_who_decides_and_by_when(cast, customer, accounts, now):
    asked = reminder_by_sms(cast, customer, accounts, now)
    page = as_(cast.anna).post(f"/requests/{asked.number}/submit/", follow=True)
    assert page.redirect_chain[-1][0] == f"/requests/{asked.number}/sent/"
    text = words(page)
    assert f"{asked.number} is handed in" in text
    assert "Mona Beispiel" in text
    assert re.search(r"To be decided by 2\d Nov 2026, .{4,10} \(Berlin\), in \d+ (hours|day)", text)
    assert f"/requests/{asked.number}/receipt.pdf" in page.content.decode()


def test_a_bookmark_of_the_confirmation_leads_to_the_decision_later(cast, waiting, now):
    reviewing.review(cast.mona, request=waiting, verdict="approved", reason="", at=now)
    page = as_(cast.anna).get(f"/requests/{waiting.number}/sent/", follow=True)
    assert page.redirect_chain[-1][0] == f"/requests/{waiting.number}/"
    assert "Approved: over SMS, for: " in words(page)


def test_the_receipt_is_a_pdf_with_the_same_bytes_whatever_is_decided(cast, waiting, now):
    address = f"/requests/{waiting.number}/receipt.pdf"
    before = as_(cast.anna).get(address)
    assert before.content.startswith(b"%PDF-")
    assert before["Content-Disposition"] == f'attachment; filename="{waiting.number}.pdf"'
    reviewing.review(cast.mona, request=waiting, verdict="refused", reason="Nicht nötig.", at=now)
    assert as_(cast.anna).get(address).content == before.content


def test_what_was_never_handed_in_has_no_receipt(cast, customer, accounts, now):
    draft = service_by_mail(cast, customer, accounts, now)
    assert as_(cast.anna).get(f"/requests/{draft.number}/receipt.pdf").status_code == 404


def test_who_asked_can_take_it_back_and_reads_why_it_cannot_be_changed_or_extended(cast, waiting, now):
    acts = labels(waiting, cast.anna, now)
    assert acts["Cancel this request"] == ""
    assert acts["Ask again with the same entries"] == ""
    assert acts["Change it"].startswith("It was handed in.")
    assert acts["Ask for more time"] == "Only what was approved can go on."


def test_what_was_approved_can_be_asked_for_again_and_not_be_taken_back(cast, waiting, now):
    asked = reviewing.review(cast.mona, request=waiting, verdict="approved", reason="", at=now)
    acts = labels(asked, cast.anna, now)
    assert acts["Ask for more time"] == ""
    assert acts["Cancel this request"] == "It has ended already."


def test_who_decides_gets_the_act_and_others_the_reason(cast, waiting, now):
    assert labels(waiting, cast.mona, now) == {"Decide": "", "Hand on to somebody else": ""}
    assert labels(waiting, cast.max, now) == {"Decide": "At the moment it waits for somebody else."}
    assert labels(waiting, cast.rita, now) == {}
    asked = reviewing.review(cast.mona, request=waiting, verdict="approved", reason="", at=now)
    assert labels(asked, cast.mona, now) == {"Decide": "It is decided already."}


def test_the_page_shows_the_reason_beside_the_act_that_is_missing(cast, waiting):
    page = words(as_(cast.anna).get(f"/requests/{waiting.number}/"))
    assert "Ask for more time: not possible. Only what was approved can go on." in page


def test_the_history_tells_everything_in_its_order(cast, waiting, now):
    later = now + timedelta(minutes=5)
    reviewing.review(cast.mona, request=waiting, verdict="approved", reason="Gut.", at=later)
    page = words(as_(cast.anna).get(f"/requests/{waiting.number}/"))
    told = page[page.index("What has happened so far") :]
    places = [told.index(word) for word in ("Asked", "Handed in", "Mona Beispiel", "Permit P-")]
    assert places == sorted(places)


# --- the start page, the permits and the customer's page: the sentence first


def test_several_permits_that_end_soon_are_one_task_that_leads_to_them(cast, customer, accounts, now):
    one = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    two = permit_for(ask(cast.anna, customer, "letter", accounts.letter, at=now), cast, now)
    page = as_(cast.anna).get("/")
    assert [task.title for task in page.context["tasks"]] == ["2 permits end within 30 days"]
    listed = words(as_(cast.anna).get(page.context["tasks"][0].url))
    assert one.number in listed
    assert two.number in listed


def test_an_empty_choice_of_permits_leads_to_all_of_them(cast, customer, accounts, now):
    permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    with time_machine.travel(now + timedelta(days=400), tick=False):
        page = words(as_(cast.anna).get("/permits/?show=valid"))
    assert "No permit can be used at the moment" in page
    assert "Show all" in page


def test_the_customers_page_opens_with_what_is_possible_in_words(cast, customer, accounts):
    page = words(as_(cast.anna).get("/customers/4711/"))
    assert "Yes, for Service over " in page
    assert page.index("Yes, for Service over ") < page.index("Addresses and answers")


def test_where_all_contact_is_refused_the_page_opens_with_no(cast, customer, accounts, now):
    record_objection(cast.clara, customer=customer, scope="full_block", channel="", how="spoken", note="", at=now)
    page = as_(cast.anna).get("/customers/4711/")
    assert page.context["standing"].outcome == "forbidden"
    assert "No. This person wants no contact." in words(page)


def test_a_customer_without_an_address_gets_a_no_with_its_reason(cast, now):
    make_customer(now, number="4799").contact_points.update(retired_at=now)
    assert "No: no address is on record." in words(as_(cast.anna).get("/customers/4799/"))


def test_the_customers_time_line_tells_refusals_requests_and_contacts_the_latest_first(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    permits.redeem(cast.anna, permit=permit, at=now + timedelta(minutes=1))
    later = now + timedelta(minutes=2)
    record_objection(
        cast.clara, customer=customer, scope="marketing_objection", channel="", how="spoken", note="", at=later
    )
    happened = as_(cast.anna).get("/customers/4711/").context["happened"]
    assert [one.word for one in happened[:3]] == ["Refused", "Contact", "Asked"]


@pytest.mark.parametrize("reader", ["anna", "clara", "dora", "mona"])
def test_the_pages_of_a_customer_and_of_a_request_have_one_main_button(cast, waiting, reader):
    """One act stands out, to end the contact is a button too, everything else is a link."""
    user = getattr(cast, reader)
    for page in (reverse("customer", args=["4711"]), reverse("request", args=[waiting.number])):
        response = as_(user).get(page)
        if response.status_code == 404:
            continue
        main = response.content.decode().partition("<main")[2].partition("</main>")[0]
        assert len(re.findall(r'class="[^"]*\bbtn-primary\b', main)) <= 1, page
        row = main.partition('class="acts"')[2].partition("</p>")[0]
        others = re.findall(r'<a class="[^"]*\bbtn-quiet\b[^>]*>([^<]*)', row)
        assert others in ([], ["Stop contact"]), page


def test_what_is_possible_stands_before_what_is_not(cast, waiting):
    page = as_(cast.anna).get(reverse("request", args=[waiting.number])).content.decode()
    acts = page.partition('aria-labelledby="acts"')[2].partition("</section>")[0]
    order = ("Cancel this request", "Ask again with the same entries", "not possible")
    places = [acts.index(one) for one in order]
    assert places == sorted(places)
