"""Questions, answers and what they earn. Plain Python: the standard library, and the rules for case questions.

A question is frozen; its JSON is the same in the database, in an attempt and in the content files (`from_json`).
"""

from collections.abc import Mapping
from fractions import Fraction

from contacts.policy import RULE_SET_1, Outcome, RuleSet
from training.questions.case import BASE, FEWEST_WRONG, Case
from training.questions.choosing import Multiple, Single, TrueFalse
from training.questions.codec import KINDS, from_json, missing_translations, to_json
from training.questions.draw import draw, shuffled
from training.questions.errors import AnswerError, DrawError, QuestionError, ToldError
from training.questions.placing import Matching, Ordering
from training.questions.question import Answer, Question
from training.questions.text import Item, Option, Pair, Text
from training.questions.writing import Numerical, ShortText


def parse_answer(question: Question, given: Mapping[str, object] | None) -> Answer | None:
    """The answer in its one canonical JSON form; None = unanswered. Raises AnswerError for what no form sends."""
    return question.parse(given) if given else None


def score(question: Question, answer: Mapping[str, object] | None, rules: RuleSet = RULE_SET_1) -> Fraction:
    """What an answer earns, 0 to 1; unanswered earns 0. `rules` only matter to cases. Raises AnswerError."""
    parsed = parse_answer(question, answer)
    return Fraction(0) if parsed is None else question.share(parsed, rules)


def score_of_case(question: Case, answer: Mapping[str, object] | None, verdict: Mapping[str, object]) -> Fraction:
    """What an answer to a case earns by a verdict that was kept, whatever the rules say today. Raises AnswerError."""
    parsed = parse_answer(question, answer)
    return Fraction(0) if parsed is None else question.share_of(parsed, dict(verdict))


def right_answer(question: Question, rules: RuleSet = RULE_SET_1) -> Answer:
    """An answer that earns 1."""
    return question.right(rules)


def case_verdict(question: Question, rules: RuleSet = RULE_SET_1) -> tuple[Outcome, tuple[str, ...]]:
    """What the rules say about a case: the outcome and the ids of the deciding rules. TypeError for other kinds."""
    if not isinstance(question, Case):
        raise TypeError(f"{question.key} is no case question")
    return question.decision(rules).outcome, question.deciding(rules)


__all__ = [
    "BASE",
    "FEWEST_WRONG",
    "KINDS",
    "Answer",
    "AnswerError",
    "Case",
    "DrawError",
    "Item",
    "Matching",
    "Multiple",
    "Numerical",
    "Option",
    "Ordering",
    "Pair",
    "Question",
    "QuestionError",
    "ShortText",
    "Single",
    "Text",
    "ToldError",
    "TrueFalse",
    "case_verdict",
    "draw",
    "from_json",
    "missing_translations",
    "parse_answer",
    "right_answer",
    "score",
    "score_of_case",
    "shuffled",
    "to_json",
]
