"""Which open stages could be somebody's to decide: a choice of the database, wider than the answer and never narrower.
Who really decides is derived for these only (`reviewers`), instead of for all that waits in the company."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

from contacts.requests.models import AfterReview, Reassignment, ReviewStage
from contacts.requests.routing.table import Who
from contacts.requests.rules import WAITING
from portal.access.roles import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.people.models import User

# Everybody below this person, and below whom this person stands in for today over any number of deputies.
BELOW = """
WITH RECURSIVE stands_for(id) AS (
    SELECT %s::bigint
    UNION
    SELECT a.person_id FROM requests_absence a JOIN stands_for s ON a.deputy_id = s.id
    WHERE a.starts <= %s AND a.ends >= %s AND a.back_at IS NULL),
below(id) AS (
    SELECT id FROM stands_for
    UNION
    SELECT u.id FROM people_user u JOIN below b ON u.manager_id = b.id)
SELECT id FROM below
"""


def could_decide(user: User, *, today: date) -> Q:
    """Open stages in which a seat could be this person's: of people below them, of a named person or a role, or handed
    to them. Officers step in wherever a line ends at nobody, so all of them could be an officer's."""
    if user.has_role(Role.DPO):
        return Q()
    below = RawSQL(BELOW, [user.pk, today, today])
    handed = Reassignment.objects.filter(to=user).values("stage")
    anybody = Q(step__who__in=[Who.NAMED.value, Who.ROLE.value])
    return anybody | Q(request__requester__in=below) | Q(pk__in=handed)


def waiting_stages() -> QuerySet[ReviewStage]:
    return ReviewStage.objects.open().filter(request__state__in=WAITING)


def open_to(user: User, *, today: date) -> dict[str, QuerySet[Any, Any]]:
    """Whether there are stages and acts in imminent danger among which this person's own would have to be found out,
    for whoever reads it together with other things. Nothing for who decides nothing."""
    if not user.has_role(Role.MANAGER, Role.DPO):
        return {}
    stages = waiting_stages().filter(could_decide(user, today=today))
    return {
        "stages": stages.order_by().values_list("pk", flat=True)[:1],
        "dangers": AfterReview.objects.filter(verdict="").order_by().values_list("pk", flat=True)[:1],
    }
