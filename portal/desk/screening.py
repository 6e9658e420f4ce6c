"""What the room of screenings may not know by itself: from where the company writes, and who has been trained."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contacts.requests.deciding import ASKERS
from contacts.requests.models import CompanyAccount
from contacts.requests.presence import presence_on
from contacts.screening.asking import Asked, Sender, SenderOn
from portal.people.models import User
from training.selectors import training_of


def sender_for(user: User | None, *, asked: Asked, account: str = "") -> SenderOn:
    """The sender of what this person would write, day by day; without an account's name or key the best open one.
    None is a system that asks for itself: what a person would have learnt counts as not learnt.

    Raises ValidationError for a person who may not ask and for an account that there is not.
    """
    if user is not None and not (user.is_active and user.has_role(*ASKERS)):
        raise ValidationError(_("This person may not ask about customers. Name one who works with them."))
    asker, named = user or User(), _account(user, account, asked) if account else None

    def sender_on(day: date) -> Sender:
        presence = presence_on(day, asker)
        mine = named or presence.default_account(asked.channel, asked.platform)
        return Sender(
            account=presence.sending_account(asked.channel, asked.platform, mine, private=False),
            is_present=presence.present(asked.channel, asked.platform),
            platform_status=presence.status(asked.platform),
            address_book_isolated=mine is not None and mine.address_book_isolated,
            training=training_of(asker.pk, today=day).for_channel(asked.channel),
        )

    return sender_on


def _account(user: User | None, name: str, asked: Asked) -> CompanyAccount:
    mine = CompanyAccount.objects.usable_by((user and user.pk) or 0)
    fitting = mine.filter(channel=asked.channel, platform=asked.platform)
    found = fitting.filter(name=name).order_by("pk").first() or _by_key(fitting, name)
    if found is None:
        raise ValidationError(
            _("There is no account “%(name)s” for this way of contact. Look at the list of company accounts.")
            % {"name": name}
        )
    return found


def _by_key(accounts: QuerySet[CompanyAccount], key: str) -> CompanyAccount | None:
    """What other systems name it by."""
    return accounts.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None


def accounts_on(day: date) -> list[tuple[str, str]]:
    """The accounts that are open on a day, for whoever chooses one: key, and name with the way of contact."""
    return [
        (str(one.pk), f"{one.name} ({one.get_platform_display() or one.get_channel_display()})")
        for one in CompanyAccount.objects.open_on(day).order_by("name", "pk")
    ]
