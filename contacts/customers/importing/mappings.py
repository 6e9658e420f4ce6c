"""What the columns of a file are: as somebody chose it last time for such a file, else as their names say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contacts.customers.importing.columns import kept, layout, signature, spelled
from contacts.customers.importing.kinds import Kind
from contacts.customers.importing.reading import FileRefused
from contacts.customers.models import ImportMapping

if TYPE_CHECKING:
    from portal.people.models import User


def propose(kind: Kind, header: Sequence[str]) -> list[str]:
    """The field of each column, in the order of the file; '' where there is none."""
    found = ImportMapping.objects.filter(kind=kind.name, signature=signature(header)).first()
    if found is None:
        return kind.columns.propose(header)
    fields = [""] * len(header)
    for place, name in zip(kept(header), found.fields, strict=True):
        fields[place] = name if name in kind.columns.by_field else ""
    return fields


def remember(
    acting_user: User, kind: Kind, header: Sequence[str], fields: Sequence[str], *, at: datetime
) -> ImportMapping:
    """Keep a choice for the next file with these columns."""
    chosen = [fields[place] for place in kept(header)]
    return ImportMapping.objects.update_or_create(
        kind=kind.name,
        signature=signature(header),
        defaults={"fields": chosen, "changed_by": acting_user, "changed_at": at},
    )[0]


def by_hand(kind: Kind, header: Sequence[str], said: Sequence[str]) -> list[str]:
    """The proposal, changed by words like `Kd-Nr=number`; `Header=` takes a column out. Raises FileRefused."""
    fields = kind.columns.propose(header)
    for words in said:
        name, equals, chosen = words.rpartition("=")
        place = next((n for n, found in enumerate(header) if spelled(found) == spelled(name)), None)
        if not equals or place is None:
            raise FileRefused(_("There is no column “%(name)s” in the file.") % {"name": name or words})
        fields[place] = chosen.strip()
    layout(kind.columns, header, fields)
    return fields
