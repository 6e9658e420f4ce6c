"""Citations for German readers. They are written once, in English (“GDPR Art. 6(1)(f), rec. 47”); German sources keep
their German names in both languages. Standard library only."""

from __future__ import annotations

import re

_GERMAN = {
    "GDPR": "DSGVO",
    "CJEU": "EuGH",
    "rec.": "ErwGr.",
    "ePrivacy Dir.": "ePrivacy-RL",
    "no statutory hours": "keine gesetzlichen Zeiten",
    "last half-sentence": "letzter Halbsatz",
    "house rule": "Hausregel",
    "disputed": "umstritten",
    "silent": "ohne Aussage",
    "contra": "anders",
}
_ENGLISH = re.compile("|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in _GERMAN))


def citation_in(language: str, citation: str) -> str:
    """The citation as a reader of this language writes it; “Art. 6(1)(f)” stays, it is read in both."""
    if not language.startswith("de"):
        return citation
    return _ENGLISH.sub(lambda match: _GERMAN[match[0]], citation)
