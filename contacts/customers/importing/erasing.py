"""What the erasure of a customer takes along of imports: lists that name the person, and what pages showed of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contacts.customers.importing.forgetting import SPOKEN
from contacts.customers.models import ImportRun
from contacts.customers.naming import is_named, pattern_of
from portal.audit.services import record

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.audit.services import Job
    from portal.people.models import User

State = ImportRun.State


def _naming(customer: Customer) -> Iterator[ImportRun]:
    pattern = pattern_of(customer)
    for run in ImportRun.objects.exclude(file="").order_by("pk"):
        paths = (Path(run.file.storage.path(str(run.file.name))), run.error_path)
        contents = [path.read_bytes() for path in paths if path.exists()]
        if any(is_named(pattern, content) for content in contents):
            yield run


def under_way(customer: Customer, at: datetime) -> str:
    """A list that names the person is being worked on at this moment: it would write what has just gone."""
    if any(run.state in ImportRun.OPEN for run in _naming(customer)):
        return _("A list that names this person is being imported. Wait until it has ended, then try again.")
    return ""


def erase_lists(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """Called under the customer's lock while the addresses still stand there. Such a list goes before its time, and
    with it the undo of that import; one that nobody had confirmed yet has to be uploaded again without the person."""
    for found in list(_naming(customer)):
        run = ImportRun.objects.select_for_update(of=("self",)).get(pk=found.pk)
        _drop(run)
        if run.state in (State.MAPPING, State.CHECKED):
            run.state, run.finished_at = State.FAILED, at
            run.summary |= {"refusal": _("Somebody in this list was erased, and the list with them. Upload it again.")}
        run.save(update_fields=["file", "check_result", "summary", "state", "finished_at"])
        record(acting_user, "import.forgotten", "import", run.pk, at=at, before={"sha256": run.sha256})


def _drop(run: ImportRun) -> None:
    """First the files: a process killed in between finds them gone and goes on."""
    run.error_path.unlink(missing_ok=True)
    run.file.delete(save=False)
    run.file.name = ""
    run.check_result = {name: said for name, said in run.check_result.items() if name not in SPOKEN}
    run.summary = {name: said for name, said in run.summary.items() if name not in SPOKEN}
