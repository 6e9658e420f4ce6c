"""How long a person takes at a page, by the keystroke-level model (Card, Moran and Newell, 1980).

What the script does is counted as it does it, each step with the seconds that the model gives it; what the machine
takes is measured. Seconds: a key 0.28 (an average typist, 40 words a minute), pointing at something 1.1, a press of the
mouse's button 0.2, the hand from the mouse to the keyboard or back 0.4, making up one's mind 1.35.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

KEY, POINT, BUTTON, HAND, MIND = 0.28, 1.1, 0.2, 0.4, 1.35


@dataclass
class Person:
    """Somebody with a mouse and a keyboard at a page of Playwright's; `thought` and `waited` are seconds."""

    page: Any
    thought: float = 0.0
    waited: float = 0.0
    _hand: str = field(default="mouse")

    def makes_up_their_mind(self) -> None:
        self.thought += MIND

    def click(self, target: Any, *, opens_a_page: bool = False) -> None:
        self._with("mouse")
        self.thought += POINT + BUTTON
        self._act(target.click, opens_a_page)

    def types(self, words: str) -> None:
        self._with("keyboard")
        self.thought += KEY * len(words)
        self._act(lambda: self.page.keyboard.type(words), False)

    def presses(self, key: str, *, opens_a_page: bool = False) -> None:
        self._with("keyboard")
        self.thought += KEY
        self._act(lambda: self.page.keyboard.press(key), opens_a_page)

    def chooses(self, select: Any, value: str) -> None:
        """A list of choices: one click opens it, one takes."""
        self._with("mouse")
        self.thought += 2 * (POINT + BUTTON)
        self._act(lambda: select.select_option(value), False)

    def _with(self, hand: str) -> None:
        if hand != self._hand:
            self.thought += HAND
        self._hand = hand

    def _act(self, act: Any, opens_a_page: bool) -> None:
        started = time.perf_counter()
        if opens_a_page:
            with self.page.expect_navigation(wait_until="load"):
                act()
        else:
            act()
        self.waited += time.perf_counter() - started
