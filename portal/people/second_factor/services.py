"""Verbs about second factors that django-allauth leaves to us: fresh recovery codes, and telling the trail."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.people.models import User
from portal.people.second_factor.adapter import SecondFactorAdapter
from portal.people.sessions.services import drop_sessions

NEEDED = SecondFactorAdapter.error_messages["cannot_delete_authenticator"]


@transaction.atomic
def new_recovery_codes(acting_user: User, *, at: datetime) -> list[str]:
    """Ten codes that each stand in once for a lost factor; they replace those of before."""
    User.objects.select_for_update(of=("self",)).get(pk=acting_user.pk)
    Authenticator.objects.filter(user=acting_user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(acting_user).get_unused_codes()
    note(acting_user, verb="second_factor.codes_made", kind="recovery_codes", at=at)
    return codes


@transaction.atomic
def reset_second_factor(acting_user: User, *, person: User, at: datetime) -> None:
    """Take all factors of a person away who lost them, recovery codes included, and end their sessions.

    An administrator does that for somebody else, having made sure who asks; with a role that needs one, the next
    sign-in leads to setting one up. Without a factor nothing is written."""
    require_role(acting_user, Role.ADMINISTRATOR)
    if acting_user.is_same_person_as(person):
        raise PermissionDenied(_("Nobody resets the own second factor. Ask another administrator."))
    gone, _rows = Authenticator.objects.filter(user=person).delete()
    if gone:
        drop_sessions(person)
        record(acting_user, "second_factor.reset", "person", person.pk, at=at, after={"factors": gone})


def note(acting_user: User, *, verb: str, kind: str, at: datetime) -> None:
    """The entry about one's own factor, in the transaction of the change."""
    record(acting_user, verb, "person", acting_user.pk, at=at, after={"factor": kind})


def may_remove(authenticator: Authenticator) -> bool:
    return SecondFactorAdapter().can_delete_authenticator(authenticator)
