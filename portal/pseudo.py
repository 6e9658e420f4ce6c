"""A pseudo-locale: every translated text 40 % longer and marked, to find what does not fit and what is not translated.

`python -m portal.pseudo FOLDER` writes `FOLDER/de/LC_MESSAGES/django.mo` (and `.po`); with that folder as LOCALE_PATHS
the German portal speaks it. Each word grows, because German words do: a line that breaks between words would hide what
a long word does to a button. Placeholders, links and tags stay as they are.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
#: Stands at both ends of every text that went through the catalogue.
OPEN, CLOSE = "⟦", "⟧"
GROWTH = 0.4
_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{[^}]*\}|<[^>]+>|&\w+;|\]\([^)]+\)|\n")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ACCENTS = str.maketrans("aeiouAEIOUcnsyz", "áéíóúÁÉÍÓÚçñšýž")


def longer(text: str) -> str:
    """The text in the pseudo-locale: `Send %(count)s` becomes `⟦Séñdée %(count)s⟧`."""
    if not text.strip():
        return text
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [_grown(text[end : kept.start()]), kept.group()]
        end = kept.end()
    parts.append(_grown(text[end:]))
    inner = "".join(parts)
    ends = "\n" if text.endswith("\n") else ""  # gettext wants both texts to end alike
    starts = "\n" if text.startswith("\n") else ""
    return f"{starts}{OPEN}{inner.strip(chr(10))}{CLOSE}{ends}"


def _grown(text: str) -> str:
    """Each word with 40 % more letters, rounded up, and accents on what can bear one."""
    return _WORD.sub(lambda word: _long_word(word.group()), text)


def _long_word(word: str) -> str:
    more = -(-len(word) * GROWTH // 1)
    tail = (word[1:] or word).lower()
    return (word + (tail * 2)[: int(more)]).translate(_ACCENTS)


def build(folder: Path, more: dict[str, str] | None = None) -> Path:
    """Write the catalogue; returns its folder, for LOCALE_PATHS. Texts that are missing in German are in it too."""
    catalogue = polib.pofile(str(CATALOGUE))
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    for msgid in more or {}:
        context, _mark, words = msgid.rpartition("\x04")
        if (context or None, words) not in known:
            catalogue.append(polib.POEntry(msgid=words, msgctxt=context or None))
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: longer(entry.msgid), 1: longer(entry.msgid_plural)}
        else:
            entry.msgstr = longer(entry.msgid)
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    target = folder / "de" / "LC_MESSAGES"
    target.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(target / "django.po"))
    catalogue.save_as_mofile(str(target / "django.mo"))
    return folder


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1]))}\n")
