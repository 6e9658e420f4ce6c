"""Customers drawn at random over every state, with dates on and beside each edge that the rules know."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from consent.models import Consent, ConsentEvent, OptIn, ThresholdSetting
from consent.rules import below
from consent.rules.timing import add_months
from contacts.customers.models import (
    ContactPoint,
    Customer,
    InboundContact,
    Objection,
    Restriction,
    SuppressionEntry,
    SuppressionList,
    SuppressionListEntry,
)
from contacts.customers.selectors import normalise_address
from contacts.customers.suppression.digests import all_digests, family_of, ring, text_of
from contacts.customers.suppression.standing import keep_keys
from portal.vocabulary import Channel, ContactSource, CustomerKind, Platform, Relationship
from tests.cast import Cast, wording

ZONES = ("Europe/Berlin", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "America/St_Johns")
WAYS = (
    ("letter", ""),
    ("phone", ""),
    ("email", ""),
    ("sms", ""),
    ("messenger", "whatsapp"),
    ("social_dm", "instagram"),
    ("social_dm", "linkedin"),
)
PURPOSES = ("marketing", "marketing_similar_products", "satisfaction_survey", "service", "inquiry_reply", "recruitment")
HOWS = ("paper", "spoken", "double_opt_in", "web_form", "imported")
SECOND = timedelta(seconds=1)
DRAWN = (Customer, ContactPoint, Consent, ConsentEvent, OptIn, Objection, InboundContact, SuppressionEntry)


@dataclass
class Crowd:
    """Draws what a number of customers have; everything written in bulk, as no verb would allow half of it."""

    chance: random.Random
    cast: Cast
    at: datetime

    def people(self, count: int) -> list[Customer]:
        keep_keys(at=self.at)
        self._thresholds()
        customers = Customer.objects.bulk_create([self._customer(n) for n in range(count)])
        drawn = ContactPoint.objects.bulk_create([p for customer in customers for p in self._points(customer)])
        points: dict[int, list[ContactPoint]] = {customer.pk: [] for customer in customers}
        for point in drawn:
            points[point.customer_id].append(point)
        self._consents(customers, points)
        self._refusals(customers, points)
        with connection.cursor() as cursor:
            # As autovacuum would have, were this not a transaction: hundreds of lists are joined with these tables.
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in DRAWN)}")
        return customers

    def _maybe(self, likely: float = 0.5) -> bool:
        return self.chance.random() < likely

    def _near(self, *days: date, zone: str) -> datetime:
        """An instant at an edge of one of these local days, or somewhere within it."""
        day = self.chance.choice(days)
        midnight = datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
        return midnight + self.chance.choice([-SECOND, timedelta(), SECOND, timedelta(hours=11)])

    def _today(self, zone: str) -> date:
        return self.at.astimezone(ZoneInfo(zone)).date()

    def _customer(self, number: int) -> Customer:
        zone = self.chance.choice(ZONES)
        today = self._today(zone)
        company = f"Werk {number} GmbH" if self._maybe(0.3) else ""
        born = [add_months(today, -12 * age) + timedelta(days=d) for age in (16, 18) for d in (-1, 0, 1)]
        bought = [add_months(today, -months) + timedelta(days=d) for months in (3, 24, 25) for d in (-1, 0, 1)]
        return Customer(
            number=f"S-{number}",
            kind=self.chance.choice(CustomerKind.values),
            relationship=self.chance.choice(Relationship.values),
            first_name=f"Vor{number}",
            last_name="" if company and self._maybe() else f"Nach{number}",
            company=company,
            birth_date=self.chance.choice([None, None, None, date(1980, 2, 29), *born]),
            parental_consent=self._maybe(0.3),
            last_transaction_on=self.chance.choice([None, *bought, today + timedelta(days=1)]),
            robinson_listed=self._maybe(0.1),
            timezone=zone,
            ticked_at=self.chance.choice([None, self.at - timedelta(days=3), self.at, self.at + timedelta(hours=14)]),
        )

    def _points(self, customer: Customer) -> list[ContactPoint]:
        drawn = []
        for channel, platform in WAYS:
            for copy in range(self.chance.choice([0, 1, 1, 1, 1, 2])):
                drawn.append(self._point(customer, channel, platform, copy))
        return drawn

    def _point(self, customer: Customer, channel: str, platform: str, copy: int) -> ContactPoint:
        values = {
            "letter": f"Weg {customer.pk}, 5066{copy} Köln",
            "email": f"k{customer.pk}.{copy}@b.example",
            "social_dm": f"k{customer.pk}_{copy}",
        }
        value = values.get(channel, f"+49221{customer.pk % 100000:05d}{copy}{WAYS.index((channel, platform))}")
        normalised = normalise_address(channel, platform, value)
        generation = self.chance.choice([1, 2])
        text = text_of(customer.display_name, channel, normalised)
        history = ring().history(family_of(channel, platform, normalised), text)
        return ContactPoint(
            customer=customer,
            channel=channel,
            platform=platform,
            value=value,
            normalised=normalised,
            digest=history[generation - 1],
            generation=generation,
            source=self.chance.choice(ContactSource.values if self._maybe(0.4) else ContactSource.values[:2]),
            collected_on=self.at.date(),
            verified_at=self.at if self._maybe(0.6) else None,
            address_from_sale=self._maybe(),
            notice_at_collection=self._maybe(0.7),
            retired_at=self.at if self._maybe(0.15) else None,
        )

    def _consents(self, customers: list[Customer], points: dict[int, list[ContactPoint]]) -> None:
        consents = [
            self._consent(customer, purpose, channel, platform, points[customer.pk])
            for customer in customers
            for purpose in PURPOSES
            for channel, platform in WAYS
            if self._maybe(0.45)
        ]
        Consent.objects.bulk_create(consents)
        # Often for the purposes that have others below them, over which such a withdrawal flows.
        ConsentEvent.objects.bulk_create(
            self._event(mine, kind)
            for mine in consents
            for kind, often in (("withdrawn", 0.4), ("withdrawn", 0.3), ("used", 0.4))
            if self._maybe(often if below(mine.purpose) else often / 4)
        )
        OptIn.objects.bulk_create(
            [
                self._sign_up(customer, purpose, number)
                for customer in customers
                for number, purpose in enumerate([*PURPOSES, *PURPOSES])
                if self._maybe(0.15)
            ]
        )

    def _consent(
        self, customer: Customer, purpose: str, channel: str, platform: str, points: list[ContactPoint]
    ) -> Consent:
        zone, today = customer.timezone, self._today(customer.timezone)
        edges = [add_months(today, -m) + timedelta(days=d) for m in (1, 6, 12, 24, 48) for d in (0, 1)]
        given = self._near(*edges, zone=zone) if self._maybe(0.85) else None
        if given and self._maybe(0.1):
            given = self.at + self.chance.choice([timedelta(), SECOND])
        used = self._near(*edges, zone=zone) if given and self._maybe() else None
        proof = given is not None and self._maybe(0.7)
        instants = [self.at + timedelta(seconds=s) for s in (-86400, 0, 1, 50_000)]
        waits = [self.at - timedelta(days=days, seconds=s) for days in (1, 14) for s in (-1, 0, 1)]
        mine = [p for p in points if (p.channel, p.platform) == (channel, platform)]
        return Consent(
            customer=customer,
            purpose=purpose,
            channel=channel,
            platform=platform,
            text=wording(purpose, channel, platform) if proof else None,
            requested_at=self.chance.choice(waits) if self._maybe(0.4) else None,
            given_at=given,
            given_how=self.chance.choice(HOWS) if given else "",
            last_used_at=max(given, used) if given and used else None,
            ends_on=today + timedelta(days=self.chance.choice([-1, 0, 1])) if given and self._maybe(0.3) else None,
            withdrawn_at=self.chance.choice(instants) if self._maybe(0.15) else None,
            proof=proof,
            own_act_at=self.chance.choice(self._acts()) if given and self._maybe(0.6) else None,
            contact_point=self.chance.choice(mine) if mine and self._maybe(0.3) else None,
        )

    def _acts(self) -> list[datetime]:
        """The few instants at which customers agree or refuse, so that they meet."""
        return [self.at - timedelta(days=days) for days in (1, 2, 3)]

    def _event(self, consent: Consent, kind: str) -> ConsentEvent:
        at = self.at + self.chance.choice([-timedelta(days=9), timedelta(), SECOND])
        return ConsentEvent(
            consent=consent, kind=kind, at=at, local_date=at.date(), how="spoken", job="test", recorded_at=at
        )

    def _sign_up(self, customer: Customer, purpose: str, number: int) -> OptIn:
        requested = self.at - self.chance.choice([timedelta(days=20), timedelta(days=1), timedelta(), -SECOND])
        lasts = self.chance.choice([timedelta(seconds=1), timedelta(days=1), timedelta(days=30)])
        return OptIn(
            customer=customer,
            address=f"k{customer.pk}@b.example",
            normalised=f"k{customer.pk}@b.example",
            purpose=purpose,
            text=wording(purpose, "email"),
            via="web_form",
            requested_at=requested,
            ends_at=requested + lasts,
            nonce=b"0" * 32,
            token_digest=f"{customer.pk}-{number}",
            confirmed_at=self.at if self._maybe(0.2) else None,
        )

    def _refusals(self, customers: list[Customer], points: dict[int, list[ContactPoint]]) -> None:
        Objection.objects.bulk_create(
            self._objection(customer) for customer in customers for _n in range(self.chance.choice([0, 0, 0, 1, 2]))
        )
        InboundContact.objects.bulk_create(
            self._inbound(customer, channel, platform)
            for customer in customers
            for channel, platform in WAYS
            if self._maybe(0.3)
        )
        lists = self._lists()
        entries: list[SuppressionEntry] = []
        listed: list[SuppressionListEntry] = []
        for customer in customers:
            for point in points[customer.pk]:
                digests = sorted(all_digests(point, customer))
                if self._maybe(0.12):
                    fields = self._kept(digests) | {"scope": self._scope(), "created_at": self._act()}
                    entries.append(SuppressionEntry(reason="x", **fields))
                if self._maybe(0.08):
                    fields = self._kept(digests) | {"list": self.chance.choice(lists), "added_at": self._act()}
                    listed.append(SuppressionListEntry(**fields))
        SuppressionEntry.objects.bulk_create(entries, ignore_conflicts=True)
        SuppressionListEntry.objects.bulk_create(listed, ignore_conflicts=True)
        self._restrictions(customers)

    def _restrictions(self, customers: list[Customer]) -> None:
        """Some are restricted, some were; the last edge is the instant that is asked about."""
        for place, customer in enumerate(customers):
            since, by = self.at - timedelta(days=place % 3), self.cast.dora
            if place % 11 == 0:
                Restriction.objects.create(customer=customer, since=since, reason="x", recorded_by=by)
            elif place % 11 == 1:
                ended = {"until": self.at, "lifted_by": by, "lift_reason": "x"}
                Restriction.objects.create(customer=customer, since=since, reason="x", recorded_by=by, **ended)

    def _kept(self, digests: list[str]) -> dict[str, Any]:
        return {"digest": self.chance.choice(digests), "generation": self.chance.choice([1, 2])}

    def _objection(self, customer: Customer) -> Objection:
        channel = self.chance.choice(["", *Channel.values])
        scope, received = self._scope(), self._act()
        return Objection(customer=customer, scope=scope, channel=channel, received_at=received, how="spoken", job="x")

    def _inbound(self, customer: Customer, channel: str, platform: str) -> InboundContact:
        # The second window is that of a customer who changed 14 hours later (`ticked_at`).
        windows = [timedelta(days=14), timedelta(days=14, hours=-14)]
        ago = self.chance.choice([*windows, *(window - SECOND for window in windows), timedelta(), -SECOND])
        return InboundContact(
            customer=customer, channel=channel, platform=platform, at=self.at - ago, recorded_by=self.cast.anna
        )

    def _scope(self) -> str:
        return self.chance.choice(["marketing_objection", "marketing_objection", "full_block"])

    def _act(self) -> datetime:
        return self.chance.choice(self._acts())

    def _lists(self) -> tuple[SuppressionList, SuppressionList]:
        common = {"owner": self.cast.dora, "created_at": self.at}
        return (
            SuppressionList.objects.get_or_create(name="Robinson", defaults=common)[0],
            SuppressionList.objects.get_or_create(
                name="Partner", defaults=common | {"kind": "partner", "effect": "marketing_objection"}
            )[0],
        )

    def _thresholds(self) -> None:
        """For one purpose and one channel others, which came into force lately or will."""
        common = {"reason": "Versuch", "set_by": self.cast.dora, "set_at": self.at, "doi_ttl_days": 1}
        for purpose, channel, since in (("marketing", "email", -1), ("service", "", -1), ("", "phone", 1)):
            ThresholdSetting.objects.create(
                purpose=purpose,
                channel=channel,
                stale_after_months_unused=6,
                expired_after_months_unused=12,
                valid_from=self.at + timedelta(hours=since),
                **common,
            )


assert {platform for _channel, platform in WAYS if platform} <= set(Platform.values)
