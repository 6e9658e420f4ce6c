"""A ledger on paper: what a careful clerk would write down and conclude, in plain Python.

The model of the state machine. It knows nothing of consent.rules: it keeps every act on a list, concludes by reading
that list anew each time, counts civil days with dateutil's calendar, and never stores a conclusion.
"""

from collections.abc import Iterable
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
OWN_WAYS = {"paper", "written", "spoken", "web_form"}


def can_be_proven(how: str, channel: str, evidence: str, worded: bool, filed: bool) -> bool:
    """A clerk's question: what could be laid before a court? A paper or letter lies in a folder, and its line says
    where. Who says that somebody said so, or typed something into a form, has nothing to lay there but the file."""
    if not worded or not (evidence.strip() or filed):
        return False
    hearsay = {"email": ["spoken", "web_form", "api"], "letter": []}.get(channel, ["web_form", "api"])
    return filed or how not in hearsay


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
    filed: bool = False
    address: str = ""

    @property
    def since(self) -> datetime:
        return self.mended or self.at


@dataclass
class Line:
    """Everything about one purpose on one way of contact, in the order in which it was written."""

    person: "Person"
    acts: list[Act] = field(default_factory=list)
    #: Corrections are acts too: later entries may not lie before them.
    mendings: list[datetime] = field(default_factory=list)

    @property
    def latest(self) -> datetime | None:
        """What was struck out never was: it holds up no later entry, and neither does the striking out."""
        return max([*(act.at for act in self.acts if not act.annulled), *self.mendings], default=None)

    def write(self, act: Act) -> Act:
        self.acts.append(act)
        self.person.happened(max(act.at, act.recorded))
        return act

    def turn(self, at: datetime) -> None:
        """Something in the line was mended; the line itself stays as long as it was."""
        self.mendings.append(at)
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
            and a.since > last.at
            and not a.annulled
        ]
        return None if anew else last.at

    def present(self) -> list[Act]:
        """The last consent of its own, and its renewals."""
        valid = [a for a in sorted(self.acts, key=lambda act: act.at) if a.kind in GIVINGS and not a.annulled]
        anew = [place for place, act in enumerate(valid) if act.kind != "renewed"]
        return valid[anew[-1] :] if anew else valid

    def confirmed_address(self) -> str | None:
        """The address in whose mail the customer pressed; None for a consent that was given otherwise."""
        return next((act.address for act in self.present() if act.kind == "confirmed"), None)

    def shown_by_the_customer(self) -> datetime | None:
        """When the customer last agreed to what stands now so that it is on file or confirmed."""
        strong = [
            a for a in self.present() if a.proof and (a.how == "double_opt_in" or (a.filed and a.how in OWN_WAYS))
        ]
        return strong[-1].since if strong else None

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
        return [a for a in self.acts if until is None or a.since <= until]


@dataclass
class SignUp:
    person: str
    purpose: str
    address: str
    asked: datetime
    #: Days that its link counts, as the mail said; what is decided later does not reach it.
    days: int
    confirmed: bool = False
    dropped: bool = False

    def counts(self, at: datetime) -> bool:
        return at.timestamp() < self.asked.timestamp() + self.days * 86_400


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
        """What holds at `at`; with `until`, what the acts in this line up to then said, sign-ups apart."""
        person, line = self.people[name], self.people[name].lines.get(key) or Line(self.people[name])
        rule = self.setting(key[0], key[1], at)
        gone = line.withdrawal(until)
        if gone is not None and at.timestamp() >= gone.timestamp():
            return "withdrawn"
        given = line.giving(until)
        waiting = (
            []
            if until is not None
            else sorted(self._waiting(name, key), key=lambda s: s.asked.timestamp() + s.days * 86_400)
        )
        if waiting:
            asked, days = waiting[-1].asked, waiting[-1].days
        else:
            asked, days = line.asked(until, given), rule.doi
        waits = asked is not None and asked.timestamp() <= at.timestamp() < asked.timestamp() + days * 86_400
        if given is None or at.timestamp() < given.since.timestamp():
            if until is None and self.taken_back_above(name, key, at):
                return "withdrawn"
            return "pending_doi" if waits else "none"
        today = at.astimezone(ZoneInfo(person.zone)).date()
        if today >= self.end_day(name, key, rule, until):
            return "pending_doi" if waits and asked > given.since else "expired"
        return "stale" if today >= self._silent_day(name, line, rule.stale, until) else "active"

    def taken_back_above(self, name: str, key: tuple[str, str, str], at: datetime) -> bool:
        """Whether somebody took back the whole of which this is a part. Agreeing to the whole again gives no part."""
        lines = [self.people[name].lines.get((parent, *key[1:])) for parent in self.above(key[0])]
        return any(act.kind == "withdrawn" and act.at <= at for line in lines if line for act in line.acts)

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

    def for_address(self, name: str, key: tuple[str, str, str], address: str, sure: bool, at: datetime) -> str:
        """What holds for one address: a press in a mail says something about the address that the mail went to, and
        about those that somebody made `sure` of. No is no, wherever it was said."""
        state, line = self.state(name, key, at), self.people[name].lines.get(key)
        confirmed = line.confirmed_address() if line and state in ("active", "stale", "expired") else None
        return state if sure or confirmed in (None, address) else "none"

    def lifts(self, name: str, key: tuple[str, str, str], address: str, sure: bool, at: datetime, since: datetime):
        """Whether the customer's own, provable act after the refusal stands now for exactly this."""
        return self.for_address(name, key, address, sure, at) == "active" and self.own_act_since(name, key, since)

    def own_act_since(self, name: str, key: tuple[str, str, str], since: datetime) -> bool:
        """Whether the customer agreed, provably and by an act of their own, after an instant."""
        line = self.people[name].lines.get(key)
        given = line.giving() if line else None
        shown = line.shown_by_the_customer() if line else None
        return given is not None and given.proof and shown is not None and shown > since

    def refusals(self, name: str, key: tuple[str, str, str], addresses: Iterable[str]) -> list[datetime]:
        """When this was refused: by the person on this way, or by what the addresses carry."""
        binding = {"full_block", "marketing_objection"} if key[0] in ADVERTISING else {"full_block"}
        said = [(scope, since) for scope, channel, since in self.people[name].refusals if channel in ("", key[1])]
        for address in addresses:
            said += self.refused.get(address, {}).items()
        return [since for scope, since in said if scope in binding]

    def objection(self, name: str, key: tuple[str, str, str], address: str, sure: bool, at: datetime) -> str:
        """What binds this address for this purpose: what the person refused, and what the address carries."""
        said = [(scope, since) for scope, channel, since in self.people[name].refusals if channel in ("", key[1])]
        said += list(self.refused.get(address, {}).items())
        bound = {scope for scope, since in said if not self.lifts(name, key, address, sure, at, since)}
        if "full_block" in bound:
            return "full_block"
        return "marketing_objection" if bound else "none"

    def below(self, purpose: str) -> set[str]:
        return {purpose} | CHILDREN.get(purpose, set())

    def above(self, purpose: str) -> set[str]:
        return {parent for parent, children in CHILDREN.items() if purpose in children}
