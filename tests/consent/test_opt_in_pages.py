"""Signing up and confirming: what is shown, what is kept, how often, and that looking never confirms."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import services
from consent.models import Consent, ConsentEvent, OptIn
from contacts.customers.models import Customer
from contacts.customers.services import erase_customer, record_objection
from contacts.customers.suppression.entries import Address, add_by_hand
from contacts.requests.context import Question, load
from portal.audit.models import AuditEntry
from portal.audit.services import Job
from portal.outbox.models import OutboxMessage
from tests.browsing import lasting
from tests.cast import make_customer, point, wording
from tests.consent.outside import browser, link_in, mails, token_of_opt_in

pytestmark = pytest.mark.django_db
FORM = "/opt-in/marketing-email/"


@pytest.fixture
def text(cast):
    return wording("marketing", "email")


def entry(text, **changes):
    return {"email": "neu@post.example", "agree": "on", "text": text.pk, "website": ""} | changes


def sign_up(text, who=None, **changes):
    return (who or browser()).post(FORM, entry(text, **changes), REMOTE_ADDR="203.0.113.77")


@pytest.fixture
def waiting(text, now):
    sign_up(text, first_name="Ida", last_name="Neu")
    return OptIn.objects.get()


# --- the form


def test_the_form_shows_the_exact_wording_and_an_unticked_box(text):
    page = browser().get(FORM).content.decode()
    assert text.body in page
    assert f'lang="{text.language}"' in page
    box = page[page.index('name="agree"') - 200 : page.index('name="agree"') + 200]
    assert "checked" not in box


def test_the_wording_comes_in_the_language_of_the_page(cast, text):
    english = wording("marketing", "email", language="en")
    assert f'value="{english.pk}"' in browser().get(FORM).content.decode()
    assert f'value="{text.pk}"' in browser().get(FORM + "?lang=de").content.decode()


def test_a_name_that_nobody_published_is_no_form(cast):
    answer = browser().get("/opt-in/nothing-here/")
    assert answer.status_code == 404
    assert "This form does not exist" in answer.content.decode()


@pytest.mark.parametrize("channel", ["phone", "sms"])
def test_a_wording_that_is_not_about_mail_has_no_form(cast, channel):
    wording("marketing", channel)
    assert browser().get(f"/opt-in/marketing-{channel}/").status_code == 404


def test_a_wording_that_is_not_valid_yet_has_no_form(cast, text, now, time_machine):
    time_machine.move_to(text.valid_from - timedelta(days=1))
    assert browser().get(FORM).status_code == 404


def test_a_sign_up_waits_and_keeps_a_truncated_network_and_the_browser(text, now):
    answer = browser().post(
        FORM, entry(text, first_name="Ida"), REMOTE_ADDR="203.0.113.77", headers={"user-agent": "Netscape 4"}
    )
    assert answer.url == "/opt-in/marketing-email/sent/"
    found = OptIn.objects.get()
    assert (found.address, found.text, found.via, found.first_name) == ("neu@post.example", text, "web_form", "Ida")
    assert (found.request_ip, found.request_agent) == ("203.0.113.0/24", "Netscape 4")
    assert not Consent.objects.exists() and not Customer.objects.exists()
    assert AuditEntry.objects.get(verb="opt_in.requested").job == "customer.sign_up"


def test_what_a_sender_claims_about_its_address_changes_nothing(text, settings):
    browser().post(FORM, entry(text), REMOTE_ADDR="2001:db8:1:2::3", headers={"x-forwarded-for": "1.2.3.4"})
    assert OptIn.objects.get().request_ip == "2001:db8:1::/48"


def test_behind_a_proxy_the_entry_of_the_proxy_counts(text, settings):
    settings.BEHIND_PROXY = True
    headers = {"x-forwarded-for": "1.2.3.4, 198.51.100.9"}
    browser().post(FORM, entry(text), REMOTE_ADDR="10.0.0.1", headers=headers)
    assert OptIn.objects.get().request_ip == "198.51.100.0/24"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"agree": ""}, "Tick the box if you agree"),
        ({"email": "nobody"}, "Enter a valid email address"),
        ({"email": ""}, "This field is required"),
        ({"text": 999_999}, "The wording has changed meanwhile"),
    ],
)
def test_a_wrong_entry_is_said_and_nothing_is_kept(text, changes, words):
    page = browser().post(FORM, entry(text) | changes)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not OptIn.objects.exists()


def test_nobody_agrees_to_a_wording_that_changed_after_it_was_shown(cast, text, now, time_machine):
    draft = services.draft_text(
        cast.clara,
        line=text.line,
        language="de",
        purpose="marketing",
        channels=["email"],
        title="Neu",
        body="Neue Fassung",
        at=now,
    )
    services.publish_text(cast.clara, text=draft, valid_from=now, at=now)
    page = sign_up(text).content.decode()
    assert "Neue Fassung" in page and "The wording has changed meanwhile" in page
    assert f'value="{draft.pk}"' in page
    assert not OptIn.objects.exists()


def test_a_program_that_fills_in_every_field_gets_the_same_answer_and_nothing_else(text):
    assert sign_up(text, website="https://spam.example").url == "/opt-in/marketing-email/sent/"
    assert not OptIn.objects.exists()


def test_everybody_gets_the_same_answer(cast, customer, text, now, mail_folder):
    """Known, unknown, blocked, limited: status, headers and body to the byte."""
    blocked = customer.contact_points.get(channel="email")
    record_objection(cast.clara, customer=customer, scope="full_block", how="spoken", at=now)
    answers = []
    for address in ("erika.neu@post.example", blocked.value, "neu@post.example", "neu@post.example"):
        who = browser()
        posted = sign_up(text, who, email=address)
        answers.append((lasting(posted), lasting(who.get(posted.url))))
    assert all(answer == answers[0] for answer in answers)
    assert {mail["To"] for mail in mails(mail_folder, at=now)} == {"erika.neu@post.example", "neu@post.example"}


def test_whoever_was_erased_may_come_back_with_one_mail(cast, customer, text, now, mail_folder, time_machine):
    address = customer.contact_points.get(channel="email").value
    erase_customer(cast.dora, customer=customer, at=now)
    sign_up(text, email=address)
    (mail,) = mails(mail_folder, at=now)
    time_machine.move_to(now + timedelta(minutes=11))
    sign_up(text, email=address)
    assert len(mails(mail_folder, at=now + timedelta(minutes=11))) == 1, "the first one still waits"
    browser().post(link_in(mail, r"/opt-in/confirm/[\w-]+/"))
    consent = Consent.objects.get()
    assert consent.customer != customer and consent.customer.number.startswith("O-")
    mine = consent.customer.contact_points.get()
    context = load(consent.customer, cast.sven, at=now + timedelta(minutes=12))
    said = {p: context.facts(Question(point=mine, account=None, purpose=p)).objection for p in ("marketing", "winback")}
    assert said == {"marketing": "none", "winback": "full_block"}


@pytest.mark.parametrize("story", ["blocked, erased", "erased, blocked again", "erased, by the company", "by hand"])
def test_no_mail_goes_against_somebodys_own_wish(cast, customer, text, now, mail_folder, story):
    address, block = customer.contact_points.get(channel="email").value, {"scope": "full_block", "how": "spoken"}
    if story == "blocked, erased":
        record_objection(cast.clara, customer=customer, at=now, **block)
    if story == "by hand":
        add_by_hand(cast.dora, address=Address("email", "", address), scope="full_block", reason="complaint", at=now)
    erase_customer(cast.dora, customer=customer, at=now)
    if story == "erased, blocked again":
        back = make_customer(now, "9000")
        point(back, "email", address, now=now)
        record_objection(cast.clara, customer=back, at=now, **block)
    by, via = (cast.clara, "officer") if story == "erased, by the company" else (Job("customer.sign_up"), "web_form")
    services.request_opt_in(by, address=address, text=text, via=via, at=now)
    assert mails(mail_folder, at=now) == []


def test_a_known_and_an_unknown_address_cost_the_same_queries(cast, customer, text):
    counts = []
    for address in ("ganz.neu@post.example", customer.contact_points.get(channel="email").value):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            sign_up(text, email=address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_one_address_gets_three_mails_a_day_and_not_two_within_ten_minutes(text, now, time_machine):
    for minutes in (0, 1, 11, 12, 22, 33):
        time_machine.move_to(now + timedelta(minutes=minutes))
        sign_up(text)
    asked = OptIn.objects.order_by("pk").values_list("requested_at", flat=True)
    assert [round((at - now).total_seconds() / 60) for at in asked] == [
        0,
        11,
    ]  # the third try was one of the three, and came to nothing


def test_one_network_may_try_thirty_times_an_hour(text, now):
    for number in range(33):
        sign_up(text, email=f"n{number}@post.example")
    assert OptIn.objects.count() == 30
    browser().post(FORM, entry(text, email="other@post.example"), REMOTE_ADDR="198.51.100.1")
    assert OptIn.objects.count() == 31


def test_a_flood_of_other_counters_does_not_push_a_limit_out(text, now):
    for number in range(30):
        sign_up(text, email=f"n{number}@post.example")
    for number in range(400):
        cache.set(f"noise-{number}", 1)
    sign_up(text, email="late@post.example")
    assert not OptIn.objects.filter(address="late@post.example").exists()


# --- in somebody else's frame


def test_only_the_named_sites_may_hold_the_form_in_a_frame(text, settings):
    assert "frame-ancestors 'none'" in browser().get(FORM)["Content-Security-Policy"]
    settings.OPT_IN_FRAME_ANCESTORS = ["https://www.firma.example"]
    for answer in (browser().get(FORM), browser().get(FORM + "sent/"), sign_up(text, agree="")):
        assert "frame-ancestors https://www.firma.example;" in answer["Content-Security-Policy"] + ";"
        assert "X-Frame-Options" not in answer
    elsewhere = browser().get("/p/")
    assert "frame-ancestors 'none'" in elsewhere["Content-Security-Policy"]
    assert elsewhere["X-Frame-Options"] == "DENY"


def test_the_form_works_in_a_foreign_frame_where_no_cookie_is_kept(text):
    strict = browser(enforce_csrf_checks=True)
    page = strict.get(FORM + "?lang=de&embed=1")
    posted = sign_up_at(strict, FORM + "?lang=de&embed=1", text)
    assert posted.url == FORM + "sent/?lang=de&embed=1"
    assert not page.cookies and not posted.cookies and not strict.get(posted.url).cookies
    assert OptIn.objects.exists()


def sign_up_at(who, address, text):
    return who.post(address, entry(text))


# --- the confirmation


def test_the_mail_leads_to_the_page_and_carries_no_advertising_headers(text, waiting, now, mail_folder):
    (mail,) = mails(mail_folder, at=now)
    assert mail["To"] == "neu@post.example"
    assert mail["List-Unsubscribe"] is None
    assert link_in(mail, r"/opt-in/confirm/[\w-]+/") == f"/opt-in/confirm/{token_of_opt_in(waiting)}/"


def test_looking_a_hundred_times_changes_nothing(text, waiting):
    path = reverse("opt_in_confirm", args=[token_of_opt_in(waiting)]) + "?lang=en"
    before = OutboxMessage.objects.count(), AuditEntry.objects.count()
    for _ in range(50):
        page = browser().get(path)
        browser().head(path)
    assert text.body in page.content.decode() and "Confirm</button>" in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.confirmed_at is None and not ConsentEvent.objects.exists()
    assert (OutboxMessage.objects.count(), AuditEntry.objects.count()) == before


def test_the_press_confirms_and_the_page_tells_when(text, waiting, now, time_machine):
    time_machine.move_to(now + timedelta(minutes=5))
    path = reverse("opt_in_confirm", args=[token_of_opt_in(waiting)]) + "?lang=en"
    who = browser(enforce_csrf_checks=True)
    page = who.get(who.post(path, REMOTE_ADDR="198.51.100.7").url).content.decode()
    assert "Confirmed" in page and "12:05" not in page and "11:05" in page
    asked, confirmed = ConsentEvent.objects.order_by("pk")
    assert (asked.kind, asked.ip, confirmed.kind, confirmed.ip) == (
        "requested",
        "203.0.113.0/24",
        "confirmed",
        "198.51.100.0/24",
    )
    assert Customer.objects.get().display_name == "Ida Neu"


def test_pressing_again_changes_nothing(text, waiting):
    path = reverse("opt_in_confirm", args=[token_of_opt_in(waiting)])
    for _ in range(3):
        browser().post(path)
    assert ConsentEvent.objects.filter(kind="confirmed").count() == 1


def test_after_the_press_a_mail_leads_to_the_own_page(text, waiting, now, mail_folder):
    who = browser()
    who.post(reverse("opt_in_confirm", args=[token_of_opt_in(waiting)]))
    assert len(mails(mail_folder, at=now)) == 0  # the confirmation has lost its reason, the other waits for more
    (mail,) = mails(mail_folder, at=now + timedelta(minutes=10))
    assert mail["To"] == "neu@post.example"
    assert who.get(link_in(mail, r"/p/[\w-]+/")).url == "/p/"
    assert "How may we contact you?" in who.get("/p/?lang=en").content.decode()


def test_that_mail_carries_the_unsubscribe_button_and_the_button_works(text, waiting, now, mail_folder, time_machine):
    browser().post(reverse("opt_in_confirm", args=[token_of_opt_in(waiting)]))
    time_machine.move_to(now + timedelta(minutes=11))
    (mail,) = mails(mail_folder, at=now + timedelta(minutes=10))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = mail["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    assert browser().post(f"/{path}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Consent.objects.get().withdrawn_at is not None


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "ä"])
def test_an_unknown_link_offers_to_start_again(text, token):
    for answer in (
        browser().get(f"/opt-in/confirm/{token}/"),
        browser().post(f"/opt-in/confirm/{token}/", follow=True),
    ):
        assert answer.status_code == 404
        assert FORM in answer.content.decode()


def test_a_link_whose_time_is_over_confirms_nothing(text, waiting, now, time_machine):
    time_machine.move_to(now + timedelta(days=14))
    path = reverse("opt_in_confirm", args=[token_of_opt_in(waiting)])
    assert FORM in browser().post(path, follow=True).content.decode()
    assert not ConsentEvent.objects.exists()


def test_the_address_of_the_page_stays_secret(text, waiting):
    token = token_of_opt_in(waiting)
    answer = browser().get(f"/opt-in/confirm/{token}/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"


def test_the_log_names_no_token(text, waiting, capfd, settings):
    """Refusals are logged with their address; what is written holds no token."""
    import logging.config

    logging.config.dictConfig(settings.LOGGING)
    token = token_of_opt_in(waiting)
    for path in (f"/opt-in/confirm/{token}/", f"/u/{token}/", f"/p/{token}/"):
        browser().put(path)
        browser().get(path + "x/")
    written = "".join(capfd.readouterr())
    assert "/opt-in/confirm/***" in written and "/p/***" in written
    assert token not in written
