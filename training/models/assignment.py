"""Who has to take which course: one person, a department, a role, or whoever a rule names."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from training.models.course import Course


class Assignment(models.Model):
    """A course that somebody must pass within `due_days`; exactly one of person, department, role and rule is set.

    `because` tells the person why, in the person's language, where the reason is one of their own (a remedial
    refresher). `cause` makes such an assignment exist once: "request:R-1042".
    """

    class Rule(models.TextChoices):
        NEW_JOINER = "new_joiner", _("Everybody who joins")
        MESSENGER = "messenger", _("Whoever wants to use messengers or social networks")

    course = models.ForeignKey(Course, models.PROTECT, related_name="assignments", verbose_name=_("course"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("person"),
    )
    department = models.ForeignKey(
        "people.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    rule = models.CharField(_("rule"), max_length=20, choices=Rule.choices, blank=True)
    refresher = models.BooleanField(_("the refresher is enough"), default=False)
    due_days = models.PositiveSmallIntegerField(_("days until it is due"), default=30)
    because = models.TextField(_("why"), max_length=500, blank=True)
    cause = models.CharField(max_length=80, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, department__isnull=True, role="", rule="")
                | Q(person__isnull=True, department__isnull=False, role="", rule="")
                | (Q(person__isnull=True, department__isnull=True, rule="") & ~Q(role=""))
                | (Q(person__isnull=True, department__isnull=True, role="") & ~Q(rule="")),
                name="assignment_one_target",
            ),
            models.CheckConstraint(
                condition=Q(because="") | Q(person__isnull=False), name="assignment_because_of_person"
            ),
            models.UniqueConstraint(
                fields=["course", "person", "cause"], condition=~Q(cause=""), name="assignment_once_per_cause"
            ),
        ]
        indexes = [models.Index(fields=["course"], condition=Q(ended_at__isnull=True), name="assignment_in_force")]

    def __str__(self) -> str:
        return f"{self.course_id}: {self.person_id or self.department_id or self.role or self.rule}"
