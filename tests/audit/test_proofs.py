"""An export proves its entries: the file that ships with it checks them, and finds what was changed in it."""

import copy
import json
import subprocess
import sys

import pytest

from portal.audit import proofs, verifier
from portal.audit.models import AuditEntry, SignedHead
from portal.audit.proofs import bundle
from portal.audit.sealing import seal, seal_and_sign
from portal.audit.services import Job, entry, record, record_all
from portal.audit.signing import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(now, customer):
    about = {"at": now, "customer_id": customer.pk}
    used = (entry(Job("demo"), "permit.used", "permit", n, after={"use": n}, **about) for n in range(300))
    record_all(list(used))
    before, after = {"last_name": "Beispiel"}, {"last_name": "Müller", "state": "active"}
    record(Job("demo"), "customer.changed", "customer", customer.number, before=before, after=after, **about)
    seal_and_sign(at=now)
    return list(AuditEntry.objects.order_by("pk"))


def test_the_file_that_ships_with_an_export_finds_it_right(told, tmp_path):
    trail, heads = tmp_path / "trail.json", tmp_path / "heads"
    trail.write_text(proofs.as_text(bundle([told[0].pk, told[255].pk, told[-1].pk])), encoding="utf-8")
    heads.write_text(SignedHead.objects.last().plain().line(), encoding="utf-8")
    program = tmp_path / proofs.VERIFIER_NAME
    program.write_bytes(proofs.VERIFIER.read_bytes())
    run = subprocess.run(
        [sys.executable, "-I", program, trail, "--heads", heads], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "3 entries stand in the trail" in run.stdout and "1 heads that you hold are the same" in run.stdout


def test_private_values_are_commitments_and_opened_one_by_one(told):
    (entry,) = bundle([told[-1].pk])["entries"]
    assert "Müller" not in entry["data"] and "Beispiel" not in entry["data"]
    assert json.loads(entry["data"])["after"] == {"state": "active"}
    assert {(one["part"], one["field"], one["value"]) for one in entry["opened"]} == {
        ("before", "last_name", "Beispiel"),
        ("after", "last_name", "Müller"),
    }
    assert len({one["salt"] for one in entry["opened"]}) == 2


def test_what_the_reader_may_not_see_stays_closed(told):
    made = bundle([told[-1].pk], may_open=lambda entry: False)
    assert "Müller" not in proofs.as_text(made)
    assert [one["field"] for one in made["entries"][0]["closed"]] == ["last_name", "last_name"]
    assert verifier.verify(made)


def test_entries_after_the_newest_head_are_named(told, now):
    late = record(Job("demo"), "permit.used", "permit", "P-late", at=now, after={})
    assert bundle([told[0].pk, late.pk])["pending"] == [late.pk]
    with pytest.raises(verifier.CannotVerify, match="Entries without a proof"):
        verifier.verify(bundle([late.pk]))
    with pytest.raises(LookupError, match=f"no entry {late.pk + 1}"):
        bundle([late.pk + 1])


def test_before_anything_is_sealed_nothing_can_be_proven(now):
    with pytest.raises(proofs.NothingSealed, match="run_due"):
        bundle([])


def test_earlier_heads_come_with_their_proof(told, now):
    record(Job("demo"), "permit.used", "permit", "P-1", at=now, after={})
    seal_and_sign(at=now)
    made = bundle([told[7].pk], sizes=[301])
    assert [one["tree_size"] for one in made["heads"]] == [301]
    first = SignedHead.objects.get(tree_size=301).plain().line()
    assert "1 heads that you hold" in verifier.verify(made, [first])[-1]
    made["heads"][0]["consistency"][0] = "00" * 32
    with pytest.raises(verifier.Differs, match="does not continue"):
        verifier.verify(made)


def changed(made, how):
    entry = made["entries"][-1]
    if how == "data":
        entry["data"] = entry["data"].replace("active", "expired")
    elif how == "value":
        entry["opened"][0]["value"] = "Anders"
    elif how == "left out":
        entry["opened"].pop()
    elif how == "place":
        entry["leaf_index"] -= 1
    elif how == "proof":
        entry["proof"][0] = entry["proof"][1]
    elif how == "root":
        made["head"]["root"] = "11" * 32
    elif how == "size":
        made["head"]["tree_size"] += 1
    elif how == "signature":
        made["head"]["signature"] = "22" * 64
    return made


@pytest.mark.parametrize("how", ["data", "value", "left out", "place", "proof", "root", "size", "signature"])
def test_what_is_changed_in_an_export_is_found(told, how):
    made = bundle([told[3].pk, told[-1].pk])
    assert verifier.verify(copy.deepcopy(made))
    with pytest.raises(verifier.Differs):
        verifier.verify(changed(made, how))


def test_another_key_than_the_known_one_is_refused(told):
    with pytest.raises(verifier.Differs, match="another key"):
        verifier.verify(bundle([told[0].pk]), trusted_key=bytes(32))


def test_a_head_that_somebody_kept_tells_of_a_rewriting(told, now, settings):
    kept = SignedHead.objects.last().plain()
    other = sign(kept.tree_size, bytes(32), now).line()
    with pytest.raises(verifier.Differs, match="was rewritten"):
        verifier.verify(bundle([told[0].pk]), [other])
    with pytest.raises(verifier.CannotVerify, match="None of the heads"):
        verifier.verify(bundle([told[0].pk]), [sign(5, bytes(32), now).line()])


def test_a_bundle_takes_few_statements_however_many_entries(told, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        assert len(bundle([entry.pk for entry in told])["entries"]) == 301


def test_sealing_again_seals_nothing_twice(told, now):
    assert seal(at=now) == 0
