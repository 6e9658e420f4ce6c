"""The customer's own page: what it shows, what a press does, whose it is, and how long it is open."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent import services
from consent.models import ClosedPage, Consent, ConsentEvent, OptIn, PreferenceLink
from consent.selectors import consent_answer
from consent.services import links
from contacts.customers.models import Objection
from contacts.customers.services import erase_customer, record_objection
from contacts.requests.services import permits
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.browsing import lasting
from tests.cast import make_customer, point, wording
from tests.consent.outside import browser, link_in, mails, open_page
from tests.requests.scenes import permit_for, service_by_mail

pytestmark = pytest.mark.django_db
KEY = {"purpose": "marketing", "channel": "email", "platform": ""}


@pytest.fixture
def give(cast, customer, now):
    def give(whose=None, *, purpose="marketing", channel="email", platform="", **fields):
        return services.give_consent(
            cast.clara,
            customer=whose or customer,
            purpose=purpose,
            channel=channel,
            platform=platform,
            how="paper",
            evidence="Formular 7",
            text=wording(purpose, channel, platform),
            given_at=now - timedelta(days=30),
            at=now,
            **fields,
        )

    return give


@pytest.fixture
def mail_point(customer):
    return customer.contact_points.get(channel="email")


@pytest.fixture
def page(cast, customer, mail_point, now):
    """A browser with Erika's page open."""
    customer.language = "en"
    customer.save(update_fields=["language"])
    return open_page(customer, mail_point, at=now)


def text_of(mail) -> str:
    return mail.get_body(preferencelist=("plain",)).get_content()


def body(answer) -> str:
    return answer.content.decode()


def state(customer, at, **key):
    found = consent_answer(
        customer_id=customer.pk, at=at, zone=ZoneInfo("Europe/Berlin"), thresholds=services.DEFAULT, **(KEY | key)
    )
    return found.state


# --- opening


