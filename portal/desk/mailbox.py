"""The folder of mails in development: what portal.outbox.folder wrote, read back for a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

SHOWN = 200
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of the folder; `key` is its file name without the ending."""

    key: str
    subject: str
    receivers: tuple[str, ...]
    written_at: datetime
    text: str
    html: str

    def visible_to(self, user: User) -> bool:
        """The receiver; administrators and the DPO, who look after the sending."""
        return user.has_role(Role.ADMINISTRATOR, Role.DPO) or user.email.lower() in self.receivers


def mails_of(user: User, folder: Path) -> list[Mail]:
    """The newest mails of the folder that this person may read, newest first."""
    found = []
    for path in sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True):
        mail = _read(path)
        if mail.visible_to(user):
            found.append(mail)
        if len(found) == SHOWN:
            break
    return found


def mail_of(user: User, folder: Path, key: str) -> Mail | None:
    """One mail by its key, or None for a stranger and for a mail that does not exist."""
    path = folder / f"{key}.eml"
    if not _KEY.fullmatch(key) or not path.is_file():
        return None
    mail = _read(path)
    return mail if mail.visible_to(user) else None


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(
        key=path.stem,
        subject=str(message["Subject"] or ""),
        receivers=tuple(address.addr_spec.lower() for address in message["To"].addresses) if message["To"] else (),
        written_at=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part is not None else ""
