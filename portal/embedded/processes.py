"""Child processes that never outlive their purpose.

Each child leads a session of its own, so that Ctrl-C reaches only the launcher and the order of stopping is ours. On
Linux the kernel tells a child when the launcher dies, even by `kill -9`.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.account import Account

PR_SET_PDEATHSIG = 1
LOG_BYTES = 5 * 1024 * 1024
LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None) if LINUX else None


@dataclass
class Child:
    """A running process with its log and the way it likes to be stopped."""

    name: str
    popen: "subprocess.Popen[bytes]"
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    #: Seconds it may take to end by itself.
    patience: float = 10.0
    #: What is sent when patience is over.
    last_signal: signal.Signals = signal.SIGKILL
    #: Where its own words begin in the log, which older starts have filled too.
    log_start: int = 0

    @property
    def pid(self) -> int:
        return self.popen.pid

    def ended(self) -> int | None:
        """The exit code once it has ended."""
        return self.popen.poll()

    def end(self) -> str:
        """How it ended, in words."""
        code = self.popen.poll()
        if code is not None and code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended by itself with code {code}"

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        return tail(self.log, lines, self.log_start)

    def stop(self) -> None:
        """Asks it to end, waits, and clears away whatever is left of its group."""
        if self.popen.poll() is None:
            self.popen.send_signal(self.stop_signal)
            if not self.waited(self.patience):
                self.popen.send_signal(self.last_signal)
                if not self.waited(5.0):
                    self.popen.kill()
                    self.popen.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)

    def waited(self, seconds: float) -> bool:
        """Whether it ended within that time."""
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str],
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    patience: float = 10.0,
    last_signal: signal.Signals = signal.SIGKILL,
) -> Child:
    """Starts a program in the background, its output in `log`."""
    turn_over(log)
    with log.open("ab") as output:
        begin = output.tell()
        popen = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(env),
            start_new_session=True,
            preexec_fn=dying_with_us(stop_signal),
            **(account.popen() if account else {}),
        )
    return Child(name, popen, log, stop_signal, patience, last_signal, begin)


def dying_with_us(stop_signal: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A hook for the child: the kernel sends it `stop_signal` when the launcher ends in any way.

    It runs after root's rights are dropped, because a change of account clears the setting.
    """
    parent = os.getpid()

    def hook() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return hook


def turn_over(log: Path) -> None:
    """Keeps a log from growing without end: one older part is kept."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))


def tail(log: Path, lines: int = 15, begin: int = 0) -> str:
    """The last lines of a log, nothing before byte `begin`; empty when there is none."""
    try:
        with log.open("rb") as source:
            source.seek(max(begin, log.stat().st_size - 64 * 1024))
            text = source.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def command_line(pid: int) -> list[str]:
    """The words a process was started with; empty when it is gone or not ours to see."""
    if LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
        except OSError:
            return []
    done = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.split()


def wait_until(condition: Callable[[], bool], seconds: float, pause: Callable[[float], None] = time.sleep) -> bool:
    """Whether the condition came true in time; `pause` may raise to break off."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        pause(0.05)
    return True
