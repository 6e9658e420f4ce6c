"""How django-allauth's second factors behave here: what is secret is kept under a key that is not in the database."""

from __future__ import annotations

import base64
from functools import lru_cache

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from portal.people.second_factor.rules import needed_of


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong, or it was used already. Wait for the next one and enter that."),
        "cannot_delete_authenticator": _(
            "Your role asks for a second factor. Set up another one first, then remove this one."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """ "" where the key has gone: then no code fits, and nothing breaks."""
        try:
            return _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(encrypted_text).decode()
        except InvalidToken:
            return ""

    def can_delete_authenticator(self, authenticator) -> bool:
        """The last one stays with whoever needs one: a stolen session must not lower the bar."""
        user = authenticator.user
        others = type(authenticator).objects.filter(user=user, type__in=FACTORS).exclude(pk=authenticator.pk)
        is_factor = authenticator.type in FACTORS
        return not (is_factor and needed_of(user.roles, settings.MFA_REQUIRED_ROLES) and not others.exists())

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()


#: Recovery codes replace a factor that was lost; alone they are none.
FACTORS = ("totp", "webauthn")


@lru_cache(maxsize=4)
def _keys(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal.people.second_factor")
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
