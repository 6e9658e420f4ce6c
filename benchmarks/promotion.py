"""How well promotional wording is found in the labelled messages, and how fast, against one casefold of the text."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contacts.policy.promotion import RULES, find_promotion

FOLDER = Path(__file__).parent.parent / "tests/policy/promotion"
# The rules may be written by looking at one half; the other is only counted.
HALVES = {"development": FOLDER / "messages.jsonl", "held out": FOLDER / "fresh.jsonl"}
LENGTH = 100_000
# What is cheap to write and dear to read: many beginnings of phrases, letters alone, joints, links, invisible signs.
HOSTILE = {
    "prose": "Sehr geehrte Frau Adler, Ihre Lieferung kommt am Montag zwischen 9 und 12 Uhr. ",
    "beginnings of phrases": "jetzt unser sie ",
    "single letters": "a b ",
    "lines": "\n \n",
    "points": "a.",
    "hyphens": "ab-",
    "spaces": " ",
    "links": "www.a-b.de/c?d=e ",
    "addresses": "a@a.de ",
    "marks": "a\u0308\u200b",
    "hits": "rabatt ",
    "one word": "rabatt",
    "percent": "20 % ",
}


@dataclass(frozen=True)
class Message:
    id: str
    language: str
    promotional: bool
    text: str
    half: str


def messages() -> list[Message]:
    return [_message(line, half) for half, path in HALVES.items() for line in path.read_text("utf-8").splitlines()]


def _message(line: str, half: str) -> Message:
    row = json.loads(line)
    return Message(row["id"], row["language"], row["label"] == "promotional", row["text"], half)


def figures(*, quick: bool) -> dict[str, dict[str, Any]]:
    told = messages()
    found: dict[str, dict[str, Any]] = {}
    for half in HALVES:
        found[f"messages, {half}"] = quality(one for one in told if one.half == half)
        for language in sorted({one.language for one in told}):
            found[f"messages, {half}, {language}"] = quality(
                one for one in told if one.half == half and one.language == language
            )
    return found | {"messages hit by each rule, false ones after the +": by_rule(told)} | speeds(2 if quick else 5)


def quality(told: Iterable[Message]) -> dict[str, Any]:
    counts = Counter((one.promotional, bool(find_promotion(one.text))) for one in told)
    right, false, missed = counts[True, True], counts[False, True], counts[True, False]
    return {
        "messages": counts.total(),
        "found": right,
        "false": false,
        "missed": missed,
        "precision": right / (right + false) if right + false else 1.0,
        "recall": right / (right + missed) if right + missed else 1.0,
    }


def by_rule(told: Iterable[Message]) -> dict[str, str]:
    hits: Counter[tuple[str, bool]] = Counter()
    for one in told:
        hits.update({(hit.rule, one.promotional) for hit in find_promotion(one.text)})
    return {f"{rule.id} {rule.title_en}": f"{hits[rule.id, True]} + {hits[rule.id, False]}" for rule in RULES}


def speeds(rounds: int) -> dict[str, dict[str, Any]]:
    """For each kind of text: the time, its ratio to the floor, and how it grows when the text is twice as long."""
    return {f"{LENGTH:,} characters of {name}": speed(stuff, rounds) for name, stuff in HOSTILE.items()}


def speed(stuff: str, rounds: int) -> dict[str, float]:
    text = filled(stuff, LENGTH)
    whole = best(lambda: find_promotion(text), rounds)
    half = best(lambda: find_promotion(text[: LENGTH // 2]), rounds)
    floor = best(text.casefold, 20 * rounds)
    return {
        "ms": whole * 1000,
        "ratio to casefold": whole / floor,
        "growth when twice as long (linear: 2)": whole / half,
    }


def filled(stuff: str, length: int) -> str:
    return (stuff * (length // len(stuff) + 1))[:length]


def best(act: Callable[[], object], rounds: int) -> float:
    """The shortest of several runs, in time of this process alone: what the machine does beside it does not count."""
    times = []
    for _round in range(rounds):
        started = time.process_time()
        act()
        times.append(time.process_time() - started)
    return min(times)
