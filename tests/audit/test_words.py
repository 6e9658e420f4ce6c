"""The trail's words are those of the rooms, although the floor cannot ask them."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.utils import translation

from consent.models import Consent, ConsentEvent, OptIn
from consent.services.own_page import Wish
from contacts.customers import services as customers
from contacts.customers.importing.kinds import Tally, kinds
from contacts.customers.models import ContactPoint, Customer, InboundContact, Objection
from contacts.customers.suppression import lists
from contacts.customers.suppression.models import SuppressionEntry, SuppressionList
from contacts.customers.suppression.words import BY_HAND
from contacts.incidents.models import Assessment, Decision, Entry, Incident
from contacts.requests import account_services, presenting
from contacts.requests.models import CompanyAccount, Contact, ContactRequest, PlatformRegistration, Review
from portal.audit.field_words import FIELDS
from portal.audit.values import WORDS, Names, value_word
from portal.audit.words import JOBS, job_word
from portal.people import services as people
from portal.vocabulary import Outcome
from training.models import Assignment, Course

ROOT = Path(__file__).resolve().parents[2]
CHOICES = [
    (name, model._meta.get_field(name).choices)
    for model, names in (
        (Customer, ("kind", "relationship", "language")),
        (ContactPoint, ("channel", "platform", "source")),
        (InboundContact, ("channel", "platform")),
        (Objection, ("scope", "channel", "how")),
        (CompanyAccount, ("channel", "platform", "kind")),
        (PlatformRegistration, ("status",)),
        (Consent, ("purpose", "channel", "platform")),
        (OptIn, ("via",)),
        (SuppressionEntry, ("scope",)),
        (SuppressionList, ("kind", "effect")),
        (Contact, ("result",)),
        (ContactRequest, ("purpose", "outcome")),
        (Review, ("stage",)),
        (Course, ("kind",)),
        (Assignment, ("role", "rule")),
        (Incident, ("kind",)),
        (Entry, ("step",)),
        (Assessment, ("risk",)),
        (Decision, ("about",)),
    )
    for name in names
] + [
    *((name, Outcome.choices) for name in ("outcome_before", "released")),
    ("given_how", ConsentEvent.How.choices),
    ("kind", [(kind.name, kind.title) for kind in kinds().values()]),
    ("reason", list(BY_HAND.items())),
    ("wish", Wish.choices),
]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("name", "choices"), CHOICES, ids=str)
def test_a_value_has_the_word_of_its_room(name, choices, language):
    with translation.override(language):
        said = {value: str(WORDS[name].get(value)) for value, _label in choices if value}
        assert said == {value: str(label) for value, label in choices if value}


@pytest.mark.parametrize("code", sorted(set(WORDS["reason"]) - set(BY_HAND)))
def test_a_permit_ends_for_the_same_reason_in_the_trail_and_on_its_page(code):
    assert presenting.reasons_by_id(code) == [str(WORDS["reason"][code])]


def test_every_field_that_verbs_tell_of_has_a_word():
    told = {*customers.EDITABLE, *account_services.EDITABLE, *people.EDITABLE, *lists.EDITABLE}
    told |= {one.name for one in fields(Tally)}
    assert told - set(FIELDS) == set()


def test_every_job_has_a_name():
    code = [path for room in ("portal", "contacts", "consent", "training") for path in (ROOT / room).rglob("*.py")]
    named = {name for path in code for name in re.findall(r"\bJob\(\"([^\"]+)\"\)", path.read_text(encoding="utf-8"))}
    assert len(named) > 10
    assert named | {f"import_{name}" for name in kinds()} <= set(JOBS)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("state", "withdrawn", "Withdrawn"),
        ("recorded_state", "withdrawn", "Withdrawn"),
        ("contact_point_id", 7, "no. 7"),
    ],
)
def test_what_a_consent_computed_anew_says_has_words(name, value, word):
    with translation.override("en"):
        assert value_word("consent", name, value, Names()) == word


def test_another_system_is_called_by_the_name_of_its_key():
    assert job_word("api:shop") == "Other system: shop"
