"""A forgotten password: whoever asks, and whatever they type, the portal does the same and answers the same.

Nobody looks for the account while the browser waits. What was typed goes into the outbox as a keyed hash, and only when
the mail is put together it is found out whose address it is, or that it is nobody's (reliability.md, B2).
"""

from __future__ import annotations

import hmac
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from portal.outbox import services as outbox
from portal.outbox.letters import Letter
from portal.people.local import may_sign_in_locally
from portal.people.models import User

TOPIC = "people.password_reset"


@transaction.atomic
def ask_new_password(*, email: str, at: datetime) -> None:
    """Somebody who says they are the owner of this address cannot sign in."""
    outbox.letter(TOPIC, {"address": _digest(email)}, at=at)


def new_password(*, address: str, at: datetime) -> Letter | None:
    """The mail with the link, which stands in no table; None where nobody active signs in here with this address."""
    people = User.objects.filter(is_active=True)
    person = next((one for one in people.iterator() if hmac.compare_digest(_digest(one.email), address)), None)
    if person is None or not may_sign_in_locally(person):
        return None
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    context = {"recipient": person, "url": settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)}
    return Letter(person.email, person.language, "password_reset", context)


def _digest(email: str) -> str:
    return salted_hmac("portal.people.forgetting", email.strip().lower(), algorithm="sha256").hexdigest()
