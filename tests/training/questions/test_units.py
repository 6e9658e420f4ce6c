"""A typed number earns its point with the unit behind it, as people write it; another unit is another answer."""

import pytest

from tests.training.courses import question
from training.questions import from_json, score

EUROS = {"right": 300000, "unit": {"de": "Euro", "en": "euros"}}
HOURS = {"right": 72, "unit": {"de": "Stunden", "en": "hours"}}
CLOCK = {"right": 18, "unit": {"de": "Uhr", "en": "o'clock"}}
MONTH = {"right": 1, "unit": {"de": "Monat", "en": "month"}}
OWN = {"right": 5, "unit": {"de": "Schritte", "en": ""}}
NONE = {"right": 5}


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        *(
            (EUROS, typed)
            for typed in ("300.000 €", "300.000 EUR", "300000 Euro", "300,000 euros", "300 000€", "300000")
        ),
        *((HOURS, typed) for typed in ("72 h", "72h", "72 Std.", "72 STUNDEN", "72 hours", "72")),
        *((CLOCK, typed) for typed in ("18:00", "18:00 Uhr", "18 Uhr", "18h", "18 o’clock", "18.00 Uhr")),
        *((MONTH, typed) for typed in ("1 Monat", "1 months")),
        (OWN, "5 schritte"),
    ],
)
def test_the_declared_unit_in_its_spellings(body, typed):
    assert score(from_json(question("n", kind="numerical", **body)), {"value": typed}) == 1


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        (HOURS, "72 d"),
        (HOURS, "72 Tage"),
        (HOURS, "h"),
        (EUROS, "300.000 $"),
        (CLOCK, "18:30"),
        (OWN, "5 h"),
        (NONE, "5 h"),
    ],
)
def test_another_unit_or_no_number_earns_nothing(body, typed):
    assert score(from_json(question("n", kind="numerical", **body)), {"value": typed}) == 0
