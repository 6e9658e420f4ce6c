"""Moodle's GIFT: plain text with signs. Questions are separated by blank lines, as Moodle itself reads them."""

from training.interchange.gift.reading import parse_gift
from training.interchange.gift.writing import export_gift

__all__ = ["export_gift", "parse_gift"]
