"""What the program in the pack accepts and refuses, run as somebody outside would run it."""

import json
import shutil
from datetime import timedelta

import pytest

from contacts.evidence.services import hand_out_customer
from portal.audit.models import SignedHead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def pack(cast, story, unpack, now):
    return unpack(hand_out_customer(cast.dora, customer=story.customer, at=now).content)


def test_the_program_in_the_pack_accepts_it(pack):
    code, said = pack.check()
    assert code == 0, said
    assert "entries stand in the trail as they are shown here" in said
    assert "wording werbung-phone-1-de is the text that was put on record." in said
    assert "1 submissions of requests are as they were handed in" in said


def test_it_refuses_after_one_byte_was_changed_in_any_file(pack, tmp_path):
    names = sorted(path.relative_to(pack.folder).as_posix() for path in pack.folder.rglob("*") if path.is_file())
    assert any(name.startswith("files/") for name in names)
    for name in names:
        path = pack.folder / name
        whole = path.read_bytes()
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        if not name.startswith("verify"):  # a changed program is compared by whoever runs it, with the one it knows
            code, said = pack.check()
            assert code in (1, 2) and "ok:" not in said, (name, said)
        path.write_bytes(whole)
    assert pack.check()[0] == 0


def test_it_refuses_a_file_too_few_or_too_many(pack):
    (pack.folder / "files" / "more.txt").write_text("more")
    assert pack.check() == (1, "DIFFERS: files/more.txt is not on the list.\n")
    (pack.folder / "files" / "more.txt").unlink()
    (pack.folder / "README.txt").unlink()
    assert pack.check() == (1, "DIFFERS: README.txt is missing.\n")


def forged(pack, name, change):
    """The file changed, and the list with it: what somebody does who knows of the list."""
    import hashlib

    said = pack.read(name)
    change(said)
    content = json.dumps(said, ensure_ascii=False).encode()
    (pack.folder / name).write_bytes(content)
    listed = pack.read("manifest.json")
    listed["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    (pack.folder / "manifest.json").write_text(json.dumps(listed))
    return pack.check()


def entry_of(said, verb):
    return next(one for one in said["trail"] if one["verb"] == verb)


FORGERIES = {
    "another time": ("evidence.json", lambda s: entry_of(s, "consent.given").update(at="2020-01-01T00:00:00+00:00")),
    "another verb": ("evidence.json", lambda s: entry_of(s, "consent.withdrawn").update(verb="consent.renewed")),
    "another value": ("evidence.json", lambda s: entry_of(s, "permit.used")["after"].update(permit="P-1")),
    "an entry less": ("evidence.json", lambda s: s["trail"].remove(entry_of(s, "consent.withdrawn"))),
    "another wording": ("evidence.json", lambda s: s["wordings"][0].update(body="Ja, immer.")),
    "another wording said to be changed": (
        "evidence.json",
        lambda s: s["wordings"][0].update(body="Ja, immer.", sha256="0" * 64, intact=False),
    ),
    "another text of the request": (
        "evidence.json",
        lambda s: s["requests"][0]["submissions"][0]["content"]["asked"].update(draft_text="Hallo"),
    ),
    "another proof": ("trail.json", lambda s: s["entries"][0].update(proof=s["entries"][1]["proof"])),
    "an entry less with its proof": ("trail.json", lambda s: s["entries"].pop()),
    "another head": ("trail.json", lambda s: s["head"].update(root="00" * 32)),
}


def test_it_refuses_what_was_changed_together_with_the_list(pack, tmp_path):
    """One pack for all of them: each is made of a fresh copy."""
    whole = tmp_path / "whole"
    shutil.copytree(pack.folder, whole)
    for what, (name, change) in FORGERIES.items():
        shutil.rmtree(pack.folder)
        shutil.copytree(whole, pack.folder)
        code, said = forged(pack, name, change)
        assert code == 1 and said.startswith("DIFFERS: "), (what, said)


def test_a_head_that_somebody_keeps_and_a_key_that_somebody_knows_are_compared(pack, tmp_path):
    head = SignedHead.objects.last().plain()
    kept = tmp_path / "heads.jsonl"
    kept.write_text(head.line() + "\n")
    code, said = pack.check("--heads", str(kept), "--key", head.key.hex())
    assert code == 0 and "1 heads that you hold are the same" in said and "note" not in said
    code, said = pack.check("--key", "11" * 32)
    assert code == 1 and "another key" in said
    assert pack.check("--heads", str(tmp_path / "nothing"))[0] == 2
