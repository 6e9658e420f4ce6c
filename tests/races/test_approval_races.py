"""Approving, handing on and using, against whatever takes the grounds away: 500 stepped interleavings.

Two or three people press at once about one customer; `stepping` holds each at named places and lets a seed decide who
goes on. The judge reads the order of commits from the trail, which is written under the customer's lock.

RACE_ROUNDS sets the number of interleavings (nightly: 10,000); with KONTAKTKLAR_LONG=1 it is 2,000.
"""

import os
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from consent import services
from consent.models import Consent
from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import digest_of
from contacts.customers.services import erase_customer, record_objection
from contacts.requests.models import ContactRequest, Permit, PermitUse, Reassignment, Review
from contacts.requests.services import assigning, permits, reviewing, submitting
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.cast import account, make_customer, point, wording
from tests.races.copies import copies, refrozen
from tests.races.stepping import Actor, play, pool_of
from tests.requests.scenes import ask, permit_for

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("RACE_ROUNDS", "2000" if os.environ.get("KONTAKTKLAR_LONG") else "500"))
LANES = 2
GOING_ON = ("approve", "approve_too", "redeem", "reassign", "refuse")
ENDING = ("withdraw", "expire", "erase", "object", "revoke", "cancel")
GROUNDS_GONE = ("consent.withdrawn", "consent.expired", "objection.recorded", "customer.erased")
GAINS = ("permit.used", "permit.granted")
MILLI = timedelta(milliseconds=1)


@dataclass
class Scene:
    """One customer with a consent; a request that waits for the officers, and a permit that somebody else holds."""

    customer: Customer
    consent: Consent
    request: ContactRequest
    permit: Permit


@dataclass
class Race:
    scene: Scene
    sides: tuple[str, ...]
    seed: int
    ends_at: datetime


@dataclass
class Ended:
    """What a race came to: the acts that were done, those that were refused, and the order they were moved in."""

    customer: int
    done: dict[str, bool]
    order: list[str]


def pattern(cast, accounts, now) -> tuple[Scene, list]:
    """A messenger from a shared device asks for a manager (ACC-04) and rests on the consent (SRV-02): sven has his
    permit already, anna waits for hers."""
    customer = make_customer(now, number="PATTERN")
    way = point(customer, "messenger", "0171 5550000", now=now, platform="whatsapp")
    given = now - timedelta(days=90)
    consent = services.give_consent(
        cast.clara, customer=customer, purpose="service", channel="messenger", platform="whatsapp", how="paper",
        evidence="Formular", text=wording("service", "messenger", "whatsapp"), given_at=given, at=given,
    )  # fmt: skip
    device = account("Diensthandy", "messenger", cast, now, platform="whatsapp", kind="company_shared_device")
    values = {"draft_text": "Ihr Termin ist morgen um zehn."}
    permit = permit_for(ask(cast.sven, customer, "messenger", device, at=now, **values), cast, now)
    drafted = ask(cast.anna, customer, "messenger", device, at=now, **values)
    request = submitting.submit(cast.anna, request=drafted, at=now)
    assert request.state == "with_manager" and permit.rests_on_consent
    customer.refresh_from_db()
    consent.refresh_from_db()
    held = ContactRequest.objects.get(pk=permit.request_id)
    # With another way open, the messenger needs the consent: without it the officer decides (SRV-03).
    rows = [customer, customer.contact_points.get(channel="email"), way, consent, *consent.events.all()]
    for one in (held, ContactRequest.objects.get(pk=request.pk)):
        rows += [one, *one.decisions.order_by("pk"), *one.snapshots.all(), *one.stages.all(), *one.reviews.all()]
    rows.append(Permit.objects.get(pk=permit.pk))
    return Scene(customer, consent, rows[[type(row) for row in rows].index(ContactRequest)], rows[-1]), rows


