"""Whose account it is that somebody comes to from the company's sign-in service, and with which roles."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.services import Job
from portal.directory.models import Identity
from portal.directory.oidc.client import Claims
from portal.directory.services import follow_groups, link_identity
from portal.people.models import User

JOB = Job("directory.oidc")


class Unknown(Exception):
    """There is no account for this person; the sentence is for them."""


@transaction.atomic
def arrive(claims: Claims, *, at: datetime) -> User:
    """The person of these claims, linked with the first sign-in, with the roles of their groups of today.

    Raises Unknown without an account that is open; ValidationError where the account is somebody else's at the service,
    or where the last administrator would lose the role."""
    known = Identity.objects.filter(issuer=claims.issuer, subject=claims.subject).select_related("person").first()
    person = known.person if known is not None else _by_address(claims)
    if person is None or not person.is_active:
        raise Unknown(_("There is no open account for you in this portal. An administrator can make one."))
    if known is None:
        link_identity(JOB, person=person, issuer=claims.issuer, subject=claims.subject, at=at)
    if claims.groups is not None:
        person = follow_groups(JOB, person=person, groups=claims.groups, at=at)
    return person


def _by_address(claims: Claims) -> User | None:
    """Only an address that the service vouches for: or whoever may choose theirs there could be anybody here."""
    if not claims.email_verified or not claims.email:
        return None
    return User.objects.filter(email__iexact=claims.email.strip()).first()
