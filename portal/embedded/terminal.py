"""Words for the person at the terminal, and the signals that come from there."""

import os
import signal
import sys
import time
from types import FrameType
from typing import TextIO

from portal.embedded.trouble import Stop


def say(text: str = "") -> None:
    """Prints a line; a terminal that is gone (closed, or a pipe that ended) is no reason to fail."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = _nowhere()


def complain(text: str) -> None:
    """Prints a line to the error stream."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = _nowhere()


def _nowhere() -> TextIO:
    """Takes the place of a terminal that is gone, so that the interpreter's last flush does not fail either."""
    return open(os.devnull, "w", encoding="utf-8")


class Interrupt:
    """Ctrl-C, SIGTERM and SIGHUP are noted, and acted on only where nothing is half done."""

    def __init__(self) -> None:
        self.asked = 0
        self.last = 0

    def install(self) -> "Interrupt":
        """Takes over the signals; a SIGHUP that the caller ignores (nohup) stays ignored."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)
        return self

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1
        self.last = number

    def check(self) -> None:
        """Raises Stop once somebody asked."""
        if self.asked:
            raise Stop

    def pause(self, seconds: float) -> None:
        """Sleeps; raises Stop once somebody asked."""
        self.check()
        time.sleep(seconds)
        self.check()
