"""Whatever ends a consent, against whatever rests on it: real connections, 2,000 interleavings.

Each side reads its own clock, waits a moment of chance, and acts; the clocks differ by some milliseconds. The judge
reads the commit order from the ids of the audit entries, which are written one after the other under the customer's
lock: after the stop nothing is granted and nothing used. No database error reaches anybody.

RACE_ROUNDS sets the number of interleavings; the default is 500 and, with KONTAKTKLAR_LONG=1, 2,000.
"""

import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Max
from django.utils import translation

from consent import services
from consent.models import Consent, PreferenceLink
from consent.services import links, stopping
from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import digest_of
from contacts.customers.services import erase_customer, record_objection
from contacts.requests.models import ContactRequest, Permit, PermitUse
from contacts.requests.services import permits, reviewing, submitting
from portal.audit.models import AuditEntry
from portal.handlers import HANDLERS
from tests.cast import make_customer, wording
from tests.races.copies import copies, refrozen
from tests.requests.scenes import ask, permit_for

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("RACE_ROUNDS", "2000" if os.environ.get("KONTAKTKLAR_LONG") else "500"))
LANES = 4
MOVES = ("redeem", "submit", "review")
STOPS = ("withdraw", "page", "one_click", "objection", "told_in_contact", "erase", "expire")
GAINS = ("permit.used", "permit.granted")
ENDS = ("consent.withdrawn", "objection.recorded", "customer.erased", "consent.expired")
MILLI = timedelta(milliseconds=1)


@dataclass
class Clock:
    """The time of one server; `zero` is read again where the race is about an instant."""

    base: datetime
    zero: float = field(default_factory=time.perf_counter)

    def __call__(self) -> datetime:
        return self.base + timedelta(seconds=time.perf_counter() - self.zero)


@dataclass
class Race:
    stop: str
    move: str
    customer: Customer
    point: ContactPoint
    consent: Consent
    request: ContactRequest
    permit: Permit | None = None
    link: PreferenceLink | None = None
    #: The last audit entry before the race: the new thresholds of one round pass over the customers of all.
    mark: int = 0


# --- the situations ------------------------------------------------------------------------------------------------


@dataclass
class Pattern:
    """One situation made by the services, and copied for every round: a consent and what rests on it. `rows` holds
    each row behind those that it points at."""

    customer: Customer
    point: ContactPoint
    consent: Consent
    request: ContactRequest
    permit: Permit | None
    rows: list


def pattern(cast, accounts, now, move: str, purpose: str) -> Pattern:
    """`redeem`: a permit is there; `submit`: a draft; `review`: the consent is stale, and the DPO decides."""
    customer = make_customer(now, number=f"{move}-{purpose}")
    given = now - timedelta(days=900 if move == "review" else 90)
    consent = services.give_consent(
        cast.clara, customer=customer, purpose=purpose, channel="email", how="paper", evidence="Formular",
        text=wording(purpose, "email"), given_at=given, at=given,
    )  # fmt: skip
    request = ask(cast.sven, customer, "email", accounts.email, at=now, purpose=purpose, opt_out_included=True)
    permit = permit_for(request, cast, now) if move == "redeem" else None
    if move == "review":
        request = submitting.submit(cast.sven, request=request, at=now)
        request = reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
        assert request.state == "with_dpo"
    request = ContactRequest.objects.get(pk=request.pk)
    consent.refresh_from_db()
    point = customer.contact_points.get(channel="email")
    about = [*request.decisions.order_by("pk"), *request.snapshots.all(), *request.stages.all(), *request.reviews.all()]
    held = [permit] if permit is not None else []
    rows = [customer, point, consent, consent.events.get(), request, *about, *held]
    return Pattern(customer, point, consent, request, permit, rows)


def set_up(patterns, plan: list[tuple[str, str, str]], ends_on, now) -> list[Race]:
    """A customer of its own for every round."""
    races: dict[int, Race] = {}
    for key, one in patterns.items():
        places = [place for place, (_stop, move, purpose) in enumerate(plan) if (move, purpose) == key]
        for place, known in zip(places, _copied(one, places, plan, ends_on), strict=True):
            stop, move, _purpose = plan[place]
            rows = (known[row] for row in (one.customer, one.point, one.consent, one.request))
            races[place] = Race(stop, move, *rows, known.get(one.permit))
    for race in races.values():
        if race.stop == "one_click":
            race.link = links.unsubscribe_link(customer=race.customer, point=race.point, purpose="marketing", at=now)
    return [races[place] for place in range(len(plan))]


def _copied(one: Pattern, places: list[int], plan, ends_on) -> list[dict]:
    points: dict[int, ContactPoint] = {}

    def change(row, number: int) -> None:
        place = places[number]
        day = ends_on if plan[place][0] == "expire" else None
        match row._meta.model_name:
            case "customer":
                row.number, row.ticked_at = f"R{place}", None
            case "contactpoint":
                row.value = row.normalised = f"r{place}@kundin.example"
                row.digest = digest_of(row.customer, "email", "", row.value)
                points[number] = row
            case "consent":
                row.ends_on, row.next_change_at = day, None
            case "consentevent":
                row.ends_on = day
            case "snapshot":
                refrozen(row, f"R{place}", points[number])

    return copies(one.rows, len(places), change)


