"""Who is signed in, and how many messages that person has not read: one query for both, on every page."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef

from portal.outbox.models import OutboxMessage
from portal.people.models import User

#: Every page asks, so nobody counts further; 100 is shown as "99+".
COUNTED = 100


class PortalBackend(AuthenticationBackend):
    """The navigation shows the number beside "Messages"; as `user.unread_messages` it costs no query of its own."""

    def get_user(self, user_id: object) -> User | None:
        unread = OutboxMessage.objects.readable().filter(recipient=OuterRef("pk"), mark__isnull=True)
        some = ArraySubquery(unread.order_by("-pk").values("pk")[:COUNTED])
        number = Func(some, function="cardinality", output_field=IntegerField())
        user = User.objects.filter(pk=user_id).annotate(unread_messages=number).first()
        return user if user is not None and self.user_can_authenticate(user) else None
