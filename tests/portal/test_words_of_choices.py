"""The words of choices are those that Django shows, without its price."""

import pytest
from django.utils.translation import override

from consent.models import Consent
from contacts.customers.models import ContactPoint
from portal.vocabulary import Channel, ContactSource, Platform, Purpose, way_in_words, word_of

KINDS = {"purpose": (Consent, Purpose), "source": (ContactPoint, ContactSource)}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("field", KINDS)
def test_a_field_says_what_django_would_say(field, language):
    model, choices = KINDS[field]
    with override(language):
        labels = {str(value): str(label) for value, label in model._meta.get_field(field).choices}
        said = {value: getattr(model(**{field: value}), f"get_{field}_display")() for value in labels}
        assert said == labels
        assert word_of(choices, "unheard of") == "unheard of" == getattr(model(**{field: "unheard of"}), field)


def test_a_way_is_the_platform_where_there_is_one():
    with override("de"):
        assert way_in_words(Channel.EMAIL) == "E-Mail"
        assert way_in_words(Channel.MESSENGER, Platform.WHATSAPP) == "WhatsApp"
        for model in (Consent, ContactPoint):
            assert model(channel="messenger", platform="signal").get_way_display() == "Signal"
            assert model(channel="letter").get_way_display() == "Brief"