def scenes(rows: list, ends_on, ends_at) -> list[Scene]:
    """One for every race, with an address and a number of its own."""
    ways: dict[int, ContactPoint] = {}

    def change(one: Any, number: int) -> None:
        match one._meta.model_name:
            case "customer":
                one.number, one.ticked_at = f"R{number}", None
            case "contactpoint":
                by_mail = one.channel == "email"
                one.value = one.normalised = f"r{number}@kundin.example" if by_mail else f"+49171{5550000 + number}"
                one.digest = digest_of(one.customer, one.channel, one.platform, one.value)
                ways[number] = one
            case "consent":
                one.ends_on, one.ends_at, one.expires_at, one.next_change_at = ends_on, ends_at, ends_at, None
            case "consentevent":
                one.ends_on = ends_on
            case "snapshot":
                refrozen(one, f"R{number}", ways[number])

    made = copies(rows, ROUNDS, change)
    waiting = [row for row in rows if isinstance(row, ContactRequest)][1]
    customer, consent, permit = rows[0], rows[3], rows[-1]
    return [Scene(known[customer], known[consent], known[waiting], known[permit]) for known in made]


# --- the acts


def act_of(name: str, scene: Scene, cast, at: datetime) -> Any:
    request = {"request": scene.request, "at": at}
    match name:
        case "approve":
            return reviewing.review(cast.mona, verdict="approved", reason="", **request)
        case "approve_too":
            return reviewing.review(cast.max, verdict="approved", reason="", **request)
        case "refuse":
            return reviewing.review(cast.mona, verdict="refused", reason="Bitte nicht.", **request)
        case "reassign":
            return assigning.reassign(cast.mona, to=cast.max, reason="Kennt den Fall.", **request)
        case "cancel":
            return submitting.cancel(cast.anna, **request)
        case "redeem":
            return permits.redeem(cast.sven, permit=scene.permit, at=at)
        case "revoke":
            return permits.revoke(cast.mona, permit=scene.permit, reason="Nicht mehr nötig.", at=at)
        case "withdraw":
            return services.withdraw_consent(cast.clara, consent=scene.consent, how="written", at=at)
        case "object":
            return record_objection(cast.clara, customer=scene.customer, scope="full_block", how="spoken", at=at)
        case "erase":
            return erase_customer(cast.dora, customer=scene.customer, at=at)
    raise AssertionError(name)


def expire(scene: Scene, at: datetime) -> int:
    """The clock's sweep comes by when this consent is due; it is the only one."""
    Consent.objects.filter(pk=scene.consent.pk, next_change_at__isnull=True).update(next_change_at=at)
    return services.record_passage(at=at)


def drive(races: list[Race], cast) -> list[Ended]:
    """One lane, a process of its own: one race after the other."""
    ended = []
    with pool_of(3) as pool:
        for race in races:
            ended.append(one_race(race, cast, pool))
    connection.close()
    return ended


def one_race(race: Race, cast, pool) -> Ended:
    chance = random.Random(race.seed)
    actors = []
    for side in race.sides:
        at = (
            race.ends_at - chance.uniform(-6, 30) * MILLI if "expire" in race.sides else race.ends_at - 3600_000 * MILLI
        )
        if side == "expire":
            act = partial(expire, race.scene, race.ends_at + chance.uniform(0, 5) * MILLI)
        else:
            act = partial(act_of, side, race.scene, cast, at)
        actors.append(Actor(side, act))
    order = play(actors, pool, chance)
    for actor in actors:
        if actor.error is not None and not isinstance(actor.error, ValidationError | PermissionDenied):
            raise AssertionError(f"{race.sides} with seed {race.seed}: {actor.error!r}, {order}") from actor.error
    done = {actor.name: actor.error is None and getattr(actor.result, "use", actor) is not None for actor in actors}
    return Ended(race.scene.customer.pk, done, order)


# --- the judge


