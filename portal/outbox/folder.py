"""Mails as files in a folder, for development: one `.eml` per Message-ID, so a repeated delivery changes nothing."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Write each message under a name made from its Message-ID, whole or not at all (rename is atomic)."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            _write(folder, mail)
        return len(email_messages)


def _write(folder: Path, mail: EmailMessage) -> None:
    message = mail.message()
    name = hashlib.sha256(message["Message-ID"].encode()).hexdigest()[:32]
    draft = folder / f"{name}.{os.getpid()}.part"
    draft.write_bytes(message.as_bytes())
    draft.replace(folder / f"{name}.eml")
