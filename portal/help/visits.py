"""A first visit in a few steps on the start page: what this person can do here, one thing after the other.

`User.first_visit` is the step that is shown next; 0 = closed. Which steps there are follows from the roles, so a person
who becomes a manager and begins anew is shown the inbox too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.ui.navigation import ASKERS

if TYPE_CHECKING:
    from portal.people.models import User

CLOSED, FIRST = 0, 1


@dataclass(frozen=True, slots=True)
class Step:
    """What one can do, in a sentence or two, and the page where one does it."""

    title: str | Promise
    text: str | Promise
    page: str
    link: str | Promise
    roles: tuple[Role, ...] = ()


STEPS = (
    Step(
        _("Ask before you write"),
        _("Look a customer up and get the answer at once: yes, no, or who decides. Asking costs nothing."),
        "check",
        _("Look a customer up"),
        ASKERS,
    ),
    Step(
        _("Your requests and permits"),
        _("What you asked for stands under Requests. A [permit](#permit) says whom, how and until when."),
        "requests",
        _("My requests"),
        ASKERS,
    ),
    Step(
        _("Decide for your people"),
        _(
            "Requests that wait for you stand in the inbox, the most urgent first. The [guide](help_guide:decide) helps."
        ),
        "inbox",
        _("To the inbox"),
        (Role.MANAGER, Role.DPO),
    ),
    Step(
        _("Keep consents in order"),
        _("On a customer's page you record what they agreed to and what they took back."),
        "customers",
        _("Find a customer"),
        (Role.CONSENT_OFFICER,),
    ),
    Step(
        _("Incidents and rights of people"),
        _("Both have a clock. The list shows what ends first."),
        "incidents",
        _("To the incidents"),
        (Role.DPO,),
    ),
    Step(
        _("Courses in two languages"),
        _("You write in a draft. What is published never changes; you copy it and go on."),
        "author_courses",
        _("To the courses"),
        (Role.TRAINING_AUTHOR,),
    ),
    Step(
        _("Verify, do not believe"),
        _("The [audit trail](#trail) can be verified by you, without trusting this portal."),
        "audit",
        _("To the audit trail"),
        (Role.AUDITOR,),
    ),
    Step(
        _("People first"),
        _("Enter the people, their managers and their roles. Without a manager nobody can decide."),
        "people",
        _("To the people"),
        (Role.ADMINISTRATOR,),
    ),
    Step(
        _("The training"),
        _("With a valid [certificate](#certificate) more is allowed. You can stop and go on at any time."),
        "training",
        _("My training"),
    ),
    Step(
        _("If something already happened"),
        _("A wrong receiver, a private phone: say so early. It is put right together, without blame."),
        "incident_report",
        _("Report it"),
    ),
)


def steps_for(user: User) -> list[Step]:
    return [step for step in STEPS if not step.roles or user.has_role(*step.roles)]


def shown(user: User) -> int:
    """Which step is shown, counted from one; 0 = none. A step beyond the end, after a role was lost, is the last."""
    return min(user.first_visit, len(steps_for(user)))


def after(act: str, *, now: int, last: int) -> int:
    """The step that an act leads to from step `now` of `last`; after the last one the visit is over.

    Raises ValueError for another act than next, back, later (not now) and again (from the beginning).
    """
    match act:
        case "next":
            return now + 1 if CLOSED < now < last else CLOSED
        case "back":
            return max(now - 1, FIRST) if now else CLOSED
        case "later":
            return CLOSED
        case "again":
            return FIRST
    raise ValueError(f"no act of a first visit: {act!r}")
