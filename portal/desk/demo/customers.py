"""Three hundred customers, the same in every demo: who they are is drawn from a seed, when is counted from today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from consent.models import Consent
from consent.services import give_consent, request_opt_in, withdraw_consent
from contacts.customers.models import Customer
from contacts.customers.services import (
    add_contact_point,
    create_customer,
    record_inbound,
    record_objection,
    verify_contact_point,
)
from portal.desk.demo import names
from portal.desk.demo.company import Step
from portal.desk.demo.situations import EMAIL, LETTER, PHONE, SITUATIONS, Address, Agreed, Situation
from portal.desk.demo.wordings import wording_for
from portal.people.models import User

SEED = 4711
COUNT = 300
FIRST_NUMBER = 4701
ERIKA = 4711
MONTH = timedelta(days=30.5)
# How many months ago a consent was given, so that its story has come to pass by today.
GIVEN_MONTHS_AGO = {"active": 4, "unproven": 5, "stale": 30, "silent": 50, "ended": 14, "withdrawn": 10}
ORDINARY_ERIKA = Situation("Erika Mustermann", 1, bought=2, age=46, addresses=(LETTER, EMAIL, PHONE))


@dataclass
class Story:
    """One customer and what happened to them; `customer` exists once the first step has been taken."""

    number: int
    situation: Situation
    first_name: str
    last_name: str
    draw: Random
    people: dict[str, User]
    now: datetime
    customer: Customer | None = field(default=None, init=False)

    def steps(self) -> Iterator[Step]:
        """Everything that happened, each with its time."""
        came = self.now - timedelta(days=self._days_known(), minutes=self.draw.randrange(400))
        yield came, self._come
        for turn, address in enumerate(self.situation.addresses):
            yield came + timedelta(minutes=5 + turn), partial(self._address, address)
        for agreed in self.situation.agreed:
            yield from self._agree(agreed)
        for scope, channel in self.situation.refused:
            yield self.now - MONTH * 2, partial(self._refuse, scope, channel)
        for channel, platform in self.situation.wrote:
            yield self.now - timedelta(days=2), partial(self._write, channel, platform)

    def _days_known(self) -> int:
        return self.draw.randrange(1600, 1900) if self.situation.bought is not None else self.draw.randrange(40, 120)

    def _come(self, at: datetime) -> None:
        business = self.situation.kind == "business_contact"
        self.customer = create_customer(
            self.people["clara"],
            number=str(self.number),
            kind=self.situation.kind,
            relationship=self.situation.relationship,
            salutation=self.draw.choice(("Frau", "Herr")) if self.number != ERIKA else "Frau",
            first_name=self.first_name,
            last_name=self.last_name,
            company=names.COMPANIES[self.number % len(names.COMPANIES)] if business else "",
            birth_date=self._birth_date(),
            parental_consent=self.situation.parents_agree,
            last_transaction_on=self._last_purchase(),
            robinson_listed=self.situation.robinson,
            language=self.situation.language,
            timezone=self.situation.timezone,
            at=at,
        )

    def _birth_date(self) -> date | None:
        age = self.situation.age
        if age is None:
            age = self.draw.choice((None, None, *range(24, 80)))
        return None if age is None else self.now.date() - timedelta(days=int(age * 365.25) + 100)

    def _last_purchase(self) -> date | None:
        months = self.situation.bought
        return None if months is None else (self.now - MONTH * months).date()

    def _address(self, address: Address, at: datetime) -> None:
        point = add_contact_point(
            self.people["sven" if address.source == "searched_by_employee" else "clara"],
            customer=self._known(),
            channel=address.channel,
            platform=address.platform,
            value=self._value(address),
            source=address.source,
            source_note=address.note,
            collected_on=at.date(),
            address_from_sale=address.sale,
            notice_at_collection=address.notice,
            label="Rechnungsadresse" if address.channel == "letter" else "",
            at=at,
        )
        if address.verified:
            verify_contact_point(self.people["clara"], point=point, at=at)

    def _value(self, address: Address) -> str:
        index = self.number - FIRST_NUMBER
        if address.channel == "letter":
            return f"{self.draw.choice(names.STREETS)} {self.draw.randrange(1, 140)}, {self.draw.choice(names.TOWNS)}"
        if address.channel == "email":
            return f"{names.plain(self.first_name)}.{names.plain(self.last_name)}.{self.number}@post.example"
        if address.channel == "phone":
            return f"0221 4710{index:03d}"
        if address.channel in ("sms", "messenger"):
            return f"0171 39200{index % 100:02d}" if index < 100 else f"0171 39200{index % 100:02d}{index // 100}"
        return f"{names.plain(self.first_name)}_{names.plain(self.last_name)}_{self.number}"

    def _agree(self, agreed: Agreed) -> Iterator[Step]:
        if agreed.story == "pending":
            yield self.now - timedelta(days=3), partial(self._ask_to_confirm, agreed)
            return
        months = 1 if self.situation.bought is None else GIVEN_MONTHS_AGO[agreed.story]
        yield self.now - MONTH * months, partial(self._give, agreed)
        if agreed.story == "withdrawn":
            yield self.now - MONTH, partial(self._withdraw, agreed)

    def _ask_to_confirm(self, agreed: Agreed, at: datetime) -> None:
        customer = self._known()
        request_opt_in(
            self.people["clara"],
            address=customer.contact_points.get(channel="email").value,
            customer=customer,
            text=wording_for(agreed.purpose, agreed.channel, agreed.platform),
            via="officer",
            at=at,
        )

    def _give(self, agreed: Agreed, at: datetime) -> None:
        proven = agreed.story != "unproven"
        give_consent(
            self.people["clara"],
            customer=self._known(),
            how="paper" if proven else "spoken",
            text=wording_for(agreed.purpose, agreed.channel, agreed.platform),
            evidence=f"Formular E-{self.number}, unterschrieben" if proven else "",
            given_at=at,
            ends_on=(self.now - MONTH * 2).date() if agreed.story == "ended" else None,
            at=at,
            **_key(agreed),
        )

    def _withdraw(self, agreed: Agreed, at: datetime) -> None:
        consent = Consent.objects.get(customer=self._known(), **_key(agreed))
        withdraw_consent(self.people["timo"], consent=consent, how="written", note="E-Mail an den Service", at=at)

    def _refuse(self, scope: str, channel: str, at: datetime) -> None:
        record_objection(self.people["timo"], customer=self._known(), scope=scope, channel=channel, how="spoken", at=at)

    def _write(self, channel: str, platform: str, at: datetime) -> None:
        note = "Fragt nach dem Termin der Wartung"
        record_inbound(
            self.people["timo"],
            customer=self._known(),
            channel=channel,
            platform=platform,
            note=note,
            at=at,
            now=at + timedelta(minutes=20),
        )

    def _known(self) -> Customer:
        assert self.customer is not None
        return self.customer


def _key(agreed: Agreed) -> dict[str, Any]:
    return {"purpose": agreed.purpose, "channel": agreed.channel, "platform": agreed.platform}


def stories(people: dict[str, User], now: datetime) -> list[Story]:
    """One for each customer; Erika Mustermann has the number of the pictures in the manual."""
    draw = Random(SEED)
    situations = [situation for situation in SITUATIONS for _turn in range(situation.share)]
    draw.shuffle(situations)
    situations.insert(ERIKA - FIRST_NUMBER, ORDINARY_ERIKA)
    found = []
    for number, situation in enumerate(situations, start=FIRST_NUMBER):
        first, last = draw.choice(names.FIRST_NAMES), draw.choice(names.LAST_NAMES)
        if number == ERIKA:
            first, last = "Erika", "Mustermann"
        found.append(Story(number, situation, first, last, Random(number), people, now))
    return found


def searched_out(people: dict[str, User], now: datetime) -> Step:
    """The accountant looked for Erika's profile because of an open invoice: the case of the manual."""
    return now - timedelta(days=5), partial(_search, people)


def _search(people: dict[str, User], at: datetime) -> None:
    add_contact_point(
        people["anke"],
        customer=Customer.objects.get(number=str(ERIKA)),
        channel="social_dm",
        platform="instagram",
        value="erika_m_koeln",
        source="searched_by_employee",
        source_note="Profil zum Namen gesucht, weil die Rechnung offen ist",
        collected_on=at.date(),
        at=at,
    )
