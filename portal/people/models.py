"""The people of the company: who they are, where they work, who leads them, what they may do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower, Trim, Upper
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.people.masking import pseudonym_for_reader
from portal.people.numbers import spelt_number, tidy_number


def same_spelling(number: F) -> Upper:
    """One spelling of a personnel number, as the guard of the reviews in the database has it: “n-7 ” is “N-7”."""
    return Upper(Trim(number))


class Department(models.Model):
    """A department; its name is unique whatever its case."""

    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="department_name_once")]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User) -> UserQuerySet:
        """Administrators, DPO and auditors see everybody; managers their own reports; everybody themselves."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.ADMINISTRATOR, Role.DPO, Role.AUDITOR):
            return self
        return self.filter(Q(pk=user.pk) | Q(manager=user))

    def with_role(self, role: Role) -> UserQuerySet:
        return self.filter(is_active=True, roles__contains=[role])

    def apart_from(self, user: User) -> UserQuerySet:
        """Everybody but this person, by whatever account."""
        spelt = self.alias(spelling=same_spelling(F("person_number")))
        return spelt.exclude(spelling=Value(spelt_number(user.person_number)))

    def accounts_of(self, user: User) -> UserQuerySet:
        """All accounts of this person."""
        spelt = self.alias(spelling=same_spelling(F("person_number")))
        return spelt.filter(spelling=Value(spelt_number(user.person_number)))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """The first administrator: `manage.py createsuperuser`."""
        fields.setdefault("roles", [Role.ADMINISTRATOR])
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person who signs in by e-mail. One human being = one `person_number`, however many accounts."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    person_number = models.CharField(
        _("personnel number"),
        max_length=40,
        help_text=_("The same number on two accounts means the same person; nobody reviews own requests."),
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("department")
    )
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list, verbose_name=_("roles"))
    language = models.CharField(
        _("language"), max_length=2, choices=[("de", _("German")), ("en", _("English"))], default="de"
    )
    theme = models.CharField(
        _("appearance"),
        max_length=6,
        choices=Theme.choices,
        default=Theme.SYSTEM,
    )
    shortcuts = models.BooleanField(_("single keys"), default=True)
    #: The step of the first visit that the start page shows; 0 = closed (portal/help/visits.py).
    first_visit = models.PositiveSmallIntegerField(_("first visit"), default=1, db_default=1)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_on = models.DateField(_("joined on"), auto_now_add=True)

    #: The system in whose call this person acts (`api:crm`), for the trail; empty at the portal's own pages.
    through: str = ""

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name", "person_number"]

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=[role.value for role in Role]), name="user_roles_known"
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("pk")), name="user_not_own_manager"
            ),
            models.CheckConstraint(condition=~Q(person_number=""), name="user_person_number_given"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        super().clean()
        if not tidy_number(self.person_number):
            raise ValidationError({"person_number": _("Enter a personnel number that can be read.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A number is kept in one spelling of its spaces, whoever writes it."""
        self.person_number = tidy_number(self.person_number)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        """The name, or a pseudonym for a reader who is to see none (portal/people/masking.py)."""
        hidden = pseudonym_for_reader(self.pk)
        return hidden or f"{self.first_name} {self.last_name}".strip()

    def has_role(self, *roles: Role | str) -> bool:
        """Whether the person, if active, holds at least one of the roles."""
        return self.is_active and any(role in self.roles for role in roles)

    def role_words(self) -> str:
        """The roles as words, with commas."""
        return ", ".join(str(Role(role).label) for role in self.roles)

    def is_same_person_as(self, other: User) -> bool:
        """Two accounts of one human being count as one person (what always holds, 2)."""
        mine, theirs = (spelt_number(user.person_number) for user in (self, other))
        return self.pk == other.pk or mine == theirs


from portal.people.sessions.models import SignedIn  # noqa: E402  (it needs User's name only; Django finds models here)

__all__ = ["Department", "SignedIn", "User", "UserQuerySet"]
