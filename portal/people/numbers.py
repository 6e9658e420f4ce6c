"""Personnel numbers: what is kept, and by what two of them are the same. Standard library only."""

from unicodedata import category


def tidy_number(number: str) -> str:
    """As it is kept: without signs that nobody sees, and with single spaces, so that a tab or a no-break space makes
    nobody look like two people."""
    return " ".join("".join(sign for sign in number if category(sign) != "Cf").split())


def spelt_number(number: str) -> str:
    """One spelling: “n-7 ” is “N-7”, as the guard of the reviews in the database has it."""
    return tidy_number(number).upper()
