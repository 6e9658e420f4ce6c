"""Verbs of the register: entering and deciding, letters, names, erasures and their ledger, the clock."""
