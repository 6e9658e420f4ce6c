"""The list of checks in bin/test: all run, a failed one is named, and a missing browser is never silent."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Stands for the checks themselves, which have tests of their own: notes what it was asked and fails where told.
PYTHON = """#!/bin/sh
echo "$*" >>asked
case $* in *${FAIL:-nothing}*) exit 1 ;; esac
"""


@pytest.fixture
def bench(tmp_path) -> Path:
    """A folder with a PATH of its own, in which there is no browser."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (tmp_path / "results").mkdir()
    for name in ("sh", "rm", "mkdir", "cat", "tail"):
        (programs / name).symlink_to(shutil.which(name))
    (programs / "python").write_text(PYTHON)
    (programs / "python").chmod(0o755)
    return tmp_path


def checks(bench: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(bench / "programs"), "KONTAKTKLAR_RESULTS": str(bench / "results")} | variables
    command = ["sh", str(ROOT / "bin" / "_checks"), *words]
    return subprocess.run(command, cwd=bench, env=environment, capture_output=True, text=True, check=False)


def browser(bench: Path, name: str) -> None:
    (bench / "programs" / name).write_text("#!/bin/sh\n")
    (bench / "programs" / name).chmod(0o755)


def test_everything_runs_and_a_failed_check_is_named(bench):
    browser(bench, "chromium")
    done = checks(bench, FAIL="mypy")
    asked = (bench / "asked").read_text()
    for part in ("ruff check", "ruff format --check", "djlint", "mypy", "importlinter", "makemigrations --check"):
        assert part in asked
    assert asked.index("-m not journey") < asked.index("-m journey") < asked.index("portal.embedded.tally")
    assert "Failed:\n  Types: mypy\n" in done.stdout
    assert done.returncode == 1


def test_all_green(bench):
    browser(bench, "google-chrome")
    done = checks(bench)
    assert "Every check passed." in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_without_a_browser_it_says_so_and_fails_where_ci_is_set(bench, ci, code):
    done = checks(bench, CI=ci)
    assert "NO BROWSER" in done.stdout
    assert "-m journey" not in (bench / "asked").read_text()
    assert done.returncode == code


def test_a_file_of_tests_that_cannot_be_read_is_shown(bench):
    browser(bench, "chromium")
    done = checks(bench, FAIL="collect-only")
    assert "Failed:\n  Tests: each can be read\n" in done.stdout
    assert done.returncode == 1


def test_arguments_mean_pytest_alone(bench):
    checks(bench, "tests/policy", "-k", "x")
    assert (bench / "asked").read_text() == "-m portal.catalogues\n-m pytest tests/policy -k x\n"
