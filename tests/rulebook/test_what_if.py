"""What a draft would have made of the decisions of late."""

from datetime import timedelta

import pytest

from contacts import policy
from contacts.requests.models import DecisionRecord
from contacts.rulebook.selectors import rule_set_of_version
from contacts.rulebook.what_if import effect_of, latest
from tests.api.conftest import ASKED, call, key  # noqa: F401
from tests.cast import point
from tests.requests.scenes import as_, ask, service_by_mail
from tests.rulebook.sets import STRICTER, drafted, released
from tests.rulebook.test_under_another import chat

pytestmark = pytest.mark.django_db
CHAT = ASKED | {"channel": "messenger", "platform": "whatsapp"}


def effect(version, most=100):
    return effect_of(rule_set_of_version(version), policy.RULE_SET_1, latest(most))


def test_it_counts_what_would_flip_and_names_it(call, cast, customer, accounts, now):  # noqa: F811
    asked = [chat(cast, customer, accounts, now + timedelta(minutes=number)) for number in range(2)]
    service_by_mail(cast, customer, accounts, now)
    given = call(CHAT).json()
    found = effect(drafted(cast, now, STRICTER))
    assert (found.looked_at, found.flipped, found.left_out) == (4, 3, 0)
    assert found.rows == [("needs_dpo_approval", "forbidden", 3)]
    told = {flip.recorded.label: (flip.recorded.address, flip.rules) for flip in found.flips}
    assert told == {
        asked[0].number: (f"/requests/{asked[0].number}/", ("SRV-03",)),
        asked[1].number: (f"/requests/{asked[1].number}/", ("SRV-03",)),
        given["id"]: ("", ("SRV-03",)),
    }


def test_a_draft_that_changes_nothing_flips_nothing(cast, customer, accounts, now):
    chat(cast, customer, accounts, now)
    assert effect(drafted(cast, now)).rows == []


def test_contact_hours_and_ages_are_measured_anew(cast, customer, accounts, now):
    """The hour of the question is outside the hours of the draft: a call for service asks the manager (TEL-07)."""
    ask(cast.anna, customer, "phone", accounts.phone, at=now)
    hours = {"monday_to_friday": ["06:00", "07:00"], "saturday": ["06:00", "07:00"]}
    found = effect(drafted(cast, now, {"thresholds": {"contact_hours": hours}}))
    assert found.rows == [("allowed", "needs_manager_approval", 1)]


def test_the_latest_are_looked_at_in_one_statement_for_each_room(
    cast, customer, accounts, now, django_assert_num_queries
):
    for number in range(5):
        chat(cast, customer, accounts, now + timedelta(minutes=number))
    draft = drafted(cast, now, STRICTER)
    with django_assert_num_queries(2):
        found = effect(draft, most=3)
    assert found.looked_at == 3
    assert [flip.recorded.at for flip in found.flips] == [now + timedelta(minutes=4 - number) for number in range(3)]


def test_facts_that_cannot_be_read_any_more_are_left_out_and_counted(cast, customer, accounts, now):
    asked = chat(cast, customer, accounts, now)
    kept = DecisionRecord.objects.get()
    old = {**kept.facts, "channel": "fax"}
    DecisionRecord.objects.create(request=asked, stage="ask", at=now, facts=old, rule_set=1, outcome="allowed")
    found = effect(drafted(cast, now, STRICTER))
    assert (found.looked_at, found.left_out, found.flipped) == (1, 1, 1)


def test_the_page_shows_it_and_touches_nothing(cast, customer, accounts, now, django_assert_max_num_queries):
    asked = chat(cast, customer, accounts, now)
    version = drafted(cast, now, STRICTER)
    before = (version.settings, DecisionRecord.objects.count())
    client = as_(cast.dora)
    with django_assert_max_num_queries(14):
        page = client.get(f"/rules/versions/{version.number}/what-if/?size=100").content.decode()
    assert "1 of the latest 1 decisions" in page and f"/requests/{asked.number}/" in page
    assert 'href="/rules/SRV-03/"' in page
    version.refresh_from_db()
    assert before == (version.settings, DecisionRecord.objects.count())


def test_it_compares_with_the_rule_set_in_force_not_with_the_one_of_that_day(cast, customer, accounts, now):
    point(customer, "messenger", "+49 171 5550001", now=now, platform="whatsapp")
    chat(cast, customer, accounts, now)
    released(cast, now, STRICTER)
    version = drafted(cast, now, {"outcomes": {"LET-03": "forbidden"}})
    page = as_(cast.adam).get(f"/rules/versions/{version.number}/what-if/").content.decode()
    assert "0 of the latest" in page
