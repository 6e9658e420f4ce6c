"""Everything that can happen to consents, in any order, against a ledger on paper (tests/consent/paper.py).

Hypothesis chooses the acts and the clock. After every act each state is what the paper says, now and at instants
before and after, and so is what binds each address; each refusal is the one that the paper foresees. In the end the
rows are what their events say, and the clock's bookkeeping has recorded the true state.

CONSENT_MACHINE=5000x50 sets examples and steps (nightly); the default is 60x30 and, with
KONTAKTKLAR_LONG=1, 200x30.
"""

import os
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consent import services
from consent.models import Consent, ConsentEvent
from consent.rules import Thresholds
from consent.selectors import consent_state_on, consents_of
from consent.services import links, stopping
from contacts.customers.models import ContactPoint, Customer
from contacts.customers.services import add_contact_point, erase_customer, record_objection, update_customer
from contacts.requests.context import Question, load
from portal.access.tokens import token_of
from portal.audit.services import Job
from portal.handlers import HANDLERS
from tests.cast import make_cast, make_customer, point, proof_file, wording
from tests.consent.paper import ADVERTISING, Act, Book, Line, Person, Setting, SignUp, can_be_proven

pytestmark = pytest.mark.django_db(transaction=True)
USUAL = "200x30" if os.environ.get("KONTAKTKLAR_LONG") else "60x30"
EXAMPLES, STEPS = (int(number) for number in os.environ.get("CONSENT_MACHINE", USUAL).split("x"))

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PURPOSES = ("marketing", "event_invitation", "satisfaction_survey", "service", "inquiry_reply")
WAYS = (("email", ""), ("phone", ""), ("messenger", "whatsapp"), ("messenger", "signal"))
NAMES = ("erika", "bob")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
MACHINE = Job("test.system")

# One customer, reason and way come up most: what happens to one consent again and again is where the faults are.
names = st.sampled_from([NAMES[0]] * 4 + [NAMES[1]])
purposes = st.sampled_from(["marketing"] * 5 + ["event_invitation"] * 2 + list(PURPOSES[2:]))
ways = st.sampled_from([WAYS[0]] * 4 + [*WAYS[1:]])
adverts = st.sampled_from([purpose for purpose in PURPOSES if purpose in ADVERTISING])
hows = st.sampled_from(["paper", "spoken", "written", "web_form", "api"])
stories = st.sampled_from(
    ["", "", "given", "given withdrawn", "given withdrawn given", "refused given", "given refused", "old", "refused"]
)
scopes = st.sampled_from(["marketing_objection", "full_block"])
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
#: How far a clock of another server is behind, or not at all.
behind = st.sampled_from([timedelta(0)] * 2 + [timedelta(milliseconds=1), 2 * SECOND])
limits = st.sampled_from([None, None, None, 0, 30, 400])
steps = st.sampled_from(
    [timedelta(seconds=1), timedelta(minutes=11), timedelta(hours=5), DAY, 15 * DAY, 200 * DAY, 731 * DAY]
)
flags = st.booleans()


