"""Hostile and broken files: every problem with its line and its sentence, nothing raised, nothing taken by mistake.

Beside each file of the corpus stands what must come out of it: the keys of the questions taken, then the problems.
"""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.interchange.generate import RAW
from training.interchange import parse_gift, parse_moodle_xml
from training.questions import from_json, to_json

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(path for path in CORPUS.iterdir() if path.suffix in (".gift", ".xml"))
PARSERS = {".gift": parse_gift, ".xml": parse_moodle_xml}


def told(report):
    """A report as the expected file writes it."""
    keys = ", ".join(f"{q.key} ({q.kind})" for q in report.questions) or "none"
    return "\n".join([f"questions: {keys}", *(f"{p} [{'lost' if p.lost else 'taken'}]" for p in report.problems), ""])


def test_the_corpus_is_large_enough():
    assert len(FILES) >= 25


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_gives_exactly_the_problems_that_stand_beside_it(path):
    report = PARSERS[path.suffix](path.read_bytes())
    assert told(report) == path.with_name(f"{path.name}.expected").read_text(encoding="utf-8")
    assert [p.line for p in report.problems] == sorted(p.line for p in report.problems)
    for q in report.questions:
        assert from_json(to_json(q)) == q


def test_what_a_good_file_says_is_what_is_taken():
    xml = {q.key: to_json(q) for q in parse_moodle_xml((CORPUS / "good.xml").read_bytes()).questions}
    gift = {q.key: to_json(q) for q in parse_gift((CORPUS / "good.gift").read_bytes()).questions}
    assert [item["text"]["de"] for item in xml["order"]["items"]] == ["first", "second", "third"]  # 2, 1, 3 in the file
    assert [item["text"]["de"] for item in gift["order"]["items"]] == ["Ask", "Decide", "Contact"]
    assert xml["one"]["category"] == "vorfaelle" and gift["tomb"]["category"] == "kontakt-und-datenschutz"
    assert [(p["left"]["de"], p["right"]["de"]) for p in xml["pairs"]["pairs"]] == [("l1", "r1"), ("l2", "r2")]
    assert [d["text"]["de"] for d in xml["pairs"]["distractors"]] == ["r3"]
    assert [d["text"]["de"] for d in gift["match"]["distractors"]] == ["Art. 99"]
    assert xml["statement"]["right"] is False
    assert (xml["number"]["right"], xml["number"]["tolerance"], xml["number"]["unit"]["de"]) == (72, 0.5, "Stunden")
    assert (gift["range"]["right"], gift["range"]["tolerance"]) == (72, 2)
    assert [option["right"] for option in xml["several"]["options"]] == [True, True, False, False]
    assert [option["right"] for option in gift["tomb"]["options"]] == [True, False, False]
    assert gift["two-plus-equals-four"]["text"]["de"] == "Two plus _____ equals four."
    assert gift["the-objection-to-advertising-has-no-expiry"]["explanation"]["de"] == "See Art. 21 (2): absolute."


def test_what_looks_like_a_program_never_gets_into_a_text():
    for name in ("markup.gift", "markup.xml", "left-out-parts.xml"):
        report = PARSERS[Path(name).suffix]((CORPUS / name).read_bytes())
        for q in report.questions:
            if q.key not in ("1-2-b-so-b", "is-this-kept"):  # not HTML: “<b>” is three signs and is shown as such
                assert not set("<>{}*") & set(str(to_json(q)["text"])[1:-1]), q
            assert "alert" not in str(to_json(q)) and "javascript" not in str(to_json(q))


def test_languages_are_taken_apart():
    ja, nein = parse_gift((CORPUS / "languages.gift").read_bytes()).questions
    assert (ja.text.de, ja.text.en, nein.text.de, nein.text.en) == ("Ja?", "Yes?", "Nein?", "No?")


def test_text_without_language_marks_is_in_the_language_the_importer_names():
    for language in ("de", "en"):
        (q,) = parse_gift("Really? {=yes ~no}", language=language, category="c").questions
        assert getattr(q.text, language) == "Really?" and q.text.missing() and q.category == "c"


