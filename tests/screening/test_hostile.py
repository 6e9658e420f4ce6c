"""No list hurts: each hostile one is refused with the limit it breaks, soon and in bounded memory; no honest one is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contacts.screening.models import Piece, Screening
from contacts.screening.services.working import run_waiting
from tests.screening.hostile import HONEST, HOSTILE
from tests.screening.test_api import SERVICE, get, key, send  # noqa: F401  fixtures

ROOT = Path(__file__).resolve().parents[2]
MOST_MEGABYTES = 150
#: First what the web does with an upload, then what the worker does with what the web let through.
READER = """
import json, re, sys, time
import django; django.setup()
from pathlib import Path
from django.utils import translation
from contacts.customers.importing.reading import FileRefused
from contacts.screening import reading
from contacts.screening.services.receiving import LOOK, spooled
translation.activate("en")
for name in sys.argv[1:]:
    begin, rows, last = time.process_time(), 0, ""
    try:
        with open(name, "rb") as file, spooled(file) as (path, _sha256):
            reading.inspect(path, most=LOOK)
            for reference in reading.references(reading.inspect(path)):
                rows, last = rows + 1, reference.value
        said = "NOT REFUSED"
    except FileRefused as refusal:
        said = str(refusal)
    spent = time.process_time() - begin
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    print(json.dumps([Path(name).name, said, rows, last, spent, peak]), flush=True)
"""


def read_apart(folder: Path, corpus: dict) -> dict[str, list]:
    """What a process of its own says of each file; its peak of memory so far is that of the worst file yet."""
    for name, (*_words, build) in corpus.items():
        build(folder / name)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "-c", READER, *(str(folder / name) for name in corpus)]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert answer.returncode == 0, f"killed or failed: {answer.returncode} {answer.stderr[-2000:]}"
    return {name: rest for name, *rest in map(json.loads, answer.stdout.splitlines())}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> dict[str, list]:
    return read_apart(tmp_path_factory.mktemp("hostile"), HOSTILE)


@pytest.fixture(scope="module")
def honest(tmp_path_factory) -> dict[str, list]:
    return read_apart(tmp_path_factory.mktemp("honest"), HONEST)


def test_the_corpus_is_large_enough():
    assert len(HOSTILE) >= 30 and len(HONEST) >= 10


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_list_is_refused_with_its_limit_within_a_second(hostile, name):
    """A second of the processor: what else this machine does meanwhile is no fault of the list."""
    said, _rows, _last, seconds, peak = hostile[name]
    print(f"\n{name}: {seconds * 1000:.0f} ms, {peak:.0f} MiB: {said}")
    assert HOSTILE[name][0] in said
    assert said.endswith(".")
    assert seconds < 1
    assert peak < MOST_MEGABYTES


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_list_is_read_to_its_last_row(honest, name):
    said, rows, last, seconds, peak = honest[name]
    print(f"\n{name}: {seconds * 1000:.0f} ms, {peak:.0f} MiB")
    assert (said, rows, last) == ("NOT REFUSED", *HONEST[name][:2])
    assert peak < MOST_MEGABYTES


@pytest.mark.django_db
def test_whatever_another_system_sends_is_refused_or_answered(send, get, now, tmp_path, settings):  # noqa: F811
    """Through the door and the worker: no fault of the server, and nothing stays open."""
    settings.UPLOAD_MAX_BYTES = 5 * 1024**2
    for name, (*_words, build) in {**HOSTILE, **HONEST}.items():
        if name in ("gigabyte_in_one_cell", "110_mb", "line_of_50_mb", "json_line_of_40_mb", "100000_rows"):
            continue  # only large
        build(tmp_path / name)
        answer = send((tmp_path / name).read_bytes(), SERVICE, kind="application/octet-stream")
        assert answer.status_code in (202, 422), (name, answer.content)
        if answer.status_code == 422:
            assert name in HOSTILE and list(answer.json()["errors"]) == ["file"]
            assert not Piece.objects.exclude(screening__in=Screening.objects.all()).exists()
            continue
        run_waiting(at=now)
        told = get(answer["Location"]).json()
        assert told["state"] == ("done" if name in HONEST else "failed"), (name, told)
