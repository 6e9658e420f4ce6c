"""Wherever a page names a rule, its name leads to the page of the rule."""

import pytest
from django.urls import reverse

from contacts.requests.models import Permit
from contacts.rulebook.templatetags.rule_words import rule_ids, rule_links
from tests.requests.scenes import as_, permit_for, reminder_by_sms

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
    Permit.objects.filter(pk=permit.pk).update(revoked_at=now, revoked_reason="OBJ-02, SRC-01")
    page = client.get(address).content.decode()
    assert 'href="/rules/OBJ-02/"' in page and 'href="/rules/SRC-01/"' in page


@pytest.mark.django_db
def test_the_answers_of_another_day_lead_to_the_rule(cast, customer, now):
    page = as_(cast.anna).get(reverse("customer_on", args=[customer.number]), {"day": now.date().isoformat()})
    assert 'href="/rules/CON-02/"' in page.content.decode()
