"""One question about several customers: checked first, then sent one by one, and once however often it is pressed."""

import re
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.customers.services import record_objection, retire_contact_point
from contacts.requests.asking_several import Wish, rows_of
from contacts.requests.deciding import answer
from contacts.requests.models import ContactRequest, DecisionRecord, Permit
from contacts.requests.services.asking_together import ask_together
from portal.access.roles import Role
from portal.audit.models import AuditEntry
from tests.browsing import words
from tests.cast import make_customer, point, somebody
from tests.requests.scenes import as_, permit_for, service_by_mail

pytestmark = pytest.mark.django_db
ASKED = {
    "purpose": "service",
    "way": "email",
    "account_choice": "company",
    "draft_text": "Ihr Gerät ist fertig.",
    "sender_clear": "on",
    "caller_id_shown": "on",
    "uses_wanted": "1",
}


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def three(customer, now):
    """Whom one may write to, who has refused all contact, and who has no mail address."""
    refusing, mailless = make_customer(now, "4712"), make_customer(now, "4713")
    mailless.contact_points.filter(channel="email").delete()
    return customer, refusing, mailless


def refuse(cast, customer, now):
    record_objection(cast.clara, customer=customer, scope="full_block", channel="", how="spoken", note="", at=now)


def numbers(customers) -> list[str]:
    return [one.number for one in customers]


def checked(user, customers, **changes):
    return as_(user).post(reverse("check_several"), ASKED | changes | {"customer": numbers(customers)})


def to_send(page) -> dict[str, list[str]]:
    """What the browser sends from the check page."""
    found: dict[str, list[str]] = {}
    form = re.search(r'<form method="post" action="/check/several/send/">(.*?)</form>', page.content.decode(), re.S)
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1] if form else ""):
        found.setdefault(name, []).append(value)
    return found


def send(user, page):
    return as_(user).post(reverse("check_several_send"), to_send(page))


def test_the_form_names_whom_one_marked_and_keeps_the_reason(cast, three):
    page = as_(cast.anna).get(reverse("check_several"), {"customer": numbers(three), "purpose": "service"})
    assert "The question is about 3 customers" in words(page) and page.context["form"]["purpose"].value() == "service"
    assert ContactRequest.objects.count() == 0


@pytest.mark.parametrize("marked", [[], ["9999"], ["\x00"]])
def test_without_customers_there_is_nothing_to_ask(cast, customer, marked):
    page = as_(cast.anna).get(reverse("check_several"), {"customer": marked}, follow=True)
    assert "Mark at least one customer in the list." in words(page)


def test_more_than_one_can_read_is_refused(cast, now):
    many = [make_customer(now, f"M-{place}") for place in range(51)]
    page = as_(cast.anna).get(reverse("check_several"), {"customer": numbers(many)}, follow=True)
    assert "Mark at most 50 customers, and ask about the others afterwards." in words(page)


def test_what_is_missing_is_said_at_its_field(cast, three):
    page = checked(cast.anna, three, way="")
    assert page.status_code == 200 and "way" in page.context["form"].errors
    assert numbers(page.context["customers"]) == numbers(three)


def test_the_check_page_says_of_each_what_would_happen_and_keeps_nothing(cast, three, accounts, now):
    refuse(cast, three[1], now)
    before = AuditEntry.objects.count()
    page = checked(cast.anna, three)
    said = words(page)
    assert "1 request would be sent. Nothing was sent or kept yet." in said
    assert "You get a permit at once." in said and "No address of this kind." in said
    assert [(row.outcome, row.sends) for row in page.context["rows"]] == [
        ("allowed", True),
        ("forbidden", False),
        ("", False),
    ]
    assert ContactRequest.objects.count() == 0 and AuditEntry.objects.count() == before


def test_a_no_that_passes_is_told_from_one_that_stays(cast, three, accounts, now):
    """As the list of customers tells them: a course can be taken, a refusal does not end by itself."""
    untaught = somebody("untaught", Role.EMPLOYEE)
    untaught.save()
    advertising = {"way": "letter", "purpose": "marketing", "opt_out_included": "on"}
    for word, passes in (("Not now", True), ("Not allowed", False)):
        page = checked(untaught, three[:1], **advertising)
        assert [(row.outcome, row.passes, row.sends) for row in page.context["rows"]] == [("forbidden", passes, False)]
        assert re.findall(r"Not now|Not allowed", words(page)) == [word]
        refuse(cast, three[0], now)


def test_where_nothing_can_be_sent_the_page_says_so_and_leads_back_to_the_question(cast, three, accounts, now):
    refuse(cast, three[1], now)
    page = checked(cast.anna, three[1:])
    assert "Nothing can be sent to these customers. Each row says why." in words(page)
    assert "0 requests" not in words(page) and "/check/several/send/" not in page.text
    assert re.findall(r'class="btn btn-primary" name="(\w+)"', page.text) == ["change"]


