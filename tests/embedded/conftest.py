"""Folders for the launcher's tests: real ones, since rights and path lengths are what is tested."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.embedded.postgres import Cluster


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder that every account may pass through, with a blank and a capital in its name."""
    folder = Path(tempfile.mkdtemp(prefix="Kk "))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cluster(var: Path) -> Iterator[Cluster]:
    """A cluster that is stopped and removed after the test."""
    made = Cluster(var, var / "postgres.log", durable=False)
    yield made
    made.stop()
    made.remove()
