"""What was asked in the weeks before, by enough people at a time that reports may tell of it."""

from __future__ import annotations

from collections.abc import Iterator

from portal.desk.demo.work import OPT_OUT, Work

#: Five people with one manager, who alone are enough to be told of.
TEAM = ("markus", "anke", "timo", "clara", "jana")
FORTNIGHT = 14  # as long as a permit is valid, so each round follows the one before
ROUNDS, MAILINGS, WEEKS_OF_DECISIONS = 5, 3, 3
TWICE = (("uses_wanted", 2),)
REMINDER = "Ihre Rechnung ist noch offen. Bitte melden Sie sich bei uns."


def past() -> tuple[Work, ...]:
    return (*_appointments(), *_mailings(), *_reminders(), *_today())


def _appointments() -> Iterator[Work]:
    """Calls about an appointment: what a contract needs. Sven joins in, until he has to learn again."""
    turns = iter(range(3, 37))
    for back in range(ROUNDS):
        others = ("sven",) * (2 - back // 2) if back else ()
        for place, who in enumerate((*TEAM, *others)):
            acts = ("submit", "use", "log") if place < len(TEAM) and back % 2 else ("submit",)
            days = 4 + FORTNIGHT * back
            yield Work(
                who, "ordinary customer", next(turns), "phone", "contract_performance", days, acts, "Termin", TWICE
            )


def _mailings() -> Iterator[Work]:
    """Advertising to those who agreed to it."""
    turns = iter(range(2, 20))
    for back in range(MAILINGS):
        for who in (*TEAM, "sven"):
            days, fields = 5 + FORTNIGHT * back, (*OPT_OUT, *TWICE)
            acts = ("submit", "use", "log")
            yield Work(who, "newsletter by e-mail", next(turns), "email", "marketing", days, acts, "Herbst", fields)


def _reminders() -> Iterator[Work]:
    """What a manager decided, week by week: once all were refused, because a letter does."""
    for back in range(WEEKS_OF_DECISIONS):
        verdict = "refuse" if back == 1 else "approve"
        for place, who in enumerate(TEAM):
            pace, days = 40 + 55 * place + 20 * back, 8 + 7 * back
            yield _reminder(who, place, back, days, ("submit", verdict), pace)


def _today() -> Iterator[Work]:
    """What waits since the last working day."""
    for place, who in enumerate(TEAM):
        yield _reminder(who, place, WEEKS_OF_DECISIONS, 1, ("submit",), 7)


def _reminder(who: str, place: int, back: int, days: int, acts: tuple[str, ...], pace: int) -> Work:
    turn = (place + 3 + 2 * back) % 5  # five customers have such a number; nobody writes to the same one twice in a row
    return Work(who, "phone and SMS", turn, "sms", "debt_collection", days, acts, REMINDER, pace=pace)
