"""Rule sets are about nobody; who wrote and released them goes with the account."""

from __future__ import annotations

from portal.retention.rules import Retention, table

TABLES = (
    table(
        "rulebook_rulesetversion",
        "id number based_on state settings cases drafted_at reason laxer laxer_reason effective_from released_at sha256",
        people__account="drafted_by writers released_by",
    ),
)

RETENTION = Retention(tables=TABLES)
