"""Recording, renewing and correcting a consent, and the page that proves it."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent import services
from consent.models import CallRecord, Consent, ConsentEvent, ConsentText, EvidenceFile
from consent.services.calls import is_sealed
from portal.audit.services import Job
from tests.cast import make_customer, wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent(cast, customer):
    at = timezone.now() - timedelta(days=1)
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"}
    values["text"] = wording("marketing", "email")
    return services.give_consent(cast.clara, customer=customer, given_at=at, at=at, **values)


def moment(**ago):
    return f"{timezone.localtime() - timedelta(**(ago or {'hours': 1})):%Y-%m-%dT%H:%M}"


def give_url(customer, purpose="marketing", channel="email", platform=""):
    query = f"?purpose={purpose}&channel={channel}&platform={platform}"
    return reverse("consent_give", args=[customer.number]) + query


def form(**changes):
    words = {"given_at": moment(), "how": "paper", "evidence": "Ordner 3", "ends_on": ""}
    return words | {"text": wording("marketing", "email").pk} | changes


def page_of(client, consent):
    return client.get(reverse("consent", args=[consent.customer.number, consent.pk])).content.decode()


# --- recording


def test_the_first_step_asks_for_reason_and_channel_and_refuses_what_does_not_fit(client, cast, customer):
    client.force_login(cast.clara)
    assert "Next: the evidence" in client.get(reverse("consent_give", args=[customer.number])).content.decode()
    for url, words in [
        (give_url(customer, purpose="private"), "Select a valid choice"),
        (give_url(customer, channel="messenger"), "Choose the platform"),
        (give_url(customer, platform="whatsapp"), "This channel has no platform"),
        (give_url(customer, channel=""), "Channel: This field is required."),
    ]:
        assert words in client.get(url).content.decode()


def test_a_consent_is_recorded_with_its_evidence(client, cast, customer):
    client.force_login(cast.clara)
    answer = client.post(give_url(customer), form())
    assert answer.url == reverse("customer", args=[customer.number])
    event = ConsentEvent.objects.get()
    assert (event.evidence, event.recorded_by, event.proof) == ("Ordner 3", cast.clara, True)
    assert event.consent.purpose == "marketing" and event.consent.channel == "email"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"given_at": "2099-01-01T10:00"}, "The time lies in the future"),
        ({"given_at": "gestern"}, "Enter a valid date/time."),
        ({"ends_on": "2020-01-01"}, "This day has passed"),
        ({"how": "telepathy"}, "Select a valid choice"),
        ({"how": "web_form"}, "Select a valid choice"),
        ({"evidence": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_lost_or_written(client, cast, customer, changes, words):
    client.force_login(cast.clara)
    page = client.post(give_url(customer), form(**changes)).content.decode()
    assert words in page and 'role="alert"' in page
    assert ("x" * 501 if "evidence" in changes else "Ordner 3") in page
    assert not Consent.objects.exists()


def test_only_wordings_that_fit_are_offered(client, cast, customer, now):
    fits, other_way = wording("marketing", "email"), wording("marketing", "phone")
    other_reason = wording("service", "email")
    draft = services.draft_text(
        cast.clara, line="x", language="de", purpose="marketing", channels=["email"], title="E", body="Ja.", at=now
    )
    client.force_login(cast.clara)
    page = client.get(give_url(customer)).content.decode()
    assert f'<option value="{fits.pk}"' in page
    for text in (other_way, other_reason, draft):
        assert f'<option value="{text.pk}"' not in page
    assert "Select a valid choice" in client.post(give_url(customer), form(text=other_way.pk)).content.decode()


def test_a_wording_that_was_not_in_use_yet_is_refused_at_its_field(client, cast, customer, now):
    text = services.draft_text(
        cast.clara, line="neu", language="de", purpose="marketing", channels=["email"], title="E", body="Ja.", at=now
    )
    services.publish_text(cast.clara, text=text, valid_from=now, at=now)
    client.force_login(cast.clara)
    page = client.post(give_url(customer), form(text=text.pk, given_at=moment(days=3))).content.decode()
    assert "Wording that the customer saw: This wording was not in use yet at that time." in page


def test_without_a_fitting_wording_the_page_says_what_follows(client, cast, customer):
    client.force_login(cast.clara)
    page = client.get(give_url(customer, purpose="recruitment", channel="letter")).content.decode()
    assert "No published wording is about this reason and channel" in page


def test_a_platform_wording_fits_its_platform_only(cast):
    wording("marketing", "messenger", "whatsapp")
    fitting = ConsentText.objects.fitting("marketing", "messenger", "whatsapp")
    assert fitting.count() == 1
    assert not ConsentText.objects.fitting("marketing", "messenger", "signal").exists()


def test_the_running_minute_means_now(client, cast, customer, time_machine):
    """Given at 10:00:40; a renewal that is entered as 10:00 is not slipped in before it."""
    time_machine.move_to(timezone.now() + timedelta(seconds=40), tick=False)
    given = services.give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="email",
        how="paper",
        evidence="7",
        text=wording("marketing", "email"),
        given_at=timezone.now(),
        at=timezone.now(),
    )
    time_machine.move_to(timezone.now() + timedelta(seconds=10), tick=False)
    client.force_login(cast.clara)
    answer = client.post(reverse("consent_renew", args=[customer.number, given.pk]), form(given_at=moment(seconds=0)))
    assert answer.status_code == 302
    assert ConsentEvent.objects.filter(kind="renewed", at=timezone.now()).count() == 1


def test_an_entry_before_the_last_one_is_refused_on_the_form(client, cast, customer, consent):
    client.force_login(cast.clara)
    page = client.post(give_url(customer), form(given_at=moment(days=9))).content.decode()
    assert "There is a later entry" in page


# --- section 7a UWG


@pytest.mark.parametrize(("typed", "kept"), [("N-sven", "N-sven"), ("", "N-clara")])
def test_a_consumers_consent_to_calls_carries_its_record_with_a_right_seal(client, cast, customer, typed, kept):
    client.force_login(cast.clara)
    url = give_url(customer, channel="phone")
    page = client.get(url).content.decode()
    assert "section 7a UWG" in page and 'value="N-clara"' in page
    text = wording("marketing", "phone")
    client.post(url, form(text=text.pk, how="spoken", recipient_code=typed))
    record = CallRecord.objects.get()
    assert (record.recipient_code, record.manner, record.person) == (kept, "spoken", "Erika Mustermann")
    assert text.body in record.scope
    assert is_sealed(record), "read back from the database, in UTC, the seal must still be right"
    shown = page_of(client, record.event.consent)
    assert "Seal is right" in shown and kept in shown


def test_a_broken_seal_is_shown(client, cast, customer):
    client.force_login(cast.rita)
    at = timezone.now()
    consent = services.give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="phone",
        how="spoken",
        evidence="Gespräch 9",
        text=wording("marketing", "phone"),
        given_at=at,
        at=at,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE consent_callrecord DISABLE TRIGGER consent_callrecord_append_only")
        cursor.execute("UPDATE consent_callrecord SET recipient_code = 'somebody else'")
        cursor.execute("ALTER TABLE consent_callrecord ENABLE ALWAYS TRIGGER consent_callrecord_append_only")
    assert "Seal is broken" in page_of(client, consent)


def test_other_consents_ask_for_no_code(client, cast, customer, now):
    client.force_login(cast.clara)
    firm = make_customer(now, "8888", kind="business_contact")
    assert "recipient_code" not in client.get(give_url(customer)).content.decode()
    assert "recipient_code" not in client.get(give_url(firm, channel="phone")).content.decode()


# --- renewing and correcting


def test_a_renewal_starts_the_silence_again(client, cast, customer, consent):
    client.force_login(cast.clara)
    url = reverse("consent_renew", args=[customer.number, consent.pk])
    assert f'value="{consent.text_id}" selected' in client.get(url).content.decode()
    assert client.post(url, form(evidence="Formular 8")).status_code == 302
    consent.refresh_from_db()
    assert consent.given_at > timezone.now() - timedelta(hours=2)
    assert "Renewed" in page_of(client, consent)


def test_after_a_withdrawal_there_is_nothing_to_renew(client, cast, customer, consent):
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=timezone.now() - timedelta(hours=2))
    client.force_login(cast.clara)
    page = client.post(reverse("consent_renew", args=[customer.number, consent.pk]), form()).content.decode()
    assert "There is no standing consent to renew" in page
    shown = page_of(client, consent)
    assert reverse("consent_renew", args=[customer.number, consent.pk]) not in shown
    assert "Record a new consent" in shown


def test_a_correction_stands_beside_what_it_corrects(client, cast, customer, consent):
    client.force_login(cast.clara)
    url = reverse("consent_correct", args=[customer.number, consent.pk])
    first = client.get(url).content.decode()
    assert "Formular 7" in first
    client.post(url, {"given_at": moment(days=4), "text": consent.text_id, "evidence": "Formular 17", "ends_on": ""})
    consent.refresh_from_db()
    assert consent.given_at < timezone.now() - timedelta(days=3)
    shown = page_of(client, consent)
    assert "Formular 7" in shown and "Formular 17" in shown
    assert shown.count("<li>") >= 1
    event = consent.events.get(kind="given")
    assert shown.index("Formular 7") < shown.index("Formular 17"), "beside the entry, not above it"
    assert event.corrections.get().evidence == "Formular 17"
    again = client.get(url, follow=True).content.decode()
    assert "Nothing here can be corrected" in again


def test_an_unchanged_minute_leaves_the_time_as_it_was(client, cast, customer, consent):
    client.force_login(cast.clara)
    before = consent.given_at
    shown = f"{timezone.localtime(before):%Y-%m-%dT%H:%M}"
    url = reverse("consent_correct", args=[customer.number, consent.pk])
    client.post(url, {"given_at": shown, "text": consent.text_id, "evidence": "Formular 17", "ends_on": ""})
    consent.refresh_from_db()
    assert consent.given_at == before


def test_a_correction_may_say_that_the_consent_has_ended(client, cast, customer, consent):
    client.force_login(cast.clara)
    url = reverse("consent_correct", args=[customer.number, consent.pk])
    values = {"given_at": moment(days=40), "text": consent.text_id, "evidence": "7"}
    early = client.post(url, values | {"ends_on": "2020-01-01"}).content.decode()
    assert "would have ended before it was given" in early
    ended = timezone.localdate() - timedelta(days=10)
    assert client.post(url, values | {"ends_on": f"{ended:%Y-%m-%d}"}).status_code == 302
    assert "Expired" in page_of(client, consent)


# --- the page


def test_the_page_shows_the_exact_wording_in_its_language(client, cast, consent):
    client.force_login(cast.rita)
    shown = page_of(client, consent)
    assert '<div lang="de" class="draft">' in shown
    assert consent.text.body in shown and consent.text.reference in shown


def test_the_page_shows_who_when_and_where_from(client, cast, customer, now):
    text = wording("marketing", "email")
    with_trace = services.Trace(ip="192.0.2.0", user_agent="Browser 9")
    services.request_opt_in(
        Job("customer.sign_up"),
        address="erika.4711@kundin.example",
        text=text,
        via="web_form",
        at=now,
        origin="shop-17",
        trace=with_trace,
    )
    from consent.models import OptIn
    from portal.access.tokens import token_of

    token = token_of("consent.opt_in", bytes(OptIn.objects.get().nonce))
    services.confirm_opt_in(token, at=now, trace=with_trace)
    client.force_login(cast.rita)
    shown = page_of(client, Consent.objects.get())
    for words in (
        "by the customer, through the link in the mail",
        "192.0.2.0",
        "Browser 9",
        "shop-17",
        "2026-11-24 10:00:00 UTC",
        "customer's date",
        "Proof is kept until",
    ):
        assert words in shown, words


def test_a_consent_without_wording_says_so(client, cast, customer):
    at = timezone.now()
    bare = services.give_consent(
        cast.clara, customer=customer, purpose="service", channel="email", how="spoken", evidence="", given_at=at, at=at
    )
    client.force_login(cast.rita)
    shown = page_of(client, bare)
    assert "No wording is on record" in shown and "No: wording or evidence is missing" in shown


def test_readers_without_the_right_see_no_act(client, cast, customer, consent):
    client.force_login(cast.anna)
    shown = page_of(client, consent)
    for name in ("consent_renew", "consent_correct"):
        assert reverse(name, args=[customer.number, consent.pk]) not in shown
    assert reverse("consent_withdraw", args=[customer.number, consent.pk]) in shown
    assert reverse("consent_text", args=[consent.text_id]) not in shown


def test_the_page_costs_the_same_however_long_the_story(client, cast, customer, consent):
    client.force_login(cast.clara)
    before = _queries(client, consent)
    for n in range(6):
        services.record_use(cast.anna, consent=consent, evidence=f"P-{n}", at=timezone.now())
    file = {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
    client.post(reverse("consent_renew", args=[customer.number, consent.pk]), form(given_at=moment(seconds=0)) | file)
    assert ConsentEvent.objects.count() == 8
    assert _queries(client, consent) == before <= 10


def _queries(client, consent) -> int:
    page_of(client, consent)
    with CaptureQueriesContext(connection) as queries:
        page_of(client, consent)
    return len(queries)


def test_every_event_of_the_issue_has_its_word(cast, customer, consent, client):
    """From requested to corrected: a code on the page would be a hole in the proof."""
    from consent.models.event import EVENT_WORDS
    from consent.rules import EventKind

    assert set(EVENT_WORDS) == set(EventKind)


def test_a_file_of_another_customers_consent_is_not_found(client, cast, customer, consent, now):
    client.force_login(cast.clara)
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7 eins")
    client.post(reverse("consent_renew", args=[customer.number, consent.pk]), form() | {"file": upload})
    kept = EvidenceFile.objects.get()
    other = make_customer(now, "9999")
    theirs = services.give_consent(
        cast.clara,
        customer=other,
        purpose="marketing",
        channel="letter",
        how="paper",
        evidence="x",
        given_at=now,
        at=now,
    )
    assert client.get(reverse("evidence_file", args=[customer.number, consent.pk, kept.pk])).status_code == 200
    assert client.get(reverse("evidence_file", args=[other.number, theirs.pk, kept.pk])).status_code == 404
    assert client.get(reverse("evidence_file", args=[other.number, consent.pk, kept.pk])).status_code == 404


def test_the_end_of_proof_is_shown_as_a_day(client, cast, consent):
    client.force_login(cast.rita)
    assert consent.keep_until == date(2029, 12, 31)
    assert "2029" in page_of(client, consent)
