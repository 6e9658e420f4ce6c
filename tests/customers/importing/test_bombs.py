"""Every file of the corpus is refused with its limit and its figure, in bounded memory; no process dies of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.customers.importing.bombs import BOMBS

ROOT = Path(__file__).resolve().parents[3]
MOST_MEGABYTES = 150
READER = """
import json, re, sys, time
import django; django.setup()
from pathlib import Path
from django.utils import translation
from contacts.customers.importing import reading
translation.activate("en")
for name in sys.argv[1:]:
    begin = time.perf_counter()
    try:
        said = f"NOT REFUSED: {reading.inspect(Path(name))}"
    except reading.FileRefused as refusal:
        said = str(refusal)
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    print(json.dumps([Path(name).name, said, time.perf_counter() - begin, peak]), flush=True)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, tuple[str, float, float]]:
    """What a process of its own says about each file; its peak of memory so far is that of the worst file yet."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = []
    for name, (_words, build) in BOMBS.items():
        build(folder / name)
        paths.append(str(folder / name))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    answer = subprocess.run(
        [sys.executable, "-c", READER, *paths], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert answer.returncode == 0, f"killed or failed: {answer.returncode} {answer.stderr[-2000:]}"
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    return {name: (said, seconds, peak) for name, said, seconds, peak in found}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_the_limit_that_it_breaks(answers, name):
    said, seconds, peak = answers[name]
    print(f"\n{name}: {seconds * 1000:.0f} ms, {peak:.0f} MiB: {said}")
    assert BOMBS[name][0] in said
    assert said.endswith(".")
    assert peak < MOST_MEGABYTES
