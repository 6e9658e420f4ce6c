"""bin/up as a person calls it: from anywhere, through links, and with trouble told in one sentence."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.embedded.locks import Lock

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")


@pytest.fixture
def house(tmp_path) -> Path:
    """A checkout with a blank in its path: the scripts, the launcher, and this run's virtual environment."""
    root = tmp_path / "Mein Haus"
    shutil.copytree(ROOT / "bin", root / "bin")
    shutil.copytree(ROOT / "portal" / "embedded", root / "portal" / "embedded")
    (root / "portal" / "__init__.py").touch()
    for name in REQUIREMENTS:
        shutil.copy(ROOT / name, root / name)
    venv = root / ".venv"
    venv.mkdir()
    for entry in Path(sys.prefix).iterdir():
        (venv / entry.name).symlink_to(entry)
    for name in REQUIREMENTS:
        stamp = venv / f"{name}.installed"
        stamp.unlink(missing_ok=True)
        shutil.copy(ROOT / name, stamp)
    return root


def call(script: Path, *words: str, cwd: str | Path = "/", **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"} | variables
    return subprocess.run([script, *words], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60)


def assert_one_sentence(done: subprocess.CompletedProcess[str], beginning: str) -> None:
    assert done.stderr.startswith(beginning), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.returncode == 1


def tools(folder: Path, **scripts: str) -> str:
    """A PATH with the few programs a shell script needs and no Python but the given one."""
    folder.mkdir()
    for name in ("sh", "dirname", "readlink", "sed"):
        (folder / name).symlink_to(shutil.which(name))
    for name, text in scripts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return str(folder)


def test_a_machine_without_python(house, tmp_path):
    shutil.rmtree(house / ".venv")
    assert_one_sentence(
        call(house / "bin" / "up", PATH=tools(tmp_path / "t")), "Kontaktklar needs Python 3.11 or newer"
    )


def test_a_machine_with_an_old_python(house, tmp_path):
    shutil.rmtree(house / ".venv")
    path = tools(tmp_path / "t", python3="#!/bin/sh\nexit 1\n")
    assert_one_sentence(call(house / "bin" / "up", PATH=path), "Kontaktklar needs Python 3.11 or newer")


def test_a_python_that_cannot_make_environments(house, tmp_path):
    shutil.rmtree(house / ".venv")
    path = tools(tmp_path / "t", python3="#!/bin/sh\ncase $2 in *ensurepip*) exit 1 ;; esac\n")
    assert_one_sentence(call(house / "bin" / "up", PATH=path), "python3 cannot make virtual environments")


def test_a_taken_port_through_a_link_and_from_another_folder(house, tmp_path):
    (tmp_path / "one").symlink_to(house / "bin" / "up")
    (tmp_path / "two").symlink_to("one")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        by_option = call(tmp_path / "two", "--port", port, cwd=tmp_path)
        by_variable = call(tmp_path / "two", PORT=port)
    assert_one_sentence(by_option, f"Port {port} is taken by another program")
    assert_one_sentence(by_variable, f"Port {port} is taken by another program")


def test_a_full_disk(house):
    assert_one_sentence(call(house / "bin" / "up", KONTAKTKLAR_MIN_FREE_MB="999999999"), "The disk is full")


def test_a_second_start_names_the_address_of_the_first(house):
    (house / ".var").mkdir()
    lock = Lock(house / ".var" / "up.lock").take()
    lock.write(pid=os.getpid(), url="http://127.0.0.1:8123")
    try:
        assert_one_sentence(
            call(house / "bin" / "up"), "Kontaktklar already runs from this folder at http://127.0.0.1:8123:"
        )
    finally:
        lock.release()


def test_help_needs_nothing(house, tmp_path):
    shutil.rmtree(house / ".venv")
    done = call(house / "bin" / "up", "--help", PATH=tools(tmp_path / "t"))
    assert "bin/up --reset" in done.stdout
    assert done.returncode == 0


def test_what_the_portal_needs_is_pinned_alike_for_tests():
    runtime, tests = (pins(ROOT / name) for name in REQUIREMENTS)
    assert len(runtime) > 20
    assert runtime.items() <= tests.items()


def pins(path: Path) -> dict[str, str]:
    """Package and version of each line that pins one."""
    lines = [line.split()[0] for line in path.read_text("utf-8").splitlines() if line[:1].isalnum()]
    return dict(line.split("==") for line in lines)
