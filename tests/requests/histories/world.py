"""A company in which anybody presses anything: one seeded history, step by step.

A step picks somebody and an act by chance; most of them are meant to succeed, many are not. What the code refuses must
leave everything as it was; what it does is written on the paper (paper.py), and the judge looks after every step.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from contacts.customers.services import record_objection
from contacts.requests.models import Absence, ContactRequest, Permit, Review
from contacts.requests.reviewers import desk_of, reviewers_of
from contacts.requests.routing.table import Quorum, Step, Who
from contacts.requests.services import (
    absences,
    asking,
    assigning,
    danger,
    escalating,
    lifecycle,
    permits,
    reviewing,
    routing_tables,
    submitting,
)
from portal.access.roles import Role
from portal.people import services as people
from portal.people.models import User
from tests.cast import Accounts, Cast, certify, make_customer, person, point
from tests.requests.histories.paper import Approval, Paper, Round, Standing, judge, spelt, words_of

#: Past every verb, straight at the table; none of these is what a fresh request says.
TAMPERED: tuple[dict[str, Any], ...] = (
    {"draft_text": "Rabatt für alle!"},
    {"purpose": "winback"},
    {"caller_id_shown": False},
    {"planned_at": datetime(2027, 1, 1, tzinfo=UTC)},
    {"uses_wanted": 4},
    {"presumed_consent": "Er hat danach gefragt."},
)
DAY = timedelta(days=1)
TEXTS = ("Ihre Rechnung ist noch offen.", "Ihr Befund liegt bereit.", "Bitte melden Sie sich.", "")
STEPS = (timedelta(minutes=7), timedelta(hours=5), DAY, DAY, 4 * DAY, 15 * DAY)


class Company:
    """What all histories of a run begin with: people with two accounts, two officers, a line of three."""

    def __init__(self, cast: Cast, accounts: Accounts, now: datetime) -> None:
        self.cast, self.accounts, self.now = cast, accounts, now
        head = person("bea", Role.EMPLOYEE, Role.MANAGER)
        officer = person("dirk", Role.DPO)
        twin = person("anna2", Role.MANAGER, Role.DPO)
        double = person("mona2", Role.EMPLOYEE, Role.MANAGER, Role.DPO, manager=head)
        User.objects.filter(pk=twin.pk).update(person_number="  n-ANNA")
        User.objects.filter(pk=double.pk).update(person_number="N-Mona ")
        User.objects.filter(pk__in=[cast.mona.pk, cast.max.pk]).update(manager=head)
        for someone in (head, officer, twin, double):
            certify(someone, until=now.date() + timedelta(days=200), by=cast.tom)
        self.askers = [cast.anna.pk, cast.anna.pk, cast.sven.pk, cast.mona.pk, cast.max.pk, double.pk]
        self.deciders = [cast.mona.pk, cast.max.pk, head.pk, officer.pk, cast.dora.pk, twin.pk, double.pk]
        self.everybody = [*{*self.askers, *self.deciders, cast.clara.pk, cast.rita.pk, cast.adam.pk}]
        self.customers = []
        for number in ("5001", "5002"):
            customer = make_customer(now, number=number)
            point(customer, "sms", f"0171 55{number}", now=now)
            point(customer, "messenger", f"0172 55{number}", now=now, platform="whatsapp", source="referral")
            self.customers.append(customer)


class History:
    """One seeded history of so many steps."""

    def __init__(self, company: Company, seed: int) -> None:
        self.company, self.chance, self.now = company, random.Random(seed), company.now
        self.paper, self.story = Paper(), []
        self.requests: list[int] = []

    def run(self, steps: int) -> Paper:
        names = [name for name, weight in ACTS for _ in range(weight)]
        for turn in range(steps):
            name = "ask" if turn < 4 else self.chance.choice(names)
            self.now += timedelta(seconds=self.chance.randrange(1, 90))
            self.story.append(name)
            getattr(self, name)()
            self.look()
        return self.paper

    # --- looking

    def look(self) -> None:
        """After every step: the moves are those of the table, and every permit is one that the paper allows."""
        rows = {row.pk: row for row in ContactRequest.objects.filter(pk__in=self.requests)}
        held = Permit.objects.filter(request__in=self.requests).select_related("holder")
        for permit in held:
            wrong = judge(self.paper, permit, rows[permit.request_id])
            assert not wrong, (wrong, permit.number, self.story)

    def person(self, ids: list[int] | None = None) -> User:
        return User.objects.get(pk=self.chance.choice(ids or self.company.everybody))

    def request(self, *states: str) -> ContactRequest | None:
        rows = ContactRequest.objects.filter(pk__in=self.requests).order_by("-pk")
        rows = list(rows.filter(state__in=states) if states and self.chance.random() < 0.9 else rows)
        return self.chance.choice(rows[:5]) if rows else None

    def press(self, verb: str, request: ContactRequest | None, act: Callable[[], Any]) -> Any:
        """Do it, and note the move; a refusal changes nothing and is one of the two kinds that people are told of."""
        before = request.state if request is not None else ""
        try:
            with transaction.atomic():
                done = act()
        except (PermissionDenied, ValidationError) as refusal:
            self.paper.refused[verb, type(refusal).__name__] += 1
            if request is not None:
                request.refresh_from_db()
                assert request.state == before, (verb, self.story)
            return None
        if request is not None:
            request.refresh_from_db()
            self.paper.taken[verb, before, request.state] += 1
        return done

    # --- acts about requests

    def ask(self) -> None:
        asker, customer = self.person(self.company.askers), self.chance.choice(self.company.customers)
        channel, account, purpose, extra = self.chance.choice(SITUATIONS)
        values = {
            "customer": customer,
            "contact_point": customer.contact_points.get(channel=channel),
            "account": getattr(self.company.accounts, account),
            "purpose": purpose,
            "draft_text": self.chance.choice(TEXTS),
        }
        asked = self.press("ask", None, lambda: asking.ask(asker, at=self.now, **values, **extra))
        if asked is not None:
            self.requests.append(asked[0].pk)
            if self.chance.random() < 0.8:
                self._submit(asked[0], asker)

    def edit(self) -> None:
        request = self.request("draft")
        if request is None:
            return
        by = request.requester if self.chance.random() < 0.8 else self.person()
        values = {name: getattr(request, name) for name in ("purpose", "special_category", "urgency")}
        values["draft_text"] = self.chance.choice(TEXTS) + self.chance.choice(("", " Danke."))
        places = {"contact_point": request.contact_point, "account": request.account}
        if self.chance.random() < 0.3:
            places["contact_point"] = request.customer.contact_points.get(channel="email")
            places["account"] = self.company.accounts.email
        self.press("edit", request, lambda: asking.edit(by, request=request, at=self.now, **places, **values))

    def submit(self) -> None:
        request = self.request("draft")
        if request is not None:
            self._submit(request, request.requester if self.chance.random() < 0.85 else self.person())

    def _submit(self, request: ContactRequest, by: User) -> None:
        if self.press("submit", request, lambda: submitting.submit(by, request=request, at=self.now)) is None:
            return
        decision = request.decisions.filter(stage="submit").latest("pk")
        at_once = request.urgency == "imminent_danger" and request.state == "granted"
        editor = User.objects.get(pk=request.edited_by_id)
        self.paper.rounds.setdefault(request.pk, []).append(
            Round(spelt(by), spelt(editor), timezone.localdate(self.now), decision.outcome, at_once)
        )

    def review(self) -> None:
        request = self.request("with_manager", "with_dpo")
        if request is None:
            return
        desk = desk_of(request, at=self.now)
        meant = desk.reviewers if desk is not None else []
        by = self.chance.choice(meant) if meant and self.chance.random() < 0.65 else self.person()
        verdict = self.chance.choice(["approved"] * 7 + ["refused"] + ["changes_asked"] * 3)
        reason = "Bitte anders." if self.chance.random() < 0.9 else ""
        seen = "0" * 64 if self.chance.random() < 0.05 else ""
        seat = desk.seat_of(by) if desk is not None else None
        act = {"request": request, "verdict": verdict, "reason": reason, "sha256": seen, "at": self.now}
        verb = {"approved": "approve", "refused": "refuse", "changes_asked": "ask_changes"}[verdict]
        if self.press(verb, request, lambda: reviewing.review(by, **act)) is None:
            return
        assert desk is not None and seat is not None and not seen
        if verdict == "approved":
            approval = Approval(
                spelt(by),
                seat.officer,
                desk.row.pk,
                Review.objects.get(request=request, reviewer=by, round=request.round).step.needed,
                words_of(request),
                self.now,
                timezone.localdate(self.now),
            )
            self.paper.rounds[request.pk][-1].approvals.append(approval)

    def cancel(self) -> None:
        request = self.request("draft", "with_manager", "with_dpo")
        if request is not None:
            by = request.requester if self.chance.random() < 0.8 else self.person()
            self.press("cancel", request, lambda: submitting.cancel(by, request=request, at=self.now))

    def comment(self) -> None:
        request = self.request()
        if request is not None:
            self.press(
                "comment", None, lambda: assigning.comment(self.person(), request=request, text="Ja", at=self.now)
            )

    def reassign(self) -> None:
        request = self.request("with_manager", "with_dpo")
        if request is None:
            return
        meant = reviewers_of(request, at=self.now)
        by = self.chance.choice(meant) if meant and self.chance.random() < 0.7 else self.person()
        to = self.person(self.company.deciders)
        act = {"request": request, "to": to, "reason": "Kennt den Fall.", "at": self.now}
        self.press("reassign", None, lambda: assigning.reassign(by, **act))

    def redeem(self) -> None:
        held = list(Permit.objects.filter(request__in=self.requests).order_by("pk"))
        if not held:
            return
        permit = self.chance.choice(held)
        by = permit.holder if self.chance.random() < 0.85 else self.person()
        done = self.press("redeem", None, lambda: permits.redeem(by, permit=permit, at=self.now))
        if done is not None and done.use is not None:
            assert by.pk == permit.holder_id and permit.request.state == "granted", self.story
            result = self.chance.choice(("reached", "sent", "sent", "objected"))
            self.press("log", None, lambda: permits.log_contact(by, use=done.use, result=result, note="", at=self.now))

    def look_afterwards(self) -> None:
        permit = Permit.objects.filter(request__in=self.requests, after_review__isnull=False).order_by("-pk").first()
        if permit is None:
            return
        by, verdict = self.person(self.company.deciders), self.chance.choice(("approved", "not_justified"))
        act = {"review": permit.after_review, "verdict": verdict, "reason": "So war es.", "at": self.now}
        if self.press("look_afterwards", None, lambda: danger.review_afterwards(by, **act)) is not None:
            last = self.paper.rounds[permit.request_id][-1]
            assert spelt(by) not in self.paper.barred(last, self.now, timezone.localdate(self.now)), self.story

    # --- acts about people, the table, the customer and the clock

    def go_away(self) -> None:
        away, deputy = self.person(self.company.deciders), self.person(self.company.deciders)
        by = away if self.chance.random() < 0.7 else self.person(self.company.deciders)
        first = timezone.localdate(self.now)
        last = first + timedelta(days=self.chance.randrange(0, 20))
        act = {"person": away, "deputy": deputy, "starts": first, "ends": last, "at": self.now}
        if self.press("go_away", None, lambda: absences.record_absence(by, **act)) is not None:
            self.paper.absences.append(Standing(spelt(away), spelt(deputy), first, last, self.now))

    def come_back(self) -> None:
        away = list(Absence.objects.filter(back_at__isnull=True).order_by("pk"))
        if not away:
            return
        absence = self.chance.choice(away)
        done = self.press("come_back", None, lambda: absences.end_absence(absence.person, absence=absence, at=self.now))
        if done is not None:
            self._shorten(absence, timezone.localdate(self.now))

    def _shorten(self, absence: Absence, today: date) -> None:
        for one in self.paper.absences:
            if absence.deputy is not None and (one.person, one.deputy, one.since) == (
                spelt(absence.person),
                spelt(absence.deputy),
                absence.starts,
            ):
                one.until = min(one.until, today)

    def change_table(self) -> None:
        """Another version of the routing table: another quorum, another first stage."""
        by = self.person([self.company.cast.dora.pk])
        quorum = self.chance.choice((Quorum.ANY, Quorum.ALL, Quorum.COUNT))
        named = Step(Who.NAMED, person=self.chance.choice(self.company.deciders))
        line = Step(Who.LINE_MANAGER)
        first = self.chance.choice((line, Step(Who.ROLE, role="manager", quorum=quorum, count=2), named))
        officers = Step(Who.DPO, quorum=quorum, count=2)
        steps = self.chance.choice(((first,), (first,), (first, officers), (officers, first), (first, line)))

        def publish() -> None:
            table = routing_tables.draft_table(by, at=self.now)
            rule = routing_tables.RuleInput({}, steps)
            narrow = routing_tables.RuleInput(self.chance.choice(CONDITIONS), (Step(Who.DPO),))
            if self.chance.random() < 0.3:
                routing_tables.save_rule(by, table=table, position=None, rule=narrow, at=self.now)
            last = table.rules.order_by("-position").first()
            routing_tables.save_rule(by, table=table, position=last.position if last else None, rule=rule, at=self.now)
            routing_tables.publish_table(by, table=table, valid_from=self.now, reason="Anders.", at=self.now)

        self.press("change_table", None, publish)

    def change_person(self) -> None:
        """Somebody leaves, comes back, or gets another manager."""
        someone, adam = self.person(self.company.deciders), self.company.cast.adam
        if self.chance.random() < 0.5:
            changes: dict[str, Any] = {"is_active": not someone.is_active}
        else:
            changes = {"manager": self.person(self.company.deciders)}
        self.press("change_person", None, lambda: people.update_person(adam, person=someone, at=self.now, **changes))

    def object(self) -> None:
        customer, scope = (
            self.chance.choice(self.company.customers),
            self.chance.choice(("marketing_objection", "full_block")),
        )
        anna = self.company.cast.anna
        self.press(
            "object",
            None,
            lambda: record_objection(anna, customer=customer, scope=scope, how="spoken", at=self.now),
        )

    def wait(self) -> None:
        """Time passes; half of the time the clock's jobs come round."""
        self.now += self.chance.choice(STEPS)
        before = {row.pk: row.state for row in ContactRequest.objects.filter(pk__in=self.requests)}
        if self.chance.random() < 0.7:
            for job in (escalating.remind_due, escalating.escalate, escalating.alarm_danger):
                job(at=self.now)
            for job in (lifecycle.lapse_requests, lifecycle.end_permits, lifecycle.remind_reviews):
                job(at=self.now)
        for row in ContactRequest.objects.filter(pk__in=self.requests):
            if row.state != before[row.pk]:
                self.paper.taken["lapse", before[row.pk], row.state] += 1

    def tamper(self) -> None:
        """Past every verb, straight at the table: what was handed in stays as it was read."""
        request = self.request("with_manager", "with_dpo", "granted")
        if request is None or request.state == "draft":
            return
        try:
            with transaction.atomic():
                ContactRequest.objects.filter(pk=request.pk).update(**self.chance.choice(TAMPERED))
        except DatabaseError:
            return
        raise AssertionError(("the words of what was handed in were changed", self.story))


#: Channel, account, reason, what else: from allowed over the manager and the officer to forbidden, and danger.
SITUATIONS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("email", "email", "service", {}),
    ("sms", "sms", "debt_collection", {}),
    ("sms", "sms", "debt_collection", {}),
    ("sms", "sms", "debt_collection", {}),
    ("email", "email", "service", {"special_category": True}),
    ("email", "email", "service", {"special_category": True}),
    ("email", "email", "marketing", {}),
    ("messenger", "whatsapp", "legal_obligation", {"urgency": "imminent_danger"}),
)
#: Whom a rule of the routing table is for.
CONDITIONS: tuple[dict[str, list[Any]], ...] = (
    {"groups": ["business"]},
    {"groups": ["minor"], "channels": ["sms"]},
    {"purposes": ["debt_collection"]},
)
ACTS = (
    ("ask", 12),
    ("edit", 5),
    ("submit", 12),
    ("review", 36),
    ("cancel", 2),
    ("comment", 1),
    ("reassign", 4),
    ("redeem", 6),
    ("look_afterwards", 3),
    ("go_away", 4),
    ("come_back", 2),
    ("change_table", 2),
    ("change_person", 2),
    ("object", 3),
    ("wait", 6),
    ("tamper", 2),
)
