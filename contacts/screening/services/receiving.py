"""Taking a list in: looked at while somebody waits, kept in pieces, answered by the worker."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from contacts.customers.importing.limits import megabytes
from contacts.customers.importing.reading import FileRefused
from contacts.screening import reading, storing
from contacts.screening.asking import Asked, Kind
from contacts.screening.elsewhere import roof
from contacts.screening.models import ASKERS, Screening
from portal.access.roles import require_role
from portal.audit.services import Job, record
from portal.database import lock_name
from portal.machines.once import KEPT
from portal.vocabulary import PLATFORM_CHANNELS

if TYPE_CHECKING:
    from portal.machines.models import ApiToken
    from portal.people.models import User

LOOK = 2_000  # rows that are read while somebody waits; the worker reads the rest
MOST_OPEN = 20  # lists of one asker that wait at once
BLOCK = 1 << 16
#: How the words of the API call what the engine calls otherwise.
KINDS = {"id": Kind.ID, "reference": Kind.NUMBER, "email": Kind.EMAIL, "phone": Kind.PHONE}


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class TooMany(ValidationError):
    """So many lists of this asker wait already."""


class KeyTaken(ValidationError):
    """The Idempotency-Key came with another question or another list, or its time is over."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A person at the page, or a system with its key, in a person's place or for itself."""

    person: User | None
    token: ApiToken | None = None

    @property
    def actor(self) -> User | Job:
        if self.token is not None:
            return Job(f"api:{self.token.name}")
        assert self.person is not None
        return self.person

    @property
    def name(self) -> str:
        return f"token:{self.token.pk}" if self.token is not None else f"person:{self.actor.pk}"  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked about every row, in the words of page and API; `at` None = now."""

    purpose: str
    channel: str
    platform: str = ""
    account: str = ""
    named_by: str = ""
    at: datetime | None = None
    contains_promotion: bool = False
    opt_out_included: bool = False
    own_similar_products: bool = False


def receive(
    asker: Asker, *, upload: Readable, file_name: str, wanted: Wanted, at: datetime, key: str | None = None
) -> Screening:
    """Keep a list and its question for the worker; for a repeated call the screening that it made the first time.

    Raises FileRefused and ValidationError (TooMany, KeyTaken); then nothing is kept. PermissionDenied for a person who
    may not ask.
    """
    if asker.token is None or asker.person is not None:
        require_role(asker.person, *ASKERS)
    with spooled(upload) as (path, sha256):
        digest = _digest(wanted, sha256)
        earlier = _earlier(asker, key, digest, at)
        if earlier is not None:
            return earlier
        _check(asker, wanted, path)
        with transaction.atomic(), path.open("rb") as file:
            lock_name(f"screening:{asker.name}")
            earlier = _earlier(asker, key, digest, at)
            return earlier or _keep(asker, wanted, file, _named(file_name), digest, key, at)


@contextmanager
def spooled(upload: Readable) -> Iterator[tuple[Path, str]]:
    """The list on the disk of this machine, and its SHA-256. Raises FileRefused as soon as it is too large."""
    found, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(prefix="screening-") as file:
        while block := upload.read(BLOCK):
            size += len(block)
            if size > settings.UPLOAD_MAX_BYTES:
                raise _too_large()
            found.update(block)
            file.write(block)
        file.flush()
        yield Path(file.name), found.hexdigest()


def _too_large() -> FileRefused:
    limit = megabytes(settings.UPLOAD_MAX_BYTES)
    return FileRefused(_("The file has more than %(limit)s MB; no more is taken. Split it.") % {"limit": limit})


def asked_of(wanted: Wanted | Screening, person: User | None) -> Asked:
    """The question as the rules are asked it."""
    return Asked(
        purpose=wanted.purpose,
        channel=wanted.channel,
        platform=wanted.platform,
        contains_promotion=wanted.contains_promotion,
        opt_out_included=wanted.opt_out_included,
        own_similar_products=wanted.own_similar_products,
        department=str((person and person.department) or ""),
    )


def _digest(wanted: Wanted, sha256: str) -> str:
    said = asdict(wanted) | {"at": wanted.at.isoformat() if wanted.at else None, "list": sha256}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _earlier(asker: Asker, key: str | None, digest: str, at: datetime) -> Screening | None:
    if asker.token is None or key is None:
        return None
    earlier = Screening.objects.sent_by(asker.token).filter(key=key).first()
    if earlier is not None and earlier.digest != digest:
        raise KeyTaken(_("This Idempotency-Key was sent before with another list or question. Nothing was taken in."))
    if earlier is not None and at - earlier.created_at >= KEPT:
        raise KeyTaken(
            _("This Idempotency-Key was used more than 24 hours ago. Nothing was taken in; send another key.")
        )
    return earlier


def _check(asker: Asker, wanted: Wanted, path: Path) -> None:
    if (wanted.channel in PLATFORM_CHANNELS) != bool(wanted.platform):
        raise ValidationError({"platform": _("Messengers and networks have a platform, other channels have none.")})
    roof().sender(asker.person, asked=asked_of(wanted, asker.person), account=wanted.account)
    reading.inspect(path, by=KINDS.get(wanted.named_by, ""), most=LOOK)


def _keep(
    asker: Asker, wanted: Wanted, file: IO[bytes], file_name: str, digest: str, key: str | None, at: datetime
) -> Screening:
    mine = Screening.objects.filter(state__in=Screening.OPEN, token=asker.token)
    if (mine if asker.token else mine.filter(asked_by=asker.person)).count() >= MOST_OPEN:
        words = ngettext(
            "%(count)s list of yours waits already. Send the next one when it has been answered.",
            "%(count)s lists of yours wait already. Send the next one when some have been answered.",
            MOST_OPEN,
        )
        raise TooMany(words % {"count": MOST_OPEN})
    said = asdict(wanted) | {"at": max(wanted.at or at, at)}
    screening = Screening.objects.create(
        **said,
        asked_by=asker.person,
        token=asker.token,
        key=key,
        digest=digest,
        language="de" if (get_language() or "de").startswith("de") else "en",
        file_name=file_name,
        size=file.seek(0, 2),
        created_at=at,
        delete_after=at + timedelta(days=settings.SCREENING_KEEP_DAYS),
    )
    file.seek(0)
    storing.keep(screening, storing.Part.LIST, file)
    record(asker.actor, "screening.asked", "screening", screening.number, at=at, after=_said(screening))
    return screening


def _said(screening: Screening) -> dict[str, object]:
    """For the trail: what was asked, never about whom."""
    names = ("purpose", "channel", "platform", "account", "at", "size")
    said = {name: getattr(screening, name) for name in names}
    return {name: value for name, value in said.items() if value != ""}


def _named(file_name: str) -> str:
    """A name that a page and a database can keep, without the folders that some browsers send along."""
    bare = file_name.replace("\\", "/").rpartition("/")[2].encode("utf-8", "replace").decode()
    return "".join(letter for letter in bare if letter.isprintable()).strip()[:200] or _("List")
