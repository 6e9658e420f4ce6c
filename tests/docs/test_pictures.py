"""The pictures of the handbook: each is known to the command that takes them, is used, and is small."""

import re
import struct
import zlib
from pathlib import Path

import pytest

from portal.desk.demo import company
from tests import docs_pictures
from tests.docs import png

DOCS = Path(__file__).resolve().parents[2] / "docs"
FOLDER = DOCS / "bilder"


def test_each_picture_that_a_page_names_is_taken_by_the_command_and_there():
    texts = [path.read_text(encoding="utf-8") for path in [*DOCS.rglob("*.md"), DOCS.parent / "README.md"]]
    named = {name for text in texts for name in re.findall(r"bilder/([\w-]+)\.png", text)}
    assert named == {picture.name for picture in docs_pictures.PICTURES}
    assert named == {path.stem for path in FOLDER.glob("*.png")}


def test_pictures_are_small_and_of_one_width():
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert max(sizes.values()) < 60 * 1024 and sum(sizes.values()) < 1.5 * 1024 * 1024, sizes
    assert {png.size(path.read_bytes())[0] for path in FOLDER.glob("*.png")} == {docs_pictures.WIDTH}


def test_the_command_knows_the_password_of_the_demo():
    assert docs_pictures.PASSWORD == company.PASSWORD
    assert {picture.who for picture in docs_pictures.PICTURES} <= {someone.key for someone in company.PEOPLE}


def picture(lines: list[list[tuple[int, int, int]]], filters: list[int]) -> bytes:
    """A PNG written with the named filter for each line, as in PNG, 9.2."""
    above, body = [0] * len(lines[0]) * 3, b""
    for kind, line in zip(filters, lines, strict=True):
        flat = [byte for pixel in line for byte in pixel]
        left, corner = [0, 0, 0, *flat], [0, 0, 0, *above]
        guess = {
            0: [0] * len(flat),
            1: left,
            2: above,
            3: [(one + up) // 2 for one, up in zip(left, above, strict=False)],
            4: [png._nearest(*three) for three in zip(left, above, corner, strict=False)],
        }[kind]
        body += bytes([kind, *((byte - by) % 256 for byte, by in zip(flat, guess, strict=False))])
        above = flat
    header = struct.pack(">IIBBBBB", len(lines[0]), len(lines), 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(body)), (b"IEND", b""))
    return png.SIGNATURE + b"".join(png._chunk(*part) for part in parts)


def seen(data: bytes) -> list[list[tuple[int, int, int]]]:
    """The pixels of a reduced picture."""
    parts = dict(png.chunks(data))
    palette = [tuple(parts[b"PLTE"][n : n + 3]) for n in range(0, len(parts[b"PLTE"]), 3)]
    width, height = png.size(data)
    raw = zlib.decompress(parts[b"IDAT"])
    return [[palette[one] for one in raw[row * (width + 1) + 1 :][:width]] for row in range(height)]


@pytest.mark.parametrize("kind", range(5))
def test_a_picture_of_few_colours_is_the_same_afterwards(kind):
    lines = [[(x * 40 % 256, y * 90 % 256, (x + y) * 7 % 256) for x in range(7)] for y in range(4)]
    assert seen(png.reduced(picture(lines, [kind] * 4))) == lines


def test_of_many_colours_each_becomes_a_near_one():
    lines = [[(x, y, 128) for x in range(0, 256, 6)] for y in range(0, 256, 6)]
    lines[0] = [(255, 255, 255)] * len(lines[0])
    changed = seen(png.reduced(picture(lines, [4] * len(lines))))
    assert len({pixel for line in changed for pixel in line}) <= png.COLOURS
    assert changed[0] == lines[0]


def test_what_no_browser_writes_is_refused():
    data = bytearray(picture([[(1, 2, 3)]], [0]))
    data[25] = 3
    with pytest.raises(png.NotOurs):
        list(png.rows(bytes(data)))
