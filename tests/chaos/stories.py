"""The mixed load: each story is one customer, from the first entry to the use of a permit, its end, or the erasure."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection
from django.test import Client
from django.utils import timezone, translation

from contacts.customers.importing import run
from contacts.customers.models import Customer, ImportRun
from contacts.customers.services import erase_customer
from portal.machines.models import Scope
from portal.machines.services import confirm_token, make_token
from tests.cast import Cast, certify, make_accounts, make_cast, person, wording
from tests.chaos.calling import Browser, Caller, Ledger, Unanswered
from tests.customers.lists import row, text

REMINDED = 20
SCOPES = [str(scope) for scope in Scope]
IMPORTED_ROWS = 5


@dataclass
class Company:
    """Who works here, and how they get in."""

    cast: Cast
    text: int
    keys: dict[str, str]
    session: str


def found_company() -> Company:
    """The cast of the tests, keys for two of them, a manager who is signed in, and people whose certificates end."""
    # An hour ago: to a clock that is ten minutes behind, a key that has just been made is none yet.
    now = timezone.now() - timedelta(hours=1)
    cast = make_cast(now)
    make_accounts(cast, now)
    for number in range(REMINDED):
        certify(person(f"p{number}", "employee"), until=(now + timedelta(days=7)).date(), by=cast.tom)
    keys = {}
    for name in ("anna", "clara"):
        acts_for, end = getattr(cast, name), now + timedelta(days=1)
        token, secret = make_token(
            cast.adam, name=f"for-{name}", scopes=SCOPES, expires_at=end, acts_for=acts_for, at=now
        )
        confirm_token(acts_for, token=token, at=now)
        keys[name] = secret
    browser = Client()
    browser.force_login(cast.mona)
    return Company(cast, wording("marketing", "email").pk, keys, browser.session.session_key or "")


class Stories:
    """Tells stories in several threads until it is told to stop."""

    def __init__(self, company: Company, ports: list[int], ledger: Ledger, seed: int, *, pause: float) -> None:
        self.company, self.ports, self.ledger, self.seed, self.pause = company, ports, ledger, seed, pause
        self.stop = threading.Event()
        self.threads: list[threading.Thread] = []

    def begin(self, tellers: int) -> None:
        for number in range(tellers):
            self.threads.append(threading.Thread(target=self._tell, args=(number,)))
            self.threads[-1].start()

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=150)
            if thread.is_alive():
                self.ledger.strange.append("a caller hangs")

    def _tell(self, number: int) -> None:
        chance, count = random.Random(f"{self.seed}-{number}"), 0
        with translation.override("en"):
            while not self.stop.is_set():
                count += 1
                name = f"{number}-{count}"
                try:
                    if number == 0 and count % 5 == 2:
                        self._import(name)
                    else:
                        self._story(name, chance)
                except Unanswered:
                    self.ledger.count("given up")
                except Exception as error:
                    self.ledger.strange.append(f"{name}: {type(error).__name__} {error}")
                self.stop.wait(self.pause * chance.uniform(0.5, 1.5))
        connection.close()

    def _story(self, name: str, chance: random.Random) -> None:
        anna = Caller(self.ports, self.company.keys["anna"], self.ledger, chance)
        clara = Caller(self.ports, self.company.keys["clara"], self.ledger, chance)
        customer = f"C{name}"
        values = {"number": customer, "first_name": "Kanarie", "last_name": f"Zwitscher {name}"}
        if not self._ok(clara.post("customers", values, key=f"{name}-a"), 201, "customer", customer):
            return
        if chance.random() < 0.6:
            self._advertise(name, customer, anna, clara, chance)
        else:
            self._collect(name, customer, anna, clara, chance)
        if chance.random() < 0.15:
            self._erase(customer)

    def _ok(self, answer: tuple[int, dict[str, Any]], expected: int, kind: str, fact: Any) -> bool:
        """Notes what was acknowledged; any other answer is strange."""
        status, body = answer
        if status == expected:
            self.ledger.note(kind, fact)
            return True
        self.ledger.strange.append(f"{kind} {fact}: {status} {body}")
        return False

    def _point(self, name: str, customer: str, clara: Caller, channel: str, value: str) -> int | None:
        sent = {"channel": channel, "value": value, "source": "contract_record", "collected_on": "2026-01-20"}
        status, body = clara.post(f"customers/{customer}/contact-points", sent, key=f"{name}-b")
        return int(body["id"]) if self._ok((status, body), 201, "point", (customer, channel)) else None

    def _advertise(self, name: str, customer: str, anna: Caller, clara: Caller, chance: random.Random) -> None:
        """A consent, a permit that rests on it, uses, and its withdrawal, after which there is no use any more."""
        point = self._point(name, customer, clara, "email", f"k{name}@voliere.example")
        given = (timezone.now() - timedelta(days=2)).isoformat()
        way = {"purpose": "marketing", "channel": "email", "given_at": given, "how": "paper", "text": self.company.text}
        status, consent = clara.post(f"customers/{customer}/consents", way | {"evidence": "Formular"}, key=f"{name}-c")
        if point is None or not self._ok((status, consent), 201, "consent", customer):
            return
        asked = {
            "customer": customer,
            "contact_point": point,
            "purpose": "marketing",
            "opt_out_included": True,
            "uses_wanted": 3,
        }
        permit = self._permit(name, asked | {"draft_text": "Unser Angebot."}, anna)
        if permit is None:
            return
        withdrawn = False
        for turn in range(3):
            if turn and chance.random() < 0.5 and not withdrawn:
                path = f"customers/{customer}/consents/{consent['id']}/withdraw"
                withdrawn = self._ok(clara.post(path, {"how": "spoken"}, key=f"{name}-d"), 200, "withdrawal", customer)
            self._use(f"{name}-{turn}", permit, anna, after_withdrawal=withdrawn)

    def _collect(self, name: str, customer: str, anna: Caller, clara: Caller, chance: random.Random) -> None:
        """An open invoice by SMS, which a manager approves on the page."""
        digits = "".join(f"{int(part):03d}" for part in name.split("-"))
        point = self._point(name, customer, clara, "sms", f"0171 5{digits}")
        if point is None:
            return
        asked = {"customer": customer, "contact_point": point, "purpose": "debt_collection"}
        number = self._handed_in(name, asked | {"draft_text": "Bitte zahlen Sie die Rechnung."}, anna)
        if number is None:
            return
        if Browser(self.ports, self.company.session, self.ledger, chance).approve(number):
            self.ledger.note("approval", number)

    def _handed_in(self, name: str, asked: dict[str, Any], anna: Caller) -> str | None:
        status, drafted = anna.post("requests", asked, key=f"{name}-e")
        if not self._ok((status, drafted), 201, "request", drafted.get("number")):
            return None
        number = drafted["number"]
        answer = anna.post(f"requests/{number}/submit", key=f"{name}-f")
        return number if self._ok(answer, 200, "submission", number) else None

    def _permit(self, name: str, asked: dict[str, Any], anna: Caller) -> str | None:
        number = self._handed_in(name, asked, anna)
        if number is None:
            return None
        # The same call again gets the same answer, which names the permit.
        _status, told = anna.post(f"requests/{number}/submit", key=f"{name}-f")
        permit = told.get("permit")
        if permit is None:
            self.ledger.strange.append(f"no permit for {number}: {told.get('state')} {told.get('outcome')}")
        return permit

    def _use(self, name: str, permit: str, anna: Caller, *, after_withdrawal: bool) -> None:
        status, told = anna.post(f"permits/{permit}/redeem", {"conditions_read": True}, key=f"{name}-g")
        if status == 201:
            self.ledger.note("use", (permit, told["use"]))
            if after_withdrawal:
                self.ledger.strange.append(f"used after the withdrawal: {permit} {told}")
            outcome = anna.post(f"permits/{permit}/uses/{told['use']}/outcome", {"result": "sent"}, key=f"{name}-h")
            self._ok(outcome, 201, "outcome", (permit, told["use"]))
        elif status == 409:
            self.ledger.note("use refused", permit)
        else:
            self.ledger.strange.append(f"use of {permit}: {status} {told}")

    # --- what no system may do is done by people, through the verbs that their pages call

    def _erase(self, customer: str) -> None:
        def act() -> None:
            erase_customer(self.company.cast.dora, customer=Customer.objects.get(number=customer), at=timezone.now())

        with suppress(ValidationError):  # erased by the try whose answer was lost
            again(act)
        self.ledger.note("erasure", customer)

    def _import(self, name: str) -> None:
        """A list of customers: taken in, checked by the worker, confirmed, written by the worker."""
        clara, numbers = self.company.cast.clara, [f"I{name}-{line}" for line in range(IMPORTED_ROWS)]
        content = text(*(row(number) for number in numbers)).encode()

        def take_in() -> ImportRun:
            upload = SimpleUploadedFile(f"{name}.csv", content)
            return run.receive(clara, upload, at=timezone.now(), kind="customers")

        found = again(take_in)
        # A refusal here says that the try whose answer was lost had done it.
        with suppress(ValidationError):
            again(lambda: run.choose_columns(clara, _fresh(found), fields=_fresh(found).mapping, at=timezone.now()))
        if not self._came_to(found, "checked"):
            return
        with suppress(ValidationError):
            again(lambda: run.confirm(clara, _fresh(found), plan=_fresh(found).plan, at=timezone.now()))
        self.ledger.note("import", numbers)

    def _came_to(self, found: ImportRun, state: str) -> bool:
        end = time.monotonic() + 60
        while time.monotonic() < end and not self.stop.is_set():
            if again(lambda: _fresh(found)).state == state:
                return True
            time.sleep(0.5)
        return False


def _fresh(found: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=found.pk)


def again(act: Callable[[], Any]) -> Any:
    """What a person does who sees the page of a fault: the same once more, over a new connection."""
    end = time.monotonic() + 60
    while True:
        try:
            return act()
        except Error:
            connection.close()
            if time.monotonic() > end:
                raise Unanswered from None
            time.sleep(0.3)