def test_the_token_leaves_the_address_at_once(customer, mail_point, now):
    link = links.preference_link(customer=customer, point=mail_point, at=now)
    who = browser()
    answer = who.get(f"/p/{links.token_of_link(link)}/")
    assert (answer.status_code, answer.url) == (302, "/p/")
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
    cookie = answer.cookies["customer"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 1800
    assert who.get("/p/")["Cache-Control"] == "no-store"
    assert "sessionid" not in answer.cookies and "session" not in answer.cookies


def test_looking_writes_nothing(page, customer, give):
    give()
    counts = [model.objects.count() for model in (ConsentEvent, AuditEntry, OutboxMessage, Objection, PreferenceLink)]
    for path in ("/p/", "/p/stop/", "/p/no-advertising/", "/p/ask/", "/p/done/", "/p/asked/", "/p/confirm/"):
        assert page.get(path).status_code == 200
        assert page.head(path).status_code == 200
    assert counts == [
        model.objects.count() for model in (ConsentEvent, AuditEntry, OutboxMessage, Objection, PreferenceLink)
    ]


def test_it_closes_after_half_an_hour_of_silence_and_not_before(page, now, time_machine):
    for minutes in (25, 50):
        time_machine.move_to(now + timedelta(minutes=minutes))
        assert "How may we contact you?" in body(page.get("/p/"))
    time_machine.move_to(now + timedelta(minutes=81))
    assert "Your own page" in body(page.get("/p/"))
    assert page.post("/p/off/", KEY).url == "/p/"


def test_it_closes_at_once_when_the_link_ends(page, now, time_machine):
    PreferenceLink.objects.update(expires_at=now + timedelta(minutes=5))
    time_machine.move_to(now + timedelta(minutes=5))
    assert "Your own page" in body(page.get("/p/"))


def test_an_erased_customer_has_no_page(page, cast, customer, now):
    assert "Erika" in body(page.get("/p/"))
    erase_customer(cast.dora, customer=customer, at=now)
    shown = body(page.get("/p/"))
    assert "Your own page" in shown and "Erika" not in shown
    assert page.post("/p/stop/").url == "/p/"


@pytest.mark.parametrize("token", ["x", "A" * 43, "link-to-nobody"])
def test_an_unknown_link_closes_what_was_open(page, token):
    assert page.get(f"/p/{token}/").url == "/p/"
    assert "Your own page" in body(page.get("/p/"))


def test_an_unsubscribe_link_opens_no_page(customer, mail_point, now):
    link = links.unsubscribe_link(customer=customer, point=mail_point, purpose="marketing", at=now)
    who = browser()
    who.get(f"/p/{links.token_of_link(link)}/")
    assert "Erika" not in body(who.get("/p/"))


@pytest.mark.parametrize("cookie", ["", "x", "eyJsaW5rIjoxfQ:1abc:sig"])
def test_a_made_up_cookie_opens_nothing(customer, cookie):
    who = browser()
    who.cookies["customer"] = cookie
    assert "Your own page" in body(who.get("/p/"))


def test_the_staffs_session_and_the_customers_are_apart(client, cast, customer, mail_point, now):
    client.force_login(cast.anna)
    assert "Your own page" in body(client.get("/p/"))
    open_page(customer, mail_point, at=now, browser_=client)
    assert "Main menu" not in body(client.get("/p/"))
    client.post("/logout/")
    assert "Erika" in body(client.get("/p/"))
    assert client.get("/customers/").status_code == 302


def test_closing_it_closes_it(page):
    page.post("/p/close/")
    assert "Your own page" in body(page.get("/p/"))


def test_a_copy_of_the_cookie_opens_nothing_after_closing(page, now, time_machine):
    copy = browser()
    copy.cookies["customer"] = page.cookies["customer"].value
    assert "Erika" in body(copy.get("/p/"))
    page.post("/p/close/")
    assert "Your own page" in body(copy.get("/p/"))
    assert copy.post("/p/off/", KEY).url == "/p/"


def test_closing_one_browser_leaves_the_other_and_the_link_opens_it_again(page, customer, mail_point, now):
    other = open_page(customer, mail_point, at=now)
    link = links.preference_link(customer=customer, point=mail_point, at=now)
    page.post("/p/close/")
    page.post("/p/close/")
    assert "Erika" in body(other.get("/p/"))
    page.get(f"/p/{links.token_of_link(link)}/")
    assert "Erika" in body(page.get("/p/"))


def test_it_closes_after_four_hours_however_busy_somebody_is(page, now, time_machine):
    for minutes in range(20, 240, 20):
        time_machine.move_to(now + timedelta(minutes=minutes))
        assert "How may we contact you?" in body(page.get("/p/"))
    time_machine.move_to(now + timedelta(hours=4))
    assert "Your own page" in body(page.get("/p/"))


def test_what_closed_pages_is_kept_as_long_as_a_copy_could_open_one(page, now):
    page.post("/p/close/")
    links.drop_outlived_links(at=now + timedelta(hours=4, seconds=-1))
    assert ClosedPage.objects.count() == 1
    links.drop_outlived_links(at=now + timedelta(hours=4))
    assert not ClosedPage.objects.exists()


def test_a_press_from_another_site_is_refused(customer, mail_point, give, now):
    give()
    who = open_page(customer, mail_point, at=now, browser_=browser(enforce_csrf_checks=True))
    for path in ("/p/off/", "/p/on/", "/p/stop/", "/p/no-advertising/", "/p/ask/", "/p/close/"):
        assert who.post(path, KEY).status_code == 403
    assert not ConsentEvent.objects.filter(kind="withdrawn").exists()


# --- what it shows


def test_it_shows_who_asks_what_is_held_and_where_from(page, give, settings, cast, customer, now):
    settings.COMPANY_NAME, settings.DPO_CONTACT = "Muster Energie GmbH", "Dora Schutz, 0221 30"
    give()
    point(
        customer,
        "phone",
        "0171 5550001",
        now=now,
        source="bought_list",
        source_note="Liste Nord",
        collected_by=cast.sven,
    )
    shown = body(page.get("/p/"))
    for words in ("Muster Energie GmbH", "Dora Schutz, 0221 30", "Heidestraße 17", "Bought list", "Liste Nord", "4711"):
        assert words in shown
    assert "Sven" not in shown and "Clara" not in shown
    assert shown.index("Stop all contact") < shown.index("No advertising") < shown.index("For each reason and way")


def test_it_shows_every_contact_without_names(page, cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    permits.redeem(cast.anna, permit=permit, at=now)
    shown = body(page.get("/p/"))
    made = shown[shown.index("When we contacted you") :]
    assert 'datetime="2026-11-24T11:00:00+01:00"' in made
    assert "E-mail · Service" in made and "Anna" not in made


def test_each_choice_says_on_or_off_in_words(page, give):
    give()
    give(purpose="service", channel="phone")
    wording("event_invitation", "email")
    shown = body(page.get("/p/"))
    assert shown.count("On</span>") == 2 + 7  # mail, phone, and the advertising letters that need no consent
    assert shown.count("Off</span>") == 1
    assert "Allowed without your consent, until you say no" in shown


def test_ways_over_which_nobody_can_be_reached_are_not_offered(page):
    wording("marketing", "messenger", "whatsapp")
    assert "WhatsApp" not in body(page.get("/p/"))


def test_german_by_a_link_and_it_stays(page):
    shown = body(page.get("/p/?lang=de"))
    assert '<html lang="de"' in shown and 'lang="en" hreflang="en"' in shown
    assert '<html lang="de"' in body(page.get("/p/"))


def test_the_page_costs_a_fixed_number_of_queries(page, give, customer, now):
    give()
    with CaptureQueriesContext(connection) as few:
        page.get("/p/")
    for purpose in ("event_invitation", "satisfaction_survey", "winback", "service"):
        give(purpose=purpose)
        give(purpose=purpose, channel="phone")
    with CaptureQueriesContext(connection) as many:
        page.get("/p/")
    assert len(many) == len(few) <= 16


# --- switching off and on


def test_one_press_switches_off_at_once(page, give, customer, now):
    give()
    answer = page.post("/p/off/", KEY)
    assert answer.url == "/p/done/"
    assert state(customer, now) == "withdrawn"
    event = ConsentEvent.objects.get(kind="withdrawn")
    assert (event.how, event.job, event.ip) == ("preferences", "customer.preferences", "127.0.0.0/24")
    done = body(page.get("/p/done/"))
    assert "Switched off:" in done and "Advertising / E-mail" in done and "11:00" in done


def test_switching_off_takes_what_lies_below_along(page, give, customer, now):
    give()
    give(purpose="event_invitation")
    page.post("/p/off/", KEY)
    assert state(customer, now, purpose="event_invitation") == "withdrawn"


def test_the_advertising_letter_is_switched_off_by_an_objection(page, customer):
    page.post("/p/off/", {"purpose": "marketing", "channel": "letter", "platform": ""})
    said = Objection.objects.get()
    assert (said.scope, said.channel, said.how) == ("marketing_objection", "letter", "preferences")
    assert "No advertising: Letter" in body(page.get("/p/done/"))
    assert "You said no on" in body(page.get("/p/"))


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"purpose": "marketing", "channel": "email"},
        {"purpose": "marketing", "channel": "pigeon", "platform": ""},
        {"purpose": "nothing", "channel": "email", "platform": ""},
        {"purpose": "marketing", "channel": "email", "platform": "whatsapp"},
        {"purpose": "marketing\x00", "channel": "email", "platform": ""},
    ],
)
def test_what_is_not_on_stays_as_it_is(page, key):
    assert page.post("/p/off/", key).url == "/p/done/"
    assert page.post("/p/on/", key).url in ("/p/", "/p/confirm/")
    assert not ConsentEvent.objects.exists() and not Objection.objects.exists()


