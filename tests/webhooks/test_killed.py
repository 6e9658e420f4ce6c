"""kill -9 of senders between the receiver's 200 and their commit: sent again under the same id, nothing lost, in order.

CI kills 12; `WEBHOOK_KILLS=300` is the long version.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict

import pytest
from django.utils import timezone

from portal.webhooks.models import Delivery
from tests.cast import person
from tests.journeys.conftest import ROOT, worker_environment
from tests.webhooks.conftest import endpoint_at, say
from tests.webhooks.receiver import Receiver

KILLS = int(os.environ.get("WEBHOOK_KILLS", "12"))
CUSTOMERS, ROUNDS = 4, max(6, KILLS)
# A sender that says its number with each call, and stands between the answer and its commit.
NEST = """
import os, signal, sys, time, django
django.setup()
from django.utils import timezone
from portal.webhooks import delivering, signing

headers = signing.headers
signing.headers = lambda *args, **names: headers(*args, **names) | {"x-sender": str(os.getpid())}
note = delivering.note_outcome

def late(**names):
    time.sleep(0.03)
    return note(**names)

delivering.note_outcome = late
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        while True:
            delivering.send_due(at=timezone.now())
            time.sleep(0.02)
    print(pid, flush=True)
"""


class Senders:
    """One sender at a time, forked from a prepared process."""

    def __init__(self, mail_folder) -> None:
        env = worker_environment(mail_folder) | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "WEBHOOK_NETWORKS": "127.0.0.1/32",
        }
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.nest = subprocess.Popen([sys.executable, "-c", NEST], env=env, cwd=ROOT, **pipes)
        assert self.nest.stdout.readline() == "ready\n"
        self.pid = 0

    def begin(self) -> None:
        self.nest.stdin.write("\n")
        self.nest.stdin.flush()
        self.pid = int(self.nest.stdout.readline())

    def end(self) -> None:
        if os.path.exists(f"/proc/{self.pid}"):
            os.kill(self.pid, signal.SIGKILL)
        self.nest.kill()
        self.nest.wait()
        for stream in (self.nest.stdin, self.nest.stdout):
            stream.close()


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_after_the_200_sends_again_under_the_same_id(mail_folder):
    clock, deaths = timezone.now(), []
    adam = person("adam", "administrator")

    def kill(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        deaths.append(pid)

    def answer(got) -> int:
        # Every other message is the last that its sender sees: the 200 has gone out by then.
        if len(receiver.got) % 2 and len(doomed) < KILLS:
            doomed.append(got.id)
            threading.Timer(0.015, kill, [int(got.headers["x-sender"])]).start()
        return 200

    doomed: list[str] = []
    with Receiver(answer=answer) as receiver:
        endpoint_at(adam, receiver.url, clock)
        for number in range(ROUNDS):
            for customer in range(CUSTOMERS):
                say(customer, clock, number=number)
        senders = Senders(mail_folder)
        try:
            deadline = time.monotonic() + 30 + KILLS
            while Delivery.objects.filter(state="delivered").count() < ROUNDS * CUSTOMERS:
                assert time.monotonic() < deadline, "nothing moves"
                if not os.path.exists(f"/proc/{senders.pid}") or senders.pid == 0:
                    senders.begin()
                time.sleep(0.02)
        finally:
            senders.end()
    first: dict[int, list[int]] = defaultdict(list)
    for got in {got.id: got for got in reversed(receiver.got)}.values():
        first[got.told["data"]["customer_id"]].append(got.told["data"]["number"])
    expected = list(range(ROUNDS))
    assert {customer: sorted(numbers) for customer, numbers in first.items()} == dict.fromkeys(
        range(CUSTOMERS), expected
    )
    doubled = len(receiver.got) - len({got.id for got in receiver.got})
    assert len(deaths) == KILLS and 0 < doubled <= KILLS
    for customer in range(CUSTOMERS):
        seen = [got.told["data"]["number"] for got in receiver.got if got.told["data"]["customer_id"] == customer]
        assert seen == sorted(seen), "a repeated one comes before the next"
    print(f"\n{len(deaths)} kills, {len(expected) * CUSTOMERS} events: 0 lost, {doubled} came twice under the same id")
