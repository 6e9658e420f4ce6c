"""Making, confirming and revoking the keys of other systems, and knowing a system by its key."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.access.tokens import digest_of_token
from portal.audit.services import record
from portal.machines.models import ApiToken
from portal.outbox import services as outbox
from portal.planned import ask, row_of

if TYPE_CHECKING:
    from portal.people.models import User

#: So that a key that leaked somewhere can be recognised as one of ours.
PREFIX = "kontaktklar_"
LONGEST = timedelta(days=2 * 366)
#: Marks that the portal itself puts before the numbers of entries (`import:77` is line 77 of a list).
RESERVED = frozenset({"import"})


@transaction.atomic
def make_token(
    acting_user: User,
    *,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime,
    at: datetime,
    acts_for: User | None = None,
) -> tuple[ApiToken, str]:
    """A new key, returned to be shown once and kept nowhere in clear. The person for whom it is to act hears of it by
    mail; it opens nothing before they have confirmed it.

    Only administrators. Raises ValidationError for a name that was given before or is reserved, no scope, or an end
    that lies in the past or more than two years ahead.
    """
    require_role(acting_user, Role.ADMINISTRATOR)
    if not at < expires_at <= at + LONGEST:
        raise ValidationError({"expires_on": _("Choose a day within the next two years: a key should be renewed.")})
    if name.lower() in RESERVED:
        raise ValidationError({"name": _("The portal uses this name for its own entries. Choose another name.")})
    if ApiToken.objects.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("A system of this name is in the audit trail already. Choose another name.")})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        name=name,
        scopes=sorted(set(scopes)),
        digest=digest_of_token(secret),
        created_by=acting_user,
        acts_for=acts_for,
        created_at=at,
        expires_at=expires_at,
    )
    token.full_clean()
    token.save(force_insert=True)
    after = {"scopes": token.scopes, "expires_at": expires_at}
    after |= {"acts_for": acts_for.pk} if acts_for is not None else {}
    record(acting_user, "api_token.made", "api_token", token.name, at=at, after=after)
    if acts_for is not None:
        about = {"system": token.name, "maker": str(acting_user), "scopes": token.scopes}
        outbox.mail(to=acts_for, template="key_to_confirm", context=about, at=at)
    return token, secret


@transaction.atomic
def confirm_token(acting_user: User, *, token: ApiToken, at: datetime) -> ApiToken:
    """The person lets the system act in their place, from this commit on. Confirmed again, nothing changes.

    Raises PermissionDenied for anybody else, ValidationError for a key that is revoked or whose time is over.
    """
    mine = _locked(token)
    if mine.acts_for_id != acting_user.pk or not acting_user.is_active:
        raise PermissionDenied
    if not mine.is_valid(at):
        raise ValidationError(_("This key has ended. Ask an administrator for another one."))
    if mine.confirmed_at is None:
        mine.confirmed_at = at
        mine.save(update_fields=["confirmed_at"])
        record(acting_user, "api_token.confirmed", "api_token", mine.name, at=at, after={"confirmed_at": at})
    return mine


@transaction.atomic
def revoke_token(acting_user: User, *, token: ApiToken, at: datetime) -> ApiToken:
    """The key opens nothing from this commit on. Revoked again, nothing changes. Only administrators and the person in
    whose place it acts."""
    mine = _locked(token)
    if mine.acts_for_id != acting_user.pk or not acting_user.is_active:
        require_role(acting_user, Role.ADMINISTRATOR)
    if mine.revoked_at is None:
        mine.revoked_at = at
        mine.save(update_fields=["revoked_at"])
        record(acting_user, "api_token.revoked", "api_token", mine.name, at=at, after={"revoked_at": at})
    return mine


def _locked(token: ApiToken) -> ApiToken:
    return ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)


def token_for(secret: str, *, at: datetime) -> ApiToken | None:
    """The system whose key this is, while the key is valid. Its call is counted in the row (`calls_in_minute`), and its
    last use noted, in the statement that finds it: every call comes through here."""
    row = ask(_COUNTED, [digest_of_token(secret), at, _minute(at), not connection.in_atomic_block])
    return row_of(ApiToken, _COLUMNS, row[:-1]) if row is not None else None


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


_COLUMNS = [field.attname for field in ApiToken._meta.concrete_fields]
# In a transaction of its own the count need not wait for the disk: after a crash of the server some calls of one minute
# may be counted anew.
_COUNTED = f"""
UPDATE machines_apitoken SET
    calls_in_minute = CASE WHEN minute = $3 THEN calls_in_minute + 1 ELSE 1 END,
    minute = $3,
    last_used_at = $2
WHERE digest = $1 AND revoked_at IS NULL AND created_at <= $2 AND $2 < expires_at
RETURNING {", ".join(_COLUMNS)},
    set_config('synchronous_commit',
        CASE WHEN $4 THEN 'off' ELSE current_setting('synchronous_commit') END, true)
"""
