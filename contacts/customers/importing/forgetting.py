"""What an import leaves behind goes when the time for its undo has passed: all of it repeats personal data."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from contacts.customers.models import ImportChange, ImportRun
from portal.audit.services import Job, record
from portal.rows import one_by_one

AT_ONCE = 20_000
FORGETTING = Job("import.forget")
#: A list that nobody confirms is not kept for ever either.
WAITS = timedelta(days=30)
State = ImportRun.State
#: What of a result names people: the first rows with their values.
SPOKEN = ("errors", "differences")


def forget(*, at: datetime) -> int:
    """Delete what an undo would go by, the lists, and what the pages showed of them; returns how many changes."""
    waiting = ImportRun.objects.filter(state__in=(State.MAPPING, State.CHECKED), created_at__lte=at - WAITS)
    one_by_one(waiting.order_by("pk").values_list("pk", flat=True), partial(_put_away, at))
    with_file = _late(at).exclude(file="")
    one_by_one(with_file.order_by("pk").values_list("pk", flat=True), partial(_drop_list, at))
    return _forget_changes(at)


def _late(at: datetime) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(finished_at__lte=at - ImportRun.UNDO_WITHIN).exclude(state=State.UNDOING)


@transaction.atomic
def _put_away(at: datetime, pk: int) -> int:
    """A list that nobody confirmed ends like one that was refused."""
    found = ImportRun.objects.select_for_update(of=("self",)).filter(pk=pk, state__in=(State.MAPPING, State.CHECKED))
    run = found.first()
    if run is None:
        return 0
    refusal = _("Nobody confirmed this list for 30 days. Upload it again if it is still needed.")
    run.state, run.finished_at, run.summary = State.FAILED, at, run.summary | {"refusal": refusal}
    run.save(update_fields=["state", "finished_at", "summary"])
    record(FORGETTING, "import.failed", "import", run.pk, at=at, after={"refusal": refusal})
    return 1


@transaction.atomic
def _drop_list(at: datetime, pk: int) -> int:
    """The list, its refused rows, and the rows that the pages showed; the counts stay. First the files: a run killed
    in between finds them gone and goes on."""
    run = _late(at).select_for_update(of=("self",)).filter(pk=pk).exclude(file="").first()
    if run is None:
        return 0
    run.error_path.unlink(missing_ok=True)
    run.file.delete(save=False)
    run.file.name = ""
    run.check_result = {name: said for name, said in run.check_result.items() if name not in SPOKEN}
    run.summary = {name: said for name, said in run.summary.items() if name not in SPOKEN}
    run.save(update_fields=["file", "check_result", "summary"])
    record(FORGETTING, "import.forgotten", "import", run.pk, at=at, before={"sha256": run.sha256})
    return 1


def _forget_changes(at: datetime) -> int:
    runs = _late(at).filter(Exists(ImportChange.objects.filter(run=OuterRef("pk")))).order_by()
    changes = ImportChange.objects.filter(run__in=list(runs.values_list("pk", flat=True))).order_by("pk")
    return ImportChange.objects.filter(pk__in=list(changes.values_list("pk", flat=True)[:AT_ONCE])).delete()[0]
