"""The rule book as people read it: every rule in words, on a page of its own, with its cases and its history."""

import json
import os
import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from contacts.policy import RULE_SET_1, Basis
from contacts.policy.golden import shipped_cases
from contacts.rulebook.book import entries
from contacts.rulebook.case_titles import OTHERWISE, TITLES, title_of
from contacts.rulebook.cases import case_pages, slugs
from contacts.rulebook.disputes import DISPUTES
from contacts.rulebook.services import save_cases
from tests.requests.scenes import as_
from tests.rulebook.sets import STRICTER, drafted, released

pytestmark = pytest.mark.django_db
RULES = [rule.id for rule in RULE_SET_1.rules]
LANGUAGES = ("en", "de")
LONG = bool(os.environ.get("KONTAKTKLAR_LONG"))


def reading_in(user, language):
    user.language = language
    user.save(update_fields=["language"])
    return as_(user)


def text_of(answer):
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_every_rule_has_a_page_with_its_words_its_condition_and_a_case(cast):
    """In the short run every fourth page, in turn in both languages."""
    for number, entry in enumerate(entries(RULE_SET_1)[:: 1 if LONG else 4]):
        for language in LANGUAGES if LONG else [LANGUAGES[number % 2]]:
            page = reading_in(cast.anna, language).get(f"/rules/{entry.id}/").content.decode()
            with translation.override(language):
                assert entry.reason and f"{entry.id}: " in page.split("</title>")[0]
                assert entry.condition.parts
            assert "/rules/cases/" in page, f"{entry.id} speaks in no golden case"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_and_case_has_words_in_each_language(language):
    with translation.override(language):
        for entry in entries(RULE_SET_1):
            assert entry.reason.strip() and entry.condition.plain.strip() and entry.kind and entry.basis, entry.id
        for page in case_pages(None, RULE_SET_1):
            assert page.title and page.question, page.slug


def test_each_shipped_case_has_a_title_that_can_be_translated():
    assert {OTHERWISE.get(case.id, case.id[0].upper() + case.id[1:]) for case in shipped_cases()} == TITLES
    assert title_of("ours: Größe") == "ours: Größe"


def test_what_lawyers_dispute_is_told_for_every_disputed_rule_and_no_other():
    assert set(DISPUTES) == {rule.id for rule in RULE_SET_1.rules if rule.basis is Basis.DISPUTED}


def test_a_disputed_rule_shows_both_views_and_the_default_taken(cast):
    words = text_of(as_(cast.anna).get("/rules/EXI-02/"))
    assert "Yes, an SMS is electronic mail." in words and "No, it is only about e-mail addresses." in words
    assert "The default taken: The data protection officer decides" in words
    assert "Lawyers disagree; this is the cautious view." in words
    german = reading_in(cast.anna, "de").get("/rules/EXI-02/").content.decode()
    assert 'lang="de"' in german and RULE_SET_1.rules[RULES.index("EXI-02")].reason_de in german


def test_a_condition_is_told_in_words_with_its_exceptions(cast):
    words = text_of(as_(cast.anna).get("/rules/OBJ-02/"))
    assert "Objection: No contact at all" in words
    assert "Not where all of this is true at once: Reason for the contact: Legal duty: recall, breach notice" in words
    assert "All of this is true: The last purchase" not in words
    words = text_of(as_(cast.anna).get("/rules/EXI-02/"))
    assert "The last purchase is more than 24 months ago, or not known." in words


def test_a_page_says_what_one_change_would_silence_the_rule(cast):
    words = text_of(as_(cast.anna).get("/rules/ACC-01/"))
    assert "Date request to an attractive customer" in words
    assert "It would be silent after one change: Use the official company account" in words


def test_the_book_has_an_anchor_and_a_link_for_every_rule_in_a_fixed_number_of_queries(
    cast, django_assert_max_num_queries
):
    client = as_(cast.anna)
    client.get("/rules/")
    with django_assert_max_num_queries(6):
        page = client.get("/rules/").content.decode()
    for rule in RULES:
        assert f'id="{rule}"' in page and f'href="/rules/{rule}/"' in page


