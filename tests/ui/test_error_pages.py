"""The pages of a refusal or a fault: what happened, what is kept, a number, one way on; in both languages."""

import re

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import translation

from portal.access import logs
from portal.access.errors import page
from portal.ui.error_words import PAGES
from tests.requests.scenes import as_


@pytest.mark.parametrize("key", sorted(PAGES))
@pytest.mark.parametrize(("language", "other"), [("de", "en"), ("en", "de")])
def test_a_page_says_what_happened_what_is_kept_and_one_way_on_in_both_languages(key, language, other):
    token = logs.number_is("a1b2c3d4")
    try:
        with translation.override(language):
            html = page(RequestFactory().get("/"), key).content.decode()
            title = str(PAGES[key].title)
    finally:
        logs.number_was(token)
    with translation.override(other):
        assert f'<section lang="{other}"><h2 class="h6">{PAGES[key].title}</h2>' in html
        assert str(PAGES[key].kept) in html
    assert f'<html lang="{language}"' in html
    assert f"<h1>{title}</h1>" in html
    assert "<code>a1b2c3d4</code>" in html
    assert len(re.findall('class="btn', html)) == 1


def test_without_the_database_the_page_says_503_and_when_to_come_back(settings, monkeypatch):
    """No test database is asked for: a query would fail here as well."""

    def gone(*_args, **_kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("portal.desk.views.readiness", gone)
    answer = Client(raise_request_exception=False).get("/readyz", headers={"Accept-Language": "de"})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert f"<code>{answer['X-Request-ID']}</code>" in answer.content.decode()


@pytest.mark.django_db
def test_what_is_too_large_says_so(cast, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = as_(cast.anna).post("/theme/", {"theme": "dark" * 10})
    assert answer.status_code == 413
    assert "This is too large" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/inbox/", 403)])
def test_a_refusal_to_somebody_signed_in_speaks_their_language(cast, path, status):
    cast.anna.language = "de"
    cast.anna.save(update_fields=["language"])
    answer = as_(cast.anna).get(path)
    assert answer.status_code == status
    assert '<html lang="de"' in answer.content.decode()
