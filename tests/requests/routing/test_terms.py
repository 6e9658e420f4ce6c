"""Conditions of several reviewers: the strictest of each kind counts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from contacts.requests.routing.terms import Terms, strictest_terms

BERLIN = ZoneInfo("Europe/Berlin")
GIVEN = datetime(2026, 12, 8, 10, 0, tzinfo=UTC)


def test_the_earliest_end_the_fewest_uses_and_all_words_count():
    first = Terms(date(2026, 12, 3), 5, ("Nur vormittags.",))
    second = Terms(date(2026, 12, 1), None, ("Nicht länger als 5 Minuten.", "Nur vormittags."))
    both = strictest_terms([first, second, Terms(None, 2)])
    assert both == Terms(date(2026, 12, 1), 2, ("Nur vormittags.", "Nicht länger als 5 Minuten."))


def test_without_conditions_it_is_as_the_rules_give():
    terms = strictest_terms([])
    assert not terms
    assert (terms.until(GIVEN, BERLIN), terms.uses(3)) == (GIVEN, 3)


def test_conditions_never_give_more():
    terms = Terms(date(2027, 1, 1), 9)
    assert (terms.until(GIVEN, BERLIN), terms.uses(3)) == (GIVEN, 3)
    assert Terms(date(2026, 12, 1), 1).uses(3) == 1


def test_a_day_lasts_until_its_end_in_the_office():
    assert Terms(date(2026, 12, 1)).until(GIVEN, BERLIN) == datetime(2026, 12, 1, 22, 59, 59, tzinfo=UTC)
