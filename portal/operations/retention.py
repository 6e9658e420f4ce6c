"""When something last went well is about nobody."""

from __future__ import annotations

from portal.retention.rules import Retention, table

TABLES = (table("operations_success", "kind at figures"),)

RETENTION = Retention(tables=TABLES)