def judge(ended: Ended, scene: Scene, trail: list[str], ends_at: datetime) -> str:
    """Raises where something outlived its grounds or was lost; else who came first, for the tally."""
    gains = [place for place, verb in enumerate(trail) if verb in GAINS]
    ends = [place for place, verb in enumerate(trail) if verb in GROUNDS_GONE]
    assert not (gains and ends) or max(gains) < min(ends), (ended.order, trail)
    request = ContactRequest.objects.get(pk=scene.request.pk)
    reviews = Review.objects.filter(request=request).count()
    pressed = [name for name in ("approve", "approve_too", "refuse") if ended.done.get(name)]
    assert reviews == len(pressed) <= 1, ("a verdict was lost, or given twice", ended.order)
    granted = Permit.objects.filter(request=request).exists()
    assert granted == (request.state == "granted"), ended.order
    assert PermitUse.objects.filter(permit=scene.permit).count() == int(ended.done.get("redeem", False)), ended.order
    moved = Reassignment.objects.filter(stage__request=request).exists()
    assert moved == ended.done.get("reassign", False), ended.order
    told = OutboxMessage.objects.filter(topic__in=("granted", "refused"), payload__number=request.number)
    assert told.exists() == (request.state in ("granted", "refused")), ("nobody was told", ended.order)
    late = PermitUse.objects.filter(permit__customer=scene.customer, at__gte=ends_at).exists()
    assert not late and not Permit.objects.filter(customer=scene.customer, valid_from__gte=ends_at).exists()
    return "gained" if gains else "stopped"


def plan(chance: random.Random) -> list[tuple[str, ...]]:
    """Pairs and threes, each ending against each going on as often as any other."""
    pairs = [(one, other) for one in GOING_ON for other in ENDING]
    found = []
    for number in range(ROUNDS):
        sides = list(pairs[number % len(pairs)])
        if number % 2:
            rest = [name for name in (*GOING_ON, *ENDING) if name not in sides]
            # Whom a decision is handed to may decide only after that.
            handed = "approve_too" in sides and "reassign" in rest
            sides.append("reassign" if handed else chance.choice(rest))
        chance.shuffle(sides)
        found.append(tuple(sides))
    return found


def test_nothing_outlives_its_grounds_and_no_verdict_is_lost(cast, accounts, now):
    chance = random.Random(20261129)
    first, rows = pattern(cast, accounts, now)
    zone = first.consent.zone()
    today = now.astimezone(zone).date()
    ends_at = datetime.combine(today + timedelta(days=1), datetime.min.time(), zone)
    made = scenes(rows, today, ends_at)
    races = [Race(scene, sides, n, ends_at) for n, (scene, sides) in enumerate(zip(made, plan(chance), strict=True))]
    mark = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    ended = run_lanes(races, cast)
    tally = Counter()
    trails: dict[int, list[str]] = {}
    for customer, verb in AuditEntry.objects.filter(pk__gt=mark).order_by("pk").values_list("customer_id", "verb"):
        trails.setdefault(customer, []).append(verb)
    for race, one in zip(races, ended, strict=True):
        came = judge(one, race.scene, trails.get(one.customer, []), ends_at)
        for side in race.sides:
            tally[side, "done" if one.done[side] else "refused"] += 1
        tally["race", came] += 1
    print(f"\n{len(races)} interleavings")
    for (side, word), count in sorted(tally.items()):
        print(f"  {side:12} {word:8} {count}")
    if ROUNDS >= 500:
        lonely = [side for side in GOING_ON if not (tally[side, "done"] and tally[side, "refused"])]
        assert lonely == [], "each must have come first sometimes and too late sometimes, else nothing was raced"


def run_lanes(races: list[Race], cast) -> list[Ended]:
    connection.close()  # what is open here must not be shared with the processes
    with ProcessPoolExecutor(LANES, mp_context=get_context("fork")) as pool:
        futures = [pool.submit(drive, races[lane::LANES], cast) for lane in range(LANES)]
        found = [future.result() for future in futures]
    return [found[number % LANES][number // LANES] for number in range(len(races))]
