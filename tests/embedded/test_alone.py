"""The launcher speaks before anything is installed: it imports with nothing but Python's own library."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORT_ALL = """
import importlib, pkgutil, sys
import portal.embedded
names = [module.name for module in pkgutil.iter_modules(portal.embedded.__path__)]
for name in names:
    if name != "__main__":
        importlib.import_module(f"portal.embedded.{name}")
assert len(names) > 10, names
print(sorted({name.partition(".")[0] for name in sys.modules} & {"django", "celery", "psycopg", "redis"}))
"""


def test_without_any_installed_package():
    command = [sys.executable, "-S", "-c", IMPORT_ALL]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == "[]\n"