def test_pressing_twice_adds_nothing(page, give):
    give()
    page.post("/p/off/", KEY)
    page.post("/p/off/", KEY)
    assert ConsentEvent.objects.filter(kind="withdrawn").count() == 1
    assert Objection.objects.count() == 1


def test_switching_on_by_mail_needs_a_confirmation(page, customer, mail_point, now, mail_folder):
    text = wording("marketing", "email")
    assert page.post("/p/on/", KEY).url == "/p/confirm/"
    asked = OptIn.objects.get()
    assert (asked.address, asked.customer, asked.text, asked.via) == (mail_point.value, customer, text, "preferences")
    assert state(customer, now) == "pending_doi"
    assert "Waits for you" in body(page.get("/p/"))
    (mail,) = mails(mail_folder, at=now)
    browser().post(link_in(mail, r"/opt-in/confirm/[\w-]+/"))
    assert state(customer, now) == "active"


def test_a_link_in_a_mail_switches_on_nothing_but_mail(page, customer):
    wording("marketing", "phone")
    shown = body(page.get("/p/"))
    assert "proves nothing about a telephone" in shown
    page.post("/p/on/", {"purpose": "marketing", "channel": "phone", "platform": ""})
    assert not OptIn.objects.exists() and not ConsentEvent.objects.exists()


