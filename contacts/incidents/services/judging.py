"""What the officer says: how high the risk is, who is told, and that it is over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.incidents import rules
from contacts.incidents.models import Assessment, Decision, Incident
from contacts.incidents.rules import About, State, Verb
from contacts.incidents.selectors import Story, story_of
from contacts.incidents.services.common import NotNow, demand, demand_judge, demand_words, lock_incident, note

if TYPE_CHECKING:
    from portal.people.models import User

ASSESSED = (
    "risk",
    "reason",
    "nature",
    "people",
    "people_count",
    "records",
    "records_count",
    "consequences",
    "measures",
)


@transaction.atomic
def assess(acting_user: User, *, incident: Incident, at: datetime, **fields: Any) -> Assessment:
    """Say how high the risk is and why, with what a notification must tell (`ASSESSED`).

    Assessing anew drops the decision that the authority need not be told: the clock runs again until it is taken anew.
    """
    locked, at = lock_incident(incident, at)
    demand_judge(acting_user, locked)
    demand(Verb.ASSESS, locked)
    made = Assessment(incident=locked, at=at, by=acting_user)
    for name in ASSESSED:
        value = fields[name]
        setattr(made, name, value.strip() if isinstance(value, str) else value)
    made.full_clean()
    made.save(force_insert=True)
    before, locked.state, locked.assessed_at = locked.state, State.ASSESSED, at
    _keep_clock(locked, story_of(locked))
    locked.save(update_fields=["state", "assessed_at", "settled_at"])
    note(acting_user, "assessed", locked, at=at, before=before, risk=made.risk)
    return made


def _keep_clock(incident: Incident, story: Story) -> None:
    """The clock stands while a decision about the authority does."""
    found = story.decision(About.AUTHORITY)
    stands = found is not None and story.stands(About.AUTHORITY)
    incident.settled_at = (found.carried_out_at or found.at) if found is not None and stands else None


@transaction.atomic
def decide(
    acting_user: User,
    *,
    incident: Incident,
    about: str,
    answer: bool,
    reason: str,
    at: datetime,
    carried_out_at: datetime | None = None,
    reference: str = "",
    delay_reason: str = "",
    exception: str = "",
) -> Decision:
    """Decide whether the authority or the person concerned is told, and write down when it was done.

    A yes may be carried out later: decide again with the time. The clock stops once the authority was told or need not
    be. A no is bound to the risk (`rules.may_stay_untold`); `exception` says why nobody is told of a high risk.
    Raises ValidationError at the field that is missing or cannot be; NotNow for a no after they were told.
    """
    locked, at = lock_incident(incident, at)
    demand_judge(acting_user, locked)
    demand(Verb.DECIDE, locked)
    story = story_of(locked)
    assert story.assessment is not None
    made = Decision(incident=locked, assessment=story.assessment, about=about, answer=answer, at=at, by=acting_user)
    made.reason = demand_words("reason", reason, _("Say why in a sentence: the decision must hold in years to come."))
    made.carried_out_at, made.reference = carried_out_at, reference.strip()
    made.delay_reason = delay_reason.strip()
    made.exception = exception.strip() if about == About.PERSON and not answer else ""
    _check_answer(made, story)
    _check_risk(made)
    _check_time(made, locked)
    made.full_clean()
    made.save(force_insert=True)
    if about == About.AUTHORITY:
        _keep_clock(locked, story_of(locked))
        locked.save(update_fields=["settled_at"])
    note(acting_user, "decided", locked, at=at, about=about, told=answer, carried_out_at=carried_out_at)
    return made


def _check_answer(made: Decision, story: Story) -> None:
    earlier = story.decision(made.about)
    was_told = earlier is not None and earlier.carried_out_at is not None
    if not made.answer and was_told:
        raise NotNow(_("They have been told already. Write a note if something has turned out differently."))
    if not made.answer and (made.carried_out_at or made.reference):
        raise ValidationError({"carried_out_at": _("Leave time and reference empty where nobody is told.")})
    if made.reference and made.carried_out_at is None:
        raise ValidationError({"carried_out_at": _("Enter when they were told; the reference belongs to it.")})
    if was_told and made.carried_out_at is None:
        raise ValidationError(
            {"carried_out_at": _("They have been told already. Enter when; it can only be corrected.")}
        )


def _check_risk(made: Decision) -> None:
    """A no against the officer's own assessment is refused."""
    if made.answer or rules.may_stay_untold(made.about, made.assessment.risk, made.exception):
        return
    if made.about == About.AUTHORITY:
        told = _("Assess anew, or tell the authority: it need not be told only where there is no risk (Art. 33 GDPR).")
        raise ValidationError({"answer": told})
    missing = _("With a high risk they are told (Art. 34 GDPR). Tell them, or say which exception applies and why.")
    raise ValidationError({"exception": missing})


def _check_time(made: Decision, incident: Incident) -> None:
    told = made.carried_out_at
    if told is None:
        made.delay_reason = ""
        return
    if told > made.at:
        raise ValidationError({"carried_out_at": _("This lies in the future. Enter it once they have been told.")})
    if told < incident.happened_at:
        raise ValidationError({"carried_out_at": _("This is earlier than it happened. Check day and time.")})
    late = made.about == About.AUTHORITY and told > incident.due_at
    if late and not made.delay_reason:
        raise ValidationError({"delay_reason": _("The time was over by then. Say why it took longer.")})
    if not late:
        made.delay_reason = ""


@transaction.atomic
def close(acting_user: User, *, incident: Incident, at: datetime) -> Incident:
    """Close what is assessed, contained and decided; raises NotNow with what is missing."""
    locked, at = lock_incident(incident, at)
    demand_judge(acting_user, locked)
    demand(Verb.CLOSE, locked)
    missing = story_of(locked).lacks
    if missing:
        raise NotNow(" ".join(str(missing_sentence(one)) for one in missing))
    before, locked.state, locked.closed_at = locked.state, State.CLOSED, at
    locked.save(update_fields=["state", "closed_at"])
    note(acting_user, "closed", locked, at=at, before=before)
    return locked


def missing_sentence(code: str) -> str:
    """What to do before the incident can be closed."""
    return {
        "assessment": _("Assess the risk first."),
        "steps": _("Tick each step, or say that it does not apply."),
        "authority": _("Decide whether the authority is told, and enter when it was."),
        "person": _("Decide whether the person concerned is told, and enter when they were."),
    }[code]
