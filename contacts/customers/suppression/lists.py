"""External lists: made, refreshed as a whole, and their owners reminded when a refresh is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import IO, TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.customers.models import Customer
from contacts.customers.suppression.digests import ring
from contacts.customers.suppression.entries import tell
from contacts.customers.suppression.models import KEEPERS, SuppressionList, SuppressionListEntry
from contacts.customers.suppression.reading import MAX_LINES, ListRefused, Reading, digests_in
from contacts.customers.suppression.rotation import renew_list
from contacts.customers.suppression.standing import keep_keys
from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from portal.rows import one_by_one

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

EDITABLE = ("name", "kind", "effect", "owner", "overdue_after_days")
SHRINKS_FROM = 20  # lists with fewer addresses may shrink unasked


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: addresses that are new, gone, and on the list now; the lines that could not be read."""

    added: int
    removed: int
    size: int
    reading: Reading


@transaction.atomic
def create_list(acting_user: User, *, at: datetime, **fields: Any) -> SuppressionList:
    """A new, still empty list; `fields` are those of EDITABLE."""
    require_role(acting_user, *KEEPERS)
    made = SuppressionList(created_at=at, **_only(fields))
    made.full_clean()
    made.save(force_insert=True)
    record(acting_user, "suppression_list.created", "suppression_list", made.pk, at=at, after=_told(made))
    return made


@transaction.atomic
def update_list(acting_user: User, *, found: SuppressionList, at: datetime, **fields: Any) -> SuppressionList:
    """Change some of the EDITABLE fields; without a difference nothing is written. Where it comes to mean something
    else, the customers whom it names are locked before that counts and told about, as by a refresh."""
    require_role(acting_user, *KEEPERS)
    locked = SuppressionList.objects.select_for_update(of=("self",)).get(pk=found.pk)
    before = _told(locked)
    changed = [name for name, value in _only(fields).items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, fields[name])
    if changed:
        locked.full_clean()
        concerned = _lock_named(locked) if "effect" in changed else []
        locked.save(update_fields=changed)
        record(
            acting_user,
            "suppression_list.changed",
            "suppression_list",
            locked.pk,
            at=at,
            before={name: before[name] for name in changed},
            after={name: _told(locked)[name] for name in changed},
        )
        tell(concerned, f"list {locked.name}", at=at)
    return locked


@transaction.atomic
def refresh(
    actor: User | Job,
    *,
    found: SuppressionList,
    file: IO[bytes],
    at: datetime,
    may_shrink: bool = False,
    max_lines: int = MAX_LINES,
) -> Refreshed:
    """Replace a list by what the file holds, in one transaction: until it commits the old one counts.

    Raises ListRefused, and the old list stays, for a file that cannot be read, and for one that would take more than
    half of the addresses away unless `may_shrink`: a download that broke off looks just so. Customers who are newly
    on the list are locked before it counts and told about afterwards. One address more or less costs no query more.
    """
    if not isinstance(actor, Job):
        require_role(actor, *KEEPERS)
    keep_keys(at=at)
    locked = SuppressionList.objects.select_for_update(of=("self",)).get(pk=found.pk)
    renew_list(locked.pk)
    reading = Reading()
    with connection.cursor() as cursor:
        _take_in(cursor, digests_in(file, reading, max_lines=max_lines))
        removed = _count(cursor, _GONE, locked.pk)
        if not may_shrink and locked.size >= SHRINKS_FROM and removed * 2 > locked.size:
            raise ListRefused(_shrinks(removed, locked.size))
        concerned = _lock_concerned(cursor, f"SELECT i.digest {_NEW}", locked.pk)
        cursor.execute(f"DELETE FROM {_ENTRY} e {_GONE}", [locked.pk])
        cursor.execute(_INSERT, [locked.pk, ring().newest, at, locked.pk])
        added = cursor.rowcount
    locked.refreshed_at, locked.size = at, SuppressionListEntry.objects.filter(list=locked).count()
    locked.save(update_fields=["refreshed_at", "size"])
    after = {"added": added, "removed": removed, "size": locked.size, "bad_lines": reading.bad}
    record(actor, "suppression_list.refreshed", "suppression_list", locked.pk, at=at, after=after)
    tell(concerned, f"list {locked.name}", at=at)
    return Refreshed(added, removed, locked.size, reading)


