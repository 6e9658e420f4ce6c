"""Help, glossary, privacy, imprint: who reads what, signed in and signed out."""

import pytest
from django.conf import settings as given
from django.test import Client

from portal.help import glossary, guides
from portal.retention.agreement import OF_EMPLOYEES
from portal.retention.declared import rules
from tests.browsing import links, words

pytestmark = pytest.mark.django_db
PUBLIC = ("/help/", "/help/glossary/", "/privacy/", "/imprint/", "/accessibility/")


@pytest.mark.parametrize("path", PUBLIC)
def test_the_pages_under_every_page_need_no_sign_in(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert "Deutsch" in words(response)


def test_signed_out_the_help_shows_what_helps_with_the_sign_in_and_nothing_of_the_inside(client):
    page = client.get("/help/")
    assert [link for link in links(page) if link.startswith("/help/") and "glossary" not in link] == ["/help/sign-in/"]
    assert client.get("/help/sign-in/").status_code == 200
    assert client.get("/help/ask/").status_code == 404


def test_everybody_finds_the_page_of_their_roles_and_no_other(client, cast):
    client.force_login(cast.mona)
    shown = {link for link in links(client.get("/help/")) if link.startswith("/help/")}
    assert {"/help/employee/", "/help/manager/", "/help/already-wrote/"} <= shown
    assert "/help/auditor/" not in shown
    assert client.get("/help/auditor/").status_code == 404
    assert client.get("/help/nothing-of-the-kind/").status_code == 404


@pytest.mark.parametrize("name", ["anna", "mona", "dora", "clara", "tom", "rita", "adam"])
def test_every_link_of_every_guide_opens_for_whom_it_is_written(client, cast, name):
    user = getattr(cast, name)
    client.force_login(user)
    addresses = {
        link.partition("#")[0]
        for guide in guides.guides_for(user, (*guides.QUESTIONS, *guides.ROLES))
        for link in links(client.get(f"/help/{guide.slug}/"))
        if link.startswith("/")
    }
    assert len(addresses) > 10
    refused = {link: code for link in sorted(addresses) if (code := client.get(link).status_code) not in (200, 302)}
    assert refused == {}


def test_the_guide_of_what_already_happened_blames_nobody_and_leads_to_the_report(client, cast):
    client.force_login(cast.anna)
    page = client.get("/help/already-wrote/")
    assert "nobody is blamed for reporting" in words(page)
    assert "/incidents/report/" in links(page)


def test_the_help_of_a_page_stands_below_it(client, cast):
    client.force_login(cast.anna)
    assert "/help/ask/" in links(client.get("/check/"))
    assert "/help/already-wrote/" in links(client.get("/incidents/report/"))
    assert "/accessibility/?page=/check/" in links(client.get("/check/"))


def test_a_form_says_why_it_asks_beside_its_fields(client, cast, customer):
    client.force_login(cast.anna)
    page = client.get("/check/customers/4711/").content.decode()
    assert "Why we ask" in page
    assert 'The <a href="/help/glossary/#purpose">reason</a> decides most' in page
    assert page.count("id_uses_wanted_helptext") >= 1  # the field's own help is still there


def test_the_glossary_is_a_list_of_definitions_with_an_anchor_each(client, settings):
    page = client.get("/help/glossary/").content.decode()
    assert page.count("<dfn>") == len(glossary.TERMS)
    for key in glossary.BY_KEY:
        assert f'<div id="{key}"' in page
        assert f'<a href="#{key}">' in page


def test_the_glossary_goes_by_the_alphabet_of_the_reader():
    spelt = [glossary._spelt(str(term.word)) for term in glossary.in_order()]
    assert spelt == sorted(spelt)
    assert glossary._spelt("Äußerung") < glossary._spelt("Bau")


def test_the_privacy_notice_names_everything_that_is_kept_about_employees(client):
    """From the same declaration by which the portal deletes; a kind of data cannot be forgotten here."""
    page = words(client.get("/privacy/"))
    kinds = [rule.data for rule in rules().values() if rule.about in OF_EMPLOYEES]
    assert len(kinds) > 10
    assert [kind for kind in kinds if kind not in page] == []


def test_the_privacy_notice_names_every_cookie_that_the_portal_sets(client, cast):
    from tests.cast import PASSWORD

    browser = Client()
    browser.get("/login/")
    browser.post("/login/", {"login": cast.anna.email, "password": PASSWORD})
    browser.post("/language/", {"language": "en"})
    browser.post("/theme/", {"theme": "dark"})
    page = words(client.get("/privacy/"))
    assert len(browser.cookies) >= 4
    assert [name for name in browser.cookies if name not in page] == []
    assert given.SESSION_COOKIE_NAME in browser.cookies


def test_the_imprint_comes_from_the_settings_and_says_what_is_missing(client, settings):
    settings.COMPANY_ADDRESS, settings.COMPANY_EMAIL = "Hafenstraße 1, 24103 Kiel", ""
    settings.COMPANY_REGISTER = "HRB 4711, Kiel"
    page = words(client.get("/imprint/"))
    assert "Hafenstraße 1, 24103 Kiel" in page
    assert "HRB 4711, Kiel" in page
    assert "not entered yet" in page


@pytest.mark.parametrize("path", ["/privacy/", "/imprint/", "/accessibility/"])
def test_legal_texts_say_in_english_that_the_german_text_is_binding(client, path):
    assert "The German text is binding." in words(client.get(path))
    client.cookies["django_language"] = "de"
    assert "verbindlich" not in words(client.get(path))
