"""Whole lists decided at once: the facts of all rows in sets, each distinct case once, by the rules and no others."""
