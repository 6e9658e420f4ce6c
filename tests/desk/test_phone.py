"""The portal on a home screen: manifest, icons, offline page, and a worker that keeps nothing personal."""

import json
import re
import struct
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from portal.desk.phone.views import ICONS, KEPT
from tests.browsing import words
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db


def house(browser) -> dict:
    """What the worker is told: its first line."""
    first = browser.get("/sw.js").content.decode().partition("\n")[0]
    return json.loads(first.removeprefix("const HOUSE = ").removesuffix(";"))


def test_the_manifest_speaks_the_language_of_the_page(client):
    german, english = (json.loads(client.get(f"/manifest/{one}.webmanifest").content) for one in ("de", "en"))
    assert (german["lang"], english["lang"]) == ("de", "en")
    assert english["shortcuts"][0] == {"name": "May I make contact?", "url": "/check/"}
    assert client.get("/manifest/fr.webmanifest").status_code == 404
    assert client.get("/manifest/de.webmanifest").headers["Content-Type"] == "application/manifest+json"


def test_every_icon_is_there_in_the_size_that_the_manifest_says(client):
    for name, size, _purpose in ICONS:
        with open(finders.find(name), "rb") as file:
            head = file.read(24)
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert "x".join(map(str, struct.unpack(">II", head[16:24]))) == size
    assert {purpose for _name, _size, purpose in ICONS} == {"any", "maskable"}


def test_the_icons_are_what_the_script_draws():
    loader = SourceFileLoader("icons", str(settings.BASE_DIR / "bin" / "icons"))
    icons = module_from_spec(spec_from_loader("icons", loader))
    loader.exec_module(icons)
    name = "apple-touch-icon.png"
    assert icons.drawn(**icons.ICONS[name]) == (icons.FOLDER / name).read_bytes()


def test_each_page_names_manifest_icon_and_the_colour_of_both_themes(cast, client):
    for page in (as_(cast.anna).get("/"), client.get("/login/")):
        html = page.content.decode()
        assert 'rel="manifest" href="/manifest/en.webmanifest"' in html
        assert 'rel="apple-touch-icon"' in html
        colours = re.findall(r'name="theme-color" media="\(prefers-color-scheme: (\w+)\)" content="(#\w+)"', html)
        assert dict(colours) == {"light": "#ffffff", "dark": "#1a222b"}


def test_a_chosen_theme_colours_the_frame_whatever_the_device_likes(cast):
    cast.anna.theme = "dark"
    cast.anna.save()
    html = as_(cast.anna).get("/").content.decode()
    assert set(re.findall(r'name="theme-color"[^>]*content="(#\w+)"', html)) == {"#1a222b"}


def test_worker_and_offline_page_are_the_same_for_everybody(cast, client):
    for address in ("/sw.js", "/offline/", "/manifest/en.webmanifest"):
        mine, nobodys = as_(cast.anna).get(address), client.get(address)
        assert mine.content == nobodys.content
        for word in ("anna", "Beispiel", "firma.example", "csrf"):
            assert word not in nobodys.content.decode()


def test_the_worker_keeps_static_files_and_the_offline_page_alone(client):
    told = house(client)
    assert told["offline"] == "/offline/"
    assert all(address.startswith(settings.STATIC_URL) for address in told["keep"])
    assert len(told["keep"]) == len(KEPT)


def test_the_worker_is_asked_for_anew_and_is_a_script(client):
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]


def test_another_set_of_static_files_is_another_worker(client, monkeypatch):
    from portal.desk.phone import views

    class Files:
        manifest_hash = "another"

    before = house(client)["version"]
    assert before == house(client)["version"]
    monkeypatch.setattr(views, "staticfiles_storage", Files())
    assert house(client)["version"] != before


def test_the_policy_lets_the_worker_and_the_manifest_in_and_nothing_more(client):
    policy = client.get("/login/").headers["Content-Security-Policy"]
    assert "worker-src 'self';" in f"{policy};" and "manifest-src 'self';" in f"{policy};"


def test_the_offline_page_speaks_both_languages_and_has_no_script(client):
    page = client.get("/offline/")
    assert "Keine Verbindung" in words(page) and "No connection" in words(page)
    assert "<script" not in page.content.decode()
