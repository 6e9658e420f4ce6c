"""What the company's directory knows of people: under which name they sign in there, and their groups."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Identity(models.Model):
    """A person at the company's sign-in service. The pair of issuer and subject is theirs for ever (OpenID Connect Core
    1.0, 5.7); an e-mail address can be given to somebody else, so it only makes the first acquaintance."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(_("linked"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["person", "issuer"], name="identity_one_of_a_person"),
            models.CheckConstraint(condition=~Q(issuer="") & ~Q(subject=""), name="identity_named"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.issuer})"


class Provisioned(models.Model):
    """What the directory wrote about a person by SCIM (RFC 7643): its own number for them, and when it last did."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="provisioned")
    external_id = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    #: The directory has deleted the person; for it there is nothing here any more, until it writes them anew.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="provisioned_external_id_once"
            )
        ]

    def __str__(self) -> str:
        return self.external_id or str(self.person)


class Group(models.Model):
    """A group of the directory; DIRECTORY_ROLES says which roles its members have."""

    name = models.CharField(_("name"), max_length=255)
    external_id = models.CharField(max_length=255, blank=True, default="")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="directory_groups", blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="directory_group_once"),
            models.CheckConstraint(condition=~Q(name=""), name="directory_group_named"),
        ]

    def __str__(self) -> str:
        return self.name
