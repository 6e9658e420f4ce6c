"""The mail server of the house: it takes everything and keeps it."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller


class Post:
    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.lock = threading.Lock()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = cast(EmailMessage, email.message_from_bytes(envelope.content, policy=email.policy.default))
        with self.lock:
            self.taken.append(mail)
        return "250 OK"

    def __enter__(self) -> Post:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=60)
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()
