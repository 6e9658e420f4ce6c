"""Pages of help, and words of the glossary."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from django.apps import apps
from django.urls import reverse

from portal.desk.search.hits import Hit
from portal.desk.search.rules import stands_in

if TYPE_CHECKING:
    from portal.people.models import User

HELP = "portal.help"
#: A link in a sentence of help: its words are enough here.
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def help_hits(user: User, words: str) -> list[Hit]:
    """What this person may read in the help, guides before single words; nothing in a house without that room."""
    return [*_guides(user, words), *_terms(words)] if apps.is_installed(HELP) else []


def _guides(user: User, words: str) -> list[Hit]:
    guides = import_module(f"{HELP}.guides")
    return [
        Hit(str(one.title), str(one.lead), reverse("help_guide", args=[one.slug]))
        for one in guides.guides_for(user, guides.QUESTIONS + guides.ROLES)
        if stands_in(words, str(one.title), str(one.lead))
    ]


def _terms(words: str) -> list[Hit]:
    return [
        Hit(str(one.word), _LINK.sub(r"\1", str(one.meaning[0])), f"{reverse('glossary')}#{one.key}")
        for one in import_module(f"{HELP}.glossary").in_order()
        if stands_in(words, str(one.word))
    ]
