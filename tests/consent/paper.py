"""A ledger on paper: what a careful clerk would write down and conclude, in plain Python.

The model of the state machine. It knows nothing of consent.rules: it keeps every act on a list, concludes by reading
that list anew each time, counts civil days with dateutil's calendar, and never stores a conclusion.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

ADVERTISING = {"marketing", "event_invitation", "satisfaction_survey", "marketing_similar_products"}
CHILDREN = {
    "marketing": {"event_invitation", "satisfaction_survey", "marketing_similar_products"},
    "service": {"inquiry_reply", "contract_performance"},
}
GIVINGS = ("given", "confirmed", "renewed", "imported")
OWN_WAYS = {"paper", "written", "spoken", "web_form", "double_opt_in", "preferences"}


@dataclass(eq=False)
class Act:
    """One line of the book. `at` is when it counts; a correction or an annulment is written into the line."""

    kind: str
    at: datetime
    recorded: datetime
    how: str = ""
    proof: bool = False
    ends: date | None = None
    key: int = 0
    annulled: bool = False
    mended: datetime | None = None

    @property
    def since(self) -> datetime:
        return self.mended or self.at


@dataclass
class Line:
    """Everything about one purpose on one way of contact, in the order in which it was written."""

    person: "Person"
    acts: list[Act] = field(default_factory=list)
    #: Corrections are acts too: later entries may not lie before them.
    latest: datetime | None = None

    def write(self, act: Act) -> Act:
        self.acts.append(act)
        self.latest = max(filter(None, (self.latest, act.at)))
        self.person.happened(max(act.at, act.recorded))
        return act

    def turn(self, at: datetime) -> None:
        """Something in the line was mended or struck out; the line itself stays as long as it was."""
        self.latest = max(filter(None, (self.latest, at)))
        self.person.happened(at)

    def refuses(self, at: datetime) -> bool:
        return self.latest is not None and at < self.latest

    def giving(self, until: datetime | None = None) -> Act | None:
        valid = [a for a in self._told(until) if a.kind in GIVINGS and not a.annulled]
        return max(valid, key=lambda act: (act.at, self.acts.index(act))) if valid else None

    def withdrawal(self, until: datetime | None = None) -> datetime | None:
        """The last one, unless the customer agreed anew since: neither a list nor a routine takes it back."""
        told = self._told(until)
        gone = [a for a in told if a.kind == "withdrawn"]
        if not gone:
            return None
        last = max(gone, key=lambda act: (act.at, self.acts.index(act)))
        place = (last.at, self.acts.index(last))
        anew = [
            a
            for a in told
            if a.kind in ("given", "confirmed")
            and (a.at, self.acts.index(a)) > place
            and a.since >= last.at
            and not a.annulled
        ]
        return None if anew else last.at

    def last_use(self, until: datetime | None = None) -> datetime | None:
        given = self.giving(until)
        if given is None:
            return None
        return max(
            (a.at for a in self._told(until) if a.kind == "used" and a.at >= max(given.at, given.since)), default=None
        )

    def asked(self, until: datetime | None, given: Act | None) -> datetime | None:
        """The last sign-up in the book. One that lies after the consent which came of it was no sign-up for it."""
        asked = max((a.at for a in self._told(until) if a.kind == "requested"), default=None)
        return None if asked and given and asked > given.since else asked

    def _told(self, until: datetime | None) -> list[Act]:
        return [a for a in self.acts if until is None or a.at <= until]


@dataclass
class SignUp:
    person: str
    purpose: str
    address: str
    asked: datetime
    confirmed: bool = False
    dropped: bool = False


@dataclass
class Person:
    zone: str
    kind: str = "consumer"
    erased: bool = False
    #: The latest instant of anything on record about this person; a refusal is never older.
    ticked: datetime | None = None
    #: (scope, channel or "", since)
    refusals: list[tuple[str, str, datetime]] = field(default_factory=list)
    lines: dict[tuple[str, str, str], Line] = field(default_factory=dict)

    def moment(self, at: datetime) -> datetime:
        return max(filter(None, (at, self.ticked)))

    def happened(self, at: datetime) -> None:
        self.ticked = self.moment(at)


@dataclass
class Setting:
    purpose: str
    channel: str
    valid_from: datetime
    stale: int
    expired: int
    doi: int


class Book:
    """The whole company's book."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.sign_ups: list[SignUp] = []
        self.settings: list[Setting] = []
        #: address -> scope -> since when the address itself is refused
        self.refused: dict[str, dict[str, datetime]] = {}

    def setting(self, purpose: str, channel: str, at: datetime) -> Setting:
        """The closest: both named, then the purpose, then the channel, then the house's; the youngest of these."""
        for named in ((purpose, channel), (purpose, ""), ("", channel), ("", "")):
            fitting = [s for s in self.settings if (s.purpose, s.channel) == named and s.valid_from <= at]
            if fitting:
                return sorted(fitting, key=lambda s: s.valid_from)[-1]
        return Setting("", "", at, 24, 48, 14)

    def state(self, name: str, key: tuple[str, str, str], at: datetime, until: datetime | None = None) -> str:
        """What holds at `at`; with `until`, what the acts up to then said, sign-ups apart."""
        person, line = self.people[name], self.people[name].lines.get(key) or Line(self.people[name])
        rule = self.setting(key[0], key[1], at)
        gone = line.withdrawal(until)
        if gone is not None and at.timestamp() >= gone.timestamp():
            return "withdrawn"
        given = line.giving(until)
        asked = max((s.asked for s in self._waiting(name, key)), default=None) if until is None else None
        asked = asked or line.asked(until, given)
        waits = asked is not None and asked.timestamp() <= at.timestamp() < asked.timestamp() + rule.doi * 86_400
        if given is None or at.timestamp() < given.since.timestamp():
            return "pending_doi" if waits else "none"
        today = at.astimezone(ZoneInfo(person.zone)).date()
        if today >= self.end_day(name, key, rule, until):
            return "pending_doi" if waits and asked > given.since else "expired"
        return "stale" if today >= self._silent_day(name, line, rule.stale, until) else "active"

    def end_day(self, name: str, key: tuple[str, str, str], rule: Setting, until: datetime | None = None) -> date:
        """The first civil day on which a given consent has ended."""
        line = self.people[name].lines[key]
        given = line.giving(until)
        silent = self._silent_day(name, line, rule.expired, until)
        return min(silent, given.ends + timedelta(days=1)) if given.ends else silent

    def _silent_day(self, name: str, line: Line, months: int, until: datetime | None) -> date:
        given, used = line.giving(until), line.last_use(until)
        last = max(given.since, used) if used else given.since
        return last.astimezone(ZoneInfo(self.people[name].zone)).date() + relativedelta(months=months)

    def edges(self, name: str, key: tuple[str, str, str], at: datetime) -> list[date]:
        """The civil days on which this line turns, for somebody who wants to look exactly then."""
        line = self.people[name].lines.get(key)
        if line is None or line.giving() is None:
            return []
        rule = self.setting(key[0], key[1], at)
        return [self._silent_day(name, line, rule.stale, None), self.end_day(name, key, rule)]

    def _waiting(self, name: str, key: tuple[str, str, str]) -> list[SignUp]:
        return [
            s
            for s in self.sign_ups
            if (s.person, s.purpose, "email", "") == (name, *key) and not s.confirmed and not s.dropped
        ]

    def lifts(self, name: str, key: tuple[str, str, str], at: datetime, since: datetime) -> bool:
        """Whether the customer's own, provable act after the refusal stands now for exactly this."""
        line = self.people[name].lines.get(key)
        given = line.giving() if line else None
        if given is None or self.state(name, key, at) != "active":
            return False
        return given.proof and given.how in OWN_WAYS and given.since > since

    def objection(self, name: str, key: tuple[str, str, str], address: str, at: datetime) -> str:
        """What binds this address for this purpose: what the person refused, and what the address carries."""
        said = [(scope, since) for scope, channel, since in self.people[name].refusals if channel in ("", key[1])]
        said += list(self.refused.get(address, {}).items())
        bound = {scope for scope, since in said if not self.lifts(name, key, at, since)}
        if "full_block" in bound:
            return "full_block"
        return "marketing_objection" if bound else "none"

    def below(self, purpose: str) -> set[str]:
        return {purpose} | CHILDREN.get(purpose, set())

    def above(self, purpose: str) -> set[str]:
        return {parent for parent, children in CHILDREN.items() if purpose in children}
