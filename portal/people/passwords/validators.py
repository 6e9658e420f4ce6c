"""A password that many have, or that was found in a leak, is refused; nothing is asked over the network."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.people.passwords.bloom import Bloom
from portal.people.passwords.building import BITS, FILE, MARKS, plain
from portal.people.passwords.leaked import stands_in


class BreachedPasswordValidator:
    """ASVS 5.0, 6.2.12 and 6.2.4: our own list of what people choose, and a file of the operator's with leaked ones."""

    def validate(self, password: str, user: object = None) -> None:
        if plain(password) in _common():
            raise ValidationError(_("Many people have this password. Choose one that nobody would guess."))
        listed = settings.BREACHED_PASSWORDS_FILE
        digest = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
        if listed and stands_in(Path(listed), digest):
            raise ValidationError(_("This password stands in a list of stolen passwords. Choose another."))

    def get_help_text(self) -> str:
        return _("Four or five words that have nothing to do with each other are good and easy to type.")


@lru_cache(maxsize=1)
def _common() -> Bloom:
    return Bloom(BITS, MARKS, FILE.read_bytes())
