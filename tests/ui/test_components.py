"""What the components put on a page, and that each one is shown on /design/."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils.translation import override

from portal.ui.navigation import ENTRIES, navigation_of
from portal.ui.templatetags import components, kk
from portal.vocabulary import ContactSource

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "templates").rglob("*.html"))
DESIGN = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates" / "design").glob("*.html"))
# Words and numbers inside other components, not components of their own.
WORDS = {"icon", "tone_icon", "when", "day", "number", "pager", "breadcrumbs", "confirmation", "verdict"}


def drawn(source, **context):
    with override("en"):
        return Template(source).render(Context(context))


@pytest.mark.parametrize("name", sorted({*kk.register.tags, *components.register.tags} - WORDS))
def test_every_component_is_shown_on_the_page_of_the_components(name):
    assert re.search(rf"{{% {name}\b", DESIGN)


@pytest.mark.parametrize(
    "shape", ["verdict", "crumbs", "confirmation", "factor", "way", "table-cards", "tabs", "form-control"]
)
def test_every_shape_made_of_classes_is_shown_there_too(shape):
    assert re.search(rf'class="[^"]*\b{shape}\b', DESIGN)


def test_every_icon_a_page_names_is_in_the_sprite():
    there = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/vendor/bootstrap-icons/icons.svg").read_text()))
    named = {
        name
        for path in PAGES
        for name in re.findall(r'{% (?:icon|badge [^%]*?) "([\w-]+)" %}', path.read_text(encoding="utf-8"))
        if "-" in name or name in ("list", "search", "inbox")
    }
    tables = {*kk.ICON_OF_TONE.values(), *(picture for picture, _ in components.KINDS_OF_EMPTY.values())}
    assert len(named) > 10
    assert (named | tables) - there == set()


def test_every_page_takes_its_styles_from_the_one_list():
    """A link of its own would miss the order, or a file that was renamed."""
    own = {"css/design.css", "css/public.css"}
    shared = re.compile(
        r'{% static "(css/(?:tokens|text|frame|components|tables|forms|rooms|print|kontaktklar)\.css'
        r'|vendor/bootstrap/[^"]*)"'
    )
    linked = {
        path.name: shared.findall(path.read_text(encoding="utf-8")) for path in PAGES if path.name != "_styles.html"
    }
    assert {name: files for name, files in linked.items() if files} == {}
    assert {path for path in own if not (ROOT / "static" / path).exists()} == set()


def test_a_verdict_names_its_section_by_its_sentence():
    page = drawn('{% verdict "forbidden" title id="v" word="No" %}<p>Why</p>{% endverdict %}', title="Stop & look")
    assert 'class="verdict tone-forbidden p-4 mb-4" aria-labelledby="v"' in page
    assert '<h2 id="v" class="h5 mt-2">Stop &amp; look</h2><p>Why</p></section>' in page
    assert "x-octagon-fill" in page


def test_the_lights_say_each_factor_in_words():
    rows = [
        SimpleNamespace(title="Reason", tone="allowed", word="Fine"),
        SimpleNamespace(title="Source", tone="forbidden", word="Stop"),
    ]
    page = drawn("{% lights rows %}", rows=rows)
    assert re.findall(r"<strong>(\w+)</strong> (\w+)", page) == [("Reason", "Fine"), ("Source", "Stop")]


@pytest.mark.parametrize("source", ContactSource.values)
def test_a_passport_has_a_tone_for_every_source(source):
    assert source in components.TONE_OF_SOURCE


def test_progress_without_a_known_end_has_no_value():
    assert "value=" not in drawn('{% progress 0 0 "Waiting" %}')
    assert 'value="5" max="9"' in drawn('{% progress 5 9 "5 of 9" %}')
    assert drawn('{% progress 5 9 "5 of 9" %}').count("5 of 9") == 2


def test_a_line_of_what_was_asked_says_which_change_its_link_leads_to():
    page = drawn('{% summary_row "Reason" "Invoice" "/edit/" "reason" %}')
    assert '<a href="/edit/">Change<span class="visually-hidden"> reason</span></a>' in page
    assert "<a" not in drawn('{% summary_row "Number" "A-1" %}')


@pytest.mark.parametrize("kind", components.KINDS_OF_EMPTY)
def test_an_empty_list_says_why_and_what_next(kind):
    page = drawn('{% empty_state "Nothing" "Because" "/next/" "Next" kind=kind %}', kind=kind)
    assert re.search(r"<h2[^>]*>Nothing</h2><p>Because</p><a[^>]*href=\"/next/\">Next</a>", page)


def test_a_confirmation_gives_the_reference():
    page = drawn('{% confirmation "Sent" "A-1042" %}<p>Next</p>{% endconfirmation %}')
    assert "<h1>Sent</h1>" in page
    assert "<strong>A-1042</strong>" in page


def test_breadcrumbs_begin_with_the_area_unless_their_page_is_its_first():
    crumb = '{% breadcrumbs %}<li><a href="/x/">X</a></li>{% endbreadcrumbs %}'
    assert "<ol><li>Data protection</li><li>" in drawn(crumb, navigation=navigation_of(ENTRIES, "rights"))
    assert "<ol><li><a" in drawn(crumb, navigation=navigation_of(ENTRIES, "customers"))
    assert "<ol><li><a" in drawn(crumb)


@pytest.mark.django_db
def test_the_page_of_the_components_exists_in_development_only(cast, client, settings):
    client.force_login(cast.anna)
    assert client.get(reverse("design")).status_code == 404
    settings.LENIENT = True
    page = client.get(reverse("design"))
    assert page.status_code == 200
    assert page.content.decode().count('data-bs-theme="dark" class="specimen"') == DESIGN.count("_pair.html") + 1
