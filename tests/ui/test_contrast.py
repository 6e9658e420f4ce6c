"""The palette in both themes and on paper against WCAG 2.2: text 4.5:1 (1.4.3), borders of fields, the focus and what
charts draw 3:1 (1.4.11). And that no style sheet has a colour of its own, which nobody would reckon."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "static" / "css"
TONES = ("allowed", "manager", "dpo", "forbidden", "later", "quiet")
TEXT = [
    *((text, ground) for text in ("ink", "ink-soft", "brand", "forbidden") for ground in ("paper", "card", "quiet-bg")),
    ("brand-ink", "brand"),
    ("brand", "brand-bg"),
    ("card", "ink"),
    ("card", "forbidden"),
    *((tone, f"{tone}-bg") for tone in TONES),
    *((tone, "card") for tone in TONES),
    *(("ink", f"{tone}-bg") for tone in TONES),
    *(("ink-soft", f"{tone}-bg") for tone in TONES),
    *(("brand", f"{tone}-bg") for tone in TONES),
]
LINES = [
    *((line, ground) for line in ("field", "focus", "brand") for ground in ("card", "paper")),
    *((f"chart-{number}", "card") for number in range(1, 6)),
    *(("focus", f"{tone}-bg") for tone in TONES),
    *((tone, f"{tone}-bg") for tone in TONES),
]
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(")


def palettes() -> dict[str, dict[str, str]]:
    tokens = (STYLES / "tokens.css").read_text(encoding="utf-8")
    blocks = re.findall(r"\[data-bs-theme=(light|dark)\] \{\n(  --ink:.*?)\n\}", tokens, re.S)
    paper = re.search(r":root, .*?\{\n(.*?)\}", (STYLES / "print.css").read_text(encoding="utf-8"), re.S)
    return {
        theme: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for theme, block in [*blocks, ("paper", paper.group(1))]
    }


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_twenty_one_to_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (LINES, 3.0)], ids=["text", "lines"])
def test_every_pair_of_colours_has_enough_contrast(theme, pairs, least):
    palette = palettes()["light"] | palettes()[theme]
    weak = {pair: round(contrast(palette[pair[0]], palette[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


def test_both_themes_and_paper_name_the_same_colours():
    light, dark, paper = (set(palettes()[theme]) for theme in ("light", "dark", "paper"))
    assert len(light) > 20
    assert light == dark
    assert light - paper == {"focus", "brand-bg"}  # nothing is focused or pressed on paper


# Paper is black on white; the offline page is kept by the browser and must look the same whatever else becomes.
OF_THEIR_OWN = {"tokens.css", "print.css", "offline.css", "operator.css"}


def test_colours_stand_in_the_tokens_alone():
    others = [path for path in STYLES.glob("*.css") if path.name not in OF_THEIR_OWN]
    assert len(others) > 5
    found = {path.name: COLOUR.findall(path.read_text(encoding="utf-8")) for path in others}
    assert {name: colours for name, colours in found.items() if colours} == {}
