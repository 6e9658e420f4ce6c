"""How long what is kept, and why: the words in which apps declare it, and the arithmetic of its end. Standard library
only.

A `Rule` says for one kind of data how long it is kept, from when, why, and what happens then. A `Table` says of every
column of one table which rule it is under, or that it is about nobody. Each app has both beside its models
(`retention.py`); the roof joins them (`portal.handlers.RETENTION`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

#: What the company decides itself where no statute gives a period.
STORAGE_LIMITATION = "Art. 5(1)(e) GDPR"
#: Whoever must prove something may keep the proof until claims are time-barred.
CLAIMS = "BGB §§ 195, 199"
COMPANY_ZONE = ZoneInfo("Europe/Berlin")
#: The job has this long after the date; only then is a row overdue.
GRACE = timedelta(hours=24)


class About(StrEnum):
    """Whose data it is."""

    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    BOTH = "both"


class Unit(StrEnum):
    DAYS = "days"
    YEARS = "years"
    #: Full years, and then to the end of the calendar year: that is how claims become time-barred (BGB § 199).
    YEAR_END = "year_end"
    #: No date ends it, but what the rule's words say.
    ALWAYS = "always"


class Way(StrEnum):
    """What happens when the time is over."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what the company may choose, in the unit of the period."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Period:
    """`bounds` where the company may choose; `set_in` names a number of the rule book that holds the choice."""

    unit: Unit
    length: int = 0
    bounds: Bounds | None = None
    set_in: str = ""

    def cut(self, at: datetime, length: int | None = None) -> datetime | None:
        """What began before this instant is over at `at`; None where no date ends it. Days of the calendar are the
        company's: what began on a day is kept that whole day of the last year."""
        wanted = self.length if length is None else length
        today = at.astimezone(COMPANY_ZONE).date()
        match self.unit:
            case Unit.ALWAYS:
                return None
            case Unit.DAYS:
                return at - timedelta(days=wanted)
            case Unit.YEARS:
                return _midnight(_years_before(today, wanted))
            case Unit.YEAR_END:
                return _midnight(date(today.year - wanted, 1, 1))


def _years_before(day: date, years: int) -> date:
    """The same day of an earlier year; the day before 29 February where there is none, which keeps longer."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=COMPANY_ZONE)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of data. The parts in SQL speak of a row `t` of `head`; `%(at)s` is the present, `%(cut)s` the instant
    before which `since` must lie. `ready` may name it again where that is cheaper than `since`.

    `begins`: from when the period runs, in words. `since` and `ready`: when a row is due, as SQL. `goes`: the
    statements that let `%(ids)s` go, in order; empty where `portal.handlers.RETENTION_ACTS` names a function. `job`:
    another job of the clock that does it already. `customer` and `request`: whose legal hold stops it, as SQL. `lock`:
    what is locked first.
    """

    key: str
    data: str
    about: About
    period: Period
    begins: str
    basis: str
    way: Way = Way.DELETE
    head: str = ""
    pk: str = "id"
    since: str = ""
    ready: str = "TRUE"
    goes: tuple[str, ...] = ()
    job: str = ""
    customer: str = ""
    request: str = ""
    lock: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Every column of one table: under which rule it is (`personal`, by the rule's key), or that it is about nobody
    (`plain`)."""

    name: str
    personal: Mapping[str, frozenset[str]] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()

    @property
    def columns(self) -> frozenset[str]:
        return self.plain.union(*self.personal.values())


def table(name: str, /, plain: str = "", **personal: str) -> Table:
    """A table from words: `plain="id name", consent__call="customer_id"`; two underscores stand for the dot of a
    rule's key. Several rules may be about one column. Raises ValueError for one that is said to be both."""
    groups = {key.replace("__", "."): frozenset(words.split()) for key, words in personal.items()}
    made = Table(name, groups, frozenset(plain.split()))
    if made.plain.intersection(*[frozenset().union(*groups.values())]):
        raise ValueError(f"{name}: a column cannot be personal and about nobody")
    return made


@dataclass(frozen=True, slots=True)
class Retention:
    """What one app declares."""

    rules: tuple[Rule, ...] = ()
    tables: tuple[Table, ...] = ()
