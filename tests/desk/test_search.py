"""The search over everything: each finds only what they may see, and a number leads straight to its page."""

import json

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.policy import RULE_SET_1
from portal.desk.search.gathering import SHOWN, find, rule_url
from portal.desk.search.helping import HELP
from portal.desk.search.rules import LONGEST, stands_in, typed
from tests.browsing import links, words
from tests.cast import make_customer
from tests.desk.reading import nothing_written
from tests.requests.scenes import as_, permit_for, service_by_mail

pytestmark = pytest.mark.django_db


def groups(user, text: str, at, **more) -> dict[str, list[str]]:
    return {group.key: [hit.title for hit in group.hits] for group in find(user, text, at=at, **more).groups}


def test_a_customer_is_found_by_name_number_and_address(cast, customer, now):
    for text in ("mustermann", "4711", "erika.4711@kundin.example", "Heidestraße 17, 51147 Köln"):
        assert groups(cast.anna, text, now)["customers"] == [customer.display_name], text


def test_whoever_may_see_no_customer_finds_none(cast, customer, now):
    for user in (cast.adam, cast.tom):
        assert "customers" not in groups(user, "mustermann", now)
        assert "Mustermann" not in words(as_(user).get("/search/", {"q": "mustermann"}))


def test_one_letter_is_no_search_for_customers(cast, customer, now):
    assert "customers" not in groups(cast.anna, "m", now)


def test_whoever_has_the_number_comes_before_those_who_have_it_in_a_name(cast, customer, now):
    for number in range(SHOWN + 1):
        make_customer(now, f"9{number}", last_name=f"Aa{number}", company="4711 Duft GmbH")
    assert groups(cast.anna, "4711", now)["customers"][0] == customer.display_name


def test_of_many_customers_some_are_shown_with_a_way_to_all(cast, now):
    for number in range(SHOWN + 1):
        make_customer(now, f"50{number}")
    page = as_(cast.anna).get("/search/", {"q": "mustermann"})
    assert len([link for link in links(page) if link.startswith("/customers/50")]) == SHOWN
    assert "/customers/?q=mustermann" in links(page)


def test_a_request_is_found_by_those_who_have_to_do_with_it(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    permit_for(asked, cast, now)
    for user in (cast.anna, cast.mona, cast.dora, cast.rita):
        assert groups(user, asked.number, now)["requests"] == [asked.number]
        assert groups(user, asked.number.removeprefix("R-"), now)["requests"] == [asked.number]
    for user in (cast.stranger, cast.max, cast.adam):
        assert "requests" not in groups(user, asked.number, now)


def test_a_draft_is_found_by_nobody_else(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    assert groups(cast.anna, asked.number, now)["requests"] == [asked.number]
    assert "requests" not in groups(cast.mona, asked.number, now)


def test_a_permit_is_found_by_those_who_may_see_it(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    assert groups(cast.anna, permit.number, now)["permits"] == [permit.number]
    assert groups(cast.anna, permit.number.replace("-", " "), now)["permits"] == [permit.number]
    assert "permits" not in groups(cast.stranger, permit.number, now)


def test_a_number_leads_straight_to_its_page(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    permit = permit_for(asked, cast, now)
    browser = as_(cast.anna)
    expected = {
        asked.number: f"/requests/{asked.number}/",
        asked.number.lower(): f"/requests/{asked.number}/",
        permit.number: f"/permits/{permit.number}/",
        "acc-01": rule_url("ACC-01"),
    }
    for text, url in expected.items():
        assert browser.get("/search/", {"q": text}).headers["Location"] == url
    assert browser.get("/search/", {"q": asked.number.removeprefix("R-")}).status_code == 200


def test_a_number_that_is_not_ones_own_leads_nowhere(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    there, nowhere = (as_(cast.stranger).get("/search/", {"q": text}) for text in (asked.number, "R-999999"))
    assert (there.status_code, nowhere.status_code) == (200, 200)
    assert words(there).replace(asked.number, "") == words(nowhere).replace("R-999999", "")


def test_a_wrong_digit_of_a_permit_number_is_told(cast, now):
    assert "A digit of this permit number is wrong" in words(as_(cast.anna).get("/search/", {"q": "P-100042-91"}))
    assert find(cast.anna, "4711", at=now).note == ""


def test_rules_are_found_by_the_beginnings_of_their_words(cast, now):
    (rule,) = [rule for rule in RULE_SET_1.rules if rule.id == "ACC-01"]
    part = " ".join(word[:5] for word in rule.reason_en.split()[:3])
    assert "ACC-01" in groups(cast.anna, part, now, shown=99)["rules"]
    assert "rules" not in groups(cast.anna, "zzzz", now)


def test_more_rules_than_are_shown_stand_on_a_page_of_their_own(cast, now):
    browser = as_(cast.anna)
    assert "/search/?q=consent&in=rules" in links(browser.get("/search/", {"q": "consent"}))
    page = browser.get("/search/", {"q": "consent", "in": "rules"})
    assert len({rule_url(rule.id) for rule in RULE_SET_1.rules} & set(links(page))) > SHOWN


def test_help_is_found_by_its_words_where_the_house_has_it(cast, now):
    """The room of help is optional to the search; without it nothing is offered that leads nowhere."""
    has = apps.is_installed(HELP)
    assert ("help" in groups(cast.anna, "permit", now)) is has


def test_pages_are_found_by_role(cast, now):
    assert groups(cast.mona, "inbox", now)["pages"] == ["Inbox"]
    assert "pages" not in groups(cast.anna, "inbox", now)
    assert groups(cast.anna, "keyb", now)["pages"] == ["Keyboard"]


def test_the_page_says_when_nothing_is_found_and_how_to_ask(cast):
    browser = as_(cast.anna)
    assert "Nothing found" in words(browser.get("/search/", {"q": "xyzzy"}))
    assert "R-1042" in words(browser.get("/search/"))


def test_the_palette_gets_what_the_page_shows(cast, customer):
    answer = as_(cast.anna).get("/search/hits/", {"q": "mustermann"})
    assert answer.headers["Cache-Control"] == "no-store"
    (group,) = json.loads(answer.content)["groups"]
    assert group["hits"][0]["url"] == "/customers/4711/"
    nothing = json.loads(as_(cast.anna).get("/search/hits/", {"q": "xyzzy"}).content)
    assert (nothing["groups"], nothing["none"]) == ([], "Nothing found.")


@pytest.mark.parametrize(
    "text", ["\x00", "R-", "R-²", "P-", "9" * 400, "%", "a\x00b", "R-" + "9" * 30, "'; --", "ß" * 300]
)
def test_odd_words_break_nothing(cast, text):
    for url in ("/search/", "/search/hits/"):
        assert as_(cast.anna).get(url, {"q": text}).status_code == 200


def test_searching_asks_a_fixed_number_of_questions_and_writes_nothing(cast, now):
    def questions():
        with CaptureQueriesContext(connection) as seen, nothing_written():
            browser.get("/search/", {"q": "mustermann"})
        return len(seen)

    browser = as_(cast.mona)
    make_customer(now, "600")
    first = questions()
    for number in range(601, 609):
        make_customer(now, str(number))
    assert questions() == first <= 8


def test_words_are_compared_as_people_spell_them():
    assert stands_in("strasse gro", "Große Straße")
    assert stands_in("uber", "Über allem")
    assert not stands_in("aße", "Große Straße")
    assert typed("  a \t b\x00 ") == "a b"
    assert len(typed("a" * 999)) == LONGEST
