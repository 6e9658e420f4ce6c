"""The courses that ship: whole, bilingual, answerable, cited only from what the law file holds, and fair."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from training.questions import Case, Question, case_verdict, draw, from_json, missing_translations, right_answer, score

CONTENT = Path(__file__).parents[2] / "training" / "content"
LANGUAGES = ("de", "en")
COURSES = {"basic": 8, "messenger": 4, "approver": 4}  # course: lessons
LONGEST_SENTENCE = 20  # words
FEWEST_WORDS, MOST_WORDS = 180, 300  # of a lesson

# What may stand in `source`, between semicolons. The list was read from the project's law file; whoever adds to it
# looks the provision or ruling up first.
_CITATIONS = """
AG München 161 C 12736/22; BAG 1 ABR 31/19; BAG 8 AZR 117/24; BGB §§106 ff.; BGH I ZR 164/09; BGH III ZR 196/17;
BGH VI ZR 225/17; BGH VI ZR 721/15; BVerwG 6 C 3.23; BetrVG §87(1) Nr. 6;
CCV/DDV Branchenkodex (no statutory hours); CJEU C-102/20; CJEU C-654/23; CJEU C-673/17; DSK Entschließung 3.4.2019;
GDPR Art. 12(6); GDPR Art. 14; GDPR Art. 14(2)(f), (3); GDPR Art. 15; GDPR Art. 18(2), 6(1)(b),(f), 17(3)(e);
GDPR Art. 18, 21(1); GDPR Art. 21(2)-(3); GDPR Art. 24, 26, 28; GDPR Art. 26, 28, 32, 35, 44 ff.;
GDPR Art. 28, 35, 44 ff.; GDPR Art. 29; GDPR Art. 32(4); GDPR Art. 32(4), 39(1)(b); GDPR Art. 32(4), 39(1)(b), 24;
GDPR Art. 32, 5(2); GDPR Art. 33; GDPR Art. 4(11); GDPR Art. 5(1)(a), 5(2), 6(1), 25;
GDPR Art. 5(1)(a),(b), 6(1), 14; GDPR Art. 5(1)(c); GDPR Art. 5(1)(c), 6(1)(b),(f); GDPR Art. 5(1)(c),(f), 32;
GDPR Art. 5(1)(d), 14; GDPR Art. 5(1)(d),(f), 32, 33; GDPR Art. 5(1)(f), 6, 29, 32(4); GDPR Art. 5(2);
GDPR Art. 6(1)(a), 7; GDPR Art. 6(1)(a),(b), 7; GDPR Art. 6(1)(b),(c),(f); GDPR Art. 6(1)(b),(f);
GDPR Art. 6(1)(c), 18(2), 34; GDPR Art. 6(1)(c),(d); GDPR Art. 6(1)(d); GDPR Art. 6(1)(f), 14;
GDPR Art. 6(1)(f), 5(1)(c),(f); GDPR Art. 6(1)(f), rec. 47; GDPR Art. 6(1), 25, 44 ff.; GDPR Art. 7(1), 5(2);
GDPR Art. 7(3); GDPR Art. 8; GDPR Art. 9(2)(a), 32; GDPR Art. 9, 32; GDPR rec. 38; GPSR (EU) 2023/988 Art. 35;
GPSR Art. 35; HmbBfDI; LAG Düsseldorf 12 Sa 1007/23; LDI NRW FAQ Inkasso; LG Baden-Baden 3 S 13/23;
LG München I 17 HK O 138/10; LfD Niedersachsen Merkblatt WhatsApp; LfD Niedersachsen WhatsApp; OLG Hamm 18 U 154/22;
OLG Nürnberg 3 U 724/18; OLG Nürnberg 3 U 965/23; OLG Schleswig 6 U 25/23; OLG Stuttgart 2 U 63/22;
RL 2006/114/EG Art. 2 lit. a; StGB §201; ULD TB 2021 Tz. 5.10; UWG §20; UWG §4a; UWG §7(1); UWG §7(1) S. 2;
UWG §7(2); UWG §7(2) Nr. 1; UWG §7(2) Nr. 1 Alt. 2; UWG §7(2) Nr. 1, §7a, §20; UWG §7(2) Nr. 2;
UWG §7(2) Nr. 2, §7(3) Nr. 1-4; UWG §7(3); UWG §7a; ePrivacy Dir. Art. 13(2); ePrivacy Dir. Art. 13(2), rec. 40-41
"""
CITATIONS = {citation.strip() for citation in _CITATIONS.replace("\n", " ").split("; ")}
RULING = re.compile(r"\b(?:BGH|OLG|LG|AG|KG|BAG|LAG|BVerwG|CJEU) [^;,()\n]*?\d+[/.]\d+")
RULINGS = {citation for citation in CITATIONS if RULING.fullmatch(citation)} | {"BGH VI ZR 134/15"}
# Articles of the GDPR and sections of the UWG that lessons and explanations may name.
ARTICLES = {"5", "6", "7", "8", "9", "14", "21", "22", "28", "29", "32", "33", "34", "44"}
SECTIONS = {"7", "20"}

# What a reader of the story expects. A rule that changes its mind shows here: then the explanation needs new words.
EXPECTED = {
    "allowed": "appointment-by-email existing-customer-mail instagram-reply letter-to-customer newsletter-with-consent "
    "reminder-by-letter",
    "needs_manager_approval": "fire-warning-by-messenger number-from-neighbour presumed-consent-documented "
    "recall-to-blocked reminder-by-sms reply-with-expired-training survey-with-all-conditions untrained-call",
    "needs_dpo_approval": "bought-addresses letter-to-blocked-debtor medical-report-by-email reminder-to-minor "
    "signal-under-review stale-newsletter whatsapp-without-agreement",
    "forbidden": "blocked-service-mail call-on-sunday call-without-consent consent-without-proof directory-call "
    "greeting-after-withdrawal letter-after-objection overpayment-instagram private-date reminder-by-whatsapp "
    "shared-phone-address-book survey-without-notice telegram-not-approved uncertain-address "
    "voucher-with-confirmation whatsapp-diagnosis winback-call",
}


def course(slug: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / slug / "course.toml").read_text(encoding="utf-8"))


def raw(slug: str) -> list[dict[str, Any]]:
    files = sorted((CONTENT / slug / "questions").glob("*.toml"))
    return [entry for file in files for entry in tomllib.loads(file.read_text(encoding="utf-8"))["question"]]


def bank(slug: str) -> list[Question]:
    return [from_json(entry) for entry in raw(slug)]


def by_category(slug: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for question in bank(slug):
        found.setdefault(question.category, []).append(question.key)
    return found


def lesson(slug: str, name: str, language: str) -> str:
    return (CONTENT / slug / "lessons" / f"{name}.{language}.md").read_text(encoding="utf-8")


QUESTIONS = [(slug, question) for slug in COURSES for question in bank(slug)]
CASES = [question for _, question in QUESTIONS if isinstance(question, Case)]
LESSONS = [
    (slug, entry["slug"], language) for slug in COURSES for entry in course(slug)["lesson"] for language in LANGUAGES
]
each_question = pytest.mark.parametrize("question", [pytest.param(one, id=one.key) for _, one in QUESTIONS])
each_case = pytest.mark.parametrize("case", [pytest.param(one, id=one.key) for one in CASES])
each_lesson = pytest.mark.parametrize(("slug", "name", "language"), LESSONS)
each_course = pytest.mark.parametrize("slug", COURSES)


def sentences(text: str) -> list[str]:
    """Sentences, list items and headings; an abbreviation before a number ends none."""
    joined = re.sub(r"\b(Art|Abs|Nr)\. (?=\d)", r"\1 ", text)
    return [part for part in re.split(r"(?<=[.!?])[“”\"*)]*\s+|\n\s*\n|\n(?:-|\d\.) ", joined) if part.strip()]


def words(text: str) -> int:
    return len(re.findall(r"[\w'’-]+", text))


def prose(language: str) -> dict[str, str]:
    """Every text a learner reads in this language, by where it stands."""
    found = {f"{slug}/{name}": lesson(slug, name, language) for slug, name, of in LESSONS if of == language}
    for _, question in QUESTIONS:
        texts = [("text", question.text), ("explanation", question.explanation), *question.texts()]
        found |= {f"{question.key}.{field}": getattr(text, language) for field, text in texts}
    for slug in COURSES:
        values = course(slug)
        for entry in [values, *values["lesson"]]:
            found |= {
                f"{slug}.{entry['slug']}.{field}": entry[field][language]
                for field in ("title", "summary")
                if field in entry
            }
    return found


@each_course
def test_the_course_says_what_it_is(slug):
    values = course(slug)
    assert (values["slug"], values["kind"]) == (slug, slug)
    assert values["pass_mark"] == 80
    assert values["validity_months"] == 12
    assert 10 <= values["minutes"] <= 20
    for entry in [values, *values["lesson"]]:
        assert entry["title"]["de"] != entry["title"]["en"]


@each_course
def test_the_lesson_files_are_those_of_the_course(slug):
    entries = course(slug)["lesson"]
    assert len(entries) == COURSES[slug]
    files = {file.name for file in (CONTENT / slug / "lessons").iterdir()}
    assert files == {f"{entry['slug']}.{language}.md" for entry in entries for language in LANGUAGES}
    assert 0 < sum(entry["refresher"] for entry in entries) < len(entries)


@each_lesson
def test_a_lesson_is_short_has_its_parts_and_one_takeaway(slug, name, language):
    text = lesson(slug, name, language)
    assert FEWEST_WORDS <= words(text) <= MOST_WORDS
    assert text.count("\n## ") + text.startswith("## ") == 4
    assert text.count({"de": "> **Merksatz:**", "en": "> **Takeaway:**"}[language]) == 1
    assert text.rstrip().splitlines()[-1].startswith("> ")
    assert "<" not in text


def test_accounting_is_spoken_to():
    for language, word in (("de", "Buchhaltung"), ("en", "accounting")):
        assert sum(word in lesson("basic", entry["slug"], language) for entry in course("basic")["lesson"]) >= 5


def test_the_banks_are_large_enough_and_of_all_kinds():
    kinds = {slug: Counter(question.kind for question in bank(slug)) for slug in COURSES}
    assert kinds["basic"].total() >= 60
    assert kinds["basic"]["case"] >= 20
    assert 6 <= len(by_category("basic")) <= 8
    for slug in ("messenger", "approver"):
        assert kinds[slug].total() == 20
        assert kinds[slug]["case"] >= 6
    for slug in COURSES:
        assert len(kinds[slug]) == 8, f"{slug} lacks a kind of question"


def test_keys_are_unique_over_all_courses():
    keys = Counter(question.key for _, question in QUESTIONS)
    assert [key for key, count in keys.items() if count > 1] == []


@each_course
def test_every_draw_can_be_drawn_and_reaches_every_category(slug):
    categories = by_category(slug)
    for name in ("draw", "refresher_draw"):
        counts = {entry["category"]: entry["count"] for entry in course(slug)[name]}
        drawn = draw(categories, counts, seen_keys=(), seed=7)
        assert len(drawn) == sum(counts.values()) == len(set(drawn))
        if name == "draw":
            assert set(counts) == set(categories)


def test_an_attempt_has_ten_to_twelve_questions_and_three_cases_or_more():
    cases_only = {
        category
        for category in by_category("basic")
        if all(question.kind == "case" for question in bank("basic") if question.category == category)
    }
    counts = {entry["category"]: entry["count"] for entry in course("basic")["draw"]}
    assert 10 <= sum(counts.values()) <= 12
    assert sum(counts[category] for category in cases_only) >= 3


@each_question
def test_a_question_is_whole_in_both_languages(question):
    assert missing_translations(question) == []
    assert question.text.de != question.text.en
    assert question.explanation.de != question.explanation.en
    assert score(question, right_answer(question)) == 1
    for language in LANGUAGES:
        assert words(getattr(question.explanation, language)) >= 8


@each_question
def test_a_question_cites_only_what_is_on_the_list(question):
    assert [part for part in question.source.split("; ") if part and part not in CITATIONS] == []


def test_few_questions_have_no_source_because_the_house_decides():
    assert len([question for _, question in QUESTIONS if not question.source]) <= 5


@each_case
def test_the_story_and_the_rules_agree(case):
    outcome, deciding = case_verdict(case)
    assert case.key.removeprefix("case-") in EXPECTED[outcome.value].split()
    assert set(deciding) <= set(case.why)
    wrong = set(case.why) - set(deciding)
    assert 2 <= len(wrong) <= 4
    fired = {finding.rule.id for finding in case.decision().findings}
    assert not wrong & fired, "a reason that the rules gave as well would be an unfair trap"


def test_no_expected_case_is_gone():
    expected = [key for keys in EXPECTED.values() for key in keys.split()]
    assert sorted(expected) == sorted(case.key.removeprefix("case-") for case in CASES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language):
    long = {
        where: sentence
        for where, text in prose(language).items()
        for sentence in sentences(text)
        if words(sentence) > LONGEST_SENTENCE and not where.endswith(".summary")
    }
    assert long == {}


def test_german_is_formal():
    informal = re.compile(r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Ee]uch|[Ee]uer|[Ee]ure\w*|ihr)\b")
    # “ihr” also means “to her”, which no informal sentence follows: before a verb for “you” it is refused.
    to_her = re.compile(r"\bihr\b(?! (?:habt|seid|müsst|dürft|könnt|sollt|wollt|werdet|wisst)\b)")
    found = {where: informal.findall(to_her.sub("", text)) for where, text in prose("de").items()}
    assert {where: hits for where, hits in found.items() if hits} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_prose_names_only_known_rulings_and_provisions(language):
    for where, text in prose(language).items():
        plain = re.sub(r"\s+", " ", text)
        assert {hit for hit in RULING.findall(plain) if hit not in RULINGS} == set(), where
        assert set(re.findall(r"Art\. (\d+)(?:\([^)]*\)| Abs\. \d+)* (?:DSGVO|GDPR)", plain)) <= ARTICLES, where
        assert set(re.findall(r"(?:§ |section )(\d+)[^.;]{0,10}? UWG", plain)) <= SECTIONS, where


def test_languages_are_not_mixed_up():
    for where, text in prose("de").items():
        assert not re.search(r"\b(?:the|and|customer)\b", text), where
    for where, text in prose("en").items():
        assert not re.search(r"\b(?:und|nicht|Kundin)\b", text), where


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("extreme", [max, min])
def test_the_length_of_an_option_gives_nothing_away(language, extreme):
    singles = [question for _, question in QUESTIONS if question.kind == "single"]
    hits = 0
    for question in singles:
        lengths = {option.key: len(getattr(option.text, language)) for option in question.options}
        hits += lengths[right_answer(question)["chosen"]] == extreme(lengths.values())
    assert hits / len(singles) < 0.45


def test_the_place_of_the_right_option_varies():
    places = Counter(
        [option.key for option in question.options].index(right_answer(question)["chosen"])
        for _, question in QUESTIONS
        if question.kind == "single"
    )
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) / places.total() < 0.45


def test_true_and_false_both_occur_and_neither_outcome_of_a_case_prevails():
    truths = Counter(right_answer(question)["chosen"] for _, question in QUESTIONS if question.kind == "true_false")
    assert min(truths[True], truths[False]) >= 3
    outcomes = Counter(case_verdict(case)[0].value for case in CASES)
    assert len(outcomes) == 4
    assert max(outcomes.values()) / len(CASES) < 0.5
