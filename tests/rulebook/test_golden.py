"""Golden cases hold before a release, at the command line and in the page."""

import io
import json
import sys

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from contacts.policy.golden import shipped_cases
from contacts.rulebook.checking import differing, replaced
from contacts.rulebook.services import draft_rule_set, expect_answer, fingerprint_of, release_rule_set, save_cases
from portal.audit.models import AuditEntry
from tests.requests.scenes import as_
from tests.rulebook.sets import STRICTER, drafted, released

pytestmark = pytest.mark.django_db
ROBINSON = "bought letter address on the Robinson list"
MILDER_LIST = {"outcomes": {"LET-04": "needs_dpo_approval"}}
WORDS = {"effective_from": None, "reason": "So we decided.", "laxer_reason": "We asked the authority."}


def chat_case(outcome):
    inputs = dict(shipped_cases()[0].inputs) | {
        "purpose": "service",
        "sending_account": "company_account_verified",
    }
    return {"id": "service over WhatsApp", "inputs": inputs, "outcome": outcome, "deciding_rules": ["SRV-03"]}


def check(*args, capsys):
    try:
        call_command("policy", "check", *args)
        code = 0
    except SystemExit as end:
        code = end.code
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_release_is_refused_while_a_case_differs_and_names_it(cast, now):
    version = drafted(cast, now, MILDER_LIST)
    with pytest.raises(ValidationError, match=ROBINSON):
        release_rule_set(cast.dora, version=version, at=now, **WORDS)
    version = expect_answer(cast.adam, version=version, case=ROBINSON, at=now)
    assert release_rule_set(cast.dora, version=version, at=now, **WORDS).state == "released"


def test_the_releasing_officer_is_told_which_shipped_cases_are_replaced_and_so_is_the_trail(cast, now):
    version = drafted(cast, now, MILDER_LIST)
    version = expect_answer(cast.adam, version=version, case=ROBINSON, at=now)
    page = as_(cast.dora).get(f"/rules/versions/{version.number}/release/").content.decode()
    listed = page.split("Shipped cases that this version replaces")[-1]
    assert ROBINSON in listed and "Milder than shipped" in listed
    release_rule_set(cast.dora, version=version, at=now, **WORDS)
    entry = AuditEntry.objects.get(verb="rules.released")
    assert entry.after["replaced"] == [f"{ROBINSON}: forbidden -> needs_dpo_approval"]
    assert ROBINSON in as_(cast.rita).get(f"/rules/versions/{version.number}/").content.decode()


def test_another_question_under_the_name_of_a_shipped_case_hides_no_milder_answer(cast, now):
    """The draft answers its own case as expected, and the shipped one milder."""
    version = drafted(cast, now, MILDER_LIST)
    document = json.dumps([chat_case("needs_dpo_approval") | {"id": ROBINSON}])
    version = save_cases(cast.adam, version=version, document=document, at=now)
    assert differing(version) == []
    with pytest.raises(ValidationError, match=f"milder than the shipped default: LET-04, {ROBINSON}"):
        release_rule_set(cast.dora, version=version, at=now, **WORDS | {"laxer_reason": ""})


def test_a_case_that_is_kept_as_shipped_is_not_told_as_replaced(cast, now):
    shipped = shipped_cases()[0].to_json()
    version = save_cases(cast.adam, version=drafted(cast, now), document=json.dumps([shipped]), at=now)
    assert version.cases and replaced(version) == []
    page = as_(cast.dora).get(f"/rules/versions/{version.number}/release/").content.decode()
    assert "Shipped cases that this version replaces" not in page


def test_the_cases_of_a_version_are_those_of_the_next_draft_too(cast, now):
    released(cast, now, MILDER_LIST, laxer_reason="We asked.", meant=(ROBINSON,))
    assert [case["id"] for case in draft_rule_set(cast.adam, at=now).cases] == [ROBINSON]