def test_after_an_objection_only_a_confirmation_switches_on_again(page, customer, give, now, mail_folder, time_machine):
    give()
    page.post("/p/no-advertising/")
    assert "Off</span>" in body(page.get("/p/"))
    time_machine.move_to(now + timedelta(minutes=20))
    page.post("/p/on/", KEY)
    found = [mail for mail in mails(mail_folder, at=now + timedelta(minutes=21)) if "/opt-in/" in text_of(mail)]
    browser().post(link_in(found[0], r"/opt-in/confirm/[\w-]+/"))
    shown = body(page.get("/p/"))
    assert "You agreed on" in shown and "Only what you agree to below after that is sent." in shown


# --- refusing as a whole


@pytest.mark.parametrize(
    ("path", "scope", "left"),
    [("/p/stop/", "full_block", []), ("/p/no-advertising/", "marketing_objection", ["service"])],
)
def test_refusing_takes_two_presses_and_ends_what_it_covers(page, give, customer, now, path, scope, left):
    give()
    give(purpose="event_invitation", channel="phone")
    give(purpose="service")
    assert "Back, change nothing" in body(page.get(path))
    assert page.post(path).url == "/p/done/"
    said = Objection.objects.get()
    assert (said.scope, said.channel, said.how, said.job) == (scope, "", "preferences", "customer.preferences")
    standing = Consent.objects.filter(withdrawn_at__isnull=True)
    assert list(standing.values_list("purpose", flat=True)) == left
    assert "11:00" in body(page.get("/p/done/"))


def test_whoever_stopped_everything_gets_no_mail_about_it(page, customer, now, mail_folder):
    page.post("/p/stop/")
    assert "We send no mail about this" in body(page.get("/p/done/"))
    assert mails(mail_folder, at=now + timedelta(hours=1)) == []


def test_several_changes_within_ten_minutes_are_one_mail_that_tells_the_last_state(
    page, give, customer, now, mail_folder
):
    give()
    give(purpose="service")
    give(purpose="event_invitation", channel="phone")
    page.post("/p/off/", KEY)
    page.post("/p/off/", {"purpose": "event_invitation", "channel": "phone", "platform": ""})
    assert mails(mail_folder, at=now) == []
    (mail,) = mails(mail_folder, at=now + timedelta(minutes=10))
    text = text_of(mail)
    assert mail["Subject"] == "Your choices are saved"
    assert mail["To"] == "erika.4711@kundin.example"
    assert "Advertising, E-mail: no" in text and "Service, E-mail: yes" in text
    assert mail["List-Unsubscribe"] is None  # no advertising by mail is left that a button could take back
    assert browser().get(link_in(mail, r"/p/[\w-]+/")).cookies["customer"].value


# --- asking


def test_a_question_reaches_those_who_look_after_the_data(page, cast, customer, now, mail_folder):
    answer = page.post("/p/ask/", {"wish": "correction", "message": "Mein Name ist Erica\n<b>mit c</b>"})
    assert answer.url == "/p/asked/"
    assert 'at the latest on <time datetime="2026-12-24"' in body(page.get("/p/asked/"))
    found = mails(mail_folder, at=now)
    assert {mail["To"] for mail in found} == {"dora@firma.example", "clara@firma.example"}
    text = text_of(found[0])
    assert "Erica" in text and "please correct it" in text and "/customers/4711/" in text
    assert "<b>mit" not in found[0].get_body(preferencelist=("html",)).get_content()
    entry = AuditEntry.objects.get(verb="customer.asked")
    assert (entry.job, entry.after, entry.customer_id) == ("customer.preferences", {"wish": "correction"}, customer.pk)


