"""Where things lie: everything the launcher writes is under `.var` of the checkout, unless that is impossible."""

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.trouble import FULL_DISK, Trouble

ROOT = Path(__file__).resolve().parents[2]
#: The longest path a unix socket may have, without the closing zero: sun_path has 108 bytes on Linux, 104 on BSD.
SOCKET_PATH_BYTES = 107 if sys.platform.startswith("linux") else 103
#: A start needs this many bytes free; KONTAKTKLAR_MIN_FREE_MB sets another floor.
MIN_FREE_MEGABYTES = 500


@dataclass(frozen=True)
class Places:
    """The folders and files of one checkout."""

    root: Path
    var: Path

    @classmethod
    def of(cls, root: Path = ROOT) -> "Places":
        """Makes `.var`, or the folder that KONTAKTKLAR_VAR names; PostgreSQL's account must be able to pass through."""
        var = Path(os.environ.get("KONTAKTKLAR_VAR") or root / ".var").absolute()
        var.mkdir(parents=True, exist_ok=True)
        if var.stat().st_uid == os.geteuid():
            var.chmod(0o711 if os.geteuid() == 0 else 0o700)
        return cls(root, var)

    def folder(self, name: str) -> Path:
        """A folder under `.var` that only the caller's account may enter."""
        return private_folder(self.var / name)


def private_folder(path: Path) -> Path:
    """The folder, made if it is missing, closed to everyone else."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def socket_folder(home: Path, filename: str) -> Path:
    """A folder for a unix socket: `home` itself, or a short one where the path would exceed the system's limit.

    A short one is a fresh 0700 folder in the temp folder and is remembered in `home`, so that a killed start leaves
    at most one of them behind.
    """
    if len(os.fsencode(home / filename)) <= SOCKET_PATH_BYTES:
        return home
    note = home / "socket-folder"
    if note.exists() and is_ours(Path(note.read_text("utf-8")), home):
        return Path(note.read_text("utf-8"))
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) + len(filename) + 20 > SOCKET_PATH_BYTES:
        base = "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="kk-", dir=base))
    owner = home.stat()
    if os.geteuid() == 0:
        os.chown(folder, owner.st_uid, owner.st_gid)
    note.write_text(str(folder), "utf-8")
    return folder


def is_ours(folder: Path, home: Path) -> bool:
    """Whether a remembered folder still is a real folder of the account that owns `home`, closed to others."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return (
        not folder.is_symlink()
        and folder.is_dir()
        and status.st_uid == home.stat().st_uid
        and status.st_mode & 0o077 == 0
    )


def forget_socket_folder(home: Path) -> None:
    """Removes the short folder of `home`, if it has one."""
    note = home / "socket-folder"
    if note.exists():
        folder = Path(note.read_text("utf-8"))
        if is_ours(folder, home):
            shutil.rmtree(folder, ignore_errors=True)
        note.unlink()


def require_space(folder: Path, megabytes: int | None = None) -> None:
    """Refuses to start on a disk that is about to be full: a database that cannot write stops in mid-work."""
    wanted = megabytes or int(os.environ.get("KONTAKTKLAR_MIN_FREE_MB") or MIN_FREE_MEGABYTES)
    if shutil.disk_usage(folder).free < wanted * 1024 * 1024:
        raise Trouble(f"{FULL_DISK} ({folder} has less than {wanted} MB free.)")
