"""What is exported comes back equal, over both formats; what cannot be carried is told."""

import random
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

import training
from tests.training.interchange.generate import BANKS, QUESTIONS
from tests.training.questions import make
from training.interchange import export_gift, export_moodle_xml, parse_gift, parse_moodle_xml
from training.questions import Case, from_json

FORMATS = [(export_gift, parse_gift), (export_moodle_xml, parse_moodle_xml)]
CALM = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("export", "parse"), FORMATS)
def test_a_bank_comes_back_equal(export, parse):
    @CALM
    @given(BANKS)
    def round_trip(bank):
        sent = export(bank)
        kept = [q for q in bank if q.key not in {left.key for left in sent.left_out if left.trouble.lost}]
        report = parse(sent.content, language="en", category="x")
        assert list(report.questions) == kept
        assert [str(problem) for problem in report.problems if kept] == []
        assert export(report.questions).content == export(kept).content

    round_trip()


@pytest.mark.parametrize(("export", "parse"), FORMATS)
def test_ordinary_questions_of_every_kind_come_back_equal(export, parse):
    chance = random.Random(11)
    kinds = [kind for kind in make.KINDS if kind != "case"]
    bank = [from_json(make.question(chance, kind, n)) for n, kind in enumerate(kinds * 40)]
    report = parse(export(bank).content)
    assert list(report.questions) == bank and report.problems == ()


@pytest.mark.parametrize(("export", "parse"), FORMATS)
def test_the_shipped_courses_come_back_equal(export, parse):
    files = sorted((Path(training.__file__).parent / "content").glob("*/questions/*.toml"))
    bank = [from_json(row) for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["question"]]
    plain = [q for q in bank if not isinstance(q, Case)]
    sent = export(bank)
    assert len(plain) > 50 and len(sent.left_out) == len(bank) - len(plain)
    assert list(parse(sent.content).questions) == plain


@pytest.mark.parametrize(("export", "parse"), FORMATS)
def test_a_case_is_told_on_export_and_lost_on_import(export, parse):
    chance = random.Random(12)
    bank = [from_json(make.question(chance, kind, n)) for n, kind in enumerate(("case", "single", "case"))]
    sent = export(bank)
    assert [left.key for left in sent.left_out] == ["q-0", "q-2"]
    assert {left.trouble.code for left in sent.left_out} == {"case-left-out"}
    assert list(parse(sent.content).questions) == [bank[1]]
    assert not any(isinstance(q, Case) for q in parse(sent.content).questions)


def test_gift_tells_an_accepted_answer_that_it_would_take_for_a_pair():
    q = from_json(make.question(random.Random(1), "short_text") | {"accepted": {"de": ["a -> b"], "en": []}})
    assert [(left.key, left.trouble.code) for left in export_gift([q]).left_out] == [("q-0", "arrow-left-out")]
    assert parse_moodle_xml(export_moodle_xml([q]).content).questions == (q,)


@pytest.mark.parametrize(("export", "parse"), FORMATS)
def test_shares_that_moodle_does_not_know_are_told(export, parse):
    q = from_json(make.question(random.Random(1), "multiple") | make.options(random.Random(1), 11, 3))
    assert [left.trouble.code for left in export([q]).left_out] == ["rare-fraction"]
    assert parse(export([q]).content).questions == (q,)


def test_gift_looks_as_moodle_writes_it():
    q = from_json({
        "key": "deadline", "category": "incidents", "kind": "numerical", "source": "GDPR Art. 33",
        "text": {"de": "Wie viele Stunden?", "en": "How many hours?"}, "explanation": {"de": "72.", "en": "72."},
        "right": 72, "tolerance": 0, "unit": {"de": "Stunden", "en": "hours"},
    })  # fmt: skip
    assert export_gift([q]).content.decode() == (
        "// Kontaktklar, GIFT\n\n$CATEGORY: incidents\n\n"
        "// [id:deadline] [tag:unit-de:Stunden] [tag:unit-en:hours]\n"
        '::deadline::[html]<span lang\\="de" class\\="multilang">Wie viele Stunden?</span>'
        '<span lang\\="en" class\\="multilang">How many hours?</span>{#\n'
        "\t=%100%72:0\n"
        '\t####<span lang\\="de" class\\="multilang">72.</span><span lang\\="en" class\\="multilang">72.</span>'
        '<p class\\="source">GDPR Art. 33</p>\n}\n'
    )


def test_xml_has_the_parts_that_moodle_asks_for():
    chance = random.Random(3)
    bank = [from_json(make.question(chance, kind, n)) for n, kind in enumerate(make.KINDS)]
    quiz = ElementTree.fromstring(export_moodle_xml(bank).content)
    questions = [q for q in quiz if q.get("type") != "category"]
    assert [q.get("type") for q in questions] == [
        "multichoice", "multichoice", "truefalse", "matching", "ordering", "numerical", "shortanswer", "description",
    ]  # fmt: skip
    for element, q in zip(questions, bank, strict=True):
        assert element.findtext("name/text") == element.findtext("idnumber") == q.key
        assert element.find("questiontext").get("format") == "html"
        assert "UWG §7" in element.findtext("generalfeedback/text")
    assert [q.findtext("single") for q in questions[:2]] == ["true", "false"]
    fractions = [float(answer.get("fraction")) for answer in questions[1].findall("answer")]
    assert abs(sum(share for share in fractions if share > 0) - 100) < 0.001
    assert [float(answer.get("fraction")) for answer in questions[4].findall("answer")] == [
        float(place) for place in range(1, len(bank[4].items) + 1)
    ]


@CALM
@given(QUESTIONS)
def test_words_of_a_question_never_become_markup_elsewhere(question):
    quiz = ElementTree.fromstring(export_moodle_xml([question]).content)
    ours = re.compile(r'<br>|</?span( lang="(de|en)" class="multilang")?>|</?p( class="source")?>')
    for element in quiz.iter():
        if element.get("format") == "html":
            assert "<" not in ours.sub("", element.findtext("text") or "")
