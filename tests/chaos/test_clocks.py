"""A clock that goes wrong is wrong about the time, and about nothing else."""

import os
import subprocess
import sys
import time

import pytest

from tests.chaos.clocks import Clock, library

LOOK = """
import time
began = time.monotonic()
time.sleep(0.2)
print(time.time(), time.monotonic() - began)
"""


@pytest.mark.skipif(library() is None, reason="libfaketime is not installed")
@pytest.mark.parametrize("seconds", [0, 300, -300])
def test_a_process_whose_clock_is_wrong_can_sleep(tmp_path, seconds):
    clock = Clock(tmp_path / "clock")
    clock.set(seconds)
    command, environment = [sys.executable, "-c", LOOK], {**os.environ, **clock.environment()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told, slept = map(float, done.stdout.split())
    assert told - time.time() == pytest.approx(seconds, abs=10)
    assert slept == pytest.approx(0.2, abs=0.15)
