"""What people type into the search, over the customers that `population` draws: each time another one."""

from __future__ import annotations

from collections.abc import Callable

#: A page of hits comes at once (docs/acceptance/face-keys.md).
MOST_MS = 200.0
CALLS = 60
#: From the place of a customer in the table, from 0.
TYPED: dict[str, Callable[[int], str]] = {
    "by number": lambda place: f"B{place:07d}",
    "by last name, some 200 have it": lambda place: f"Nach{(place + 1) % 4999:04d}",
    "by first and last name": lambda place: f"Vor{(place + 1) % 977} Nach{(place + 1) % 4999:04d}",
    "by the beginning of a first name, many thousands have it": lambda place: f"Vor{place % 9 + 1}",
    "by company": lambda place: f"Werk {(place - place % 5 + 5) % 9973}",
    "by a word that every fifth customer has": lambda _place: "Werk",
    "by an e-mail address": lambda place: f"k{place + 100}@b.example",
    "by a part of e-mail addresses": lambda place: f"k{place // 100 + 1000}",
    "by telephone": lambda place: f"0221 {place + 100:07d}",
    "by what nobody has": lambda place: f"Niemand{place}",
}
