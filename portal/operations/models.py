"""What whoever runs the portal needs to know of later: when something last went well."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Success(models.Model):
    """When a backup was last written and when one was last shown to restore, one row each; failures leave none.

    So an age that grows is the alarm, whatever the reason was. `figures` are numbers, never a name or a path.
    """

    class Kind(models.TextChoices):
        BACKUP = "backup", _("Backup written")
        RESTORE = "restore", _("Backup restored and verified")

    kind = models.CharField(max_length=7, choices=Kind.choices, primary_key=True)
    at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["backup", "restore"]), name="operations_success_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
