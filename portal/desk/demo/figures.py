"""How the questions of a course do, as if many had answered: statistics hold no person and no time, so they can be
written down as they are. The same in every demo, drawn from a seed."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from training.models import CourseVersion, ItemStat
from training.questions import Answer, Case, Multiple, Question, Single, TrueFalse, draw, from_json, right_answer, score

# Figures are shown from twenty answers a question on; where one of eight is drawn, each is asked some thirty times.
ATTEMPTS = 260


def figures(version: CourseVersion) -> None:
    """Fill the statistics of a version."""
    questions = {row.key: from_json(row.body) for row in version.questions.all()}
    bank: dict[str, list[str]] = defaultdict(list)
    for question in questions.values():
        bank[question.category].append(question.key)
    chance = Random("figures")
    difficulty = {key: chance.uniform(-0.15, 0.2) for key in questions}
    rights = {key: right_answer(question) for key, question in questions.items()}
    rows: list[ItemStat] = []
    for turn in range(ATTEMPTS):
        able = chance.betavariate(2.4, 0.8)
        keys = draw(bank, version.draw, (), f"figures {turn}")
        given = {
            key: rights[key]
            if chance.random() < able - difficulty[key]
            else _wrong(questions[key], rights[key], chance)
            for key in keys
        }
        rows += _attempt(version, questions, given)
    ItemStat.objects.bulk_create(rows)


def _attempt(version: CourseVersion, questions: dict[str, Question], given: dict[str, Answer | None]) -> list[ItemStat]:
    shares = {key: float(score(questions[key], answer)) for key, answer in given.items()}
    fields = {"version": version, "attempt_ordinal": 1, "total": sum(shares.values()) / len(shares)}
    return [ItemStat(question_key=key, share=share, chosen=given[key] or {}, **fields) for key, share in shares.items()]


def _wrong(question: Question, right: Answer, chance: Random) -> Answer | None:
    """Something else than the right answer; what is typed, matched or put in order stays open."""
    match question:
        case Single():
            return {"chosen": chance.choice([key for key in question.choices() if key != right["chosen"]])}
        case Multiple():
            return {"chosen": [chance.choice(question.choices())]}
        case TrueFalse():
            return {"chosen": not right["chosen"]}
        case Case():
            outcomes = ("allowed", "needs_manager_approval", "needs_dpo_approval", "forbidden")
            outcome = chance.choice([one for one in outcomes if one != right["outcome"]])
            return {"outcome": outcome, "why": [chance.choice(question.choices())]}
        case _:
            return None
