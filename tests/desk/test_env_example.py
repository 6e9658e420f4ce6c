"""`.env.example` names every variable that the settings read, and no other."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READ = re.compile(r"env\.(?:text|flag|number|words|choice)\(\s*\"([A-Z_]+)\"")


def test_the_example_and_the_settings_know_the_same_variables():
    read = set(READ.findall((ROOT / "portal" / "settings.py").read_text()))
    lines = (ROOT / ".env.example").read_text().splitlines()
    told = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert told == read


def test_each_variable_is_explained():
    above = ""
    for line in (ROOT / ".env.example").read_text().splitlines():
        if line and not line.startswith("#") and not line.startswith(("EMAIL_", "HOLIDAY_STATE")):
            assert above.startswith("#"), line
        above = line
