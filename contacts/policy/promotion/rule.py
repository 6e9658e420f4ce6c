"""What a rule about wording is: phrases in German and English, what excuses them, why it matters, examples."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRule:
    """One kind of promotional wording, as a table that a lawyer reads and extends.

    How a phrase is written: words as in a dictionary, small letters, umlauts as usual. `*` stands for any letters
    (`rabatt*`, `*rabatt*`), `/` between words of equal value (`jetzt/heute`), `…` for up to five words in between.
    `#` is a number, `%` percent, `€` a currency, `<link>` a link. A phrase is found over line breaks, never over the
    end of a sentence.
    """

    id: str
    title_de: str
    title_en: str
    reason_de: str
    reason_en: str
    citation: str
    de: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    # Words of host, path or parameters of a link.
    links: tuple[str, ...] = ()
    # A phrase or link word that makes the hit it touches innocent.
    not_when: tuple[str, ...] = ()
    not_links: tuple[str, ...] = ()
    # Anywhere in the same sentence.
    not_beside: tuple[str, ...] = ()
    # Redress for a complaint is no advertising as long as no new purchase is asked for (`rules.redress`).
    redress_excuses: bool = False
    only_in_signature: bool = False
    # Run by the tests: each of `hits` is found by this rule, in none of `misses` any rule finds anything.
    hits: tuple[str, ...]
    misses: tuple[str, ...]
