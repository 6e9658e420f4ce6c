"""What a killed launcher left running is found and stopped at the next start, and nothing else.

Every process of one start carries a random token in its environment and the launcher notes those it started. A
process counts as a leftover when it has the token (Linux), or when its id and its time of start are those noted.
"""

import contextlib
import json
import os
import secrets
import signal
import subprocess
from pathlib import Path
from typing import Any

from portal.embedded.processes import LINUX, Child, wait_until

TOKEN = "KONTAKTKLAR_RUN"


class RunFile:
    """The note of one start: its token and its processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.token = secrets.token_hex(16)

    def begin(self) -> None:
        """Starts a new note; whatever the old one names must have been stopped."""
        self.path.write_text(json.dumps({"token": self.token}) + "\n", "utf-8")

    def add(self, child: Child) -> None:
        """Notes a process."""
        entry = {
            "name": child.name,
            "pid": child.pid,
            "started": started(child.pid),
            "signal": int(child.stop_signal),
        }
        with self.path.open("a", encoding="utf-8") as note:
            note.write(json.dumps(entry) + "\n")

    def end(self) -> None:
        """All were stopped."""
        self.path.unlink(missing_ok=True)


def stop_leftovers(path: Path, patience: float = 20.0) -> list[str]:
    """Stops what the note at `path` names and still runs; returns the names."""
    token, entries = read(path)
    alive = [entry for entry in entries if started(entry["pid"]) == entry["started"] is not None]
    for entry in alive:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(entry["pid"], entry["signal"])

    def all_gone() -> bool:
        return not remaining(token, entries)

    if not wait_until(all_gone, patience):
        for pid in remaining(token, entries):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        wait_until(all_gone, 5.0)
    path.unlink(missing_ok=True)
    return [entry["name"] for entry in alive]


def read(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """Token and processes of a note; a torn last line (a killed writer) is passed over."""
    token, entries = "", []
    with contextlib.suppress(FileNotFoundError):
        for line in path.read_text("utf-8").splitlines():
            with contextlib.suppress(ValueError):
                entry = json.loads(line)
                token = entry.get("token", token)
                if "pid" in entry:
                    entries.append(entry)
    return token, entries


def remaining(token: str, entries: list[dict[str, Any]]) -> set[int]:
    """The process ids of a start that still run, those of their children included where the system shows them."""
    found = {entry["pid"] for entry in entries if started(entry["pid"]) == entry["started"] is not None}
    return found | with_token(token)


def with_token(token: str) -> set[int]:
    """All processes that carry the token; empty where there is no /proc."""
    if not token or not LINUX:
        return set()
    wanted = f"{TOKEN}={token}".encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0") and int(folder.name) != os.getpid():
                found.add(int(folder.name))
    return found


def started(pid: int) -> str | None:
    """When a process started, as the system tells it; None when it is gone (a zombie counts as gone)."""
    if LINUX:
        try:
            state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            return None
        return None if state in "ZX" else rest[18]
    done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None