def test_from_the_check_page_one_gets_back_to_what_one_typed(cast, three, accounts):
    page = checked(cast.anna, three, change="1", draft_text="Bis morgen.")
    form = page.context["form"]
    assert (form["draft_text"].value(), form["way"].value()) == ("Bis morgen.", "email")
    assert numbers(page.context["customers"]) == numbers(three) and "rows" not in page.context


def test_sending_asks_once_about_each_whom_it_may(cast, three, accounts, now):
    refuse(cast, three[1], now)
    page = send(cast.anna, checked(cast.anna, three))
    asked = ContactRequest.objects.get()
    assert (asked.customer, asked.state, asked.purpose) == (three[0], "granted", "service")
    assert asked.draft_text == ASKED["draft_text"] and "1 request was sent." in words(page)
    assert Permit.objects.get().holder == cast.anna
    verbs = AuditEntry.objects.filter(subject_type="request").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["request.asked", "request.submitted"]


def test_a_second_press_sends_nothing_again(cast, three, accounts, now):
    checking = checked(cast.anna, three)
    send(cast.anna, checking)
    count = ContactRequest.objects.count()
    again = send(cast.anna, checking)
    assert ContactRequest.objects.count() == count == 2
    assert words(again).count("It was sent before; nothing was sent again.") == 2


def test_who_refused_meanwhile_is_named_and_nothing_is_kept(cast, three, accounts, now):
    checking = checked(cast.anna, three)
    refuse(cast, three[1], now)
    page = send(cast.anna, checking)
    assert list(ContactRequest.objects.values_list("customer__number", flat=True)) == ["4711"]
    assert "Not sent" in words(page) and "1 request was sent." in words(page)
    assert not DecisionRecord.objects.filter(request__customer=three[1]).exists()


def test_a_verdict_that_changed_under_the_lock_leaves_nothing_behind(cast, three, accounts, now):
    """The rows were read before the lock; what the rules say under it counts."""
    wish = Wish(
        "email", "", None, {name: ASKED[name] for name in ("purpose", "draft_text")} | {"contains_promotion": False}
    )
    rows = rows_of(cast.anna, three, wish, at=now)
    refuse(cast, three[0], now)
    retire_contact_point(cast.clara, point=rows[1].point, at=now)
    sent = ask_together(cast.anna, rows=rows[:2], fields=wish.fields, once=uuid4(), at=now)
    assert [one.refusal for one in sent] == [
        "The answer has changed since the page was shown. Look at it again.",
        "This address is no longer used. Choose another one.",
    ]
    assert ContactRequest.objects.count() == 0
    assert not AuditEntry.objects.filter(subject_type="request").exists()


def test_a_permit_that_one_holds_is_not_asked_for_again(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    assert f"You already hold permit {permit.number}" in words(checked(cast.anna, [customer]))


def test_of_several_addresses_none_is_guessed(cast, customer, accounts, now):
    point(customer, "email", "zweite@kundin.example", now=now)
    assert "Several addresses of this kind: ask alone." in words(checked(cast.anna, [customer]))


@pytest.mark.parametrize("purpose", ["marketing", "service", "debt_collection", "event_invitation"])
@pytest.mark.parametrize("text", ["", "Ihr Gerät ist fertig. Jetzt 20 % Rabatt!"])
def test_nothing_is_looser_than_asking_alone(cast, three, accounts, now, purpose, text):
    refuse(cast, three[1], now)
    for row in checked(cast.anna, three, purpose=purpose, draft_text=text).context["rows"]:
        if row.point is not None:
            fields = {"purpose": purpose, "draft_text": text}
            single = ContactRequest(
                requester=cast.anna, customer=row.customer, contact_point=row.point, account=row.account, **fields
            )
            assert row.outcome == answer(single, at=now).outcome


def test_what_somebody_must_decide_waits_for_them(cast, three, accounts, now):
    for place, one in enumerate(three):
        point(one, "sms", f"0171 555000{place}", now=now)
    page = send(cast.anna, checked(cast.anna, three, purpose="debt_collection", way="sms"))
    assert "3 requests were sent." in words(page)
    assert set(ContactRequest.objects.values_list("state", flat=True)) == {"with_manager"}


def test_a_page_without_its_key_sends_nothing(cast, three, accounts):
    sent = to_send(checked(cast.anna, three)) | {"once": ["nonsense"]}
    assert as_(cast.anna).post(reverse("check_several_send"), sent).status_code == 302
    assert ContactRequest.objects.count() == 0


def test_the_check_page_costs_the_same_for_three_and_for_fifty(cast, accounts, now):
    def cost(customers) -> int:
        with CaptureQueriesContext(connection) as seen:
            checked(cast.anna, customers)
        return len(seen)

    many = [make_customer(now, number=str(5000 + place)) for place in range(50)]
    assert cost(many[:3]) == cost(many)
