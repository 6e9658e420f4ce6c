"""Makes the virtual environment and installs the pinned requirements into it; run by any Python from 3.11 on.

python3 -m portal.embedded.install requirements.txt
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from portal.embedded.locks import Held, locked
from portal.embedded.paths import ROOT, Places, require_space
from portal.embedded.terminal import complain, say
from portal.embedded.trouble import Trouble, failed, sentence

#: What the packages need while they are being unpacked.
INSTALL_MEGABYTES = 1500
#: A person's own pip settings that would put the packages somewhere else.
ELSEWHERE = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONUSERBASE")


class Installation:
    """The virtual environment of one checkout."""

    def __init__(self, root: Path, requirements: str) -> None:
        self.root, self.requirements = root, root / requirements
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"
        self.log = Places.of(root).folder("log") / "install.log"

    def ensure(self) -> None:
        """Does what is missing; returns at once when nothing is."""
        if not self.works():
            self.make()
        if not self.is_current():
            self.install()

    def stamp(self, requirements: Path) -> Path:
        """A copy of the requirements as they were installed, to compare with."""
        return self.venv / f"{requirements.name}.installed"

    def is_current(self) -> bool:
        stamp = self.stamp(self.requirements)
        return stamp.exists() and stamp.read_bytes() == self.requirements.read_bytes()

    def works(self) -> bool:
        """Whether the environment has a Python that starts (it may have been moved or upgraded away) and pip."""
        test = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
        try:
            return subprocess.run([self.python, "-c", test], capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def make(self) -> None:
        """Makes the environment anew."""
        require_space(self.root, int(os.environ.get("KONTAKTKLAR_MIN_FREE_MB") or INSTALL_MEGABYTES))
        shutil.rmtree(self.venv, ignore_errors=True)
        base = Path(getattr(sys, "_base_executable", sys.executable) or sys.executable)
        try:
            self.run([str(base), "-m", "venv", str(self.venv)], "Python's virtual environment could not be made")
        except Trouble:
            shutil.rmtree(self.venv, ignore_errors=True)
            raise

    def install(self) -> None:
        """Installs exactly what the file pins; a hash that differs stops it."""
        require_space(self.root)
        say("Installing what Kontaktklar needs (only now and after an update; a few minutes) ...")
        self.stamp(self.requirements).unlink(missing_ok=True)
        command = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        self.run(
            [*command, "--require-hashes", "-r", str(self.requirements)],
            f"The requirements could not be installed (all of it is in {self.log})",
        )
        self.remember()

    def remember(self) -> None:
        """Notes what is installed; the requirements of the tests include those of the portal."""
        names = {"requirements.txt", self.requirements.name}
        for requirements in (self.root / name for name in names):
            self.stamp(requirements).write_bytes(requirements.read_bytes())

    def run(self, command: list[str], complaint: str) -> None:
        """Runs a command with its words in the log."""
        env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        done = subprocess.run(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        with self.log.open("a", encoding="utf-8") as log:
            log.write(done.stdout)
        if done.returncode != 0:
            raise failed(complaint, done.stdout)


def main(words: list[str]) -> int:
    """Installs the named requirements file; returns the exit code."""
    try:
        installation = Installation(ROOT, words[0])
        with locked(Places.of(ROOT).var / "install.lock", patience=900):
            installation.ensure()
    except Held:
        complain("Another start has been installing here for 15 minutes: stop it, then try again.")
    except Trouble as trouble:
        complain(str(trouble))
    except OSError as error:
        complain(sentence(error))
    except KeyboardInterrupt:
        complain("Stopped; the next start goes on from here.")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
