"""JSON that has been written already: what is kept and told in the same words is written once."""

from __future__ import annotations

import json
from typing import Any


class Written(str):
    """A JSON value as its text. A JSON column takes it as it is (`portal.planned`), and so does an answer."""

    __slots__ = ()


def written(value: Any) -> Written:
    return Written(json.dumps(value))


def joined(*objects: Written) -> Written:
    """One JSON object with the members of several, of which none is empty."""
    return Written("{" + ", ".join(one[1:-1] for one in objects) + "}")
