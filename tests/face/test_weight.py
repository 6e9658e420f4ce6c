"""What a page is counted to weigh. That none is too heavy, the walk tells (test_walk.py)."""

import pytest
from django.contrib.staticfiles import finders

from tests.face.weight import files, weight


@pytest.fixture
def _found_anew():
    """The finders remember where they look."""
    finders.get_finder.cache_clear()
    yield
    finders.get_finder.cache_clear()


@pytest.mark.usefixtures("_found_anew")
def test_what_a_page_names_is_counted_once_with_what_that_needs(settings, tmp_path):
    (tmp_path / "a.css").write_text('@import "b.css"; p { background: url("img/x.svg") } q { mask: url(#y) }')
    (tmp_path / "b.css").write_text("b {}")
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "x.svg").write_text("<svg/>")
    settings.STATICFILES_DIRS = [tmp_path]
    body = b'<link href="/static/a.css"><link href="/static/a.css"><use href="/static/img/x.svg#z">'
    assert files(body) == {"a.css", "b.css", "img/x.svg"}
    assert len(body) < weight(body) < len(body) + 200
