"""Who is signed in, how many messages that person has not read, whether a second factor is set up, and the newest head
of the audit trail: one query for all, on every page."""

from __future__ import annotations

from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, IntegerField, OuterRef, Subquery
from django.http import HttpRequest

from portal.audit.models import SignedHead
from portal.outbox.models import OutboxMessage
from portal.people.local import may_sign_in_locally
from portal.people.models import User
from portal.people.second_factor.adapter import FACTORS

#: Every page asks, so nobody counts further; 100 is shown as "99+".
COUNTED = 100


class PortalBackend(AuthenticationBackend):
    """The frame shows the number beside "Messages" and the root of the newest head: as `user.unread_messages` and
    `user.audit_root` (bytes, None before the first head) they cost no query of their own."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> User | None:
        """A right password opens nothing where passwords are switched off; the answer is that to a wrong one."""
        user = super().authenticate(request, **credentials)
        return user if user is not None and may_sign_in_locally(user) else None

    def get_user(self, user_id: object) -> User | None:
        try:
            key = int(str(user_id))
        except ValueError:
            return None
        statement, values = _statement()
        user = next(iter(User.objects.raw(statement, [key if value == PLACE else value for value in values])), None)
        return user if user is not None and self.user_can_authenticate(user) else None


#: Stands in the statement where the key of the person goes; no key is negative.
PLACE = -4711


@cache
def _statement() -> tuple[str, tuple[object, ...]]:
    """Written by Django once for a process: writing it costs more than asking it (docs/decisions/0031)."""
    unread = OutboxMessage.objects.readable().filter(recipient=OuterRef("pk"), mark__isnull=True)
    some = ArraySubquery(unread.order_by("-pk").values("pk")[:COUNTED])
    number = Func(some, function="cardinality", output_field=IntegerField())
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    root = Subquery(SignedHead.objects.order_by("-pk").values("root")[:1])
    rows = User.objects.filter(pk=PLACE)
    asked = rows.annotate(unread_messages=number, has_second_factor=Exists(factors), audit_root=root)
    return asked.query.sql_with_params()
