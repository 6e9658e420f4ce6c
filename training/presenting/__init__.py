"""Questions and answers in the reader's words: what a page shows, what its form sends back, what came out."""

from training.presenting.forms import demand_each_place_once, given_in
from training.presenting.results import ResultRow, answer_words, result_rows, right_words
from training.presenting.showing import Shown, shown, words

__all__ = [
    "ResultRow",
    "Shown",
    "answer_words",
    "demand_each_place_once",
    "given_in",
    "result_rows",
    "right_words",
    "shown",
    "words",
]
