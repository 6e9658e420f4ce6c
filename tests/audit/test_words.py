"""The trail's words are those of the rooms, although the floor cannot ask them."""

from dataclasses import fields

import pytest
from django.utils import translation

from consent.models import Consent
from contacts.customers import services as customers
from contacts.customers.importing.kinds import Tally
from contacts.customers.models import ContactPoint, Customer, InboundContact, Objection
from contacts.incidents.models import Assessment, Decision, Entry, Incident
from contacts.requests import account_services, presenting
from contacts.requests.models import CompanyAccount, Contact, ContactRequest, PlatformRegistration, Review
from portal.audit.values import WORDS
from portal.audit.words import FIELDS
from portal.people import services as people
from portal.vocabulary import Outcome

CHOICES = [
    (name, model._meta.get_field(name).choices)
    for model, names in (
        (Customer, ("kind", "relationship", "language")),
        (ContactPoint, ("channel", "platform", "source")),
        (InboundContact, ("channel", "platform")),
        (Objection, ("scope", "channel", "how")),
        (CompanyAccount, ("channel", "platform", "kind")),
        (PlatformRegistration, ("status",)),
        (Consent, ("purpose", "channel")),
        (Contact, ("result",)),
        (ContactRequest, ("purpose", "outcome")),
        (Review, ("stage",)),
        (Incident, ("kind",)),
        (Entry, ("step",)),
        (Assessment, ("risk",)),
        (Decision, ("about",)),
    )
    for name in names
] + [(name, Outcome.choices) for name in ("outcome_before", "released")]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("name", "choices"), CHOICES, ids=str)
def test_a_value_has_the_word_of_its_room(name, choices, language):
    with translation.override(language):
        said = {value: str(WORDS[name].get(value)) for value, _label in choices if value}
        assert said == {value: str(label) for value, label in choices if value}


@pytest.mark.parametrize("code", WORDS["reason"])
def test_a_permit_ends_for_the_same_reason_in_the_trail_and_on_its_page(code):
    assert presenting.reasons_by_id(code) == [str(WORDS["reason"][code])]


def test_every_field_that_verbs_tell_of_has_a_word():
    told = {*customers.EDITABLE, *account_services.EDITABLE, *people.EDITABLE, *(one.name for one in fields(Tally))}
    assert told - set(FIELDS) == set()
