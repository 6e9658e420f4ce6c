"""Clocks that jump. The portal has no switch for its clock; libfaketime (Debian: libfaketime) stands between a process
and the system's clock instead, and reads from a file by how much to go wrong."""

from __future__ import annotations

import sys
from pathlib import Path

PLACES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")
#: Holds a sleep that the library does not break.
SLEEPING = Path(__file__).resolve().parent / "sleeping"


def library() -> Path | None:
    if not sys.platform.startswith("linux"):
        return None
    return next((path for place in PLACES for path in sorted(Path("/").glob(place.lstrip("/")))), None)


class Clock:
    """The clock of one process: right, until it is set wrong."""

    def __init__(self, file: Path) -> None:
        self.file, self.library = file, library()
        self.set(0)

    def set(self, seconds: int) -> None:
        """By so many seconds ahead of the machine's clock, or behind it."""
        half = self.file.with_suffix(".half")
        half.write_text(f"{seconds:+d}\n")
        half.replace(self.file)

    def environment(self) -> dict[str, str]:
        """For the process; what measures durations keeps its pace. Empty where there is no library."""
        if self.library is None:
            return {}
        return {
            "LD_PRELOAD": str(self.library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_NO_CACHE": "0",
            "PYTHONPATH": str(SLEEPING),
        }