# --- the two sides -------------------------------------------------------------------------------------------------


def move_of(race: Race, cast, at: datetime):
    match race.move:
        case "redeem":
            return permits.redeem(cast.sven, permit=race.permit, at=at)
        case "submit":
            return submitting.submit(cast.sven, request=race.request, at=at)
    return reviewing.review(cast.dora, request=race.request, verdict="approved", reason="", at=at)


def stop_of(race: Race, cast, at: datetime):
    customer = race.customer
    match race.stop:
        case "withdraw":
            return services.withdraw_consent(cast.anna, consent=race.consent, how="spoken", at=at)
        case "page":
            return services.withdraw_by_customer(customer, purpose="marketing", channel="email", at=at)
        case "one_click":
            return services.withdraw_by_link(race.link, at=at)
        case "objection":
            return stopping.stop_contact(cast.anna, customer=customer, scope="full_block", how="spoken", at=at)
        case "told_in_contact":
            return record_objection(cast.anna, customer=customer, scope="marketing_objection", how="contact", at=at)
        case "erase":
            return erase_customer(cast.dora, customer=customer, at=at)
        case "expire":
            return services.record_passage(at=at)
    limits = {"stale_after_months_unused": 1, "expired_after_months_unused": 2, "doi_ttl_days": 14}
    return services.set_thresholds(
        cast.dora, **limits, purpose="event_invitation", channel="email", valid_from=at, reason="race", at=at
    )


@dataclass
class Side:
    """What one side did: when it began and was through, on which clock, and what went wrong."""

    act: Callable[[datetime], object]
    clock: Clock
    skew: timedelta
    pause: float
    at: datetime | None = None
    began: float = 0.0
    done: float = 0.0
    error: Exception | None = None

    def run(self, barrier: threading.Barrier) -> None:
        with translation.override("en"):
            barrier.wait(timeout=30)
            self.at = self.clock() + self.skew
            time.sleep(self.pause)
            self.began = time.perf_counter()
            try:
                self.act(self.at)
            except Exception as error:
                self.error = error
            self.done = time.perf_counter()


def drive(races: list[Race], cast, base: datetime, ends_at: datetime, seed: int) -> list[tuple[Race, Side, Side]]:
    """One lane, a process of its own: its races one after the other, both sides on connections that stay open."""
    chance, clock, seen = random.Random(seed), Clock(base), []
    with ThreadPoolExecutor(2) as pool:
        try:
            for race in races:
                if race.stop == "expire":
                    clock = Clock(ends_at - chance.uniform(0, 12) * MILLI)
                    Consent.objects.filter(pk=race.consent.pk).update(next_change_at=ends_at)
                race.mark = AuditEntry.objects.aggregate(last=Max("pk"))["last"]
                seen.append((race, *_meet(race, cast, clock, chance, pool)))
                if race.stop == "thresholds":
                    _milder_again(cast, clock)
        finally:
            both = threading.Barrier(2)
            for closing in [pool.submit(_close, both) for _ in range(2)]:
                closing.result(timeout=30)
            connection.close()
    return seen


def _meet(race: Race, cast, clock: Clock, chance: random.Random, pool: ThreadPoolExecutor) -> list[Side]:
    sides = [
        Side(partial(act, race, cast), clock, chance.uniform(-3, 3) * MILLI, chance.uniform(0, 0.008))
        for act in (move_of, stop_of)
    ]
    barrier = threading.Barrier(2)
    for future in [pool.submit(side.run, barrier) for side in sides]:
        future.result(timeout=60)
    return sides


def _close(both: threading.Barrier) -> None:
    """Each thread of the pool closes its own connection: it waits here until the other one has come too."""
    both.wait(timeout=30)
    connection.close()


def _milder_again(cast, clock: Clock) -> None:
    at = clock() + 5 * MILLI
    services.set_thresholds(
        cast.dora, purpose="event_invitation", channel="email", stale_after_months_unused=24,
        expired_after_months_unused=48, doi_ttl_days=14, valid_from=at, reason="race", at=at,
    )  # fmt: skip
    time.sleep(0.012)


def disturb(customers: list[int], base: datetime, stop: threading.Event, errors: list[BaseException]) -> None:
    """The workers of the portal beside the races: rechecks and recomputed dues take the same locks."""
    chance, clock = random.Random(7), Clock(base)
    try:
        while not stop.wait(0.1):
            for handler in HANDLERS["customer.grounds_changed"]:
                handler(customer_id=chance.choice(customers), because="race", at=clock())
            services.apply_thresholds(at=clock())
            if chance.random() < 0.2:
                services.record_passage(at=clock())
    except BaseException as error:
        errors.append(error)
    finally:
        connection.close()


