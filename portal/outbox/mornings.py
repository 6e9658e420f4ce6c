"""When what is not urgent goes out: seven in the morning, in the company's time zone.

Our code decides it, because Celery's clock runs in UTC and knows no summer time.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

MORNING = time(7)


def morning_on(day: date) -> datetime:
    """Seven o'clock of a day; no change of the clocks touches it (they change at night)."""
    return datetime.combine(day, MORNING, tzinfo=timezone.get_default_timezone())


def next_morning(at: datetime) -> datetime:
    """The first morning after an instant."""
    today = timezone.localdate(at, timezone.get_default_timezone())
    return morning_on(today) if at < morning_on(today) else morning_on(today + timedelta(days=1))


def morning_begun(at: datetime) -> date:
    """The day whose morning was the last."""
    return timezone.localdate(next_morning(at), timezone.get_default_timezone()) - timedelta(days=1)
