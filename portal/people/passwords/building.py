"""What people choose when twelve characters are asked for, made by rule from words.txt, which we wrote ourselves.

`python -m portal.people.passwords.building` writes common.bloom anew; a test holds the file to these rules. It names no
leaked password of anybody; a company adds such a list itself (BREACHED_PASSWORDS_FILE, docs/sign-in.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from portal.people.passwords.bloom import Bloom

HERE = Path(__file__).parent
FILE = HERE / "common.bloom"
SHORTEST = 12
#: 2^21 bits are 256 KB; with seven marks each and the number there is, few others are refused as well (a test counts).
BITS, MARKS = 2**21, 7
YEARS = [str(year) for year in range(1960, 2031)]
ENDS = ["", "!", "!!", "!!!", "1", "1!", "12", "123", "123!", "1234", "1234!", "12345", "123456", "1234567", "12345678"]
ENDS += ["123456789", "1234567890", "123123", "111111", "000000", "007", "2000", "4711", "0815", ".", "?", "#1"]
ROWS = [
    "1234567890",
    "qwertzuiop",
    "qwertyuiop",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbnm",
    "0987654321",
    "abcdefghijklmnopqrstuvwxyz",
]
#: What stands for letters is undone before looking, so "P@ssw0rt" is "passwort" here and in the question.
INSTEAD = str.maketrans("@4301$57", "aaeoisst")


def plain(password: str) -> str:
    """The spelling under which a password is kept and asked for."""
    folded = password.lower()
    for letter, spelt in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), (" ", ""), ("-", ""), ("_", "")):
        folded = folded.replace(letter, spelt)
    return folded.translate(INSTEAD)


def common() -> Iterator[str]:
    """All of them that are long enough, some more than once."""
    words = sorted(set((HERE / "words.txt").read_text(encoding="utf-8").split()))
    yield from (made for made in _made(words) if len(made) >= SHORTEST)


def _made(words: list[str]) -> Iterator[str]:
    for word in words:
        ends = [*ENDS, *YEARS, *(f"{year}!" for year in YEARS[-40:])]
        for end in ends:
            yield word + end
            yield word + word + end
        yield from (f"{year}{word}" for year in YEARS)
        yield word * 3
    for first, second in product(("mein", "dein", "hallo", "neues", "test", "ilove", "my", "new", "admin"), words):
        yield from (first + second + end for end in ENDS)
    for row in ROWS:
        for length in range(3, len(row) + 1):
            piece = row[:length]
            yield from (piece * times for times in range(1, 13))
            yield from (piece + end for end in ENDS)
    for letter in "abcdefghijklmnopqrstuvwxyz0123456789":
        yield from (letter * length for length in range(SHORTEST, 21))


def build() -> Bloom:
    made = Bloom(BITS, MARKS)
    for password in {plain(one) for one in common()}:
        made.add(password)
    return made


if __name__ == "__main__":
    FILE.write_bytes(bytes(build().data))
