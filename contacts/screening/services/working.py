"""The worker's turn: one list from the database to the database. Whoever takes over from a worker that died begins the
list again; only the latest attempt may finish, and its answers come in one transaction with its end."""

from __future__ import annotations

import logging
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, F, Q, QuerySet, Window
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contacts.customers.importing.reading import FileRefused
from contacts.screening import storing
from contacts.screening.elsewhere import roof
from contacts.screening.models import Screening
from contacts.screening.running import Counts, screen
from contacts.screening.services.receiving import KINDS, asked_of
from portal.audit.services import Job, record
from portal.database import name_taken
from portal.jobs import TimeIsUp

RUNNING = Job("screening.run")
MOST_ATTEMPTS = 5
#: Each attempt that takes too long keeps the worker from all other lists for as long as a turn may take.
MOST_TIMEOUTS = 2
#: A full disk, a database that restarts, keys that are missing: no list is to blame, and another fares no better.
OURS = (OSError, OperationalError, InterfaceError, ImproperlyConfigured)
FIRST_GAP, LONGEST_GAP = timedelta(minutes=2), timedelta(hours=1)
PAUSE = 1.0  # seconds between two notes of how far it is
State = Screening.State
logger = logging.getLogger(__name__)


def run_waiting(*, at: datetime) -> int:
    """Answer the next list, also one whose worker died; returns how many ended. One a turn, so that other jobs of a
    small worker have theirs; a turn in which one failed ends, as the next would meet the same fault or too little time.

    Raises TimeIsUp, after which the process has a minute left and must begin nothing.
    """
    for pk in list(_next(at).values_list("pk", flat=True)):
        try:
            if _turn(pk, at):
                return 1
        except TimeIsUp:
            raise
        except Exception:
            logger.exception("screening %s could not go on", pk)
            return 0
    return 0


def _next(at: datetime) -> QuerySet[Screening]:
    """What may be tried now: the least tried first, then whose asker waits for the fewest, so that nobody's twenty
    lists, and no list that always fails, keep everybody else's waiting."""
    waiting = Screening.objects.filter(Q(again_at=None) | Q(again_at__lte=at), state__in=Screening.OPEN)
    of_asker = Window(Count("pk"), partition_by=[F("token"), F("asked_by")])
    return waiting.annotate(of_asker=of_asker).order_by("attempts", "of_asker", "pk")


def _turn(pk: int, at: datetime) -> bool:
    """Whether this list ended. The name belongs to the database session and so ends with a worker that is killed."""
    with name_taken(f"screening:{pk}") as mine:
        screening = _begin(pk, at) if mine else None
        if screening is None:
            return False
        with translation.override(screening.language):
            try:
                return _answer(screening, at)
            except TimeIsUp:
                _took_too_long(screening, at)
                raise
            except Exception as fault:
                _put_off(screening, at, "faults" if isinstance(fault, OURS) else "")
                raise


@transaction.atomic
def _begin(pk: int, at: datetime) -> Screening | None:
    """The list as it is now, counted as one more attempt."""
    locked = Screening.objects.select_for_update().filter(pk=pk, state__in=Screening.OPEN)
    screening = locked.first()
    if screening is None:
        return None
    was, screening.state = screening.state, State.RUNNING
    screening.attempts += 1
    screening.started_at = screening.started_at or at
    screening.save(update_fields=["state", "attempts", "started_at"])
    if was == State.QUEUED:
        record(RUNNING, "screening.started", "screening", screening.number, at=at, after={"state": screening.state})
    return screening


def _answer(screening: Screening, at: datetime) -> bool:
    if screening.attempts - screening.faults > MOST_ATTEMPTS:
        refusal = _("The worker stopped %(count)s times over this list. Split it, or ask the operator to look.")
        return _fail(screening, refusal % {"count": MOST_ATTEMPTS}, at)
    try:
        with tempfile.TemporaryDirectory(prefix="screening-") as folder:
            return _work(screening, Path(folder), at)
    except FileRefused as refusal:
        return _fail(screening, str(refusal), at)
    except ValidationError as refusal:
        return _fail(screening, " ".join(refusal.messages), at)


