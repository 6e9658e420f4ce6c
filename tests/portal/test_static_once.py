"""Pages of tests find the static files once in a process (tests/conftest.py), and serve them all the same."""

from django.contrib.staticfiles import finders
from django.test import Client


def served(address: str) -> bytes | None:
    """What a new client gets, or nothing."""
    answer = Client().get(address)
    if answer.status_code == 404:
        return None
    return b"".join(answer.streaming_content)


def test_a_second_client_serves_a_file_without_looking_for_all_again(monkeypatch):
    first = served("/static/css/rules.css")
    monkeypatch.setattr(finders, "get_finders", lambda: 1 / 0)
    assert first and served("/static/css/rules.css") == first


def test_another_folder_of_files_is_looked_at(settings, tmp_path):
    (tmp_path / "own.css").write_text("p {}")
    assert served("/static/own.css") is None
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()
    try:
        assert served("/static/own.css") == b"p {}"
    finally:
        finders.get_finder.cache_clear()