# --- the judge -----------------------------------------------------------------------------------------------------


def verdict(race: Race, move: Side, stop: Side, trail: list[str]) -> str:
    """`before`, `stopped` or `neither`; fails where something was gained after the stop."""
    for side in (move, stop):
        if side.error is not None and not isinstance(side.error, ValidationError):
            raise AssertionError(f"{race.stop} against {race.move}: {side.error!r}") from side.error
    gains = [place for place, verb in enumerate(trail) if verb in GAINS]
    ends = [place for place, verb in enumerate(trail) if verb in ENDS]
    if gains and ends:
        assert max(gains) < min(ends), (race.stop, race.move, trail)
    return "before" if gains else "stopped"


def test_nothing_is_gained_after_a_stop_has_committed(cast, accounts, now):
    chance = random.Random(20261124)
    plan = [(stop, move, "marketing") for stop in STOPS for move in MOVES]
    plan = [plan[n % len(plan)] for n in range(ROUNDS - ROUNDS // 16)]
    plan += [("thresholds", MOVES[n % 3], "event_invitation") for n in range(ROUNDS // 16)]
    purposes = ("marketing", "event_invitation")
    patterns = {(move, purpose): pattern(cast, accounts, now, move, purpose) for move in MOVES for purpose in purposes}
    today = now.astimezone(patterns["redeem", "marketing"].consent.zone()).date()
    ends_at = datetime.combine(
        today + timedelta(days=1), datetime.min.time(), patterns["redeem", "marketing"].consent.zone()
    )
    races = set_up(patterns, plan, today, now)
    Consent.objects.filter(ends_on=today).update(ends_at=ends_at, expires_at=ends_at)
    seen = run_lanes(races, cast, ends_at + timedelta(minutes=1), ends_at, chance)
    judge(seen, ends_at, cast)


def run_lanes(races, cast, base, ends_at, chance) -> list[tuple[Race, Side, Side]]:
    ordinary = [race for race in races if race.stop not in ("expire", "thresholds")]
    chance.shuffle(ordinary)
    special = [[race for race in races if race.stop == name] for name in ("expire", "thresholds")]
    lanes = [*special, *(ordinary[n :: LANES - 1] for n in range(LANES - 1))]
    over, errors = threading.Event(), []
    clerk = threading.Thread(target=disturb, args=([r.customer.pk for r in ordinary], base, over, errors))
    started = time.perf_counter()
    connection.close()  # what is open here must not be shared with the processes
    with ProcessPoolExecutor(len(lanes), mp_context=get_context("fork")) as pool:
        futures = [pool.submit(drive, lane, cast, base, ends_at, n) for n, lane in enumerate(lanes)]
        clerk.start()
        try:
            seen = [one for future in futures for one in future.result()]
        finally:
            over.set()
            clerk.join(timeout=30)
    assert not errors, errors
    print(f"\n{len(seen)} interleavings in {time.perf_counter() - started:.0f} s")
    return seen


def judge(seen, ends_at, cast) -> None:
    trails = defaultdict(list)
    entries = AuditEntry.objects.filter(customer_id__in=[race.customer.pk for race, *_ in seen]).order_by("pk")
    marks = {race.customer.pk: race.mark for race, *_ in seen}
    for pk, customer_id, verb in entries.values_list("pk", "customer_id", "verb"):
        if pk > marks[customer_id]:
            trails[customer_id].append(verb)
    tally = Counter()
    for race, move, stop in seen:
        tally[race.stop, verdict(race, move, stop, trails[race.customer.pk])] += 1
        if race.stop == "thresholds" and stop.done < move.began and move.at >= stop.at:
            assert not set(GAINS) & set(trails[race.customer.pk]), "used after the new thresholds were in force"
    expiring = [race.customer.pk for race, *_ in seen if race.stop == "expire"]
    assert not PermitUse.objects.filter(permit__customer__in=expiring, at__gte=ends_at).exists()
    assert not Permit.objects.filter(customer__in=expiring, valid_from__gte=ends_at).exists()
    print(dict(sorted(tally.items())))
    assert sum(tally.values()) == len(seen)
    nothing_is_left(seen, cast, ends_at)
    if ROUNDS >= 500:
        lonely = [stop for stop in (*STOPS, "thresholds") if not (tally[stop, "before"] and tally[stop, "stopped"])]
        assert lonely == [], "both orders must have been seen, else nothing was raced"


def nothing_is_left(seen, cast, ends_at) -> None:
    """A permit that was there before the stop is worth nothing after it."""
    stopped = {race.customer.pk for race, *_ in seen if race.stop != "thresholds"}
    left = Permit.objects.filter(customer__in=stopped, state="active").order_by("pk")
    assert left.exists() or ROUNDS < 500
    for permit in left[:60]:
        try:
            assert permits.redeem(cast.sven, permit=permit, at=ends_at).use is None
        except ValidationError:
            continue