def test_no_file_is_opened_and_no_address_is_asked(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError(f"opened {args}")

    monkeypatch.setattr("socket.create_connection", never)
    monkeypatch.setattr("urllib.request.urlopen", never)
    for name in ("external-entity.xml", "external-dtd.xml", "parameter-entity.xml", "entity-bomb.xml"):
        report = parse_moodle_xml((CORPUS / name).read_bytes())
        assert report.questions == () and [p.trouble.code for p in report.problems] == ["unsafe-xml"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(RAW, st.binary(max_size=60)), st.integers(0, 2**32))
def test_nothing_raises_whatever_is_put_into_a_good_file(junk, place):
    junk = junk if isinstance(junk, bytes) else junk.encode()
    for path in (CORPUS / "good.gift", CORPUS / "good.xml", CORPUS / "left-out-parts.xml"):
        good = path.read_bytes()
        cut = place % (len(good) + 1)
        for broken in (
            good[:cut] + junk + good[cut:],
            good[:cut] + junk,
            junk + good[cut:],
            good[:cut] + good[cut + 1 :],
        ):
            report = PARSERS[path.suffix](broken)
            last = broken.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
            assert all(1 <= p.line <= last and p.found and p.todo for p in report.problems)
            assert report.questions or report.problems


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(RAW, st.sampled_from(["{", "}", "=", "~", "\n", "\n\n", "::", "#", "->", "%", ">2\n"])), max_size=25
    )
)
def test_nothing_raises_on_heaps_of_signs(heap):
    parse_gift("".join(heap))
    parse_moodle_xml("".join(heap).encode())


HEAPS = [
    "{", "}", "=", "~", "#", "####", "::", "\\", "{=a ~b}", "<", "<!--", "<a", "<a '", '<a "', "<a \"'", "&", "&lt;",
    "<b>", "<span lang=de class=multilang>", "</span>", "{mlang de}", " ", "\t", "//", "[tag:", "->", "%", "%1",
    "$CATEGORY:", "$CATEGORY: a\n", "//\n\n", "\n", "a\n\n", "{\n\n", "\u2028", "<p class=source>", "<script>",
    "[html]",
]  # fmt: skip


@pytest.mark.parametrize("heap", HEAPS)
def test_four_megabytes_of_one_sign_take_seconds_at_most(heap):
    before = time.process_time()
    long = heap * (4_000_000 // len(heap.encode()))
    report = parse_gift(long)
    assert report.questions or report.problems
    assert time.process_time() - before < 8


@pytest.mark.parametrize("heap", HEAPS)
def test_many_texts_of_one_sign_take_seconds_at_most(heap):
    """Each just short enough to be read as HTML."""
    before = time.process_time()
    words = (heap * 19_000)[:19_000].replace("&", "&amp;").replace("<", "&lt;").replace("\u2028", " ")
    question = f'<question type="truefalse"><questiontext><text>{words}</text></questiontext></question>\n'
    report = parse_moodle_xml(f"<quiz>{question * 40}</quiz>".encode())
    assert len(report.problems) >= 40 and not report.questions
    assert time.process_time() - before < 8


def test_a_line_of_ten_megabytes_is_refused_at_once():
    for parse, content in ((parse_gift, b"x" * 10_000_000), (parse_moodle_xml, b"<quiz>" + b"x" * 10_000_000)):
        report = parse(content)
        assert [(p.line, p.trouble.code) for p in report.problems] == [(1, "too-large")]
    report = parse_gift("Fine? {T}\n\n" + "x" * 60_000 + " {T}\n\nFine? {F}\n")
    assert [(p.line, p.trouble.code) for p in report.problems] == [(3, "long-line")] and len(report.questions) == 2


def test_the_number_of_questions_and_problems_has_an_end():
    many = parse_gift("Really? {T}\n\n" * 1500)
    assert len(many.questions) == 1000 and [p.trouble.code for p in many.problems] == ["too-many-questions"]
    wrong = parse_gift("Really? {\n\n" * 1500)
    assert len(wrong.problems) == 301 and wrong.problems[-1].trouble.code == "too-many"
