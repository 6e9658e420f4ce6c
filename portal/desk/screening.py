"""What the room of screenings may not know by itself: from where the company writes, and who has been trained."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contacts.requests.deciding import ASKERS
from contacts.requests.models import CompanyAccount
from contacts.requests.presence import presence_on
from contacts.screening.asking import Asked, Sender, SenderOn
from portal.people.models import User
from training.selectors import training_of


def sender_for(user: User, *, asked: Asked, account: str = "") -> SenderOn:
    """The sender of what this person would write, day by day; without an account's name the best open one.

    Raises ValidationError for a person who may not ask and for an account that there is not.
    """
    if not (user.is_active and user.has_role(*ASKERS)):
        raise ValidationError(_("This person may not ask about customers. Name one who works with them."))
    named = _account(user, account, asked) if account else None

    def sender_on(day: date) -> Sender:
        presence = presence_on(day, user)
        mine = named or presence.default_account(asked.channel, asked.platform)
        return Sender(
            account=presence.sending_account(asked.channel, asked.platform, mine, private=False),
            is_present=presence.present(asked.channel, asked.platform),
            platform_status=presence.status(asked.platform),
            address_book_isolated=mine is not None and mine.address_book_isolated,
            training=training_of(user.pk, today=day).for_channel(asked.channel),
        )

    return sender_on


def _account(user: User, name: str, asked: Asked) -> CompanyAccount:
    fitting = CompanyAccount.objects.usable_by(user.pk or 0).filter(
        name=name, channel=asked.channel, platform=asked.platform
    )
    found = fitting.order_by("pk").first()
    if found is None:
        raise ValidationError(
            _("There is no account “%(name)s” for this way of contact. Look at the list of company accounts.")
            % {"name": name}
        )
    return found
