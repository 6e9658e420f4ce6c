"""Wordings: written as drafts, published once and for all, side by side in two languages."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent import services
from consent.choices import choices_of
from consent.models import ConsentText
from consent.selectors import texts_for
from consent.services.texts import fingerprint
from consent.sign_ups import text_on_show
from portal.audit.models import AuditEntry
from tests.cast import make_customer, wording

pytestmark = pytest.mark.django_db


def draft(cast, **changes):
    words = {
        "line": "newsletter",
        "language": "de",
        "purpose": "marketing",
        "channels": ["email"],
        "title": "Neuigkeiten per E-Mail",
        "body": "Ja, Sie dürfen mir schreiben.\n\nIch kann das jederzeit widerrufen.",
    }
    return services.draft_text(cast.clara, at=timezone.now(), **words | changes)


def published(cast, **changes):
    return services.publish_text(cast.clara, text=draft(cast, **changes), valid_from=timezone.now(), at=timezone.now())


def form(**changes):
    return {
        "line": "newsletter",
        "language": "de",
        "purpose": "marketing",
        "channels": ["email", "sms"],
        "platform": "",
        "title": "Neuigkeiten",
        "body": "Ja, gern.",
    } | changes


@pytest.fixture
def get(client, cast):
    def get(name, *arguments, by="clara"):
        client.force_login(getattr(cast, by))
        return client.get(reverse(name, args=arguments)).content.decode()

    return get


def test_an_empty_room_says_what_to_do(get):
    assert "No wording yet" in get("consent_texts")
    assert reverse("consent_text_create") not in get("consent_texts", by="rita")


def test_a_draft_is_written_edited_and_not_seen_by_anybody(client, cast, get):
    client.force_login(cast.clara)
    answer = client.post(reverse("consent_text_create"), form())
    text = ConsentText.objects.get()
    assert answer.url == reverse("consent_text", args=[text.pk])
    assert (text.reference, text.channels, text.published_at) == ("newsletter-1-de", ["email", "sms"], None)
    changed = {"channels": ["email"], "title": "Neuigkeiten", "body": "Ja, sehr gern."}
    client.post(reverse("consent_text_edit", args=[text.pk]), changed)
    text.refresh_from_db()
    assert (text.body, text.channels) == ("Ja, sehr gern.", ["email"])
    assert "Draft" in get("consent_texts")
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "consent_text.drafted",
        "consent_text.edited",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"line": "News Letter"}, "Short name: Enter a valid"),
        ({"line": "Newsletter"}, "Use lower-case letters, digits and hyphens only"),
        ({"purpose": ""}, "Reason: This field is required."),
        ({"purpose": "private"}, "Select a valid choice"),
        ({"channels": []}, "Over which channels? This field is required."),
        ({"channels": ["pigeon"]}, "Select a valid choice"),
        ({"platform": "whatsapp"}, "A wording that names a platform is about messenger"),
        ({"title": " "}, "Title: This field is required."),
        ({"body": ""}, "Wording: This field is required."),
        ({"language": "fr"}, "Select a valid choice"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_lost(client, cast, changes, words):
    client.force_login(cast.clara)
    page = client.post(reverse("consent_text_create"), form(**changes)).content.decode()
    assert words in page
    assert "body" in changes or "Ja, gern." in page
    assert not ConsentText.objects.exists()


def test_a_short_name_belongs_to_one_reason(client, cast):
    published(cast)
    client.force_login(cast.clara)
    page = client.post(reverse("consent_text_create"), form(purpose="service")).content.decode()
    assert "Short name: This short name belongs to a wording about another reason." in page


def test_there_is_one_draft_of_a_language_at_a_time(client, cast):
    draft(cast)
    client.force_login(cast.clara)
    page = client.post(reverse("consent_text_create"), form()).content.decode()
    assert "There is a draft of this wording already" in page


def test_publishing_shows_the_whole_text_first_and_locks_it(client, cast, get):
    text = draft(cast)
    check = get("consent_text_publish", text.pk)
    assert "Ich kann das jederzeit widerrufen." in check and '<div lang="de"' in check
    assert "Afterwards this version is locked" in check
    assert ConsentText.objects.get().published_at is None, "looking publishes nothing"
    client.post(reverse("consent_text_publish", args=[text.pk]), {"valid_from": ""})
    text.refresh_from_db()
    assert (text.published_by, text.valid_from, text.sha256) == (cast.clara, timezone.now(), fingerprint(text))
    edit = client.get(reverse("consent_text_edit", args=[text.pk]), follow=True).content.decode()
    assert "is published and stays as it is" in edit
    again = client.post(reverse("consent_text_publish", args=[text.pk]), {"valid_from": ""}, follow=True)
    assert "is published already" in again.content.decode()
    assert AuditEntry.objects.filter(verb="consent_text.published").count() == 1


def test_a_version_can_start_later_but_not_in_the_past(client, cast, get):
    text = draft(cast)
    client.force_login(cast.clara)
    url = reverse("consent_text_publish", args=[text.pk])
    page = client.post(url, {"valid_from": "2020-01-01T00:00"}).content.decode()
    assert "Valid from: The start lies in the past" in page
    client.post(url, {"valid_from": "2027-01-01T00:00"})
    assert "Starts later" in get("consent_texts")


def test_the_minute_that_is_running_is_not_the_past(client, cast):
    text = draft(cast)
    client.force_login(cast.clara)
    shown = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    assert client.post(reverse("consent_text_publish", args=[text.pk]), {"valid_from": shown}).status_code == 302


def test_a_new_version_begins_with_the_old_words(client, cast, get):
    first = published(cast)
    client.force_login(cast.clara)
    page = client.get(reverse("consent_text_create") + f"?from={first.pk}").content.decode()
    assert "Ja, Sie dürfen mir schreiben." in page and 'value="newsletter"' in page
    client.post(reverse("consent_text_create"), form())
    second = ConsentText.objects.get(version=2)
    services.publish_text(
        cast.clara,
        text=second,
        valid_from=timezone.now() + timedelta(seconds=1),
        at=timezone.now() + timedelta(seconds=1),
    )
    first.refresh_from_db()
    assert first.body.startswith("Ja, Sie dürfen"), "the old version stays as people saw it"


def test_nonsense_in_the_address_starts_an_empty_draft(client, cast):
    client.force_login(cast.clara)
    for nonsense in ("x", "9" * 30, "-1", "²"):
        assert client.get(reverse("consent_text_create"), {"from": nonsense}).status_code == 200


def test_a_missing_language_is_marked_and_takes_the_version_it_translates(client, cast, get):
    published(cast)
    later = timezone.now() + timedelta(days=1)
    second = draft(cast)
    services.publish_text(cast.clara, text=second, valid_from=later, at=timezone.now())
    page = get("consent_texts")
    assert page.count("Missing") == 2 and "Starts later" in page and "In use" in page
    assert f"?from={second.pk}&amp;language=en" in page
    english = draft(cast, language="en", title="News", body="Yes.")
    assert english.reference == "newsletter-2-en"
    assert get("consent_texts").count("Missing") == 1


def test_the_older_version_is_replaced_when_the_newer_begins(cast, get, time_machine):
    published(cast)
    second = draft(cast)
    services.publish_text(cast.clara, text=second, valid_from=timezone.now() + timedelta(days=1), at=timezone.now())
    assert "Replaced" not in get("consent_texts")
    time_machine.move_to(timezone.now() + timedelta(days=1, seconds=1), tick=False)
    page = get("consent_texts")
    assert page.count("Replaced") == 1 and page.count("In use") == 1 and "Starts later" not in page


def test_a_version_shows_its_fingerprint_and_what_rests_on_it(cast, customer, get):
    text = published(cast)
    at = timezone.now()
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "7", "text": text}
    services.give_consent(cast.clara, customer=customer, given_at=at, at=at, **values)
    page = get("consent_text", text.pk, by="rita")
    assert text.sha256 in page
    assert '<dt class="col-sm-4">Consents that rest on it</dt><dd class="col-sm-8">1</dd>' in page
    assert "New version from this one" not in page, "the auditor reads"
    assert "New version from this one" in get("consent_text", text.pk)


def test_markup_in_a_wording_is_text(cast, get):
    text = draft(cast, body="<script>alert(1)</script>", title="<b>Neu</b>")
    for name, arguments in (("consent_text", [text.pk]), ("consent_text_publish", [text.pk]), ("consent_texts", [])):
        page = get(name, *arguments)
        assert "<script>alert(1)" not in page and "<b>Neu" not in page


def test_the_list_costs_the_same_for_many(client, cast, get):
    wording("marketing", "email")
    before = _queries(get)
    for purpose in ("service", "winback", "event_invitation"):
        for channel in ("email", "phone", "sms"):
            wording(purpose, channel)
    assert _queries(get) == before <= 6


def _queries(get) -> int:
    get("consent_texts")
    with CaptureQueriesContext(connection) as queries:
        get("consent_texts")
    return len([one for one in queries if "session" not in one["sql"]])


# --- wordings from before -----------------------------------------------------------------------------------------


def earlier(cast, now, **changes):
    words = {
        "line": "alt",
        "language": "de",
        "purpose": "marketing",
        "channels": ["email"],
        "title": "Alt",
        "body": "Ja",
    }
    words |= {"valid_from": now - timedelta(days=900), "valid_until": now - timedelta(days=100)}
    words |= {"source_note": "Vordruck 12 aus dem Archiv"}
    return services.record_earlier_text(cast.clara, at=now, **words | changes)


def paper(cast, customer, text, given_at, now):
    return services.give_consent(
        cast.clara, customer=customer, purpose="marketing", channel="email", how="paper", evidence="Formular 7",
        text=text, given_at=given_at, at=now,
    )  # fmt: skip


def test_a_consent_from_before_can_be_proven_with_the_wording_of_then(cast, customer, now):
    text = earlier(cast, now)
    assert (text.reference, text.published_at, text.sha256) == ("alt-1-de", now, fingerprint(text))
    consent = paper(cast, customer, text, now - timedelta(days=300), now)
    assert consent.proof is True
    listed = services.import_consent(
        cast.clara, customer=make_customer(now, "4712"), purpose="marketing", channel="email", evidence="Altsystem 9",
        given_at=now - timedelta(days=300), at=now, wording_reference="alt-1-de",
    )  # fmt: skip
    assert listed.proof is True
    entry = AuditEntry.objects.get(verb="consent_text.recorded")
    assert entry.after["source_note"] == "Vordruck 12 aus dem Archiv"


@pytest.mark.parametrize(
    ("days", "words"), [(901, "not in use yet"), (100, "no longer in use"), (0, "no longer in use")]
)
def test_an_earlier_wording_counts_for_its_time_only(cast, customer, now, days, words):
    text = earlier(cast, now)
    with pytest.raises(ValidationError, match=words):
        paper(cast, customer, text, now - timedelta(days=days), now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"source_note": " "}, "source_note"), ({"valid_until": 1}, "valid_until"), ({"valid_from": -50}, "valid_until")],
)
def test_an_earlier_wording_needs_its_source_and_a_time_that_is_over(cast, now, changes, field):
    given = {k: now + timedelta(days=v) if isinstance(v, int) else v for k, v in changes.items()}
    with pytest.raises(ValidationError) as refusal:
        earlier(cast, now, **given)
    assert field in refusal.value.message_dict
    assert not ConsentText.objects.exists()


@pytest.mark.parametrize(
    "columns", [{"source_note": ""}, {"valid_until": None}, {"valid_until": timedelta(1)}, {"valid_from": timedelta(0)}]
)
def test_the_database_refuses_half_an_earlier_wording(cast, now, columns):
    values = ConsentText.objects.values().get(pk=earlier(cast, now).pk) | {"id": None, "version": 2}
    values |= {name: now + value if isinstance(value, timedelta) else value for name, value in columns.items()}
    with pytest.raises(IntegrityError, match="consent_text_earlier_whole"), transaction.atomic():
        ConsentText.objects.create(**values)


def test_nobody_is_shown_an_earlier_wording_to_agree_to(cast, customer, now):
    text = earlier(cast, now)
    assert (
        texts_for("marketing", "email", at=now) == texts_for("marketing", "email", at=now - timedelta(days=300)) == []
    )
    assert text_on_show("alt", "de", at=now) is None
    assert choices_of(customer, at=now, language="de") == [
        one for one in choices_of(customer, at=now, language="de") if one.channel == "letter"
    ]
    with pytest.raises(ValidationError, match="no longer in use"):
        services.request_opt_in(cast.clara, address="e@post.example", text=text, via="officer", at=now)


def test_the_page_records_an_earlier_wording(client, cast, get, now):
    client.force_login(cast.clara)
    words = form(line="alt", channels=["email"]) | {"valid_from": "2019-01-01", "valid_until": "2021-12-31"}
    answer = client.post(reverse("consent_text_earlier"), words)
    assert "This field is required" in answer.content.decode() and not ConsentText.objects.exists()
    client.post(reverse("consent_text_earlier"), words | {"source_note": "Vordruck"})
    text = ConsentText.objects.get()
    assert (text.valid_from.isoformat(), text.valid_until.isoformat()) == (
        "2018-12-31T23:00:00+00:00", "2021-12-31T23:00:00+00:00",
    )  # fmt: skip
    assert "Used earlier" in get("consent_text", text.pk) and "Vordruck" in get("consent_text", text.pk)
    assert "Used earlier" in get("consent_texts")


def test_a_wording_that_was_replaced_is_taken_and_the_page_says_so(client, cast, customer, now):
    """A printed form lies about longer than its version is shown: what the customer saw is what counts."""
    first = published(cast)
    second = services.publish_text(cast.clara, text=draft(cast), valid_from=now + timedelta(hours=1), at=now)
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        client.force_login(cast.clara)
        url = f"/customers/{customer.number}/consents/new/?purpose=marketing&channel=email&platform="
        words = {"given_at": "2026-11-24T12:30", "how": "paper", "evidence": "Formular 7"}
        page = client.post(url, words | {"text": first.pk}, follow=True).content.decode()
        assert "version 2 of this wording had taken its place" in page
        page = client.post(
            url, words | {"text": second.pk, "given_at": "2026-11-24T12:40"}, follow=True
        ).content.decode()
        assert "had taken its place" not in page
