"""What another rule set changes: questions, hours, caps, permits, lists - and what it leaves as it was."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from consent.models import ThresholdSetting
from contacts import policy
from contacts.requests.context import Question, load
from contacts.requests.deciding import answer_question
from contacts.requests.models import DecisionRecord
from contacts.requests.services import permits, submitting
from contacts.requests.validity import holds_until
from contacts.requests.ways import ways
from portal.outbox.delivery import deliver_due
from tests.cast import point
from tests.requests.scenes import ask, permit_for
from tests.rulebook.sets import MILDER, STRICTER, released

pytestmark = pytest.mark.django_db
BERLIN, DAY = ZoneInfo("Europe/Berlin"), timedelta(days=1)
BECAUSE = "The authority answered our question."


def chat(cast, customer, accounts, at):
    """Service over WhatsApp without agreement: SRV-03."""
    if not customer.contact_points.filter(channel="messenger").exists():
        point(customer, "messenger", "+49 171 5550001", now=at, platform="whatsapp")
    return ask(cast.anna, customer, "messenger", accounts.whatsapp, at=at)


def test_the_question_is_answered_by_the_rule_set_of_its_instant(cast, customer, accounts, now):
    version = released(cast, now, STRICTER, effective_from=now + DAY)
    chat(cast, customer, accounts, now)
    chat(cast, customer, accounts, now + DAY)
    kept = DecisionRecord.objects.order_by("pk").values_list("outcome", "rule_set", "rule_set_hash")
    assert list(kept) == [
        ("needs_dpo_approval", 1, policy.RULE_SET_1.hash),
        ("forbidden", version.number, version.sha256),
    ]


def test_what_waits_is_decided_anew_when_it_is_handed_in(cast, customer, accounts, now):
    asked = chat(cast, customer, accounts, now)
    released(cast, now + DAY, STRICTER)
    assert submitting.submit(cast.anna, request=asked, at=now + DAY).state == "refused"


def test_reading_takes_the_same_two_statements_under_another_rule_set(
    cast, customer, accounts, now, django_assert_num_queries
):
    released(cast, now, STRICTER)
    with django_assert_num_queries(2):
        context = load(customer, cast.anna, at=now)
    assert context.rules.number == 2


def test_contact_hours_ways_and_validity_go_by_it(cast, customer, accounts, now):
    late = datetime(2026, 11, 24, 18, 30, tzinfo=BERLIN)
    hours = {"monday_to_friday": ["10:00", "18:00"], "saturday": ["10:00", "12:00"]}
    released(cast, now, {"thresholds": {"contact_hours": hours}}, effective_from=now + DAY)
    for at, quiet, ends in ((late - DAY, False, "20:00"), (late + DAY, True, "00:00")):
        context = load(customer, cast.anna, at=at.astimezone(UTC))
        phone = customer.contact_points.get(channel="phone")
        given = answer_question(context, Question(phone, context.default_account(phone), purpose="service"))
        assert given.facts.quiet_hours is quiet, at
        assert f"{holds_until(given, other_rules_from=None).astimezone(BERLIN):%H:%M}" == ends
        waits = [way for way in ways(given) if "wait" in "".join(way.keys)]
        openings = {f"{way.question.planned_at.astimezone(BERLIN):%H:%M}" for way in waits}
        assert openings == ({"10:00"} if quiet else set())


def test_a_platform_is_as_strict_as_the_rule_set_or_the_register_says(cast, customer, accounts, now):
    examples = (
        *("date request to an attractive customer", "WhatsApp reply by staff with expired training"),
        *("service over WhatsApp when nothing else reaches the customer", "reminder by WhatsApp without agreement"),
        *("agreed WhatsApp from a shared phone with an open address book", "agreed WhatsApp from a shared phone"),
        "warning of danger over WhatsApp",
    )
    released(cast, now, {"platforms": {"whatsapp": "not_approved"}}, meant=examples)
    asked = chat(cast, customer, accounts, now)
    kept = DecisionRecord.objects.get(request=asked)
    assert (kept.outcome, kept.deciding_rules) == ("forbidden", ["ACC-05"])
    assert kept.facts["platform_status"] == "approved", "the fact is kept as it was"


# --- permits


def milder_then(cast, customer, accounts, now, settings):
    """A permit of the manager under a milder rule set, and the next rule set a day later."""
    released(cast, now, MILDER, laxer_reason=BECAUSE)
    permit = permit_for(chat(cast, customer, accounts, now), cast, now)
    assert (permit.released, permit.accepted_rules) == ("needs_manager_approval", ["SRV-03"])
    released(cast, now + timedelta(hours=1), settings)
    return permit


@pytest.mark.parametrize("outcome", ["needs_dpo_approval", "forbidden"])
def test_a_permit_goes_no_further_than_the_word_that_released_it(cast, customer, accounts, now, outcome):
    """The manager accepted SRV-03. Where it asks for the officer now, nobody has answered that."""
    permit = milder_then(cast, customer, accounts, now, {"outcomes": {"SRV-03": outcome}})
    used = permits.redeem(cast.anna, permit=permit, at=now + timedelta(hours=2))
    assert (used.use, used.because) == (None, "SRV-03")
    permit.refresh_from_db()
    assert permit.state == "revoked"


def test_the_event_of_the_release_ends_what_is_not_covered_any_more(cast, customer, accounts, now):
    permit = milder_then(cast, customer, accounts, now, {"outcomes": {"SRV-03": "forbidden"}})
    deliver_due(at=now + timedelta(hours=1))
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "SRV-03")


def test_a_permit_that_a_stricter_word_released_stays_usable(cast, customer, accounts, now):
    permit = permit_for(chat(cast, customer, accounts, now), cast, now)
    assert permit.released == "needs_dpo_approval"
    released(cast, now + timedelta(hours=1), MILDER, laxer_reason=BECAUSE)
    deliver_due(at=now + timedelta(hours=1))
    assert permits.redeem(cast.anna, permit=permit, at=now + timedelta(hours=2)).use is not None


def test_how_long_a_permit_is_valid_is_said_by_the_rule_set_of_its_grant(cast, customer, accounts, now):
    released(cast, now, {"thresholds": {"approval_valid_days": 3}})
    asked = ask(cast.anna, customer, "email", accounts.email, at=now)
    assert permit_for(asked, cast, now).valid_until == now + 3 * DAY


# --- the ledger


def test_the_ledger_takes_over_what_the_rule_set_says_about_silence(cast, now):
    silence = {"stale_after_months_unused": 6, "expired_after_months_unused": 12}
    released(cast, now, {"thresholds": silence})
    deliver_due(at=now)
    deliver_due(at=now + DAY)
    (setting,) = ThresholdSetting.objects.all()
    assert (setting.purpose, setting.channel, setting.valid_from, setting.set_by) == ("", "", now, cast.dora)
    assert (setting.stale_after_months_unused, setting.expired_after_months_unused) == (6, 12)


def test_a_rule_set_that_says_nothing_about_silence_leaves_the_ledger_alone(cast, now):
    released(cast, now, STRICTER)
    deliver_due(at=now)
    assert not ThresholdSetting.objects.exists()
