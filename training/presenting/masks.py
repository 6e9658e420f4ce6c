"""Names for what can be chosen that tell nothing, another one for each attempt.

A bank's own keys give answers away: a right side has the key of its left side, things to order are keyed a, b, c in
the right order, an imported option that is right comes first. So no key of a choice stands in a page.
"""

from __future__ import annotations

from hashlib import blake2b

from training.questions import Question


class Masks:
    """Key to mask and back, for one question of one attempt. The attempt's seed, which no page shows, is the secret."""

    def __init__(self, question: Question, seed: int) -> None:
        self._masks = {key: _mask(f"{seed}/{question.key}/{key}") for key in question.choices()}
        self._keys = {mask: key for key, mask in self._masks.items()}

    def hide(self, key: str) -> str:
        return self._masks[key]

    def reveal(self, mask: str) -> str:
        """The key behind a mask. What is no mask becomes what is no key: a bare key must not be taken either."""
        return self._keys.get(mask, mask and f"?{mask}")


def _mask(words: str) -> str:
    return blake2b(words.encode(), digest_size=8, person=b"quiz choice").hexdigest()
