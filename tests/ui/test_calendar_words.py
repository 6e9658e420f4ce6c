"""The words of the calendar: no word of ours may take the place of Django's."""

from datetime import date

import pytest
from django.utils import translation
from django.utils.formats import date_format

SHORT = {
    "de": ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


@pytest.mark.parametrize("language", sorted(SHORT))
def test_months_have_their_names(language):
    with translation.override(language):
        assert [date_format(date(2027, month, 1), "M") for month in range(1, 13)] == SHORT[language]
