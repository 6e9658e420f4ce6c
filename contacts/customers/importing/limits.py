"""How much a file may hold. Each refusal names the limit and what was found; all are checked before a row is taken.

The figures leave room for honest files (tests/customers/importing/test_honest_files.py), not for every file that
the format allows: a workbook may say in a few kilobytes what would fill the memory of the server.
"""

from __future__ import annotations

from django.utils.formats import number_format

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # characters; what Excel itself allows in a cell
MAX_LINE = 4_000_000  # characters on one line of a text file
MAX_OBJECT = 32_767  # characters of one line of JSON
MAX_MEMBERS = 1_000  # parts of a workbook
MAX_DIRECTORY = 1_000_000  # bytes of the table of contents of a workbook
MAX_UNPACKED = 512 * 1024**2  # bytes of all parts of a workbook together
MAX_RATIO = 200  # unpacked to packed; honest sheets stay below 60
RATIO_FROM = 32 * 1024**2  # bytes: smaller parts may be packed as densely as they like
MAX_FRAME = 16 * 1024**2  # bytes of each part that is neither sheet nor texts
MAX_STRINGS = 5_000_000  # different texts of a workbook
MAX_FORMATS = 70_000  # Excel itself allows 65,490
MAX_SHEET_ROWS = 1_048_576  # what Excel itself allows, empty ones counted
MAX_TOKEN = 512 * 1024  # bytes from one tag of a sheet to the next
MAX_ELEMENTS = 60_000_000  # tags of one part
MAX_UNKNOWN = 20_000  # tags that no sheet has
MAX_DEPTH = 40  # tags within each other


def figure(number: int) -> str:
    """12,345 or 12.345, as the reader writes it."""
    return str(number_format(number, force_grouping=True))


def megabytes(size: int) -> str:
    """12.3, as the reader writes it."""
    return str(number_format(size / 1024**2, decimal_pos=1, force_grouping=True))
