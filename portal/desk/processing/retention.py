"""The record of processing is about nobody but for who wrote a version, which goes with the account."""

from __future__ import annotations

from portal.retention.rules import Retention, table

TABLES = (
    table(
        "processing_activityversion",
        "id activity number kind name purposes legal_basis persons data recipients third_countries time_limits measures remarks reason drawn made_at",
        people__account="made_by",
    ),
)

RETENTION = Retention((), TABLES)
