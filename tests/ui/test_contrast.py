"""The palette in both themes against WCAG 2.2: text 4.5:1 (1.4.3), borders of fields and the focus 3:1 (1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css" / "kontaktklar.css"
TONES = ("allowed", "manager", "dpo", "forbidden", "quiet")
TEXT = [
    *((text, ground) for text in ("ink", "ink-soft", "brand", "forbidden") for ground in ("paper", "card")),
    ("brand-ink", "brand"),
    ("card", "ink"),
    ("card", "forbidden"),
    *((tone, f"{tone}-bg") for tone in TONES),
    *((tone, "card") for tone in TONES),
    *(("ink", f"{tone}-bg") for tone in TONES),
    *(("ink-soft", f"{tone}-bg") for tone in TONES),
    *(("brand", f"{tone}-bg") for tone in TONES),
]
LINES = [("field", "card"), ("field", "paper"), ("focus", "card"), ("focus", "paper"), ("brand", "card")]


def palettes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r"\[data-bs-theme=(light|dark)\] \{\n(  --ink:.*?)\n\}", CSS.read_text(encoding="utf-8"), re.S)
    return {theme: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for theme, block in blocks}


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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (LINES, 3.0)], ids=["text", "lines"])
def test_every_pair_of_colours_has_enough_contrast(theme, pairs, least):
    palette = palettes()[theme]
    weak = {pair: round(contrast(palette[pair[0]], palette[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}