def test_own_cases_hold_too(cast, now):
    version = drafted(cast, now, STRICTER)
    document = json.dumps([chat_case("needs_dpo_approval")])
    version = save_cases(cast.adam, version=version, document=document, at=now)
    with pytest.raises(ValidationError, match="service over WhatsApp"):
        release_rule_set(cast.dora, version=version, at=now, **WORDS)


def test_only_what_differs_can_be_expected_another_way(cast, now):
    version = drafted(cast, now, MILDER_LIST)
    for case in ("newsletter before the opt-in click", "no such case"):
        with pytest.raises(ValidationError, match="answered as expected"):
            expect_answer(cast.adam, version=version, case=case, at=now)


def test_a_list_that_cannot_be_read_is_refused_and_the_old_one_stays(cast, now):
    version = save_cases(cast.adam, version=drafted(cast, now), document=json.dumps([chat_case("forbidden")]), at=now)
    with pytest.raises(ValidationError, match="not a rule"):
        wrong = [chat_case("forbidden") | {"deciding_rules": ["SRV-99"]}]
        save_cases(cast.adam, version=version, document=json.dumps(wrong), at=now)
    version.refresh_from_db()
    assert len(version.cases) == 1


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ('{"requester_department": "\\u0000"}', "a character in it that no text can have"),
        ('{"requester_department": "\\ud800"}', "a character in it that no text can have"),
        ('{"months_since_last_transaction": ' + "9" * 5000 + "}", "thousands of digits"),
        ('{"quiet_hours": ' + "[" * 300 + "]" * 300 + "}", "nested too deeply"),
        ("[" * 100_000, "nested too deeply"),
        ('{"purpose": "service", "purpose": "marketing"}', "is there twice in one object"),
    ],
)
def test_what_no_case_can_say_is_refused_with_a_sentence(cast, now, inputs, words):
    version = drafted(cast, now)
    document = f'[{{"id": "ours", "inputs": {inputs}, "outcome": "forbidden"}}]'
    sent = {"document": document, "seen": fingerprint_of(version, "cases")}
    page = as_(cast.adam).post(f"/rules/versions/{version.number}/cases/", sent)
    assert page.status_code == 200 and words in page.content.decode()
    version.refresh_from_db()
    assert version.cases == []


# --- manage.py policy check


def test_the_command_checks_the_shipped_cases(capsys):
    code, out, _err = check(capsys=capsys)
    assert (code, out) == (0, f"Rule set 1: {len(shipped_cases())} cases, 0 differ.\n")


def test_the_command_checks_a_file_against_the_rule_set_in_force_or_a_draft(cast, now, tmp_path, capsys):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([chat_case("needs_dpo_approval")]), encoding="utf-8")
    version = drafted(cast, now, STRICTER)
    assert check(str(file), capsys=capsys)[0] == 0
    code, out, _err = check(str(file), "--draft", str(version.number), capsys=capsys)
    assert code == 1
    assert out.startswith("service over WhatsApp: expected needs_dpo_approval (SRV-03), answered forbidden (SRV-03)\n")


def test_the_command_reads_standard_input(monkeypatch, capsys):
    document = io.TextIOWrapper(io.BytesIO(json.dumps([chat_case("forbidden")]).encode()))
    monkeypatch.setattr(sys, "stdin", document)
    assert check("-", capsys=capsys)[0] == 1


@pytest.mark.parametrize(
    ("args", "words"),
    [(("no-such-file.json",), "cannot be read"), (("--draft", "99"), "no draft and no version 99")],
)
def test_what_cannot_be_read_ends_with_code_2_and_a_sentence(args, words, capsys):
    code, _out, err = check(*args, capsys=capsys)
    assert code == 2 and words in err


def test_a_file_that_is_no_list_of_cases_ends_with_code_2(tmp_path, capsys):
    file = tmp_path / "cases.json"
    file.write_text('[{"id": "a"}]', encoding="utf-8")
    code, _out, err = check(str(file), capsys=capsys)
    assert code == 2 and "must be an object" in err
