"""Single keys: all of them on one page, a switch that is remembered, and a visible thing behind each."""

import re

import pytest

from tests.browsing import words
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db


def test_the_page_lists_every_key_and_where_g_leads(cast):
    page = as_(cast.mona).get("/shortcuts/")
    html = page.content.decode()
    keys = set(re.findall(r"<kbd>(\S)</kbd>", html))
    assert keys == {"/", "?", "K", "g", *"jkoxf", *"aqdsu", *"rw", *"scrit", "m"}
    assert 'href="/inbox/" data-go="i"' in html
    assert 'data-go="i"' not in as_(cast.anna).get("/shortcuts/").content.decode()


def test_with_single_keys_off_no_page_has_their_script_and_the_palette_stays(cast):
    browser = as_(cast.anna)
    assert "js/keys.js" in browser.get("/").content.decode()
    browser.post("/shortcuts/", {"shortcuts": "off"})
    html = browser.get("/").content.decode()
    assert "js/keys.js" not in html and "aria-keyshortcuts" not in html
    assert "js/palette.js" in html
    page = browser.get("/shortcuts/")
    assert "Single keys are switched off for you" in words(page) and "Switch single keys on" in words(page)


def test_each_page_has_a_visible_way_to_the_keys_and_to_the_search(cast):
    html = as_(cast.anna).get("/").content.decode()
    assert '<a href="/shortcuts/" data-key="?">Keyboard</a>' in html
    assert '<a href="/search/" data-opens="palette">' in html
    assert re.search(r'<form class="site-search" action="/search/" method="get" role="search"', html)


def test_nobody_signed_in_gets_neither_keys_nor_search(client):
    html = client.get("/login/").content.decode()
    assert "keys.js" not in html and "palette" not in html and "site-search" not in html


def test_a_customers_page_names_the_button_of_each_of_its_keys(cast, customer):
    html = as_(cast.anna).get("/customers/4711/").content.decode()
    assert re.search(r'data-key="r" href="/check/customers/4711/"', html)
    assert re.search(r'data-key="w" href="[^"]*4711', html)
