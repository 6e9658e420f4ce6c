"""The answer tells everything: every model that points at a customer is in it, or stands here with the reason."""

import json
from functools import cache

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ForeignKey
from django.http import Http404
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from contacts.customers.models import Customer
from contacts.incidents.services.ordering import issue_order
from contacts.rights import letters, portable
from contacts.rights.models import Letter
from contacts.rights.selectors import get_release
from contacts.rights.services import documents, releasing
from portal.subjects import Asked, contributors, sections_about
from tests.incidents.scenes import reported
from tests.rights.canary import WORD, canary
from tests.rights.scenes import erased, opened, second_officer

pytestmark = pytest.mark.django_db

#: Points at a customer, directly or over others, and is not in the answer. Each with its reason.
NOT_TOLD = {
    "audit.AuditEntry": "the trail of what the answer tells; its own room looks after it",
    "audit.Seal": "the place of an entry of the trail in its tree, without a word about anybody",
    "consent.ForecastWarning": "that officers were warned of a date which the answer tells",
    "incidents.Order": "a letter to somebody who works here; its standard words name no customer",
    "requests.Proposal": "another text for a request, never sent; what was handed in is told",
    "requests.PromotionOverride": "the reviewer's yes to a dispute that is told",
    "requests.Reassignment": "who decides instead of whom: about people who work here",
    "requests.ReviewStage": "the way of a request through the house: about people who work here",
    "requests.Snapshot": "a copy of the request as it was handed in, which is told",
    "requests.Snooze": "when somebody wants to be reminded: about people who work here",
    "rights.DataRequest": "what the person asks here, and what this letter answers",
    "rights.Letter": "fingerprints of the letters that the person has",
    "rights.NameRelease": "how two people decided about names: about people who work here",
    "webhooks.Attempt": "tries to reach a receiver that is told",
    "retention.Hold": "why the house may not erase yet: a note of its officer for its own defence",
}


@cache
def pointing() -> frozenset[str]:
    """Every model with a way to a customer: foreign keys, over any number of models, and plain keys."""
    found = {Customer}
    while True:
        more = {model for model in apps.get_models() if _leads_to(model, found)} - found
        if not more:
            return frozenset(model._meta.label for model in found)
        found |= more


def _leads_to(model, found) -> bool:
    fields = model._meta.concrete_fields
    plain = any(field.attname == "customer_id" for field in fields)
    return plain or any(isinstance(field, ForeignKey) and field.related_model in found for field in fields)


def test_every_model_that_points_at_a_customer_is_told_or_has_a_reason_not_to_be():
    told = {model for one in contributors() for model in one.models}
    assert told - pointing() <= {"screening.Screening", "screening.Piece"}, "these are found by what is in them"
    assert pointing() - told == set(NOT_TOLD)


def test_everything_that_was_written_about_a_person_is_in_the_answer(cast, accounts, now):
    who, _asked = canary(cast, accounts, now, None)
    said = {
        one.code: json.dumps([[item.words for item in record] for record in one.records]) for one in _told(who, now)
    }
    silent = {"consents", "preference_links", "suppression", "imports", "screenings", "recipients", "permits"}
    assert {code for code, words in said.items() if WORD not in words.lower()} <= silent | {"decisions"}
    assert {"customer", "addresses", "contacts", "requests", "remarks", "incidents", "sign_ups", "questions"} <= set(
        said
    )
    assert {"recipients", "screenings", "imports", "suppression"} <= set(said)


def _told(who, now, *, names=False):
    return sections_about(Asked(who, now, names))


def test_each_address_has_its_source_and_each_section_its_purpose_and_period(cast, customer, now):
    found = {one.code: one for one in _told(customer, now)}
    assert all("source" in {item.code for item in record} for record in found["addresses"].records)
    assert all(one.purpose and one.kept and one.heading for one in found.values())


