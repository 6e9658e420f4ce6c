"""Where the company itself is present: platforms with their review status, and accounts to send from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.vocabulary import Channel, Platform

if TYPE_CHECKING:
    from portal.people.models import User


#: Where people can only write from a profile of their own; everywhere else a company has an account.
NETWORKS = (Platform.LINKEDIN, Platform.XING)
#: How long a personal profile is registered at most; then it is looked at again.
LONGEST_REGISTRATION = timedelta(days=366)


class PlatformRegistration(models.Model):
    """The data protection review of one platform; the starting values are those of law.md 4.6 (migration 0002)."""

    class Status(models.TextChoices):
        APPROVED = "approved", _("Approved")
        UNDER_REVIEW = "under_review", _("Under review")
        NOT_APPROVED = "not_approved", _("Not approved")

    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices, unique=True)
    status = models.CharField(_("status"), max_length=15, choices=Status.choices, default=Status.NOT_APPROVED)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["platform"]

    def __str__(self) -> str:
        return str(self.get_platform_display())


class CompanyAccountQuerySet(models.QuerySet["CompanyAccount"]):
    def visible_to(self, user: User) -> CompanyAccountQuerySet:
        """Everybody who works here may know from where the company writes. A personal profile is for its holder, their
        manager, and those who keep the accounts or look after them."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.DPO, Role.ADMINISTRATOR, Role.AUDITOR):
            return self
        return self.filter(Q(holder__isnull=True) | Q(holder=user) | Q(holder__manager=user))

    def of_the_company(self) -> CompanyAccountQuerySet:
        return self.filter(holder__isnull=True)

    def usable_by(self, person_id: int) -> CompanyAccountQuerySet:
        """The company's accounts, and this person's own registered profiles. A system that asks for nobody (0) has
        none."""
        return self.filter(Q(holder__isnull=True) | Q(holder=person_id))

    def open_on(self, day: date) -> CompanyAccountQuerySet:
        """Accounts that the DPO approved and that are valid on a day. A personal profile was registered for the work in
        one department: it ends when its holder leaves or changes there."""
        same = Q(holder__department=F("owner")) | Q(holder__department__isnull=True, owner__isnull=True)
        return (
            self.filter(approved_at__isnull=False, closed_at__isnull=True, valid_from__lte=day)
            .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))
            .filter(Q(holder__isnull=True) | (Q(holder__is_active=True) & same))
        )


class CompanyAccount(models.Model):
    """An official presence or device from which staff may contact customers.

    With a `holder` it is that person's own profile in a business network, registered for work (docs/decisions/0030):
    only they write from it, for at most a year, and to the rules it is a shared device.
    """

    class Kind(models.TextChoices):
        VERIFIED = "company_account_verified", _("Verified company account")
        SHARED_DEVICE = "company_shared_device", _("Shared company device")

    name = models.CharField(_("name"), max_length=100)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices, default=Kind.VERIFIED)
    owner = models.ForeignKey(
        "people.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible person"),
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("personal profile of"),
    )
    processor_contract = models.CharField(_("processor contract on file"), max_length=200, blank=True)
    address_book_isolated = models.BooleanField(_("address book is isolated"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = CompanyAccountQuerySet.as_manager()

    class Meta:
        ordering = ["channel", "platform", "name"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(channel__in=["messenger", "social_dm"]) & ~Q(platform=""))
                | (~Q(channel__in=["messenger", "social_dm"]) & Q(platform="")),
                name="account_platform_fits",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="account_period",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="account_approval_has_approver",
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=True)
                | Q(
                    kind="company_shared_device",
                    channel=Channel.SOCIAL_DM,
                    platform__in=["linkedin", "xing"],
                    address_book_isolated=True,
                    valid_until__isnull=False,
                    valid_until__lte=F("valid_from") + LONGEST_REGISTRATION,
                ),
                name="account_profile_of_a_network",
            ),
            models.UniqueConstraint(
                fields=["holder", "platform"],
                condition=Q(holder__isnull=False, approved_at__isnull=True, closed_at__isnull=True),
                name="account_one_profile_waits",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid_on(self, day: date) -> bool:
        """Whether a day lies between the first and the last, both included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def standing_on(self, day: date) -> str:
        """`open`, `waiting` for its approval, `not_yet_valid`, `no_longer_valid`, `holder_gone` or `closed`."""
        if self.closed_at is not None:
            return "closed"
        if self.has_lost_its_holder():
            return "holder_gone"
        if self.valid_until is not None and self.valid_until < day:
            return "no_longer_valid"
        if self.approved_at is None:
            return "waiting"
        return "not_yet_valid" if self.valid_from > day else "open"

    @property
    def is_profile(self) -> bool:
        return self.holder_id is not None

    @property
    def kind_word(self) -> str:
        return str(_("Personal profile, registered for work") if self.is_profile else self.get_kind_display())

    def has_lost_its_holder(self) -> bool:
        """Whether the person to whom a profile belongs has left, or works in another department by now."""
        return self.holder is not None and not (self.holder.is_active and self.holder.department_id == self.owner_id)
