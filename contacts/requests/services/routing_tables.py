"""Writing the routing table: a draft beside the version in force, then published. Only the DPO writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.requests.models import RoutingRule, RoutingTable
from contacts.requests.routing.table import Fault, Quorum, Step, Who, faults
from contacts.requests.services.common import NotNow
from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.database import lock_name
from portal.people.models import User
from portal.people.numbers import spelt_number

if TYPE_CHECKING:
    from django.utils.functional import Promise

CONDITIONS = ("outcomes", "departments", "groups", "purposes", "channels")
FAULTS: dict[Fault, str | Promise] = {
    Fault.EMPTY: gettext_lazy("The table has no rule. Add at least one."),
    Fault.NO_STEPS: gettext_lazy("Rule %(rule)d names nobody who decides."),
    Fault.TOO_MANY_STEPS: gettext_lazy("Rule %(rule)d has too many stages."),
    Fault.NO_CATCH_ALL: gettext_lazy(
        "Some requests would fit no rule. End with a rule without conditions, for everything else."
    ),
    Fault.LAXER: gettext_lazy(
        "Rule %(rule)d is laxer than the rule book: where it asks for the data protection officer, one must decide."
    ),
    Fault.COUNT: gettext_lazy("Rule %(rule)d asks for fewer than one approval."),
    Fault.ONE_PERSON: gettext_lazy(
        "Rule %(rule)d asks one person for more than one approval. Ask for one, or ask everybody with a role."
    ),
    Fault.UNREACHABLE: gettext_lazy("Rule %(rule)d is never reached: the rules before it take everything."),
}


@dataclass(frozen=True, slots=True)
class RuleInput:
    """Conditions and steps of one rule as a form gives them."""

    conditions: dict[str, list[Any]]
    steps: tuple[Step, ...]


def _lock() -> None:
    lock_name("requests.routing")


def _draft(table: RoutingTable) -> RoutingTable:
    """The version under its lock; NotNow when it is published already."""
    locked = RoutingTable.objects.select_for_update().filter(pk=table.pk).first()
    if locked is None or locked.published_at is not None:
        raise NotNow(_("This version is no draft any more. Start a new one; nothing was changed."))
    return locked


@transaction.atomic
def draft_table(acting_user: User, *, at: datetime) -> RoutingTable:
    """Start the next version as a copy of the one in force; NotNow while there is another draft."""
    require_role(acting_user, Role.DPO)
    _lock()
    open_draft = RoutingTable.objects.filter(published_at__isnull=True).first()
    if open_draft is not None:
        raise NotNow(
            _("There is a draft already: version %(number)d. Go on with that one.") % {"number": open_draft.version}
        )
    newest = RoutingTable.objects.order_by("-version").first()
    source = RoutingTable.objects.in_force(at).first()
    table = RoutingTable.objects.create(
        version=newest.version + 1 if newest else 1, created_by=acting_user, created_at=at
    )
    rules = list(source.rules.all()) if source is not None else []
    RoutingRule.objects.bulk_create(_copy(rule, table) for rule in rules)
    after = {"version": table.version, "rules": len(rules)}
    record(acting_user, "routing.drafted", "routing", table.version, at=at, after=after)
    return table


def _copy(rule: RoutingRule, table: RoutingTable) -> RoutingRule:
    conditions = {name: getattr(rule, name) for name in CONDITIONS}
    return RoutingRule(table=table, position=rule.position, steps=rule.steps, **conditions)


@transaction.atomic
def save_rule(
    acting_user: User, *, table: RoutingTable, position: int | None, rule: RuleInput, at: datetime
) -> RoutingRule:
    """Change a rule of a draft, or put a new one before the last. Raises ValidationError for steps that name nobody."""
    require_role(acting_user, Role.DPO)
    locked = _draft(table)
    _check_steps(rule.steps)
    values = {name: sorted(rule.conditions.get(name, [])) for name in CONDITIONS}
    found = locked.rules.filter(position=position).first() if position is not None else None
    if position is not None and found is None:
        raise NotNow(_("This rule is not there any more. Nothing was changed."))
    before = _told(found) if found is not None else {}
    row = found or RoutingRule(table=locked, position=_make_room(locked))
    for name, value in values.items():
        setattr(row, name, value)
    row.steps = [step.to_json() for step in rule.steps]
    row.save()
    record(acting_user, "routing.rule_saved", "routing", locked.version, at=at, before=before, after=_told(row))
    return row


def _make_room(table: RoutingTable) -> int:
    """A new rule comes before the last one, which takes everything else."""
    last = table.rules.order_by("-position").first()
    if last is None:
        return 1
    place, last.position = last.position, last.position + 1
    last.save(update_fields=["position"])
    return place


def _check_steps(steps: tuple[Step, ...]) -> None:
    if not steps:
        raise ValidationError(_("Name somebody who decides in the first stage."))
    for place, step in enumerate(steps, 1):
        if step.who == Who.NAMED and not _may_be_named(step.person):
            raise ValidationError(
                _("Stage %(place)d: choose an active manager or data protection officer.") % {"place": place}
            )
        if step.who == Who.ROLE and step.role not in (Role.MANAGER, Role.DPO):
            raise ValidationError(_("Stage %(place)d: choose the role that decides.") % {"place": place})


def _check_holders(rule: RoutingRule) -> None:
    """Nothing is put in force that could never be decided: as many people as must approve hold the role."""
    for place, step in enumerate(rule.line().steps, 1):
        if step.quorum != Quorum.COUNT or step.of_one_person:
            continue
        holders = User.objects.with_role(Role.DPO if step.of_officers else Role(step.role))
        people = {spelt_number(number) for number in holders.values_list("person_number", flat=True)}
        if step.count > len(people):
            words = {"rule": rule.position, "place": place, "count": step.count, "holders": len(people)}
            raise ValidationError(
                _(
                    "Rule %(rule)d, stage %(place)d: %(count)d approvals are asked for. Active people with this role: "
                    "%(holders)d. Ask for fewer, or give the role to more people."
                )
                % words
            )


def _may_be_named(person: int | None) -> bool:
    found = User.objects.filter(pk=person).first() if person is not None else None
    return found is not None and found.has_role(Role.MANAGER, Role.DPO)


def _told(rule: RoutingRule) -> dict[str, Any]:
    return {"rule": rule.position, **{name: getattr(rule, name) for name in CONDITIONS}, "steps": rule.steps}


@transaction.atomic
def remove_rule(acting_user: User, *, table: RoutingTable, position: int, at: datetime) -> RoutingTable:
    """Take a rule out of a draft; those behind it move up."""
    require_role(acting_user, Role.DPO)
    locked = _draft(table)
    found = locked.rules.filter(position=position).first()
    if found is None:
        raise NotNow(_("This rule is not there any more. Nothing was changed."))
    before = _told(found)
    found.delete()
    for place, row in enumerate(locked.rules.order_by("position"), 1):
        RoutingRule.objects.filter(pk=row.pk).update(position=place)
    record(acting_user, "routing.rule_removed", "routing", locked.version, at=at, before=before)
    return locked


@transaction.atomic
def discard_table(acting_user: User, *, table: RoutingTable, at: datetime) -> None:
    """Throw a draft away."""
    require_role(acting_user, Role.DPO)
    locked = _draft(table)
    version, rules = locked.version, locked.rules.count()
    locked.delete()
    record(acting_user, "routing.discarded", "routing", version, at=at, before={"version": version, "rules": rules})


@transaction.atomic
def publish_table(
    acting_user: User, *, table: RoutingTable, valid_from: datetime, reason: str, at: datetime
) -> RoutingTable:
    """Put a draft in force from an instant on. What waits keeps the way of its submission.

    Raises ValidationError for a start in the past, without a reason, and for each fault of the table.
    """
    require_role(acting_user, Role.DPO)
    _lock()
    locked = _draft(table)
    if valid_from < at:
        raise ValidationError({"valid_from": _("The start lies in the past. Choose one from now on.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: an authority will ask.")})
    found = faults(locked.lines())
    if found:
        raise ValidationError([str(FAULTS[fault]) % {"rule": place} for place, fault in found])
    for rule in locked.rules.all():
        _check_steps(rule.line().steps)
        _check_holders(rule)
    locked.valid_from, locked.reason = valid_from, reason.strip()
    locked.published_by, locked.published_at = acting_user, at
    locked.save(update_fields=["valid_from", "reason", "published_by", "published_at"])
    after = {"version": locked.version, "valid_from": valid_from, "reason": locked.reason}
    record(acting_user, "routing.published", "routing", locked.version, at=at, after=after)
    return locked
