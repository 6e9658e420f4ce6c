"""The portal in a pseudo-locale (portal/pseudo.py): the German one, with every text 40 % longer and marked."""

import re
from gettext import NullTranslations
from pathlib import Path

from django.utils import translation
from django.utils.translation import trans_real

from portal.pseudo import CLOSE, OPEN, build, longer

_MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")


class _Unknown(NullTranslations):
    """What is not in the catalogue yet speaks the pseudo-locale too: that it is missing is the catalogue's own check."""

    def gettext(self, message: str) -> str:
        return longer(message.rpartition("\x04")[2])

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


def speak(settings, folder: Path) -> None:
    """From now on, until the test is over, German is the pseudo-locale."""
    settings.LOCALE_PATHS = [str(build(folder))]
    with translation.override("de"):
        trans_real.catalog().add_fallback(_Unknown())


def unmarked(text: str) -> str:
    """What is left of a text without what went through the catalogue, from the inmost text to the outmost."""
    while (less := _MARKED.sub(" ", text)) != text:
        text = less
    return " ".join(text.split())