class Ledger(RuleBasedStateMachine):
    cast = file = None

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now, self.serial, self.looks = START, 0, 0
        self.book, self.customers, self.links = Book(), {}, {}
        self.opt_ins: list[tuple[SignUp, str]] = []
        #: (person, address) where somebody made sure that it is theirs: the contract, or a press in a mail.
        self.sure: set[tuple[str, str]] = set()

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # --- the company ---------------------------------------------------------------------------------------------

    @initialize(story=stories, how=hows, way=ways)
    def open_the_book(self, story, how, way):
        """Two people; and something has happened to one of them already, for chance alone would seldom get so far."""
        for number, (name, kind) in enumerate(zip(NAMES, ("consumer", "business_contact"), strict=True)):
            customer = make_customer(START, number=f"{name}-{number}", kind=kind, timezone=ZONES[number])
            point(customer, "messenger", "0171 5550000", now=START, platform="whatsapp")
            self.customers[name] = customer
            self.sure |= {(name, row.value) for row in customer.contact_points.filter(source="contract_record")}
            self.book.people[name] = Person(zone=ZONES[number], kind=kind)
        for word in story.split():
            self.happens(word, how, way)
            self.now += DAY

    def happens(self, word: str, how: str, way) -> None:
        """One word of a story, about the first customer and advertising."""
        name, key = NAMES[0], ("marketing", *way)
        match word:
            case "given":
                self.agree(name, key, "paper" if way[0] == "email" else how)
            case "withdrawn":
                self.take_back(name, key, self.now)
            case "refused":
                self.object_in_a_contact(name, "marketing_objection", timedelta(0))
            case "old":
                self.agree(name, key, given=self.now - 800 * DAY)

    def mail_of(self, name: str) -> str:
        return f"erika.{self.customers[name].number}@kundin.example"

    def line(self, name: str, key) -> Line:
        return self.book.people[name].lines.setdefault(key, Line(self.book.people[name]))

    def written(self) -> list[tuple[str, tuple[str, str, str]]]:
        return [
            (name, key) for name, person in self.book.people.items() for key, line in person.lines.items() if line.acts
        ]

    def acts(self) -> list[Act]:
        return [act for person in self.book.people.values() for line in person.lines.values() for act in line.acts]

    def pick(self, data) -> tuple[str, tuple[str, str, str]]:
        """One line of the book in which something stands already: there the interesting things happen."""
        return data.draw(st.sampled_from(self.written()))

    def an_instant(self, data, name: str) -> datetime:
        """Now, some time ago, or within a second of something that happened to this person: there the order decides."""
        person = self.book.people[name]
        told = [act.at for line in person.lines.values() for act in line.acts]
        told += [since for _scope, _channel, since in person.refusals]
        near = [moment + second for moment in sorted(set(told)) for second in (-SECOND, timedelta(0), SECOND)]
        some = [self.now, self.now, *(self.now - ago for ago in (timedelta(hours=3), 40 * DAY, 900 * DAY))]
        return min(
            self.now, data.draw(st.sampled_from(some) | st.sampled_from(near) if near else st.sampled_from(some))
        )

    def consent(self, name: str, key) -> Consent | None:
        purpose, channel, platform = key
        return Consent.objects.filter(
            customer=self.customers[name], purpose=purpose, channel=channel, platform=platform
        ).first()

    @contextmanager
    def foreseen(self, refused: bool):
        """The product refuses exactly where the paper does."""
        said = None
        try:
            with transaction.atomic():
                yield
        except ValidationError as error:
            said = error
        assert refused == (said is not None), f"the paper refuses: {refused}, the product: {said}"

    # --- the clock -----------------------------------------------------------------------------------------------

    @rule(step=steps)
    def time_passes(self, step):
        self.now += step

    @precondition(written)
    @rule(data=st.data(), pick=st.integers(0, 1), early=flags)
    def somebody_looks_at_the_turn_of_a_day(self, data, pick, early):
        """To the microsecond on which a consent goes stale or ends, or the last one before it."""
        name, key = self.pick(data)
        edges = self.book.edges(name, key, self.now)
        if edges:
            zone = ZoneInfo(self.book.people[name].zone)
            turn = datetime.combine(edges[pick], time(0), zone).astimezone(UTC)
            self.now = max(self.now, turn - timedelta(microseconds=1) if early else turn)

    @rule()
    def the_jobs_run(self):
        services.apply_thresholds(at=self.now)
        services.record_passage(at=self.now)
        services.drop_unconfirmed(at=self.now)
        for sign_up in self.book.sign_ups:
            sign_up.dropped = sign_up.dropped or not sign_up.counts(self.now)

    @rule(purpose=st.sampled_from(["", "", *PURPOSES[:3]]), channel=st.sampled_from(["", "", "email"]),
          stale=st.integers(1, 30), more=st.integers(0, 30), doi=st.sampled_from([1, 7, 14, 30]),
          ahead=st.sampled_from([timedelta(0), timedelta(hours=2), 100 * DAY]), jobs=flags)  # fmt: skip
    def the_dpo_sets_thresholds(self, purpose, channel, stale, more, doi, ahead, jobs):
        start = self.now + ahead
        taken = any((s.purpose, s.channel, s.valid_from) == (purpose, channel, start) for s in self.book.settings)
        with self.foreseen(refused=taken):
            services.set_thresholds(
                self.cast.dora, purpose=purpose, channel=channel, stale_after_months_unused=stale,
                expired_after_months_unused=stale + more, doi_ttl_days=doi, valid_from=start, reason="test",
                at=self.now,
            )  # fmt: skip
        if not taken:
            self.book.settings.append(Setting(purpose, channel, start, stale, stale + more, doi))
        if jobs:
            self.the_jobs_run()

    # --- the customer agrees -------------------------------------------------------------------------------------

    @rule(name=names, purpose=purposes, way=ways, how=hows,
          evidence=st.sampled_from(["Formular", "Formular", "Formular", " "]), limit=limits,
          worded=st.sampled_from([True, True, False]), filed=flags, data=st.data())  # fmt: skip
    def give(self, name, purpose, way, how, evidence, worded, filed, data, limit):
        self.agree(name, (purpose, *way), how, evidence, worded, filed, self.an_instant(data, name), limit)

    def agree(self, name, key, how="paper", evidence="Formular", worded=True, filed=True, given=None, limit=None):
        purpose, way, given = key[0], key[1:], given or self.now
        ends = given.date() + timedelta(days=limit) if limit is not None else None
        person, line = self.book.people[name], self.line(name, key)
        form = way[0] == "email" and how in ("web_form", "api")
        proof = can_be_proven(how, way[0], evidence, worded, filed)
        refused = (
            form or line.refuses(given) or person.erased or self.withdrawn_above(name, key, given)
            or (line.withdrawal() is not None and given <= line.withdrawal())
            or self.proves_less(name, key, proof)
        )  # fmt: skip
        with self.foreseen(refused):
            services.give_consent(
                self.cast.clara, customer=self.customers[name], purpose=purpose, channel=way[0], platform=way[1],
                how=how, evidence=evidence, text=wording(purpose, *way) if worded else None, ends_on=ends,
                given_at=given, at=self.now, evidence_file=self.file if filed else None,
            )  # fmt: skip
        if not refused:
            line.write(Act("given", given, self.now, how=how, proof=proof, ends=ends, filed=filed))

    def proves_less(self, name, key, proof: bool) -> bool:
        """What stands and can be proven is not written over by what cannot."""
        given = self.line(name, key).giving()
        return given is not None and given.proof and not proof and self.stands_of_itself(name, key)

    def withdrawn_above(self, name, key, since) -> bool:
        """Whether the purpose above was taken back at `since` or later, when this one's paper had not arrived yet."""
        lines = self.book.people[name].lines
        above = [lines.get((parent, *key[1:])) for parent in self.book.above(key[0])]
        return any(act.kind == "withdrawn" and act.at >= since for line in above if line for act in line.acts)

    @precondition(written)
    @rule(data=st.data(), evidence=st.sampled_from(["Anruf", ""]), filed=flags, limit=limits)
    def renew(self, data, evidence, filed, limit):
        name, key = self.pick(data)
        purpose, way = key[0], key[1:]
        given = self.an_instant(data, name)
        mine = self.consent(name, key)
        line, person = self.line(name, key), self.book.people[name]
        ends = given.date() + timedelta(days=limit) if limit is not None else None
        standing = self.stands_of_itself(name, key)
        proof = can_be_proven("spoken", way[0], evidence, True, filed)
        less = self.proves_less(name, key, proof)
        refused = not standing or line.refuses(given) or person.erased or self.objected_since(name, key) or less
        with self.foreseen(refused):
            services.renew_consent(
                self.cast.clara, consent=mine, how="spoken", evidence=evidence, text=wording(purpose, *way),
                given_at=given, at=self.now, ends_on=ends, evidence_file=self.file if filed else None,
            )  # fmt: skip
        if not refused:
            line.write(Act("renewed", given, self.now, how="spoken", proof=proof, ends=ends, filed=filed))

    def objected_since(self, name, key) -> bool:
        """Whether a refusal stands that the present consent has not lifted: no routine does."""
        said = self.book.refusals(name, key, self.addresses_on(name, key))
        return any(not self.book.own_act_since(name, key, since) for since in said)

    def addresses_on(self, name, key) -> list[str]:
        found = ContactPoint.objects.filter(customer=self.customers[name], channel=key[1], platform=key[2])
        return list(found.values_list("value", flat=True))

    def stands_of_itself(self, name, key) -> bool:
        return self.book.state(name, key, self.now) in ("active", "stale")

    @precondition(written)
    @rule(data=st.data(), known=flags, evidence=st.sampled_from(["Brief", ""]), limit=limits)
    def correct(self, data, known, evidence, limit):
        name, key = self.pick(data)
        purpose, way = key[0], key[1:]
        given = self.an_instant(data, name)
        mine = self.consent(name, key)
        line = self.line(name, key)
        target, used = line.giving(), line.last_use()
        ends = given.date() + timedelta(days=limit) if limit is not None else None
        refused = (
            target is None or line.withdrawal() is not None or target.mended is not None or line.refuses(self.now)
            or (used is not None and given > used) or given > target.recorded or self.book.people[name].erased
        )  # fmt: skip
        with self.foreseen(refused):
            services.correct_consent(
                self.cast.clara, consent=mine, evidence=evidence, text=wording(purpose, *way) if known else None,
                given_at=given, at=self.now, ends_on=ends,
            )  # fmt: skip
        if not refused:
            target.mended, target.ends = given, ends
            target.proof = can_be_proven(target.how, way[0], evidence, known, target.filed)
            line.turn(self.now)

    @rule(name=names, purpose=purposes, which=st.sampled_from(["first", "first", "second", "foreign"]))
    def sign_up(self, name, purpose, which):
        """Whose address it is, the company knows from its list; a stranger's stays with nobody until confirmed."""
        others = {"second": f"{name}.zwei@post.example", "foreign": f"{name}.neu@post.example"}
        address = others.get(which) or self.mail_of(name)
        times = sorted(s.asked for s in self.book.sign_ups if s.address == address and not s.dropped)
        recent = [asked for asked in times if asked > self.now - timedelta(days=1)]
        had = len(recent) >= 3 or bool(recent and recent[-1] > self.now - timedelta(minutes=10))
        opt_in = services.request_opt_in(
            self.cast.clara, address=address, customer=self.customers[name], text=wording(purpose, "email"),
            via="officer", at=self.now,
        )  # fmt: skip
        assert (opt_in is None) == had
        if opt_in is not None:
            row = SignUp(name, purpose, address, self.now, self.book.setting(purpose, "email", self.now).doi)
            self.book.sign_ups.append(row)
            self.opt_ins.append((row, token_of("consent.opt_in", bytes(opt_in.nonce))))

    @precondition(lambda self: self.opt_ins)
    @rule(data=st.data(), slow=behind)
    def confirm(self, data, slow):
        row, token = data.draw(st.sampled_from(self.opt_ins))
        at = self.now - slow
        alive = not row.confirmed and not row.dropped and row.counts(at)
        having = [one for one in NAMES if row.address in self.addresses(one) and not self.book.people[one].erased]
        stranger = ContactPoint.objects.filter(value=row.address).exclude(customer__in=self.customers.values())
        if row.person not in having and stranger.exists():
            having = []  # two have it, or only somebody whom the book does not know: the company cannot tell
        consent = services.confirm_opt_in(token, at=at)
        assert (consent is not None) == alive
        if consent is None:
            return
        row.confirmed = True
        if not having:
            assert consent.customer_id not in {c.pk for c in self.customers.values()}, "somebody new, or nobody"
            return
        name = row.person if row.person in having else having[0]
        assert consent.customer_id == self.customers[name].pk
        self.sure.add((name, row.address))
        line = self.line(name, (row.purpose, "email", ""))
        asked = max(filter(None, (row.asked, line.latest)))
        line.write(Act("requested", asked, at))
        at_last = max(at, asked)
        if at_last == line.withdrawal():
            at_last += timedelta(microseconds=1)  # the press came after the withdrawal, whatever the clocks say
        line.write(Act("confirmed", at_last, at, how="double_opt_in", proof=True, address=row.address))

    @precondition(written)
    @rule(data=st.data(), slow=behind, late=st.sampled_from([timedelta(0), timedelta(hours=1)]))
    def use(self, data, slow, late):
        """As a permit does: it rested on a standing consent; the ledger hears of it a little later."""
        name, key = self.pick(data)
        used = self.now - slow
        if self.book.state(name, key, used) not in ("active", "stale"):
            return
        self.now += late
        self.serial += 1
        services.record_use(
            self.cast.anna, consent=self.consent(name, key), evidence=f"P-{self.serial}", at=self.now, used_at=used
        )
        self.line(name, key).write(Act("used", used, self.now))

    # --- the customer stops --------------------------------------------------------------------------------------

    def withdrawn(self, name, lines: list, at: datetime) -> None:
        """A withdrawal that was told before the clock of the last entry about this person counts from that entry on."""
        at = self.book.people[name].moment(at)
        for line in lines:
            line.write(Act("withdrawn", at, at))

    def standing(self, name, purposes_, fits) -> list[Line]:
        """The lines that are on record and not withdrawn."""
        return [
            line
            for key, line in self.book.people[name].lines.items()
            if key[0] in purposes_ and fits(key) and line.acts and line.withdrawal() is None
        ]

    def refuse(self, name, scope, channel, at) -> None:
        """Never before what is on record already."""
        person = self.book.people[name]
        at = person.moment(at)
        person.happened(at)
        person.refusals.append((scope, channel, at))
        for address, of in self.addresses(name).items():
            if channel in ("", of):
                self.book.refused.setdefault(address, {}).setdefault(scope, at)
        # Refusing what was agreed to takes the agreement back.
        self.withdrawn(name, self.covered(name, scope, channel), at)

    def covered(self, name, scope, channel) -> list[Line]:
        over = ADVERTISING if scope == "marketing_objection" else set(PURPOSES)
        return [line for line in self.standing(name, over, lambda key: channel in ("", key[1])) if line.giving()]

    def addresses(self, name) -> dict[str, str]:
        return {
            row.value: row.channel for row in ContactPoint.objects.filter(customer=self.customers[name]) if row.value
        }

    @precondition(written)
    @rule(data=st.data(), slow=behind)
    def an_employee_takes_it_back(self, data, slow):
        self.take_back(*self.pick(data), self.now - slow)

    def take_back(self, name, key, at) -> None:
        mine = self.consent(name, key)
        lines = self.standing(name, self.book.below(key[0]), lambda other: other[1:] == key[1:])
        refused = self.line(name, key) not in lines
        with self.foreseen(refused):
            services.withdraw_consent(self.cast.anna, consent=mine, how="spoken", at=at)
        if not refused:
            self.withdrawn(name, lines, at)
            if key[0] == "marketing":
                self.refuse_once(name, "marketing_objection", key[1], at)

    @rule(name=names, purpose=purposes, way=ways, machine=flags, slow=behind)
    def the_customer_switches_it_off(self, name, purpose, way, machine, slow):
        """On the own page, or through another system."""
        at, customer = self.now - slow, self.customers[name]
        lines = self.standing(name, self.book.below(purpose), lambda key: key[1:] == way)
        gone = self.line(name, (purpose, *way)).withdrawal()
        if machine:
            ended = services.withdraw_by_machine(
                MACHINE, [customer], purpose=purpose, channel=way[0], platform=way[1], at=at
            )
        else:
            ended = services.withdraw_by_customer(customer, purpose=purpose, channel=way[0], platform=way[1], at=at)
        assert ended == len(lines)
        self.withdrawn(name, lines, at)
        nothing_left = purpose in ADVERTISING and not lines and gone is None
        if purpose == "marketing" or nothing_left:
            self.refuse_once(name, "marketing_objection", way[0], at)

    def refuse_once(self, name, scope, channel, at) -> None:
        """A second press adds nothing, unless the customer agreed to something in between."""
        person = self.book.people[name]
        at = person.moment(at)
        said = [since for of, where, since in person.refusals if of == scope and where in ("", channel) and since <= at]
        givings = [line.giving() for line in person.lines.values()]
        if not said or any(given.since > max(said) for given in givings if given):
            self.refuse(name, scope, channel, at)

    @rule(name=names, purpose=adverts)
    def make_an_unsubscribe_link(self, name, purpose):
        if self.book.people[name].erased:
            return
        email = ContactPoint.objects.get(customer=self.customers[name], value=self.mail_of(name))
        link = links.unsubscribe_link(customer=self.customers[name], point=email, purpose=purpose, at=self.now)
        self.links[name] = (link, purpose)

    @precondition(lambda self: self.links)
    @rule(name=names, slow=behind)
    def one_click(self, name, slow):
        if name not in self.links or self.book.people[name].erased:
            return
        (link, purpose), at = self.links[name], self.now - slow
        lines = self.standing(name, self.book.below(purpose), lambda key: key[1] == "email")
        ended = [
            line.withdrawal()
            for key, line in self.book.people[name].lines.items()
            if key[0] in self.book.below(purpose) and key[1] == "email" and line.withdrawal()
        ]
        assert services.withdraw_by_link(link, at=at) == len(lines)
        self.withdrawn(name, lines, at)
        nothing_left = not lines and not any(gone >= link.created_at for gone in ended)
        if purpose == "marketing" or nothing_left:
            self.refuse_once(name, "marketing_objection", "email", at)

    @rule(name=names, scope=scopes, channel=st.sampled_from(["", "", "email", "phone", "messenger"]), slow=behind,
          by=st.sampled_from(["employee", "machine", "page"]))  # fmt: skip
    def object(self, name, scope, channel, slow, by):
        customer, at = self.customers[name], self.now - slow
        channel = "" if by == "page" else channel
        lines = self.covered(name, scope, channel)
        if by == "employee":
            stopping.stop_contact(self.cast.anna, customer=customer, scope=scope, channel=channel, how="spoken", at=at)
        elif by == "machine":
            services.object_by_machine(MACHINE, [customer], scope=scope, channel=channel, at=at)
        else:
            services.object_by_customer(customer, scope=scope, at=at)
        self.withdrawn(name, lines, at)
        if by == "page":
            self.refuse_once(name, scope, "", at)
        else:
            self.refuse(name, scope, channel, at)

    @rule(name=names, scope=scopes, slow=st.sampled_from([timedelta(0), 2 * SECOND, DAY, 40 * DAY]))
    def object_in_a_contact(self, name, scope, slow):
        """Told to somebody who used a permit, who writes down the objection alone. However wrong the clock is, it
        counts after all that is on record."""
        at = self.now - slow
        record_objection(self.cast.anna, customer=self.customers[name], scope=scope, how="contact", at=at)
        self.refuse(name, scope, "", at)

    # --- lists, and the person -----------------------------------------------------------------------------------

    @rule(name=names, purpose=purposes, way=ways, data=st.data(), evidence=st.sampled_from(["Liste", ""]), worded=flags)
    def import_one(self, name, purpose, way, data, evidence, worded):
        key, given = (purpose, *way), self.an_instant(data, name)
        line, person = self.line(name, key), self.book.people[name]
        stopped = line.withdrawal() is not None or self.withdrawn_above(name, key, self.own_act(line))
        there = line.giving()
        # A line takes no better proof's place and brings nothing back that is over.
        no_room = there is not None and (self.over(name, key) or there.proof)
        refused = stopped or person.erased or line.refuses(given) or self.objected(name, key) or no_room
        text = wording(purpose, *way)
        with self.foreseen(refused):
            services.import_consent(
                self.cast.clara, customer=self.customers[name], purpose=purpose, channel=way[0], platform=way[1],
                evidence=evidence, given_at=given, at=self.now, wording_reference=text.reference if worded else "",
            )  # fmt: skip
        if not refused:
            proof = worded and bool(evidence)
            event = ConsentEvent.objects.filter(kind="imported").order_by("-pk").first()
            line.write(Act("imported", given, self.now, how="imported", proof=proof, key=event.pk))

    def over(self, name, key) -> bool:
        rule = self.book.setting(key[0], key[1], self.now)
        today = self.now.astimezone(ZoneInfo(self.book.people[name].zone)).date()
        return today >= self.book.end_day(name, key, rule)

    def own_act(self, line: Line) -> datetime:
        mine = [act.since for act in line.acts if act.kind in ("given", "confirmed", "renewed")]
        return max(mine, default=datetime.min.replace(tzinfo=UTC))

    def objected(self, name, key) -> bool:
        """Whether anything at all was ever refused against this: a list lifts nothing, and asks nobody."""
        return bool(self.book.refusals(name, key, self.addresses_on(name, key)))

    @precondition(lambda self: any(act.kind == "imported" for act in self.acts()))
    @rule(data=st.data())
    def undo_an_import(self, data):
        name, key = self.pick(data)
        line = self.line(name, key)
        acts = [act for act in line.acts if act.kind == "imported"]
        if not acts:
            return
        act = acts[-1]
        refused = act is not line.acts[-1] or act.annulled or act.mended is not None or line.refuses(self.now)
        with self.foreseen(refused):
            services.undo_import(self.cast.clara, event=ConsentEvent.objects.get(pk=act.key), at=self.now)
        if not refused:
            act.annulled = True
            line.person.happened(self.now)

    @rule(name=names, zone=st.sampled_from(ZONES), kind=st.sampled_from(["consumer", "business_contact"]))
    def the_master_data_change(self, name, zone, kind):
        """Another zone moves the ends of days, another kind the years for which proof is kept."""
        customer, person = self.customers[name], self.book.people[name]
        with self.foreseen(person.erased):
            update_customer(self.cast.clara, customer=customer, at=self.now, timezone=zone, kind=kind)
        if person.erased:
            return
        if (person.zone, person.kind) != (zone, kind):
            person.happened(self.now)
        person.zone, person.kind = zone, kind
        for handler in HANDLERS["customer.grounds_changed"]:
            handler(customer_id=customer.pk, because="test", at=self.now)

    @precondition(lambda self: self.now > START + timedelta(days=60))
    @rule(name=names, chance=st.integers(0, 2))
    def erase(self, name, chance):
        """What was agreed to ends with it, and what waited is struck out."""
        if chance:
            return
        addresses, lines = self.addresses(name), self.standing(name, set(PURPOSES), lambda key: True)
        with self.foreseen(self.book.people[name].erased):
            erase_customer(self.cast.dora, customer=self.customers[name], at=self.now)
            self.withdrawn(name, [line for line in lines if line.giving()], self.now)
            for row in self.book.sign_ups:
                row.dropped |= row.person == name
            self.book.people[name].erased = True
            self.book.people[name].happened(self.now)
        for address in addresses:
            self.book.refused.setdefault(address, {}).setdefault("full_block", self.now)

    @rule(name=names, own=flags)
    def an_address_is_added(self, name, own):
        """A new one; or the one of somebody who was erased comes back with the other person."""
        other = next(one for one in NAMES if one != name)
        value = f"{name}.zwei@post.example" if own else self.mail_of(other)
        person = self.book.people[name]
        if person.erased or value in self.addresses(name) or not (own or self.book.people[other].erased):
            return
        add_contact_point(
            self.cast.anna, customer=self.customers[name], channel="email", value=value, source="data_subject",
            collected_on=self.now.date(), at=self.now,
        )  # fmt: skip
        for scope, channel, since in person.refusals:
            if channel in ("", "email"):
                self.book.refused.setdefault(value, {}).setdefault(scope, since)

    # --- what holds ----------------------------------------------------------------------------------------------

    @rule(name=names, days=st.integers(-1500, 1500), tick=st.sampled_from([-1, 0, 1]))
    def somebody_asks_about_another_instant(self, name, days, tick):
        self.compare(name, self.now + timedelta(days=days, microseconds=tick))

    @precondition(written)
    @rule(data=st.data(), days=st.integers(0, 1500))
    def somebody_reads_the_story_up_to_an_instant(self, data, days):
        """What the ledger said then, from its events alone: what is proven about the past."""
        name, key = self.pick(data)
        then = self.now - timedelta(days=days)
        mine = self.consent(name, key)
        if mine is not None:
            assert consent_state_on(mine, then).state == self.book.state(name, key, then, until=then)

    @invariant()
    def every_state_is_what_the_paper_says(self):
        for name, person in self.book.people.items():
            if person.lines:
                self.compare(name, self.now)

    def compare(self, name, at) -> None:
        customer, person = self.customers[name], self.book.people[name]
        answers = consents_of(customer.pk, at=at, zone=ZoneInfo(person.zone), thresholds=Thresholds())
        for purpose in PURPOSES:
            for way in WAYS:
                key = (purpose, *way)
                answer = answers.get(key)
                given = person.lines[key].giving() if key in person.lines else None
                ours = (answer.state, answer.proof) if answer else ("none", False)
                assert ours == (self.book.state(name, key, at), bool(given and given.proof)), (name, key, at)

    @invariant()
    def what_binds_each_address_is_what_was_refused(self):
        """After every third act: the question costs a dozen queries."""
        self.looks += 1
        for name, person in self.book.people.items():
            if self.looks % 3 == 0 and (person.refusals or set(self.book.refused) & set(self.addresses(name))):
                self.ask_about(name, self.now, ("marketing", "service"))

    @rule(name=names, ahead=st.sampled_from([0, 0, 30, 800]))
    def somebody_wants_to_contact(self, name, ahead):
        self.ask_about(name, self.now + timedelta(days=ahead), PURPOSES)

    def ask_about(self, name, at, reasons) -> None:
        """The facts of every question over every address: consent, proof, and what binds the address."""
        context = load(Customer.objects.get(pk=self.customers[name].pk), self.cast.sven, at=at)
        at = self.book.people[name].moment(at)  # nobody asks about a time before the last thing on record
        assert bool(context.points) != self.book.people[name].erased
        for address in context.points:
            for purpose in reasons:
                key = (purpose, address.channel, address.platform)
                facts = context.facts(Question(point=address, account=None, purpose=purpose))
                line = self.book.people[name].lines.get(key)
                given = line.giving() if line else None
                sure = (name, address.value) in self.sure
                state = self.book.for_address(name, key, address.value, sure, at)
                reached = state == self.book.state(name, key, at)
                assert (facts.consent_state, facts.identity_verified) == (state, sure), (key, address.value)
                assert facts.consent_proof == bool(given and given.proof and reached)
                assert facts.objection == self.book.objection(name, key, address.value, sure, at), (key, address.value)

    def settle(self) -> None:
        """In the end the rows are what their events say, and the jobs have recorded what is true, at its time."""
        assert list(services.differences(at=self.now)) == []
        assert services.rebuild(at=self.now) == 0
        services.apply_thresholds(at=self.now)
        services.record_passage(at=self.now)
        assert services.record_passage(at=self.now) == 0
        for name, person in self.book.people.items():
            self.ask_about(name, self.now, PURPOSES)
            for key in person.lines:
                if (mine := self.consent(name, key)) is not None:
                    self.check_bookkeeping(name, key, mine)
        connection.check_constraints()

    def check_bookkeeping(self, name, key, mine: Consent) -> None:
        true = self.book.state(name, key, self.now)
        true = {"pending_doi": "expired" if mine.given_at else "none"}.get(true, true)
        if mine.given_at is None and mine.withdrawn_at is None:
            true = "none"  # what was taken back above it is written there
        assert mine.recorded_state == true, (name, key)
        assert (mine.next_change_at is not None) == (true in ("active", "stale"))
        if mine.next_change_at is not None:
            assert mine.next_change_at > self.now
        for event in mine.events.filter(kind__in=["went_stale", "expired"]):
            assert event.at <= event.recorded_at <= self.now


def test_the_ledger_says_what_the_paper_says_whatever_happens(now):
    Ledger.cast = make_cast(now)
    Ledger.file = proof_file(Ledger.cast.clara, now)
    for purpose in PURPOSES:
        for way in WAYS:
            wording(purpose, *way)
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            report_multiple_bugs=False,
        ),
    )
