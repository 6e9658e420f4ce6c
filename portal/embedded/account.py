"""The account PostgreSQL runs under: it refuses root, so a start as root hands it to an unprivileged account."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.embedded.trouble import Trouble


@dataclass(frozen=True)
class Account:
    """An account of this machine without privileges."""

    name: str
    uid: int
    gid: int

    def popen(self) -> dict[str, Any]:
        """The arguments of subprocess that drop root's rights, its extra groups included."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can really go there: asked of the kernel, since rights are more than mode bits."""
        command = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
        return subprocess.run(command, cwd="/", capture_output=True, check=False, **self.popen()).returncode == 0

    def can_run(self, program: Path) -> bool:
        """Whether the account can start the program and all it loads."""
        try:
            done = subprocess.run(
                [str(program), "--version"], cwd="/", capture_output=True, check=False, **self.popen()
            )
        except OSError:
            return False
        return done.returncode == 0


def name_of(uid: int) -> str:
    """The account's name; its number where the machine knows none, as in a container over a mounted folder."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def for_postgres(data: Path) -> Account | None:
    """None for a normal user; as root the owner of existing data, else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        status = data.stat()
        return Account(name_of(status.st_uid), status.st_uid, status.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Trouble(
        "PostgreSQL does not run as root and this machine has neither an account postgres nor nobody:"
        " start as a normal user."
    )
