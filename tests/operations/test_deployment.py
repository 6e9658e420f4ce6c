"""What is written for those who set the portal up is valid, and says the same in each place."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from portal.embedded import site

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "docs" / "deployment" / "systemd"
PROCESSES = ("web", "worker", "beat", "relay")
#: What differs between a container and a machine: where it listens, and where it may write.
PLACES = {
    "0.0.0.0": "HOST",
    "127.0.0.1": "HOST",
    "/tmp/beat-schedule": "FILE",
    "/var/lib/kontaktklar/beat-schedule": "FILE",
}


@pytest.fixture(scope="module")
def compose():
    return YAML(typ="safe").load((ROOT / "compose.yaml").read_text())


def same_words(words: list[str]) -> list[str]:
    return [PLACES.get(word, word) for word in words]


def started_by(unit: str) -> list[str]:
    """The words of a unit's ExecStart, with the program by its bare name."""
    text = (UNITS / f"kontaktklar-{unit}.service").read_text()
    words = re.search(r"^ExecStart=(.+)$", text, re.MULTILINE).group(1).split()
    return [Path(words[0]).name, *words[1:]]


def test_the_compose_file_fits_the_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_process_is_a_service_of_its_own_that_waits_for_the_migration(compose):
    services = compose["services"]
    assert set(services) == {*PROCESSES, "prepare", "postgres", "valkey"}
    for name in PROCESSES:
        assert services[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_the_portal_runs_without_rights_and_cannot_write_but_where_it_must(compose):
    for name in (*PROCESSES, "prepare"):
        service = compose["services"][name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"] and "privileged" not in service
    last_user = re.findall(r"^USER (.+)$", (ROOT / "Containerfile").read_text(), re.MULTILINE)[-1]
    assert int(last_user) > 0


def test_every_image_has_a_version(compose):
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Containerfile").read_text(), re.MULTILINE)
    images = {service["image"] for service in compose["services"].values()} | set(bases)
    for image in images:
        assert re.search(r":(\d+\.\d+|\$\{KONTAKTKLAR_VERSION:-\d+\.\d+\.\d+\})", image), image


def test_only_the_migration_gets_the_role_that_owns_the_database(compose):
    for name, service in compose["services"].items():
        owns = "migrate_database_url" in service.get("secrets", [])
        assert owns == (name == "prepare"), name


def test_the_broker_asks_for_a_password_that_only_the_portal_knows(compose):
    valkey = compose["services"]["valkey"]
    assert "--requirepass" in valkey["command"][-1] and valkey["secrets"] == ["redis_password"]
    assert "redis_password" not in str([compose["services"][name].get("secrets") for name in PROCESSES])
    assert all(compose["services"][name]["environment"]["REDIS_URL_FILE"] for name in PROCESSES)


def test_every_variable_of_the_compose_file_is_one_that_the_portal_reads(compose):
    example = (ROOT / ".env.example").read_text()
    known = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    for name in (*PROCESSES, "prepare"):
        given = {
            variable if variable in known else variable.removesuffix("_FILE")
            for variable in compose["services"][name]["environment"]
        }
        assert given <= known


@pytest.mark.parametrize("process", PROCESSES)
def test_units_and_containers_start_a_process_with_the_same_words(process, compose):
    assert same_words(started_by(process)) == same_words(compose["services"][process]["command"])


def test_the_launcher_starts_the_web_server_with_as_many_threads(compose):
    words = compose["services"]["web"]["command"]
    assert words[words.index("--blocking-threads") + 1] == str(site.WEB_THREADS)
    assert f'"{site.WEB_THREADS}"' in (ROOT / "Containerfile").read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_finds_no_fault_in_the_units(tmp_path):
    """The program's place is that of this checkout, for systemd also looks whether it is there."""
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/opt/kontaktklar/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text)
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "kontaktklar" in line]
    assert done.returncode == 0 and ours == [], done.stderr


def test_secrets_are_made_once_and_are_long(tmp_path):
    folder = tmp_path / "docs" / "deployment"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "deployment" / "make-secrets.sh", folder)
    command = ["sh", str(folder / "make-secrets.sh")]
    for _turn in range(2):
        subprocess.run(command, check=True, capture_output=True)
        made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert os.stat(tmp_path / "secrets").st_mode & 0o077 == 0
    assert set(made) == set(YAML(typ="safe").load((ROOT / "compose.yaml").read_text())["secrets"])
    assert all(len(value) >= 64 for value in made.values()) and len(set(made.values())) == len(made)
    assert (
        made["redis_password"] in made["redis_url"]
        and made["app_password"] in made["database_url"]
        and made["migrate_password"] in made["migrate_database_url"]
    )
    before = dict(made)
    subprocess.run(command, check=True, capture_output=True)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == before


def test_what_is_built_into_the_image_is_what_the_portal_needs():
    copied = set(re.findall(r"^COPY (?!--)(\S+) ", (ROOT / "Containerfile").read_text(), re.MULTILINE))
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == let_in
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= copied
