"""A draft without what promotes something: whole sentences go, so that what stays can be read."""

import re

from contacts.policy.promotion.finding import Hit, find_promotion

# Where a sentence ends: at its mark, or with its line.
ENDS = re.compile(r"[.!?]+(?=\s)\s*|\n+")


def without_promotion(text: str) -> str:
    """The text without the sentences and links in which something was found; in what is left nothing is found.

    Leaving one sentence out can join others to a new phrase, so the rest is read again. Each turn makes it shorter.
    """
    while hits := find_promotion(text):
        text = _without(text, hits)
    return text


def _without(text: str, hits: tuple[Hit, ...]) -> str:
    borders = [0, *(match.end() for match in ENDS.finditer(text)), len(text)]
    kept, last = [], 0
    for hit in hits:
        start = max(border for border in borders if border <= hit.start)
        end = min(border for border in borders if border >= hit.end)
        if start >= last:
            kept.append(text[last:start])
        last = max(last, end)
    return re.sub(r"\n{3,}", "\n\n", "".join([*kept, text[last:]])).strip()