def test_a_question_without_a_kind_is_said_so(page):
    assert "What would you like?" in body(page.post("/p/ask/", {"wish": "", "message": "x"}))
    assert not AuditEntry.objects.filter(verb="customer.asked").exists()


def test_five_questions_a_day_reach_people_and_the_sixth_hears_that_it_does_not(page, settings):
    settings.DPO_CONTACT = "Dora Schutz, 0221 30"
    for number in range(7):
        answer = page.post("/p/ask/", {"wish": "copy", "message": f"Frage {number}"})
        if number < 5:
            assert answer.url == "/p/asked/"
        else:
            shown = body(answer)
            assert answer.status_code == 429 and f"Frage {number}" in shown
            assert "This one was not sent" in shown and "Dora Schutz, 0221 30" in shown
    assert AuditEntry.objects.filter(verb="customer.asked").count() == 5


# --- a new link


def test_a_new_link_comes_to_an_address_on_record_and_the_answer_is_the_same_for_others(
    customer, mail_point, now, mail_folder
):
    answers = []
    for address in (mail_point.value.upper(), "nobody@post.example"):
        who = browser()
        with CaptureQueriesContext(connection) as queries:
            posted = who.post("/p/link/", {"email": address})
        answers.append((posted.url, lasting(posted), lasting(who.get(posted.url)), len(queries)))
    assert answers[0] == answers[1]
    (mail,) = mails(mail_folder, at=now)
    assert mail["To"] == mail_point.value
    assert mail["List-Unsubscribe"] is None
    who = browser()
    who.get(link_in(mail, r"/p/[\w-]+/"))
    assert "Erika" in body(who.get("/p/"))


def test_the_outbox_keeps_no_address_of_a_stranger(db):
    browser().post("/p/link/", {"email": "stranger@post.example"})
    assert "stranger" not in str(list(OutboxMessage.objects.values_list("payload", "key")))


def test_links_are_asked_for_within_limits(customer, mail_point, now, mail_folder, time_machine):
    for minutes in range(0, 130, 11):
        time_machine.move_to(now + timedelta(minutes=minutes))
        assert browser().post("/p/link/", {"email": mail_point.value}).url == "/p/link/sent/"
        mails(mail_folder, at=now + timedelta(minutes=minutes))
    assert PreferenceLink.objects.count() == 5


def test_a_mistyped_address_is_said(db):
    assert "Enter a valid email address" in body(browser().post("/p/link/", {"email": "nobody"}))


# --- nobody else's


def test_nothing_of_another_customer_appears_or_can_be_changed(page, cast, customer, give, now):
    other = make_customer(now, "9000", first_name="Otto", last_name="Anders")
    consent = give(other)
    record_objection(cast.clara, customer=other, scope="marketing_objection", channel="phone", how="spoken", at=now)
    theirs = links.preference_link(customer=other, point=other.contact_points.get(channel="email"), at=now)
    everything = body(page.get("/p/")) + body(page.get("/p/done/"))
    for secret in ("Otto", "Anders", "9000", "erika.9000"):
        assert secret not in everything
    names = {"customer": other.pk, "customer_id": other.pk, "number": "9000", "link": theirs.pk, "consent": consent.pk}
    for path in ("/p/off/", "/p/on/", "/p/stop/", "/p/no-advertising/", "/p/ask/"):
        page.post(path, KEY | names | {"wish": "copy", "message": ""})
        page.get(path, names)
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    assert other.objections.count() == 1
    assert not AuditEntry.objects.filter(customer_id=other.pk, job="customer.preferences").exists()


def test_a_cookie_whose_two_ids_do_not_belong_together_opens_nothing(customer, mail_point, now):
    other = make_customer(now, "9000", last_name="Anders")
    link = links.preference_link(customer=customer, point=mail_point, at=now)
    who = browser()
    who.cookies["customer"] = signing.dumps({"link": link.pk, "customer": other.pk}, salt="consent.own_page")
    assert "Your own page" in body(who.get("/p/"))