def test_who_acted_is_named_only_once_two_have_agreed(cast, customer, now):
    made = reported(cast, now, customer=customer)
    issue_order(cast.dora, incident=made, body="Please do not.", at=now)
    asked = opened(cast, customer, now)
    before = _words(documents.make_letter(cast.dora, request=asked, kind="access", at=now))
    release = releasing.ask_names(cast.dora, request=asked, reason="A court asks", at=now)
    waiting = _words(documents.make_letter(cast.dora, request=asked, kind="access", at=now))
    releasing.decide_names(cast.adam, release=release, agreed=True, reason="It does", at=now)
    after = _words(documents.make_letter(cast.dora, request=asked, kind="access", at=now))
    assert ["Anna Beispiel" in text for text in (before, waiting, after)] == [False, False, True]


def test_who_only_reported_is_never_named(cast, customer, now):
    reported(cast, now, customer=customer)
    assert "Anna" not in str(_told(customer, now, names=True))


def test_a_release_needs_a_second_person_of_two_roles(cast, customer, now):
    release = releasing.ask_names(cast.dora, request=opened(cast, customer, now), reason="A court asks", at=now)
    for somebody in (cast.dora, cast.rita, cast.clara, cast.mona, cast.anna):
        with pytest.raises(Http404):
            get_release(somebody, release.pk)
        with pytest.raises(PermissionDenied):
            releasing.decide_names(somebody, release=release, agreed=True, reason="x", at=now)
    otto = second_officer()
    assert get_release(otto, release.pk) == release
    with pytest.raises(ValidationError, match="Say why"):
        releasing.decide_names(otto, release=release, agreed=False, reason="", at=now)
    assert releasing.decide_names(otto, release=release, agreed=False, reason="x", at=now).agreed is False


def _words(pdf: bytes) -> str:
    import io

    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_answer_is_a_readable_letter_in_the_language_of_the_person(cast, customer, now, language):
    asked = opened(cast, customer, now, language=language)
    pdf = documents.make_letter(cast.dora, request=asked, kind="access", at=now)
    text = _words(pdf)
    assert letters.TITLES[language]["access"] in text and "Erika Mustermann" in text and "51147 Köln" in text
    assert letters.COMPLAIN[language][:60] in text
    assert b"pdfuaid" in pdf, "accessible (PDF/UA-1)"


def test_there_are_words_for_each_letter_in_both_languages():
    kinds = set(Letter.Kind.values) - {"portability"}
    for language in ("de", "en"):
        assert set(letters.WORDS[language]) == set(letters.TITLES[language]) == kinds
        assert set(letters.WHAT[language]) == {
            "access",
            "portability",
            "rectification",
            "restriction",
            "objection",
            "erasure",
        }


def test_what_the_person_gave_can_be_taken_along_as_json(cast, customer, now):
    asked = opened(cast, customer, now, "portability")
    document = json.loads(documents.make_letter(cast.dora, request=asked, kind="portability", at=now))
    Draft202012Validator(portable.SCHEMA).validate(document)
    sections = {one["code"]: one["records"] for one in document["sections"]}
    assert sections["customer"][0]["last_name"] == "Mustermann"
    assert {one["channel"] for one in sections["addresses"]} == {"letter", "email", "phone", "social_dm"}
    assert "decisions" not in sections, "what the company worked out is not theirs to take along"


def test_the_schema_refuses_what_is_none():
    wrong = {"format": "other", "reference": "D-1", "made_at": "", "controller": {}, "sections": []}
    assert not Draft202012Validator(portable.SCHEMA).is_valid(wrong)


def test_of_each_letter_the_fingerprint_is_kept_and_no_copy(cast, customer, now):
    from hashlib import sha256

    asked = opened(cast, customer, now)
    pdf = documents.make_letter(cast.dora, request=asked, kind="receipt", at=now)
    assert Letter.objects.get().sha256 == sha256(pdf).hexdigest()
    assert documents.make_letter(cast.dora, request=asked, kind="receipt", at=now) == pdf


def test_after_the_erasure_the_letter_names_nobody(cast, customer, now):
    gone = erased(cast, customer, now)
    text = _words(documents.make_letter(cast.dora, request=gone, kind="erased", at=now))
    assert "Mustermann" not in text and letters.TITLES["de"]["erased"] in text