def test_filters_and_search_stand_in_the_address(cast):
    client = as_(cast.anna)

    def shown(query):
        return re.findall(r'<div class="factor" id="([A-Z]{3}-\d\d)"', client.get(f"/rules/?{query}").content.decode())

    assert shown("") == RULES
    assert shown("factor=account&outcome=needs_dpo_approval") == ["ACC-06"]
    assert shown("factor=other&basis=law") == ["MIN-01"]
    assert shown("q=robinson") == shown("q=Robinsonliste") == ["LET-04"]
    assert shown("q=con-04") == ["CON-04"]
    assert "CON-07" in shown("q=BGH+provable") and "TEL-04" not in shown("q=BGH+provable")
    nothing = client.get("/rules/?q=zebra").content.decode()
    assert "No rule fits" in nothing and "Clear the filters" in nothing
    assert "0 rules fit" in nothing


def test_a_filter_that_is_not_offered_is_refused_by_a_sentence_and_hides_nothing(cast):
    page = as_(cast.anna).get("/rules/?factor=moon").content.decode()
    assert page.count("This cannot be chosen here. Choose one of the list.") == 2
    assert page.count('<div class="factor" id=') == len(RULES)


def test_the_history_of_a_rule_tells_what_each_rule_set_changed_and_from_when(cast, now):
    now = timezone.now()
    released(cast, now, STRICTER)
    released(cast, now, {"thresholds": {"inbound_window_days": 7}}, effective_from=now + timedelta(days=9))
    client = as_(cast.anna)
    history = text_of(client.get("/rules/SRV-03/")).split("What the rule sets changed")[1]
    assert "Rule set 2 In force" in history
    assert "Rule SRV-03: Data protection officer decides now Not allowed" in history
    # An agreement by a message of the customer ends earlier under the third one.
    assert "Rule set 3 Not yet in force" in history and "14 now 7" in history
    assert "Beispiel" not in history.split("Kontaktklar")[0]
    untouched = text_of(client.get("/rules/ACC-01/")).split("What the rule sets changed")[1]
    assert "Rule set 2" not in untouched and "No later rule set has changed anything about it." in untouched


def test_a_rule_that_the_company_decides_itself_says_so_and_what_was_shipped(cast, now):
    released(cast, now, STRICTER)
    words = text_of(as_(cast.anna).get("/rules/SRV-03/"))
    assert "the company has decided this itself" in words and "Shipped: Data protection officer decides" in words


def test_the_cases_are_listed_with_answer_and_rules(cast, django_assert_max_num_queries):
    client = as_(cast.anna)
    with django_assert_max_num_queries(6):
        page = client.get("/rules/cases/").content.decode()
    assert page.count('<td data-label="Case">') == len(shipped_cases())
    assert 'href="/rules/PUR-03/"' in page and "Answered another way" not in page


def test_a_case_is_a_question_in_words_with_the_expected_answer_and_the_rules_that_fire(cast):
    words = text_of(as_(cast.anna).get("/rules/cases/date-request-to-an-attractive-customer/"))
    assert "May a customer be contacted over WhatsApp, for: Private matter?" in words
    assert "Sent from: Private account or phone" in words
    assert "Expected answer Not allowed" in words and "Rule set 1 answers so." in words
    assert "PUR-03 Not allowed Customer data may never be used for private purposes" in words


def test_the_companys_own_case_has_a_page_too(cast, now):
    inputs = dict(shipped_cases()[0].inputs) | {"purpose": "marketing", "channel": "letter", "platform": None}
    inputs["sending_account"] = "company_account_verified"
    own = {"id": "Unser Katalog", "inputs": inputs, "outcome": "allowed", "deciding_rules": ["LET-01"]}
    version = drafted(cast, now)
    save_cases(cast.adam, version=version, document=json.dumps([own]), at=now)
    released(cast, now, None)
    # Another draft was released; the case was in a draft only, and drafts are nobody's concern.
    client = as_(cast.anna)
    assert client.get("/rules/cases/unser-katalog/").status_code == 404


def test_names_that_would_be_alike_are_numbered_and_none_is_empty():
    assert slugs(["Über SMS", "uber sms", "！", "？"]) == ["uber-sms", "uber-sms--2", "case", "case--2"]


@pytest.mark.parametrize("address", ["/rules/XXX-99/", "/rules/cases/nobody/", "/rules/acc-01/"])
def test_what_is_not_in_the_book_is_not_found(cast, address):
    assert as_(cast.anna).get(address).status_code == 404
