"""What people enter to sign in and about their password: the library's forms, as our pages show forms."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django.http import HttpRequest
from django.utils import timezone

from portal.people.forgetting import ask_new_password


class ByLabel:
    """The labels say what goes in; the same words in the boxes would look as if they were filled."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(ByLabel, LoginForm):
    pass


class ForgottenForm(ByLabel, ResetPasswordForm):
    """Nothing is looked up while the browser waits (portal/people/forgetting.py)."""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        ask_new_password(email=self.cleaned_data["email"], at=timezone.now())
        return self.cleaned_data["email"]


class NewPasswordForm(ByLabel, ResetPasswordKeyForm):
    pass


class ChangedPasswordForm(ByLabel, ChangePasswordForm):
    pass


class OnceMoreForm(ByLabel, ReauthenticateForm):
    """Who has been signed in for long says once more who sits there."""
