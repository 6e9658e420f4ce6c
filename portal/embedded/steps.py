"""The steps between the services and the web server: each runs to its end and is told when it fails."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from portal.embedded.environment import is_on
from portal.embedded.processes import dying_with_us, turn_over, wait_until
from portal.embedded.trouble import Stop, failed

PATIENCE_SECONDS = 900


class Steps:
    """Runs commands in the checkout; their output goes to one log."""

    def __init__(self, root: Path, log: Path, environment: Mapping[str, str], pause: Callable[[float], None]) -> None:
        self.root, self.log, self.environment, self.pause = root, log, dict(environment), pause

    def prepare(self, *, empty: bool) -> str:
        """Brings messages, database and demo company up to date; returns the words about the logins.

        The demo company is for trying out: without DEBUG, which means real data, and where somebody wants an `empty`
        portal, it is not loaded.
        """
        self.compile_messages()
        self.manage("migrate", "--no-input", "--verbosity=0")
        if not is_on(self.environment, "DEBUG"):
            self.manage("collectstatic", "--no-input", "--verbosity=0")
            return ""
        return "" if empty else self.manage("demo")

    def compile_messages(self) -> None:
        """Compiles the message catalogues whose source is newer."""
        compiler = [sys.executable, "-m", "portal.catalogues"]
        self.run("The translations could not be compiled", compiler)

    def manage(self, *words: str) -> str:
        """Runs a command of manage.py and returns what it printed."""
        command = [sys.executable, "manage.py", *words]
        return self.run(f"The step manage.py {words[0]} failed", command)

    def run(self, complaint: str, command: Sequence[str]) -> str:
        """Runs a command to its end; raises Trouble with its last words when it fails."""
        turn_over(self.log)
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command,
                cwd=self.root,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
                preexec_fn=dying_with_us(),
            )
            self.wait_for(process)
            texts = []
            for stream in (output, errors):
                stream.seek(0)
                texts.append(stream.read().decode("utf-8", "replace"))
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command[1:])}\n{''.join(texts)}")
        if process.returncode != 0:
            raise failed(complaint, "".join(texts))
        return texts[0]

    def wait_for(self, process: "subprocess.Popen[bytes]") -> None:
        """Waits for the end; a Ctrl-C meanwhile ends the step too, which leaves its transaction undone."""
        try:
            ended = wait_until(lambda: process.poll() is not None, PATIENCE_SECONDS, self.pause)
        except Stop:
            process.terminate()
            process.wait()
            raise
        if not ended:
            process.kill()
            process.wait()
