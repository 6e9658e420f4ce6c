"""The session engine: Django's own over the database, with an owner and two ends (SESSION_ENGINE)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from portal.people.sessions.models import SignedIn

#: When somebody signed in, and from what, stays with the session's own data, so that saving it anew loses nothing.
BEGUN, BROWSER, NETWORK = "_begun", "_browser", "_network"
#: "Last seen" is written no more often than this: a page that is only looked at shall cost no write.
SEEN_EVERY = timedelta(minutes=5)


class SessionStore(DatabaseStore):
    """A session that is over by its idle or whole time is no session: the next request is that of a stranger."""

    @classmethod
    def get_model_class(cls) -> type[SignedIn]:
        return SignedIn

    def create_model_instance(self, data: dict[str, Any]) -> SignedIn:
        now = timezone.now()
        person = data.get(SESSION_KEY)
        begun, whose = data.get(BEGUN, (None, None))
        if begun is None or whose != person:
            begun = now.timestamp()
            data[BEGUN] = (begun, person)
        row = cast("SignedIn", super().create_model_instance(data))
        row.person_id = int(person) if person else None
        row.begun_at, row.seen_at = datetime.fromtimestamp(begun, UTC), now
        row.browser, row.network = data.get(BROWSER, ""), data.get(NETWORK, "")
        return row

    def _get_session_from_db(self) -> SignedIn | None:
        row = super()._get_session_from_db()  # type: ignore[misc]
        if row is None:
            return None
        now = timezone.now()
        if row.is_over(now):
            self._session_key = None
            return None
        if now - row.seen_at >= SEEN_EVERY:
            SignedIn.objects.filter(pk=row.pk, seen_at=row.seen_at).update(seen_at=now)
        return row
