"""What remains of requests whose time is over: how many there were. It names no customer and no employee."""

from __future__ import annotations

from django.db import models


class YearSum(models.Model):
    """How many requests of a year for one reason, over one way, with one end."""

    year = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=30)
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["year", "purpose", "channel", "state"]
        constraints = [
            models.UniqueConstraint(fields=["year", "purpose", "channel", "state"], name="year_sum_once"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.purpose} {self.channel} {self.state}: {self.count}"
