"""`manage.py decide`, as a program: its output, its errors and its exit codes. No database is needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.policy.draw import inputs

ROOT = Path(__file__).resolve().parents[2]


def decide(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "DEBUG": "1"}
    command = [sys.executable, "manage.py", "decide", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, input=given, capture_output=True, check=False)


def test_a_file_is_answered_in_its_order(tmp_path):
    path = tmp_path / "fragen.json"
    entries = [
        {"id": 2, "inputs": inputs(purpose="debt_collection", channel="sms")},
        {"id": "eins", "inputs": inputs()},
    ]
    path.write_text("\ufeff" + json.dumps(entries), encoding="utf-8")
    done = decide(str(path))
    answers = json.loads(done.stdout)
    assert done.returncode == 0
    assert [(answer["id"], answer["outcome"]) for answer in answers] == [
        (2, "needs_manager_approval"),
        ("eins", "allowed"),
    ]


def test_standard_input_is_read_for_a_dash():
    done = decide("-", given=json.dumps([{"id": 1, "inputs": inputs(purpose="private")}]).encode())
    assert json.loads(done.stdout)[0]["outcome"] == "forbidden"


def test_wrong_input_is_one_sentence_and_exit_code_2_and_no_half_answer():
    entries = [{"id": 1, "inputs": inputs()}, {"id": 2, "inputs": {"purpose": "fun"}}]
    done = decide("-", given=json.dumps(entries).encode())
    assert done.returncode == 2
    assert done.stdout == b""
    assert "Entry 2 (id 2): “purpose” must be one of" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_file_that_is_not_there_is_exit_code_2(tmp_path):
    done = decide(str(tmp_path / "fehlt.json"))
    assert done.returncode == 2
    assert "cannot be read" in done.stderr.decode()


def test_bytes_that_are_no_text_are_exit_code_2():
    done = decide("-", given=b"\xff\xfe\x00[]")
    assert done.returncode == 2
    assert "cannot be read as UTF-8" in done.stderr.decode()


def test_nesting_without_end_is_exit_code_2_and_one_sentence():
    done = decide("-", given=b"[" * 200_000)
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1 and "nested too deeply" in done.stderr.decode()


def test_a_number_without_end_is_exit_code_2_and_one_sentence():
    done = decide("-", given=b'[{"id": 1, "inputs": {"months_since_last_transaction": ' + b"9" * 5000 + b"}}]")
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1 and "thousands of digits" in done.stderr.decode()


def test_missing_inputs_are_listed_and_never_help():
    done = decide("-", given=b'[{"id": 1, "inputs": {"purpose": "service", "channel": "email"}}]')
    (answer,) = json.loads(done.stdout)
    assert answer["outcome"] == "forbidden"
    assert "objection" in answer["missing"] and "platform" not in answer["missing"]
