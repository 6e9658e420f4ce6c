"""What the officer decides, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts.incidents.models import Assessment, Decision, Incident
from contacts.incidents.services import judging
from contacts.incidents.services.common import NotNow
from portal.access.roles import Role
from portal.audit.models import AuditEntry
from tests.cast import person
from tests.incidents.scenes import ASSESSED, assessed, closed, decide, reported, settle_steps

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def refused(field, sentence, act, *arguments, **named):
    with pytest.raises(ValidationError) as refusal:
        act(*arguments, **named)
    assert sentence in refusal.value.message_dict[field][0]


def now_as(incident):
    return Incident.objects.get(pk=incident.pk)


# --- assessing


def test_an_assessment_does_not_wait_for_the_steps(cast, now):
    made = reported(cast, now)
    judging.assess(cast.dora, incident=made, at=now, **ASSESSED)
    made = now_as(made)
    assert (made.state, made.assessed_at, made.settled_at) == ("assessed", now, None)
    entry = AuditEntry.objects.get(verb="incident.assessed")
    assert (entry.before, entry.after) == ({"state": "reported"}, {"state": "assessed", "risk": "risk"})


@pytest.mark.parametrize("who", ["anna", "mona", "clara", "rita", "adam"])
def test_only_officers_judge(cast, now, who):
    made = assessed(cast, now)
    someone = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        judging.assess(someone, incident=made, at=now, **ASSESSED)
    with pytest.raises(PermissionDenied):
        judging.decide(someone, incident=made, about="authority", answer=False, reason="x", at=now)
    with pytest.raises(PermissionDenied):
        judging.close(someone, incident=made, at=now)


def test_nobody_judges_their_own_report_by_whatever_account(cast, now):
    second = person("dora2", Role.DPO, Role.EMPLOYEE)
    second.person_number = " n-DORA "
    second.save(update_fields=["person_number"])
    person("doris", Role.DPO)
    made = reported(cast, now, by=cast.dora)
    for account in (cast.dora, second):
        with pytest.raises(PermissionDenied):
            judging.assess(account, incident=made, at=now, **ASSESSED)


def test_the_only_officer_judges_even_the_own_report_for_else_nobody_would(cast, now):
    made = reported(cast, now, by=cast.dora)
    judging.assess(cast.dora, incident=made, at=now, **ASSESSED)
    assert now_as(made).state == "assessed"


@pytest.mark.parametrize("name", ["reason", "nature", "people", "records", "consequences", "measures"])
def test_an_assessment_leaves_nothing_out(cast, now, name):
    made = reported(cast, now)
    with pytest.raises(ValidationError) as refusal:
        judging.assess(cast.dora, incident=made, at=now, **ASSESSED | {name: "  "})
    assert name in refusal.value.message_dict
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("change", [{"risk": "some"}, {"people_count": -1}, {"people_count": 10**12}])
def test_nonsense_in_an_assessment_is_refused(cast, now, change):
    with pytest.raises(ValidationError):
        judging.assess(cast.dora, incident=reported(cast, now), at=now, **ASSESSED | change)


def test_assessing_anew_drops_a_no_and_the_clock_runs_again(cast, now):
    made = assessed(cast, now, "none")
    decide(cast, made, "authority", False, now)
    assert now_as(made).settled_at == now
    judging.assess(cast.dora, incident=made, at=now + HOUR, **ASSESSED | {"risk": "high"})
    assert now_as(made).settled_at is None
    decide(cast, made, "authority", True, now + 2 * HOUR, carried_out_at=now + 2 * HOUR)
    judging.assess(cast.dora, incident=made, at=now + 3 * HOUR, **ASSESSED)
    assert now_as(made).settled_at == now + 2 * HOUR, "what was told stays told"


# --- deciding


def test_the_clock_stops_with_a_no_or_once_the_authority_was_told(cast, now):
    made = assessed(cast, now)
    decide(cast, made, "authority", True, now)
    assert now_as(made).settled_at is None, "a promise is not a notification"
    decide(cast, made, "authority", True, now + HOUR, carried_out_at=now + HOUR, reference="LDI 7")
    assert now_as(made).settled_at == now + HOUR
    assert [one.answer for one in Decision.objects.all()] == [True, True]


@pytest.mark.parametrize("risk", ["risk", "high"])
def test_that_the_authority_need_not_be_told_is_refused_while_there_is_a_risk(cast, now, risk):
    made = assessed(cast, now, risk)
    refused("answer", "Assess anew, or tell the authority", decide, cast, made, "authority", False, now)
    assert not Decision.objects.exists()
    assert now_as(made).settled_at is None


def test_a_person_at_high_risk_stays_untold_only_by_an_exception_that_is_kept(cast, now):
    made = settle_steps(assessed(cast, now, "high"), cast.anna, now)
    refused("exception", "say which exception", decide, cast, made, "person", False, now, exception=" ")
    decide(cast, made, "person", False, now, exception=" The phone was encrypted. ")
    assert Decision.objects.get().exception == "The phone was encrypted."
    decide(cast, made, "authority", True, now, carried_out_at=now)
    assert judging.close(cast.dora, incident=made, at=now).state == "closed"


def test_a_higher_risk_asks_again_whether_the_person_is_told(cast, now):
    made = settle_steps(assessed(cast, now), cast.anna, now)
    decide(cast, made, "authority", True, now, carried_out_at=now)
    decide(cast, made, "person", False, now)
    judging.assess(cast.dora, incident=made, at=now, **ASSESSED | {"risk": "high"})
    with pytest.raises(NotNow, match="person concerned is told"):
        judging.close(cast.dora, incident=made, at=now)


def test_telling_the_person_stops_no_clock(cast, now):
    made = assessed(cast, now)
    decide(cast, made, "person", False, now)
    assert now_as(made).settled_at is None


def test_nothing_is_decided_without_an_assessment(cast, now):
    with pytest.raises(NotNow, match="Assess I-"):
        decide(cast, reported(cast, now), "authority", False, now)


def test_every_decision_needs_a_reason(cast, now):
    made = assessed(cast, now, "none")
    refused("reason", "Say why", decide, cast, made, "authority", False, now, reason=" ")


@pytest.mark.parametrize(
    ("answer", "fields", "field", "sentence"),
    [
        (False, {"carried_out_at": timedelta()}, "carried_out_at", "where nobody is told"),
        (False, {"reference": "7"}, "carried_out_at", "where nobody is told"),
        (True, {"reference": "7"}, "carried_out_at", "Enter when they were told"),
        (True, {"carried_out_at": timedelta(minutes=1)}, "carried_out_at", "lies in the future"),
        (True, {"carried_out_at": timedelta(hours=-2)}, "carried_out_at", "earlier than it happened"),
    ],
)
def test_what_cannot_be_is_refused(cast, now, answer, fields, field, sentence):
    made = assessed(cast, now)
    said = {name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()}
    refused(field, sentence, decide, cast, made, "authority", answer, now, **said)
    assert not Decision.objects.exists()


def test_a_late_notification_says_why_it_took_longer(cast, now):
    made, late = assessed(cast, now), now + 80 * HOUR
    refused("delay_reason", "Say why it took longer", decide, cast, made, "authority", True, late, carried_out_at=late)
    decide(cast, made, "authority", True, late, carried_out_at=late, delay_reason="The officer was ill.")
    assert Decision.objects.get().delay_reason == "The officer was ill."


def test_what_was_told_cannot_be_taken_back(cast, now):
    made = assessed(cast, now)
    decide(cast, made, "authority", True, now, carried_out_at=now)
    with pytest.raises(NotNow, match="told already"):
        decide(cast, made, "authority", False, now)


def test_when_they_were_told_can_be_corrected_and_not_be_taken_out(cast, now):
    made = assessed(cast, now)
    decide(cast, made, "authority", True, now, carried_out_at=now, reference="LDI 7")
    refused("carried_out_at", "told already", decide, cast, made, "authority", True, now + HOUR)
    assert now_as(made).settled_at == now
    decide(cast, made, "authority", True, now + HOUR, carried_out_at=now + HOUR, reference="LDI 7")
    assert now_as(made).settled_at == now + HOUR


# --- closing


def test_it_is_closed_when_nothing_is_left(cast, now):
    made = closed(cast, now)
    assert (made.state, made.closed_at) == ("closed", now)
    with pytest.raises(NotNow, match="moved on"):
        judging.close(cast.dora, incident=made, at=now)
    with pytest.raises(NotNow, match="moved on"):
        judging.assess(cast.dora, incident=made, at=now, **ASSESSED)
    with pytest.raises(NotNow, match="moved on"):
        decide(cast, made, "person", True, now)


def test_what_is_missing_is_said(cast, now):
    with pytest.raises(NotNow, match="Assess I-"):
        judging.close(cast.dora, incident=reported(cast, now), at=now)
    made = assessed(cast, now)
    with pytest.raises(NotNow, match=r"Tick each step.*authority is told.*person concerned is told"):
        judging.close(cast.dora, incident=made, at=now)
    made = settle_steps(made, cast.anna, now)
    decide(cast, made, "authority", True, now)
    decide(cast, made, "person", False, now)
    with pytest.raises(NotNow, match="and enter when it was"):
        judging.close(cast.dora, incident=made, at=now)
