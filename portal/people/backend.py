"""Who is signed in, and how many messages that person has not read: one query for both, on every page."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from portal.outbox.models import OutboxMessage
from portal.people.models import User


class PortalBackend(AuthenticationBackend):
    """The navigation shows the number beside "Messages"; as `user.unread_messages` it costs no query of its own."""

    def get_user(self, user_id: object) -> User | None:
        unread = OutboxMessage.objects.filter(kind="mail", recipient=OuterRef("pk"), mark__isnull=True)
        count = unread.order_by().values("recipient").annotate(n=Count("pk")).values("n")
        number = Coalesce(Subquery(count, output_field=IntegerField()), 0)
        user = User.objects.filter(pk=user_id).annotate(unread_messages=number).first()
        return user if user is not None and self.user_can_authenticate(user) else None
