"""The roles of people, and the gate that views put in front of themselves."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    EMPLOYEE = "employee", _("Employee")
    MANAGER = "manager", _("Manager")
    DPO = "dpo", _("Data protection officer")
    CONSENT_OFFICER = "consent_officer", _("Consent officer")
    TRAINING_AUTHOR = "training_author", _("Training author")
    AUDITOR = "auditor", _("Auditor or works council")
    ADMINISTRATOR = "administrator", _("Administrator")


View = Callable[..., HttpResponseBase]


def role_required(*roles: Role) -> Callable[[View], View]:
    """403 for a signed-in person who holds none of the roles; sign-in itself is asked for by the middleware."""

    def gate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            require_role(request.user, *roles)
            return view(request, *args, **kwargs)

        return guarded

    return gate


def require_role(user: object, *roles: Role) -> None:
    """Raise PermissionDenied unless the person holds one of the roles. Services call this too."""
    if not getattr(user, "has_role", lambda *_: False)(*roles):
        raise PermissionDenied
