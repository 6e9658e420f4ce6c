"""What is kept of the company's directory goes with the account it is about."""

from __future__ import annotations

from portal.retention.rules import Retention, table

TABLES = (
    table("directory_group", "id name external_id created_at changed_at"),
    table("directory_group_members", "id group", people__account="user"),
    table("directory_identity", "id", people__account="person issuer subject linked_at"),
    table("directory_provisioned", "id", people__account="person external_id created_at changed_at removed_at"),
)

RETENTION = Retention(tables=TABLES)
