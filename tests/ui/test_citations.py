"""Sources are read in the reader's language: no English names of laws and courts on a German page."""

import re
import tomllib
from pathlib import Path

import pytest

from contacts.policy import RULE_SET_1
from portal.ui.citations import citation_in

CONTENT = Path(__file__).parents[2] / "training" / "content"
OF_RULES = {one.citation for one in (*RULE_SET_1.rules, *RULE_SET_1.obligations)}
OF_QUESTIONS = {
    one["source"]
    for path in CONTENT.glob("*/questions/*.toml")
    for one in tomllib.loads(path.read_text("utf-8"))["question"]
}
ENGLISH = re.compile(r"\b(GDPR|CJEU|rec|Dir|no|hours|house|rule|last|sentence|disputed|silent|contra)\b")


@pytest.mark.parametrize("citation", sorted(OF_RULES | OF_QUESTIONS))
def test_a_german_reader_reads_no_english_and_nothing_else_has_changed(citation):
    german = citation_in("de", citation)
    assert not ENGLISH.search(german)
    assert re.findall(r"\d+", german) == re.findall(r"\d+", citation)
    assert citation_in("en", citation) == citation


@pytest.mark.parametrize(
    ("citation", "german"),
    [
        ("GDPR Art. 6(1)(f), rec. 47; CJEU C-654/23", "DSGVO Art. 6(1)(f), ErwGr. 47; EuGH C-654/23"),
        (
            "UWG §7(1); CCV/DDV Branchenkodex (no statutory hours)",
            "UWG §7(1); CCV/DDV Branchenkodex (keine gesetzlichen Zeiten)",
        ),
        ("", ""),
    ],
)
def test_how_it_reads(citation, german):
    assert citation_in("de-AT", citation) == german
