"""A rule set comes into force by two people, from an instant on, and stays as it was released."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from contacts import policy
from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.selectors import rule_set_in_force, rule_set_kept
from contacts.rulebook.services import (
    NotNow,
    announce_in_force,
    discard_rule_set,
    draft_rule_set,
    release_rule_set,
    save_rule_set,
)
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.cast import person
from tests.rulebook.sets import MILDER, STRICTER, drafted, released

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WORDS = {"reason": "The works council asked for it."}


def release(user, version, at, **words):
    values = {"effective_from": None, **WORDS, **words}
    return release_rule_set(user, version=version, at=at, **values)


# --- in force


def test_the_shipped_rule_set_counts_until_another_is_released(cast, now, django_assert_num_queries):
    drafted(cast, now, STRICTER)
    with django_assert_num_queries(1):
        assert rule_set_in_force(now) is policy.RULE_SET_1


def test_a_released_rule_set_decides_from_its_instant_on(cast, now):
    version = released(cast, now, STRICTER, effective_from=now + DAY)
    assert rule_set_in_force(now + DAY - MINUTE) is policy.RULE_SET_1
    mine = rule_set_in_force(now + DAY)
    assert (mine.number, mine.hash) == (version.number, version.sha256)
    outcomes = {rule.id: rule.outcome.value for rule in mine.rules if rule.outcome}
    shipped = {rule.id: rule.outcome.value for rule in policy.RULE_SET_1.rules if rule.outcome}
    assert outcomes == shipped | {"SRV-03": "forbidden"}


def test_the_newest_version_whose_day_has_come_counts(cast, now):
    """A later one can overtake an earlier one that waits for its day: that never comes into force."""
    released(cast, now, STRICTER, effective_from=now + 3 * DAY)
    released(cast, now, {"thresholds": {"child_age": 16, "inbound_window_days": 7}}, effective_from=now + DAY)
    numbers = [rule_set_in_force(now + days * DAY).number for days in range(5)]
    assert numbers == [1, 3, 3, 3, 3]


def test_what_was_in_force_at_an_instant_never_changes(cast, now):
    before = rule_set_in_force(now)
    released(cast, now + MINUTE, STRICTER)
    assert rule_set_in_force(now) is before


def test_a_kept_decision_finds_its_rule_set_by_number_and_hash(cast, now):
    version = released(cast, now, STRICTER)
    assert rule_set_kept(version.number, version.sha256) == rule_set_in_force(now)
    assert rule_set_kept(1, policy.RULE_SET_1.hash) is policy.RULE_SET_1
    assert rule_set_kept(version.number, "0" * 64) is rule_set_kept(7, version.sha256) is None


# --- two people


def test_a_release_has_its_entry_and_tells_the_officers(cast, now):
    other = person("otto", "dpo")
    version = released(cast, now, STRICTER)
    entry = AuditEntry.objects.get(verb="rules.released")
    assert (entry.actor, entry.subject_id) == (cast.dora, str(version.number))
    assert entry.after["sha256"] == version.sha256
    told = OutboxMessage.objects.filter(topic="rules_released").values_list("recipient", flat=True)
    assert set(told) == {cast.dora.pk, other.pk}
    assert OutboxMessage.objects.filter(topic="rules.in_force", payload={"number": version.number}).count() == 1


def test_only_the_data_protection_officer_releases(cast, now):
    version = drafted(cast, now, STRICTER)
    for someone in (cast.adam, cast.mona, cast.rita, cast.anna):
        with pytest.raises(PermissionDenied):
            release(someone, version, now)


@pytest.mark.parametrize("name", ["mona", "rita", "anna", "clara", "tom"])
def test_only_officer_and_administrator_write(cast, now, name):
    version, someone = drafted(cast, now), getattr(cast, name)
    with pytest.raises(PermissionDenied):
        draft_rule_set(someone, at=now)
    with pytest.raises(PermissionDenied):
        save_rule_set(someone, version=version, settings={}, at=now)
    with pytest.raises(PermissionDenied):
        discard_rule_set(someone, version=version, at=now)


def test_who_wrote_in_the_draft_does_not_release_it_by_whatever_account(cast, now):
    version = drafted(cast, now, STRICTER)
    save_rule_set(cast.dora, version=version, settings={**version.settings, "platforms": {"x": "not_approved"}}, at=now)
    twin = person("dora2", "dpo")
    twin.person_number = "n-DORA "
    twin.save(update_fields=["person_number"])
    for someone in (cast.dora, twin):
        with pytest.raises(ValidationError, match="Another data protection officer"):
            release(someone, version, now)
    assert release(person("otto", "dpo"), version, now).state == "released"


def test_the_database_holds_the_four_eyes(cast, now):
    version = drafted(cast, now, STRICTER)
    values = {"state": "released", "released_at": now, "effective_from": now, "reason": "x", "sha256": "0" * 64}
    with pytest.raises(IntegrityError, match="of their own"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=version.pk).update(released_by=cast.adam, **values)
    with pytest.raises(IntegrityError, match="who began and wrote"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=version.pk).update(writers=[])


# --- what cannot be released


def test_a_start_in_the_past_is_refused(cast, now):
    version = drafted(cast, now, STRICTER)
    with pytest.raises(ValidationError, match="lies in the past"):
        release(cast.dora, version, now, effective_from=now - MINUTE)
    with pytest.raises(IntegrityError, match="rules_never_backdated"), transaction.atomic():
        values = {"state": "released", "released_at": now, "effective_from": now - MINUTE, "sha256": "0" * 64}
        RuleSetVersion.objects.filter(pk=version.pk).update(released_by=cast.dora, reason="x", **values)


def test_a_release_says_why(cast, now):
    with pytest.raises(ValidationError, match="an authority will ask"):
        release(cast.dora, drafted(cast, now, STRICTER), now, reason=" ")


def test_a_milder_disputed_rule_needs_the_officers_reason_which_is_kept(cast, now):
    version = drafted(cast, now, MILDER)
    assert version.laxer == ["SRV-03"]
    with pytest.raises(ValidationError, match="milder than the shipped default: SRV-03") as refusal:
        release(cast.dora, version, now)
    assert set(refusal.value.message_dict) == {"laxer_reason"}
    done = release(cast.dora, version, now, laxer_reason="HmbBfDI has answered our question.")
    done.refresh_from_db()
    assert (done.laxer, done.laxer_reason) == (["SRV-03"], "HmbBfDI has answered our question.")


def test_the_database_wants_the_reason_too(cast, now):
    version = drafted(cast, now, MILDER)
    values = {"state": "released", "released_at": now, "effective_from": now, "reason": "x", "sha256": "0" * 64}
    with pytest.raises(IntegrityError, match="rules_milder_with_reason"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=version.pk).update(released_by=cast.dora, **values)


def test_a_rule_that_is_not_disputed_cannot_be_set_at_all(cast, now):
    version = drafted(cast, now)
    for rule in policy.RULE_SET_1.rules:
        if rule.basis is not policy.Basis.DISPUTED or rule.id == "CON-04":
            with pytest.raises(ValidationError, match="only disputed rules can be set"):
                save_rule_set(cast.adam, version=version, settings={"outcomes": {rule.id: "forbidden"}}, at=now)
    version.refresh_from_db()
    assert version.settings["outcomes"] == {}


def test_a_draft_of_before_another_release_would_undo_it(cast, now):
    early = drafted(cast, now, STRICTER)
    released(cast, now, MILDER, laxer_reason="So said the authority.")
    with pytest.raises(NotNow, match="Start a new draft"):
        release(cast.dora, early, now)


def test_what_is_no_draft_any_more_is_not_changed(cast, now):
    version = released(cast, now, STRICTER)
    gone = discard_rule_set(cast.adam, version=drafted(cast, now), at=now)
    for one in (version, gone):
        for act in (
            lambda one=one: save_rule_set(cast.adam, version=one, settings={}, at=now),
            lambda one=one: release(cast.dora, one, now),
            lambda one=one: discard_rule_set(cast.adam, version=one, at=now),
        ):
            with pytest.raises(NotNow, match="no draft any more"):
                act()


# --- what the database refuses


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {}},
        {"effective_from": None},
        {"state": "draft"},
        {"reason": "another"},
        {"laxer_reason": "another"},
        {"cases": [1]},
        {"sha256": "1" * 64},
        {"number": 9},
    ],
)
def test_a_released_version_never_changes(cast, now, change):
    version = released(cast, now, STRICTER)
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=version.pk).update(**change)


def test_no_version_is_deleted(cast, now):
    version = drafted(cast, now)
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=version.pk).delete()
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE stops at what this transaction still owes
        cursor.execute("TRUNCATE rulebook_rulesetversion")


def test_two_versions_never_follow_the_same_one(cast, now):
    """So at every instant exactly one is in force, whoever writes past the verbs."""
    released(cast, now, STRICTER)
    other = RuleSetVersion.objects.create(
        number=8, based_on=1, drafted_by=cast.adam, drafted_at=now, writers=[cast.adam.pk]
    )
    values = {"state": "released", "released_at": now, "effective_from": now, "reason": "x", "sha256": "0" * 64}
    with pytest.raises(IntegrityError, match="rules_in_a_chain"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=other.pk).update(released_by=cast.dora, **values)
    alone = RuleSetVersion.objects.create(
        number=9, based_on=8, drafted_by=cast.adam, drafted_at=now, writers=[cast.adam.pk]
    )
    with pytest.raises(IntegrityError, match="follows a released one"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=alone.pk).update(released_by=cast.dora, **values)


# --- the day comes


def test_the_rooms_are_told_once_when_the_day_comes(cast, now):
    released(cast, now, STRICTER, effective_from=now + DAY)
    assert announce_in_force(at=now) == 0
    assert [announce_in_force(at=now + DAY), announce_in_force(at=now + DAY + MINUTE)] == [1, 0]
    assert OutboxMessage.objects.filter(topic="rules.in_force").count() == 1
