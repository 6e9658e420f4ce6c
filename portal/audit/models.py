"""The audit trail: one row for each change of state, written in the transaction of the change, and what seals it
afterwards (docs/evidence.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.audit.rules.heads import Head
from portal.audit.rules.leaf import micros
from portal.people.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet


# Who reported an incident of their own is told to nobody but the officers: otherwise nobody would report. A refresher
# that a report led to would tell it just as well.
CONFIDENTIAL = ("incident", "refresher")
# What officers say about an incident: its reporter does not read it, an officer who reported one no more than others.
JUDGED = ("incident.assessed", "incident.decided", "incident.exported")


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, user: User) -> AuditQuerySet:
        """The data protection officer and the auditor read the trail; nobody else does. What nobody but the officer
        and the person may know about (`CONFIDENTIAL`), only the officer reads; what was said about an incident of the
        officer's own (`JUDGED`), only another officer, where there is one."""
        if user.has_role(Role.DPO):
            return self.exclude(Exists(_others_judge(user)), verb__in=JUDGED, subject_id__in=_own_incidents(user))
        return self.exclude(subject_type__in=CONFIDENTIAL) if user.has_role(Role.AUDITOR) else self.none()


def _others_judge(user: User) -> QuerySet[User]:
    return User.objects.with_role(Role.DPO).apart_from(user)


def _own_incidents(user: User) -> QuerySet[AuditEntry, str]:
    """The incidents that this person reported, by whatever account, or that were opened with them as reporter."""
    accounts = User.objects.accounts_of(user)
    rows = AuditEntry.objects.alias(reporter=KeyTextTransform("person", "after"))
    opened = Q(verb="incident.opened", reporter__in=accounts.values(key=Cast("pk", models.TextField())))
    mine = Q(verb="incident.reported", actor__in=accounts.values("pk")) | opened
    return rows.filter(mine).values_list("subject_id", flat=True)


class AuditEntry(models.Model):
    """Who did what to which thing, and what changed. Append-only in the database (migrations 0001 and 0003): the only
    change that it lets pass blanks private values, and at the end of the transaction an entry must say of an erasure.

    `before` and `after` hold only the fields that the verb owns, as JSON. `customer_id` is a plain number, so the
    trail of a person survives the erasure of the person's row.
    """

    at = models.DateTimeField(_("when"))
    #: Found by `audit_actor`, which begins with it.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
        db_index=False,
    )
    job = models.CharField(_("job"), max_length=60, blank=True)
    verb = models.CharField(_("what"), max_length=60)
    subject_type = models.CharField(_("kind of thing"), max_length=40)
    subject_id = models.CharField(_("number"), max_length=60)
    customer_id = models.BigIntegerField(_("customer"), null=True, blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor__isnull=False, job="") | (Q(actor__isnull=True) & ~Q(job="")),
                name="audit_one_known_actor",
            )
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            models.Index(fields=["customer_id", "-id"], name="audit_customer"),
            models.Index(fields=["verb", "-id"], name="audit_verb"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"


class Seal(models.Model):
    """The place of an entry in the tree. `index` has no gaps; the order is that of sealing, not of the entries' keys:
    a transaction may commit later than one that began after it."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="seal")
    committed = models.JSONField(default=dict)  # rules.leaf.commit
    leaf_hash = models.BinaryField()

    class Meta:
        ordering = ["index"]

    def __str__(self) -> str:
        return f"{self.index}"


class Tile(models.Model):
    """The hash of a complete subtree of 2^level leaves, for each 256-fold of the one below: with them a proof reads a
    few hundred rows and not the whole tree. Nobody trusts them: whoever verifies computes them anew."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="audit_one_tile")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class SignedHead(models.Model):
    """What the tree looked like, under a signature whose key the database does not know."""

    tree_size = models.BigIntegerField()
    root = models.BinaryField()
    at = models.DateTimeField()
    key = models.BinaryField()
    signature = models.BinaryField()
    last_entry = (
        models.BigIntegerField()
    )  # the largest key of a sealed entry: where the search for unsealed ones begins

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.tree_size}"

    def plain(self) -> Head:
        key, root, signature = (bytes(value) for value in (self.key, self.root, self.signature))
        return Head(self.tree_size, root, micros(self.at), key, signature)


class Anchor(models.Model):
    """That a head was given to a place outside the database."""

    class Place(models.TextChoices):
        FILE = "file", _("File of heads")
        MAIL = "mail", _("Mail to the data protection officer and the auditors")

    head = models.ForeignKey(SignedHead, models.PROTECT, related_name="anchors")
    place = models.CharField(max_length=10, choices=Place.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["head", "place"], name="audit_anchored_once")]

    def __str__(self) -> str:
        return f"{self.place} {self.head_id}"


class PrivateKey(models.Model):
    """The key of commitments about one person (`rules.scope`); it is deleted with them."""

    scope = models.CharField(max_length=80, primary_key=True)
    key = models.BinaryField()

    def __str__(self) -> str:
        return self.scope


class Verification(models.Model):
    """What came of computing the trail anew; `finding` is a code of portal/audit/findings.py with its values."""

    at = models.DateTimeField(_("when"))
    tree_size = models.BigIntegerField()
    ok = models.BooleanField()
    finding = models.CharField(max_length=30, blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.tree_size} {self.finding}"
