"""The kind of list that holds consents from an earlier system, one consent a line. See docs/import.md."""
