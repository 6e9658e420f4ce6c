"""Locks that die with their holder: the kernel frees them whatever way the process ended."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NOTE_BYTES = 64 * 1024


class Held(Exception):
    """Somebody else holds the lock; `note` is what the holder wrote into it, empty when that was nothing yet."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.note: dict[str, Any] = {}
        with contextlib.suppress(ValueError):
            self.note = dict(json.loads(words))


class Lock:
    """An exclusive lock on a file, with a note of its holder inside."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self, patience: float = 0.0) -> "Lock":
        """Takes the lock, waiting up to `patience` seconds; raises Held when it stays taken."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    words = os.pread(handle, NOTE_BYTES, 0).decode("utf-8", "replace")
                    os.close(handle)
                    raise Held(words) from None
                time.sleep(0.1)
            else:
                os.ftruncate(handle, 0)
                self._handle = handle
                return self

    def write(self, **note: Any) -> None:
        """Leaves a note for whoever finds the lock taken."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, json.dumps(note).encode("utf-8"), 0)

    def release(self) -> None:
        """Frees the lock; the file stays, since removing it would let two holders meet on different files."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None


@contextlib.contextmanager
def locked(path: Path, patience: float = 0.0) -> Iterator[Lock]:
    """Holds the lock for the block."""
    lock = Lock(path).take(patience)
    try:
        yield lock
    finally:
        lock.release()
