"""Receipts: each state, way of giving and language is valid against the schemas, and says what the ledger says."""

import copy
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path

import jsonschema
import pytest
from django.urls import reverse

from consent import services
from consent.checks import receipts as receipts_check
from consent.models import Consent, ConsentEvent
from consent.receipts import iso27560, kantara, terms
from consent.receipts.gathering import grant_of, grants_of
from consent.receipts.grant import Act, Company, Grant, Wording, Words
from consent.receipts.packing import as_27560, as_kantara, receipts_of
from contacts.customers.models import ContactPoint
from portal.vocabulary import Channel, ConsentState, Purpose
from tests.cast import make_customer, wording
from tests.consent.outside import browser, open_page, token_of_opt_in

SCHEMAS = Path(__file__).parent / "schemas"
AT = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
HOUSE = Company(
    name="Muster GmbH",
    country="DE",
    page="https://kontakt.muster.example/p/",
    address="Werkstraße 1, 50667 Köln",
    email="kontakt@muster.example",
    phone="+49 221 5550",
    policy_url="https://muster.example/datenschutz",
)
WORDS = {
    "de": Words("Werbung", "E-Mail", "WhatsApp", "Kein Wortlaut.", "bis erteilt", "Bei Widerruf.", "Nicht belegt."),
    "en": Words("Advertising", "E-mail", "WhatsApp", "No wording.", "until given", "On withdrawal.", "Not on record."),
}
TEXT = Wording("werbung-1-de", "de", "Werbung", "Ja.", "a" * 64, AT - timedelta(days=900))
HOWS = [how.value for how in ConsentEvent.How]


@pytest.fixture(autouse=True)
def _house(settings):
    settings.COMPANY_NAME, settings.COMPANY_ADDRESS = HOUSE.name, HOUSE.address
    settings.COMPANY_EMAIL, settings.COMPANY_PHONE = HOUSE.email, HOUSE.phone
    settings.PRIVACY_POLICY_URL = HOUSE.policy_url


def validator(name):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


ISO, KANTARA = validator("iso-27560"), validator("kantara-1.1")


def grant(state="active", how="paper", language="de", **changes) -> Grant:
    """One consent in a state, given two years ago, with the story that leads there."""
    given = AT - timedelta(days=700)
    acts = [Act("given", given, how, how, proof=True, wording=TEXT.reference, until=AT + timedelta(days=700))]
    after = {"withdrawn": "withdrawn", "expired": "expired", "stale": "went_stale"}.get(state)
    if after:
        acts.append(Act(after, AT - timedelta(days=1), "clock", "clock"))
    if state in ("none", "pending_doi"):
        acts = [Act("requested", AT, how, how)] if state == "pending_doi" else []
    was_given = state not in ("none", "pending_doi")
    values = {
        "record_id": "f45293bf-6e3f-43a3-aca7-65141a0031b2",
        "principal_id": "7fb346bb-5d1b-49d1-a653-896a16f5c6ae",
        "purpose": "marketing",
        "channel": "email",
        "platform": "",
        "state": state,
        "proof": was_given,
        "language": language,
        "words": WORDS[language],
        "doi_days": 14,
        "given_at": given if was_given else None,
        "given_how": how if was_given else "",
        "given_how_words": how if was_given else "",
        "expires_at": AT + timedelta(days=700) if was_given else None,
        "keep_until": date(2029, 12, 31) if was_given else None,
        "acts": tuple(acts),
        "wordings": (TEXT,) if was_given else (),
    }
    return Grant(**values | changes)


def iso(*grants, house=HOUSE, language="de"):
    number = "107299dc-8e41-48f3-901d-3ab4c73941ac"
    return iso27560.receipt(grants, house, receipt_id=number, language=language, made_at=AT)


def old(one, house=HOUSE):
    return kantara.receipt(one, house, receipt_id="4fe76422-ddc5-4c5f-b17b-56363edc5af6")


def statuses(receipt, place=0):
    found = receipt["dpv:hasRecordOfActivity"][place]["dpv:hasConsentStatus"]
    return [one["@type"] if isinstance(one["@type"], str) else one["@type"][0] for one in found]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("state", "how"), [*product(ConsentState.values, HOWS)])
def test_every_state_and_way_is_valid_in_both_languages(state, how, language):
    one = grant(state, how, language)
    ISO.validate(iso(one, language=language))
    if one.given_at is None:
        with pytest.raises(ValueError, match="never given"):
            old(one)
    else:
        KANTARA.validate(old(one))


@pytest.mark.parametrize(("purpose", "channel"), [*product(Purpose.values, Channel.values)])
def test_every_purpose_and_channel_has_its_terms(purpose, channel):
    platform = "whatsapp" if channel in ("messenger", "social_dm") else ""
    one = grant(purpose=purpose, channel=channel, platform=platform)
    ISO.validate(iso(one))
    KANTARA.validate(old(one))
    told = old(one)["services"][0]["purposes"][0]
    assert told["thirdPartyDisclosure"] is bool(platform) and ("thirdPartyName" in told) is bool(platform)


