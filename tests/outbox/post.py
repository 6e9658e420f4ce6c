"""A mail server for tests that keeps what it took, and relays as processes that can be killed at any point."""

import email
import email.policy
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict

from aiosmtpd.controller import Controller

from tests.journeys.conftest import ROOT, worker_environment

#: How long a relay of these tests stands between the server's 250 and its own commit.
GAP_SECONDS = 0.02
NEST = f"""
import os, signal, sys, time, django
django.setup()
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone
from portal.outbox import delivery

class Slow(EmailBackend):
    def send_messages(self, mails):
        for mail in mails:
            mail.extra_headers["X-Relay"] = str(os.getpid())
        sent = super().send_messages(mails)
        time.sleep({GAP_SECONDS})
        return sent

delivery.get_connection = lambda: Slow()
delivery.compose.__globals__["get_connection"] = delivery.get_connection
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        while True:
            delivery.deliver_due(at=timezone.now(), limit=50)
            time.sleep(0.02)
    print(pid, flush=True)
"""


class Post:
    """An SMTP server that answers 250 to everything, after `pause` seconds."""

    def __init__(self, pause: float = 0.0) -> None:
        self.pause, self.taken = pause, []
        self.doomed = 0  # how many of the next relays die right after their 250
        self.deaths = 0
        self.lock = threading.Lock()

    async def handle_DATA(self, server, session, envelope):
        import asyncio

        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if self.pause:
            await asyncio.sleep(self.pause)
        with self.lock:
            self.taken.append(mail)
            doomed, self.doomed = self.doomed > 0, max(0, self.doomed - 1)
        if doomed:
            asyncio.get_running_loop().call_later(GAP_SECONDS / 2, self.kill, int(mail["X-Relay"]))
        return "250 OK"

    def kill(self, pid: int) -> None:
        """Ends one relay; the test's other kills may have been faster."""
        try:
            os.kill(pid, signal.SIGKILL)
            self.deaths += 1
        except ProcessLookupError:
            pass

    def __enter__(self) -> "Post":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=30)
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()

    def environment(self) -> dict[str, str]:
        return {"MAIL_FOLDER": "", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.port)}

    # --- what it tells afterwards

    def times_taken(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(mail["Message-ID"] for mail in self.taken)

    def names_of(self) -> dict[str, set[str]]:
        """Under which Message-IDs each mail (receiver and subject) came."""
        found: dict[str, set[str]] = defaultdict(set)
        for mail in self.taken:
            found[f"{mail['To']} {mail['Subject']}"].add(mail["Message-ID"])
        return dict(found)


class Relays:
    """Relays that are forked from a prepared process, so that a new one costs no start of Django."""

    def __init__(self, post: Post, mail_folder) -> None:
        env = worker_environment(mail_folder) | post.environment() | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
        self.nest = subprocess.Popen(
            [sys.executable, "-c", NEST], env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.nest.stdout.readline() == "ready\n"
        self.alive: list[int] = []

    def begin(self) -> int:
        self.nest.stdin.write("\n")
        self.nest.stdin.flush()
        self.alive.append(int(self.nest.stdout.readline()))
        return self.alive[-1]

    def kill_one(self, post: Post, chance: random.Random) -> None:
        """A random one dies; one that is already dead is only crossed out."""
        post.kill(self.alive.pop(chance.randrange(len(self.alive))))

    def still_there(self) -> list[int]:
        self.alive = [pid for pid in self.alive if os.path.exists(f"/proc/{pid}")]
        return self.alive

    def end(self) -> None:
        for pid in self.still_there():
            os.kill(pid, signal.SIGKILL)
        self.nest.kill()
        self.nest.wait()
        for stream in (self.nest.stdin, self.nest.stdout):
            stream.close()


def wait(true, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
