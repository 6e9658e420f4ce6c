"""The whole start on the real portal, in a folder of its own: up, killed, up again, stopped."""

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from portal.embedded import leftovers
from portal.embedded.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
#: After so many seconds a second start hangs; how fast it is on a quiet machine is timed by hand.
SECOND_START_SECONDS = 60
#: A test's own settings must not reach the start that is tested.
OTHERS = ("DATABASE_URL", "REDIS_URL", "MAIL_FOLDER", "SITE_URL", "PORT", "DEBUG", leftovers.TOKEN)


class Start:
    """One `bin/up`, its words, and its processes."""

    def __init__(self, var: Path, *options: str) -> None:
        self.environment = {name: value for name, value in os.environ.items() if name not in OTHERS}
        self.environment["KONTAKTKLAR_VAR"] = str(var)
        self.var, self.began = var, time.monotonic()
        self.process = subprocess.Popen(
            [ROOT / "bin" / "up", *options],
            env=self.environment,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.words = self.read_until("Stop with Ctrl-C")
        self.seconds = time.monotonic() - self.began
        self.token = leftovers.read(var / "run")[0]

    def read_until(self, text: str) -> str:
        words = ""
        for line in self.process.stdout:
            words += line
            if text in line:
                return words
        raise AssertionError(f"bin/up ended before it was ready:\n{words}")

    @property
    def url(self) -> str:
        return re.search(r"http://127\.0\.0\.1:\d+", self.words).group(0)

    def processes(self) -> set[int]:
        return leftovers.with_token(self.token)

    def manage(self, *words: str) -> str:
        command = [ROOT / "bin" / "manage", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.stdout.read()
        return self.process.wait(60)


@pytest.fixture
def starts():
    """Every start of a test, ended at its close."""
    made: list[Start] = []
    yield made
    for start in made:
        start.process.kill()
        start.process.wait()
        start.process.stdout.close()
        for pid in start.processes():
            os.kill(pid, signal.SIGKILL)


def people(start: Start) -> int:
    code = "from portal.people.models import User; print('people', User.objects.count())"
    return int(re.search(r"people (\d+)", start.manage("shell", "-v0", "-c", code)).group(1))


def fetch(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status


def test_up_killed_up_again_and_stopped_beside_another_one(var, starts):
    """Each has its own port and its own data; what happens to one does not touch the other."""
    other_place = var / "other"
    other_place.mkdir()
    other_place.chmod(0o711)
    first = Start(var)
    starts.append(first)
    assert fetch(f"{first.url}/healthz") == 200
    assert fetch(f"{first.url}/login/") == 200
    with pytest.raises(urllib.error.HTTPError, match="404") as missing:
        fetch(f"{first.url}/nowhere/")
    assert "URLconf" not in missing.value.read().decode(), "nobody who tries it out meets Django's technical page"
    before = people(first)
    assert before >= 12
    assert "@" in first.words, "the demo logins are shown"

    first.end(signal.SIGKILL)
    assert wait_until(lambda: not first.processes(), 20), "nothing outlives a killed launcher"

    second = Start(var)
    starts.append(second)
    assert second.seconds < SECOND_START_SECONDS
    assert people(second) == before
    assert wait_until(lambda: any((var / "beat").glob("schedule*")), 30), "the clock keeps its place beside the data"

    other = Start(other_place, "--empty")
    starts.append(other)
    assert other.url != second.url
    assert fetch(f"{other.url}/healthz") == fetch(f"{second.url}/healthz") == 200
    assert people(other) == 0 and "@" not in other.words, "nobody asked for the demo company"
    worker = min(pid for pid in other.processes() if "worker" in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))
    os.kill(worker, signal.SIGKILL)
    told = other.process.stdout.read()
    assert "worker was ended by SIGKILL, so all is stopped" in told
    assert other.process.wait(60) == 1
    assert other.processes() == set()

    assert second.end(signal.SIGINT) == 0
    assert second.processes() == set()
    assert not (var / "run").exists()
