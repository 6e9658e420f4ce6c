"""Questions and answers in the reader's words: what a page shows, what its form sends back, what came out."""

from training.presenting.forms import given_in, placed_twice
from training.presenting.results import ResultRow, answer_words, result_rows, right_words
from training.presenting.showing import Shown, shown, words

__all__ = [
    "ResultRow",
    "Shown",
    "answer_words",
    "given_in",
    "placed_twice",
    "result_rows",
    "right_words",
    "shown",
    "words",
]