def test_the_tables_know_every_purpose_channel_and_no_other():
    assert set(terms.PURPOSES) == set(terms.KANTARA_PURPOSES) == set(Purpose.values)
    assert set(terms.PERSONAL_DATA) == set(terms.KANTARA_DATA) == set(Channel.values)


def nodes(value):
    """Every object in a document, wherever it lies."""
    if isinstance(value, dict):
        yield value
        for name, inner in value.items():
            if name != "@context":
                yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


@pytest.mark.parametrize("which", ["iso", "kantara"])
def test_an_unknown_field_is_refused_everywhere(which):
    make, check = (lambda: iso(grant())), ISO
    if which == "kantara":
        make, check = (lambda: old(grant())), KANTARA
    for place in range(len(list(nodes(make())))):
        spoiled = copy.deepcopy(make())
        list(nodes(spoiled))[place]["extra"] = "x"
        assert not check.is_valid(spoiled), place


@pytest.mark.parametrize("field", ["dct:identifier", "dpv:hasDataSubject", "dpv:hasNotice", "dpv:hasConsentStatus"])
def test_a_missing_mandatory_field_of_the_record_is_refused(field):
    spoiled = iso(grant())
    del spoiled["dpv:hasRecordOfActivity"][0][field]
    assert not ISO.is_valid(spoiled)


def test_a_house_without_address_is_not_valid_and_nothing_is_invented():
    bare = Company("Muster GmbH", "DE", HOUSE.page)
    assert "dpv:hasAddress" not in iso27560.party(bare)
    assert not ISO.is_valid(iso(grant(), house=bare)) and not KANTARA.is_valid(old(grant(), bare))


def test_a_house_that_says_too_little_is_warned(settings):
    assert receipts_check() == []
    settings.COMPANY_PHONE = settings.PRIVACY_POLICY_URL = ""
    (warning,) = receipts_check()
    assert warning.id == "kontaktklar.W101" and "COMPANY_PHONE, PRIVACY_POLICY_URL" in warning.msg


def test_a_term_that_dpv_lacks_is_refused():
    spoiled = iso(grant())
    spoiled["dpv:hasRecordOfActivity"][0]["dpv:hasConsentStatus"][0]["@type"] = "dpv:ConsentStale"
    assert not ISO.is_valid(spoiled)


