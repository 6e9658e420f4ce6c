"""Compiling the messages beside a running portal: nobody ever reads half a catalogue."""

import gettext
import threading
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from portal import catalogues

pytestmark = pytest.mark.filterwarnings("error")
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def source(tmp_path) -> Path:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    path = folder / "django.po"
    path.write_text(HEAD + "".join(f'msgid "word {n}"\nmsgstr "Wort {n}"\n\n' for n in range(2000)))
    return path


def translation(source: Path, text: str) -> str:
    with source.with_suffix(".mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled).gettext(text)


def test_what_is_newer_is_compiled_once(source, tmp_path):
    assert catalogues.compile_newer(tmp_path) == [source.with_suffix(".mo")]
    assert translation(source, "word 7") == "Wort 7"
    assert catalogues.compile_newer(tmp_path) == []


def test_a_broken_catalogue_leaves_the_compiled_one_as_it_was(source, tmp_path):
    catalogues.compile_newer(tmp_path)
    source.write_text(HEAD + "what a merge left\n")
    with pytest.raises(PoFileError):
        catalogues.compile_one(source)
    assert translation(source, "word 7") == "Wort 7"
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_who_reads_meanwhile_has_a_whole_catalogue(source, tmp_path):
    catalogues.compile_newer(tmp_path)
    stop = threading.Event()
    read: list[str] = []
    trouble: list[Exception] = []

    def reader() -> None:
        while not stop.is_set():
            try:
                read.append(translation(source, "word 1999"))
            except Exception as broken:
                trouble.append(broken)

    thread = threading.Thread(target=reader)
    thread.start()
    for _again in range(20):
        catalogues.compile_one(source)
    stop.set()
    thread.join()
    assert not trouble
    assert read
    assert set(read) == {"Wort 1999"}
