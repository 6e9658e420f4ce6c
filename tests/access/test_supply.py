"""What the portal is made of: listed, pinned by hashes, and asked about."""

import json
import re
import subprocess
import sys
from pathlib import Path

from portal.embedded.audit import COULD_NOT, verdict

ROOT = Path(__file__).resolve().parents[2]
PINNED = dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", (ROOT / "requirements.txt").read_text(), re.M))


def answer(*vulns: dict, **more: object) -> str:
    clean = {"name": "celery", "version": "5.6.2", "vulns": []}
    return json.dumps({"dependencies": [clean, {"name": "django", "version": "5.2.1", "vulns": [*vulns], **more}]})


def test_a_known_hole_is_red_and_no_answer_is_told():
    hole = {"id": "PYSEC-2026-42", "fix_versions": ["5.2.11"], "description": "x"}
    assert verdict(answer(hole)) == (1, ["django 5.2.1: PYSEC-2026-42, mended in 5.2.11"])
    assert verdict(answer({"id": "X-1", "fix_versions": []}))[0] == 1
    assert verdict(answer()) == (0, ["No known hole in 2 packages."])
    for nothing in ("", "[]", "{", "null", '{"dependencies": []}'):
        code, (line,) = verdict(nothing, "Traceback\nConnectionError: nobody there")
        assert code == 0 and line.startswith(COULD_NOT)


def test_what_was_not_asked_about_is_told_beside_a_hole():
    unknown = [{"name": f"p{number}", "skip_reason": "not found"} for number in range(9)]
    assert verdict(json.dumps({"dependencies": unknown})) == (0, [f"{COULD_NOT}nothing is known of 9 packages"])
    hole = {"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}
    told = verdict(json.dumps({"dependencies": [hole, *unknown[:2]]}))
    assert told == (1, ["a 1: X-1, mended in 2", f"{COULD_NOT}nothing is known of p0, p1"])


def test_every_pin_has_hashes():
    text = (ROOT / "requirements.txt").read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
    assert len(blocks) == len(PINNED) > 50
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"^(-i|--index-url|--extra-index-url|-e|git\+|https?:)", text, re.M)


def test_the_bill_of_materials_lists_what_is_pinned(tmp_path):
    file = tmp_path / "sbom.json"
    command = ["requirements", "--pyproject", "pyproject.toml", "--output-reproducible", "-o", str(file)]
    subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *command, "requirements.txt"], cwd=ROOT, check=True, capture_output=True
    )
    bill = json.loads(file.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert {one["name"].lower().replace("_", "-"): one["version"] for one in bill["components"]} == PINNED
    assert all(
        one["hashes"] if "hashes" in one else one["externalReferences"][0]["hashes"] for one in bill["components"]
    )


def test_the_page_of_dependencies_says_how_soon():
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert "| critical, high" in page and "7 days" in page and "portal.embedded.audit" in page
