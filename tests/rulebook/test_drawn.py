"""The rule book remembers what a rule set says, and nothing else."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.policy import RULE_SET_1
from contacts.policy.settings import Settings, rule_set_of
from contacts.rulebook import drawn
from tests.requests.scenes import as_
from tests.rulebook.sets import STRICTER, released

pytestmark = pytest.mark.django_db


def book(user, language="en", **asked):
    user.language = language
    user.save(update_fields=["language"])
    with CaptureQueriesContext(connection) as captured:
        page = as_(user).get("/rules/", asked).content.decode()
    read = [query["sql"] for query in captured if "rulebook_rulesetversion" in query["sql"]]
    return page, len(read)


def rules_in(page):
    return page.split('aria-labelledby="rules"')[1].split("</section>")[0]


def test_it_says_the_same_to_everybody_in_their_language(cast):
    english, german = rules_in(book(cast.anna)[0]), rules_in(book(cast.anna, "de")[0])
    assert "Condition and source" in english and "Bedingung und Quelle" in german
    assert rules_in(book(cast.rita)[0]) == english and rules_in(book(cast.rita, "de")[0]) == german
    assert (
        len(re.findall('class="factor"', english)) == len(RULE_SET_1.rules) == len(re.findall('class="factor"', german))
    )


def test_which_rule_set_is_in_force_is_read_each_time(cast, now):
    before, asked = book(cast.anna)
    assert book(cast.anna)[1] == asked == 2
    version = released(cast, timezone.now(), STRICTER)
    after, _asked = book(cast.anna)
    assert rules_in(before) != rules_in(after) and version.sha256 in after and version.sha256 not in before


def test_what_is_looked_for_is_sought_in_what_is_remembered(cast):
    book(cast.anna)
    found = rules_in(book(cast.anna, q="DEB-02")[0])
    assert 'id="DEB-02"' in found and 'id="CON-02"' not in found
    assert rules_in(book(cast.anna, outcome="nonsense")[0]).count('class="factor"') == len(RULE_SET_1.rules)


def test_no_more_rule_sets_are_remembered_than_said():
    for number in range(2, drawn.MOST_KEPT + 5):
        drawn.drawn(rule_set_of(Settings(), number))
    assert drawn._drawn.cache_info().currsize == drawn.MOST_KEPT
