"""Questions for round trips: any words that a question may have, with a liking for signs that formats use."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from training.questions import Question, QuestionError, from_json

SIGNS = (
    "\\", "\\n", "\\\\", "#", "####", "=", "~", "{", "}", ":", "::", "->", "//", "%50%", "%", "[html]", "[id:x]", "*",
    "<", ">", "&", "&amp;", "&lt;", "&#123;", "<b>", "</span>", '<span lang="en" class="multilang">', "{mlang de}",
    "]]>", "<!--", "<br>", "$CATEGORY: x", "\n", "\n\n", "  ", "\t", "\u00a0", "\u2028", "T", "TRUE", ">3 ALL", "1..5",
    "_____", "ß", "Ü", "§", "\U0001f600", "'", '"', ",", ";", "]", "[",
)  # fmt: skip
CHARACTERS = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff")
RAW = st.lists(st.one_of(st.sampled_from(SIGNS), st.text(CHARACTERS, max_size=5)), min_size=1, max_size=8).map("".join)
WORDS = RAW.filter(lambda words: bool(words.strip()))
SLUGS = st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,10}[a-z0-9])?", fullmatch=True)
MAYBE = st.one_of(st.just(""), WORDS)
TEXTS = st.one_of(
    st.fixed_dictionaries({"de": WORDS, "en": MAYBE}),
    st.fixed_dictionaries({"de": MAYBE, "en": WORDS}),
)
MAYBE_TEXTS = st.fixed_dictionaries({"de": MAYBE, "en": MAYBE})
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12),
    st.decimals(-1000, 1000, places=3, allow_nan=False).map(float),
)


def parts(name: str, least: int = 2, **more: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    entry = st.fixed_dictionaries({"key": SLUGS, name: TEXTS, **more})
    return st.lists(entry, min_size=least, max_size=5, unique_by=lambda one: one["key"])


SPELLINGS = st.lists(WORDS, max_size=4)
BODIES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single": parts("text").map(
        lambda rows: {"options": [{**row, "right": n == 0} for n, row in enumerate(sorted(rows, key=str))]}
    ),
    "multiple": parts("text", right=st.booleans()).map(lambda rows: {"options": rows}),
    "true_false": st.fixed_dictionaries({"right": st.booleans()}),
    "matching": st.tuples(parts("left", right=TEXTS), parts("text", least=0)).map(
        lambda both: {"pairs": both[0], "distractors": both[1]}
    ),
    "ordering": parts("text").map(lambda rows: {"items": rows}),
    "numerical": st.fixed_dictionaries({"right": NUMBERS, "tolerance": NUMBERS.map(abs), "unit": MAYBE_TEXTS}),
    "short_text": st.fixed_dictionaries({"accepted": st.fixed_dictionaries({"de": SPELLINGS, "en": SPELLINGS})}),
}


def made(values: dict[str, Any]) -> Question | None:
    """None for what chance made impossible, such as two options that look the same."""
    try:
        return from_json(values)
    except QuestionError:
        return None


def of_kind(kind: str) -> st.SearchStrategy[Question | None]:
    common = st.fixed_dictionaries(
        {"key": SLUGS, "category": SLUGS, "text": TEXTS, "explanation": MAYBE_TEXTS, "source": MAYBE}
    )
    return st.tuples(common, BODIES[kind]).map(lambda two: made({"kind": kind, **two[0], **two[1]}))


QUESTIONS: st.SearchStrategy[Question] = (
    st.sampled_from(sorted(BODIES)).flatmap(of_kind).filter(lambda question: question is not None)
)
BANKS = st.lists(QUESTIONS, min_size=1, max_size=4, unique_by=lambda question: question.key)
