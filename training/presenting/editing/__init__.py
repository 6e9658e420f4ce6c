"""A question as an author edits it: a form without script, one field per word, rows that are added by a press."""

from training.presenting.editing.posted import act_in, values_in
from training.presenting.editing.sheet import KIND_WORDS, EditSheet, blank, sheet_for

__all__ = ["KIND_WORDS", "EditSheet", "act_in", "blank", "sheet_for", "values_in"]