_ENTRY = SuppressionListEntry._meta.db_table
_GONE = "WHERE e.list_id = %s AND NOT EXISTS (SELECT 1 FROM incoming i WHERE i.digest = e.digest)"
_NEW = f"""FROM (SELECT DISTINCT digest FROM incoming) i
    WHERE NOT EXISTS (SELECT 1 FROM {_ENTRY} e WHERE e.list_id = %s AND e.digest = i.digest)"""
_INSERT = f"INSERT INTO {_ENTRY} (list_id, digest, generation, added_at) SELECT %s, i.digest, %s, %s {_NEW}"


def _take_in(cursor: CursorWrapper, digests: Iterator[str]) -> None:
    """The file's digests into a table that ends with the transaction; a list of millions is never in memory."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming")
    cursor.execute("CREATE TEMPORARY TABLE incoming (digest text NOT NULL) ON COMMIT DROP")
    with cursor.copy("COPY incoming (digest) FROM STDIN") as copy:  # psycopg's own, through Django's wrapper
        for digest in digests:
            copy.write_row((digest,))
    cursor.execute("CREATE INDEX ON incoming (digest)")
    cursor.execute("ANALYZE incoming")


def _count(cursor: CursorWrapper, condition: str, list_id: int) -> int:
    cursor.execute(f"SELECT count(*) FROM {_ENTRY} e {condition}", [list_id])
    return int(cursor.fetchone()[0])


def _lock_named(found: SuppressionList) -> list[int]:
    renew_list(found.pk)
    with connection.cursor() as cursor:
        return _lock_concerned(cursor, f"SELECT digest FROM {_ENTRY} WHERE list_id = %s", found.pk)


def _lock_concerned(cursor: CursorWrapper, digests: str, list_id: int) -> list[int]:
    cursor.execute(
        "SELECT DISTINCT p.customer_id FROM customers_contactpoint p WHERE p.retired_at IS NULL AND p.digest IN"
        f" ({digests})",
        [list_id],
    )
    ids = [row[0] for row in cursor.fetchall()]
    locked = Customer.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    return list(locked.values_list("pk", flat=True))


def _shrinks(removed: int, size: int) -> str:
    return _(
        "This file would take %(removed)s of %(size)s addresses off the list. A download that broke off looks like "
        "that, so the list stays as it was. If the file is complete, say that the list may shrink and load it again."
    ) % {"removed": f"{removed:,}", "size": f"{size:,}"}


def overdue_lists(user: User, *, at: datetime) -> list[SuppressionList]:
    """Lists that wait for this person's refresh: those who keep them, not the auditor. One query."""
    if not user.has_role(*KEEPERS):
        return []
    return SuppressionList.objects.visible_to(user).overdue_at(at)


def remind_overdue(*, at: datetime) -> int:
    """One mail to the owner of each overdue list, once for each refresh that is missing; returns how many.

    Where the owner has left or keeps no lists any more, those who do are told.
    """
    overdue = SuppressionList.objects.select_related("owner").overdue_at(at)
    return one_by_one(
        ((found, person) for found in overdue for person in _responsible(found)), lambda row: _remind(*row, at)
    )


def _responsible(found: SuppressionList) -> list[User] | QuerySet[User]:
    if found.owner.has_role(*KEEPERS):
        return [found.owner]
    return User.objects.filter(is_active=True, roles__overlap=[Role.DPO.value, Role.CONSENT_OFFICER.value])


@transaction.atomic
def _remind(found: SuppressionList, person: User, at: datetime) -> int:
    key = f"suppression_list_overdue:{found.pk}:{found.due_on.isoformat()}:{person.pk}"
    if OutboxMessage.objects.filter(key=key).exists():
        return 0
    noon = timezone.make_aware(datetime.combine(found.due_on, time(12)))
    context = {"name": found.name, "list_id": found.pk, "due_on": noon.isoformat()}
    outbox.mail(to=person, template="suppression_list_overdue", context=context, at=at, key=key)
    return 1


def _only(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"unknown fields of a list: {sorted(unknown)}")
    return fields


def _told(found: SuppressionList) -> dict[str, Any]:
    return {name: found.owner_id if name == "owner" else getattr(found, name) for name in EDITABLE}