def test_the_story_in_statuses():
    assert statuses(iso(grant("stale"))) == ["dpv:ConsentGiven"]
    assert statuses(iso(grant("withdrawn"))) == ["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]
    assert statuses(iso(grant("pending_doi"))) == ["dpv:ConsentRequested"]
    assert statuses(iso(grant("none"))) == ["dpv:ConsentUnknown"]
    assert statuses(iso(grant(), grant("expired")), 1) == ["dpv:ConsentGiven", "dpv:ConsentExpired"]


def test_an_end_that_no_job_has_recorded_is_told():
    one = grant("expired", expires_at=AT - timedelta(days=3))
    unrecorded = replace(one, acts=one.acts[:1])
    told = iso(unrecorded)["dpv:hasRecordOfActivity"][0]["dpv:hasConsentStatus"][-1]
    assert told["@type"] == "dpv:ConsentExpired" and told["dpv:isIndicatedAtTime"] == "2026-11-21T10:00:00Z"


@pytest.mark.parametrize(
    ("how", "proof", "kind"),
    [
        ("double_opt_in", True, "dpv:ExplicitlyExpressedConsent"),
        ("paper", True, "dpv:ExpressedConsent"),
        ("imported", False, "dpv:Consent"),
    ],
)
def test_how_strong_the_act_was(how, proof, kind):
    assert terms.consent_type(how, proof) == kind


def test_kantara_does_not_call_explicit_what_nobody_can_show():
    told = old(grant(proof=False))["services"][0]["purposes"][0]["consentType"]
    assert told == WORDS["de"].unproven


# --- from the ledger


@pytest.fixture
def consents(cast, customer, now):
    """One consent in every state, each on the way there by the ledger's own verbs."""
    made = {}
    days_ago = {"active": 10, "stale": 900, "expired": 1600, "withdrawn": 0}
    ways = {"active": "email", "stale": "letter", "expired": "phone", "withdrawn": "sms"}
    for state, channel in ways.items():
        at = now - timedelta(days=days_ago[state])
        made[state] = services.give_consent(
            cast.clara,
            customer=customer,
            purpose="service",
            channel=channel,
            how="paper",
            evidence="Formular 7",
            text=wording("service", channel),
            given_at=at,
            at=at,
        )
    services.withdraw_consent(cast.anna, consent=made["withdrawn"], how="spoken", note="", at=now)
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_ledgers_own_consents_are_valid(consents, customer, now, language):
    grants = grants_of(customer, at=now, language=language)
    assert {one.state for one in grants} == {"active", "stale", "expired", "withdrawn"}
    receipt = as_27560(grants, at=now, language=language)
    ISO.validate(receipt)
    for one in grants:
        KANTARA.validate(as_kantara(one, at=now))
    expired = next(place for place, one in enumerate(grants) if one.state == "expired")
    assert statuses(receipt, expired) == ["dpv:ConsentGiven", "dpv:ConsentExpired"]  # no job has run


@pytest.mark.django_db
def test_the_double_opt_in_is_a_request_and_a_confirmation(cast, customer, now):
    text = wording("marketing", "email")
    asked = services.request_opt_in(
        cast.clara, address=f"erika.{customer.number}@kundin.example", text=text, via="officer", at=now
    )
    consent = services.confirm_opt_in(token_of_opt_in(asked), at=now + timedelta(minutes=5))
    receipt = as_27560([grant_of(consent, at=now + timedelta(hours=1), language="en")], at=now, language="en")
    ISO.validate(receipt)
    assert statuses(receipt) == ["dpv:ConsentRequested", "dpv:ConsentGiven"]
    given = receipt["dpv:hasRecordOfActivity"][0]["dpv:hasConsentStatus"][1]
    assert given["@type"][1] == "dpv:ExplicitlyExpressedConsent" and given["dpv:hasNotice"] == f"_:{text.reference}"
    assert receipt["dpv:hasRecordOfActivity"][0]["dpv:hasNotice"][0]["dct:description"] == text.body


@pytest.mark.django_db
def test_a_correction_shows_in_the_entry_that_it_corrects(consents, cast, customer, now):
    earlier = now - timedelta(days=20)
    services.correct_consent(
        cast.clara,
        consent=consents["active"],
        evidence="Formular 8",
        text=wording("service", "email"),
        given_at=earlier,
        at=now,
    )
    one = grant_of(Consent.objects.select_related("customer").get(pk=consents["active"].pk), at=now, language="en")
    assert [act.at for act in one.acts] == [earlier] and one.given_at == earlier


@pytest.mark.django_db
def test_nobody_is_named(consents, customer, now):
    grants = grants_of(customer, at=now, language="en")
    told = json.dumps([as_27560(grants, at=now, language="en"), *(as_kantara(one, at=now) for one in grants)])
    points = ContactPoint.objects.filter(customer=customer)
    for word in ("Mustermann", "Erika", customer.number, *points.values_list("value", flat=True)):
        assert word not in told


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(consents, cast, customer, now, django_assert_num_queries):
    with django_assert_num_queries(6):
        grants_of(customer, at=now, language="en")
    other = make_customer(now, number="4712")
    services.give_consent(
        cast.clara,
        customer=other,
        purpose="service",
        channel="email",
        how="paper",
        evidence="9",
        given_at=now,
        at=now,
    )
    with django_assert_num_queries(6):
        grants_of(other, at=now, language="en")


@pytest.mark.django_db
def test_the_staff_download_both_formats(client, consents, cast, customer):
    client.force_login(cast.rita)
    address = reverse("consent_receipt", args=[customer.number, consents["active"].pk])
    answer = client.get(address, {"format": "27560"})
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert "attachment" in answer.headers["Content-Disposition"]
    ISO.validate(json.loads(answer.content))
    KANTARA.validate(json.loads(client.get(address, {"format": "kantara"}).content))
    assert client.get(address, {"format": "xml"}).status_code == 404


@pytest.mark.django_db
def test_a_consent_that_was_never_given_has_no_kantara_receipt(client, cast, customer, now):
    bare = Consent.objects.create(customer=customer, purpose="service", channel="email")
    client.force_login(cast.clara)
    address = reverse("consent_receipt", args=[customer.number, bare.pk])
    page = client.get(address, {"format": "kantara"}, follow=True).content.decode()
    assert "No consent was given yet" in page
    ISO.validate(json.loads(client.get(address).content))


@pytest.mark.django_db
def test_the_customer_downloads_their_own_and_nobody_elses(consents, cast, customer, now):
    mine = customer.contact_points.get(channel="email")
    stranger = make_customer(now, number="4713")
    services.give_consent(
        cast.clara,
        customer=stranger,
        purpose="marketing",
        channel="letter",
        how="paper",
        evidence="9",
        given_at=now,
        at=now,
    )
    packed = open_page(customer, mine, at=now).get(reverse("preferences_receipts"))
    assert packed.headers["Content-Type"] == "application/zip" and packed.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as files:
        names = set(files.namelist())
        receipt = json.loads(files.read("receipt-27560.json"))
        for name in names - {"receipt-27560.json"}:
            KANTARA.validate(json.loads(files.read(name)))
    ISO.validate(receipt)
    assert len(receipt["dpv:hasRecordOfActivity"]) == 4
    assert names == {"receipt-27560.json"} | {
        f"receipt-kantara-service-{channel}.json" for channel in ("email", "letter", "phone", "sms")
    }


@pytest.mark.django_db
def test_without_an_open_page_there_is_nothing(consents):
    answer = browser().get(reverse("preferences_receipts"))
    assert answer.status_code == 302 and answer.url == reverse("preferences")


@pytest.mark.django_db
def test_the_same_bytes_for_the_same_customer_time_and_language(consents, customer, now):
    first = receipts_of(customer, at=now, language="de")
    assert first == receipts_of(customer, at=now, language="de")
    assert first != receipts_of(customer, at=now + timedelta(seconds=1), language="de")
    assert first != receipts_of(customer, at=now, language="en")
