"""Wherever a page names a rule, its name leads to the page of the rule."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import escape, strip_tags

from contacts import policy
from contacts.customers.services import record_objection
from contacts.policy import promotion
from contacts.rulebook.services import expect_answer
from contacts.rulebook.templatetags.rule_words import rule_ids, rule_links
from contacts.screening.services.receiving import Asker, Wanted, receive
from contacts.screening.services.working import run_waiting
from tests.requests.scenes import as_, ask, permit_for, reminder_by_sms
from tests.rulebook.sets import drafted
from tests.training import courses
from training.selectors.authoring import flipped_cases

DEB_02 = 'href="/rules/DEB-02/"'


def test_ids_in_a_text_become_links_and_nothing_else_does():
    said = rule_links("<b>See DEB-02</b>, not OBL-01, XXX-99 or DEB-021.")
    link = '<a class="eyebrow text-nowrap" href="/rules/DEB-02/">DEB-02</a>'
    assert said == f"&lt;b&gt;See {link}&lt;/b&gt;, not OBL-01, XXX-99 or DEB-021."
    assert rule_links("") == "" and rule_ids("") == []
    assert rule_ids("DEB-02, SRC-01, DEB-02, OBL-01") == ["DEB-02", "SRC-01"]


@pytest.mark.django_db
def test_request_and_what_was_decided_lead_to_the_rule(cast, customer, accounts, now):
    asked = reminder_by_sms(cast, customer, accounts, now)
    client = as_(cast.anna)
    assert DEB_02 in client.get(reverse("check_answer", args=[asked.number])).content.decode()
    permit_for(asked, cast, now)
    for page in ("request", "request_decisions"):
        assert DEB_02 in client.get(reverse(page, args=[asked.number])).content.decode(), page


@pytest.mark.django_db
def test_a_permit_names_the_rules_that_were_released_and_those_that_ended_it(cast, customer, accounts, now):
    permit = permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    client, address = as_(cast.anna), reverse("permit", args=[permit.number])
    page = client.get(address).content.decode()
    assert DEB_02 in page.split("Released rules")[1].split("</dd>")[0]
    record_objection(cast.anna, customer=customer, scope="full_block", channel="", how="spoken", at=now)
    page = client.get(address).content.decode()
    assert "Stop: " in page and 'href="/rules/OBJ-02/"' in page.split("Stop: ")[1].split("</section>")[0]


@pytest.mark.django_db
def test_the_answers_of_another_day_lead_to_the_rule(cast, customer, now):
    page = as_(cast.anna).get(reverse("customer_on", args=[customer.number]), {"day": now.date().isoformat()})
    assert 'href="/rules/CON-02/"' in page.content.decode()


@pytest.mark.django_db
def test_advertising_in_a_text_leads_to_the_rule_about_its_wording(cast, customer, accounts, now):
    asked = ask(cast.anna, customer, "email", accounts.email, at=now, draft_text="Jetzt 20 % Rabatt!")
    client = as_(cast.anna)
    page = client.get(reverse("check_answer", args=[asked.number])).content.decode()
    hits = page.split('<ol class="hits">')[1].split("</ol>")[0]
    assert len(leads_to(hits)) == hits.count("<li ") and "PRO-02" in leads_to(hits)
    assert "A discount or a lower price" in client.get("/rules/PRO-02/").content.decode()


@pytest.mark.django_db
def test_every_rule_about_wording_has_a_page_that_the_rule_book_lists(cast):
    client = as_(cast.anna)
    book = client.get(reverse("rule_book")).content.decode()
    for rule in promotion.RULES:
        page = client.get(f"/rules/{rule.id}/").content.decode()
        assert rule.title_en in page and escape(rule.hits[0]) in page and escape(rule.misses[0]) in page
        assert f'href="/rules/{rule.id}/"' in book
    assert client.get("/rules/PRO-99/").status_code == 404


@pytest.mark.django_db
def test_the_verdict_that_an_author_of_a_case_reads_leads_to_the_rules(cast, now):
    edition = courses.draft(courses.course(now).course, number=2)
    facts = {"fact-purpose": '"private"', "fact-channel": '"messenger"', "fact-platform": '"whatsapp"'}
    place = reverse("author_question_create", args=[edition.course.slug, edition.number, "case"])
    sent = {"text-de": "Frage?", "text-en": "Question?", "category": "reason", "act": "check", **facts}
    shown = as_(cast.tom).post(place, sent)
    said = shown.content.decode().split('id="verdict"')[1].split("</section>")[0]
    deciding = {rule for rule, _reason in shown.context["sheet"].verdict.reasons}
    assert "PUR-03" in deciding and leads_to(said) == deciding


@pytest.mark.django_db
def test_a_case_that_a_rule_change_flipped_leads_to_both_answers_rules(cast, now, monkeypatch):
    asked = {"purpose": "private", "channel": "messenger", "platform": "whatsapp"}
    case = courses.question("case", kind="case", facts=asked, why=["PUR-03", "CON-01", "TEL-01"])
    case.pop("right")
    version = courses.course(now, questions=[case], draw={"reason": 1}, refresher_draw={})
    without = tuple(rule for rule in policy.RULE_SET_1.rules if rule.id != "PUR-03")
    monkeypatch.setattr(policy, "RULE_SET_1", replace(policy.RULE_SET_1, rules=without))
    page = as_(cast.tom).get(reverse("author_course", args=[version.course.slug])).content.decode()
    told = page.split('id="flips"')[1].split("</section>")[0]
    (flip,) = flipped_cases(policy.RULE_SET_1)
    assert leads_to(told) == {"PUR-03", *flip.rules}


@pytest.mark.django_db
def test_what_a_draft_changes_and_how_it_answers_the_cases_lead_to_the_rules(cast, now):
    version = drafted(cast, now, {"outcomes": {"LET-04": "needs_dpo_approval"}})
    place, client = reverse("rule_set_release", args=[version.number]), as_(cast.dora)
    changed, differing = _tables(client.get(place))
    assert leads_to(changed) == {"LET-04"}
    case = "bought letter address on the Robinson list"
    assert case in differing
    expect_answer(cast.adam, version=version, case=case, at=now)
    changed, replaced = _tables(client.get(place))
    for rows in (differing, replaced):
        assert leads_to(rows) == set(rule_ids(strip_tags(rows))) and "LET-04" in leads_to(rows)


def _tables(page) -> list[str]:
    return [table.split("</table>")[0] for table in page.content.decode().split("<table")[1:]]


@pytest.mark.django_db
def test_the_page_of_a_list_leads_to_the_rule_book_where_each_rule_of_its_file_has_a_page(cast, customer, now):
    wanted = Wanted(purpose="marketing", channel="email")
    list_ = BytesIO(b"Kundennummer\n4711\n9999\n")
    found = receive(Asker(cast.anna), upload=list_, file_name="a.csv", wanted=wanted, at=now)
    run_waiting(at=now)
    client = as_(cast.anna)
    with time_machine.travel(now):
        assert 'href="/rules/"' in client.get(reverse("screening", args=[found.number])).content.decode()
        file = b"".join(client.get(reverse("screening_result", args=[found.number])).streaming_content).decode()
        named = rule_ids(file)
        assert named, file
        assert {client.get(f"/rules/{rule}/").status_code for rule in named} == {200}


def leads_to(part: str) -> set[str]:
    """The rules to whose pages a part of a page leads."""
    return set(re.findall(r'href="/rules/([A-Z]{3}-[0-9]{2})/"', part))