def _work(screening: Screening, folder: Path, at: datetime) -> bool:
    source, out, person = folder / "list", folder / "result", screening.asked_by
    with source.open("wb") as file:
        file.writelines(storing.pieces(screening, storing.Part.LIST))
    asked = asked_of(screening, person)
    with _Progress(screening) as progress:
        counts = screen(
            source,
            out,
            asked=asked,
            sender_on=roof().sender(person, asked=asked, account=screening.account),
            at=screening.at,
            language=screening.language,
            by=KINDS.get(screening.named_by, ""),
            progress=progress.note,
        )
    return _finish(screening, out, counts, at)


@transaction.atomic
def _finish(screening: Screening, out: Path, counts: Counts, at: datetime) -> bool:
    if not _still_mine(screening):
        return False
    with out.open("rb") as file:
        storing.keep(screening, storing.Part.RESULT, file)
    screening.counts, screening.rows = dict(counts), sum(counts.values())
    screening.rule_set, screening.rule_set_hash = counts.rule_set.number, counts.rule_set.hash
    screening.rows_done = screening.rows
    _end(screening, State.DONE, "counts", "rows", "rows_done", "rule_set", "rule_set_hash")
    under = {"rule_set": screening.rule_set, "rule_set_hash": screening.rule_set_hash}
    after = {"rows": screening.rows} | under | screening.counts
    record(RUNNING, "screening.done", "screening", screening.number, at=at, after=after)
    return True


def _took_too_long(screening: Screening, at: datetime) -> None:
    if screening.timeouts + 1 < MOST_TIMEOUTS:
        _put_off(screening, at, "timeouts")
        return
    refusal = _("This list takes longer than the worker may work on one. Split it.")
    _fail(screening, refusal, at)


@transaction.atomic
def _put_off(screening: Screening, at: datetime, counted: str) -> None:
    """Not to be tried again before a gap that grows with each attempt; `counted` is the field that counts why."""
    if not _still_mine(screening):
        return
    gap = min(FIRST_GAP * 2 ** min(screening.attempts - 1, 10), LONGEST_GAP)
    screening.again_at, changed = at + gap, ["again_at"]
    if counted:
        setattr(screening, counted, getattr(screening, counted) + 1)
        changed.append(counted)
    screening.save(update_fields=changed)


@transaction.atomic
def _fail(screening: Screening, refusal: str, at: datetime) -> bool:
    if not _still_mine(screening):
        return False
    screening.refusal = refusal
    _end(screening, State.FAILED, "refusal")
    record(RUNNING, "screening.failed", "screening", screening.number, at=at, after={"refusal": refusal})
    return True


def _still_mine(screening: Screening) -> bool:
    """Locked, and nobody has taken it over since this attempt began."""
    mine = Screening.objects.select_for_update().filter(pk=screening.pk, state=State.RUNNING)
    return mine.filter(attempts=screening.attempts).first() is not None


def _end(screening: Screening, state: str, *names: str) -> None:
    """Kept from the end on for as long as was promised."""
    screening.state, screening.finished_at = state, max(timezone.now(), screening.created_at)
    screening.delete_after = screening.finished_at + timedelta(days=settings.SCREENING_KEEP_DAYS)
    screening.save(update_fields=["state", "finished_at", "delete_after", *names])


class _Progress:
    """Notes how far a list is, over a connection of its own: the answers are one long transaction of which nobody else
    sees anything yet. Never backward, also when the work begins again."""

    def __init__(self, screening: Screening) -> None:
        self.screening, self.noted = screening, time.monotonic()
        self.connection = connection.copy()

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def note(self, done: int, rows: int) -> None:
        if time.monotonic() < self.noted + PAUSE:
            return
        self.noted = time.monotonic()
        with self.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE screening_screening SET rows = %s, rows_done = greatest(rows_done, %s)"
                " WHERE id = %s AND state = 'running' AND attempts = %s",
                [rows, done, self.screening.pk, self.screening.attempts],
            )
