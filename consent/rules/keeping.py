"""Until when the proof of a consent is kept."""

from datetime import date
from zoneinfo import ZoneInfo

from consent.rules.folding import ConsentDates
from consent.rules.timing import add_months

CALL_YEARS = 5
OTHER_YEARS = 3


def keep_until(dates: ConsentDates, zone: ZoneInfo, *, consumer_call: bool) -> date | None:
    """The last local day on which proof is kept, or None where no consent was ever given.

    A consumer's consent to calls: five years from giving and again from each use (UWG § 7a(2)). Any other: three
    years to the end of the year after the last use or the withdrawal (Art. 5(2), 17(3)(e) GDPR; BGB §§ 195, 199).
    """
    if dates.given_at is None:
        return None
    last = max(filter(None, (dates.given_at, dates.last_used_at)))
    if consumer_call:
        return add_months(last.astimezone(zone).date(), CALL_YEARS * 12)
    last = max(last, dates.withdrawn_at or last)
    return date(last.astimezone(zone).year + OTHER_YEARS, 12, 31)
