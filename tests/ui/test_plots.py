"""What drawings promise by themselves: round numbers, few lines, no colour alone, gaps for what is not told."""

import re
from xml.etree import ElementTree

import pytest

from portal.ui.plots import (
    Columns,
    DotRow,
    Dots,
    Line,
    Lines,
    Note,
    Point,
    Scatter,
    Series,
    ShareRow,
    Shares,
    StackedArea,
    legend,
)
from portal.ui.plots.frame import spread, ticks

UNTOLD = "too few"


@pytest.mark.parametrize(
    ("most", "marks"),
    [(0, [0, 1]), (3, [0, 1, 2, 3]), (12, [0, 5, 10, 15]), (100, [0, 50, 100]), (0.7, [0, 0.2, 0.4, 0.6, 0.8])],
)
def test_the_axis_has_few_round_numbers(most, marks):
    assert ticks(most) == marks


def test_an_axis_never_ends_below_the_largest_number_nor_has_more_than_five_marks():
    for most in [*range(1, 400), 1234, 98765, 10**6]:
        assert ticks(most)[-1] >= most and len(ticks(most)) <= 5


def test_of_many_labels_few_are_shown_the_first_and_last_among_them():
    shown = spread([str(number) for number in range(52)])
    assert shown[0] == "0" and shown[-1] == "51" and len([one for one in shown if one]) == 5


def area(*series):
    return StackedArea("a", "title", "what", ("1", "2", "3", "4", "5"), series)


def test_a_time_that_is_not_told_is_a_gap_in_the_area():
    whole, gap = area(Series("x", (5, 5, 5, 5, 5))), area(Series("x", (5, 5, None, 5, 5)))
    assert str(whole.svg()).count('class="series-1 band"') == 1
    assert str(gap.svg()).count('class="series-1 band"') == 2


def test_bands_bear_the_numbers_of_the_legend():
    drawing = str(area(Series("x", (5,) * 5), Series("y", (9,) * 5)).svg())
    assert re.findall(r'class="key".*?<text[^>]*>(\d)</text>', drawing) == ["1", "2"]
    assert re.findall(r"<b>(\d)</b> (\w)", str(legend(["x", "y"]))) == [("1", "x"), ("2", "y")]


def test_areas_lie_on_top_of_each_other():
    drawing = str(area(Series("x", (5,) * 5), Series("y", (5,) * 5)).svg())
    first, second = re.findall(r'band" d="M([^L]+)L', drawing)
    assert (first, second) == ("0 50", "0 0"), "of ten: half way up, and at the top"


def test_lines_bear_their_names_and_the_target_is_dashed_otherwise():
    lines = (Line("half", (1.0, None, 2.0)), Line("target", (3.0, 3.0, 3.0), is_target=True))
    drawing = str(Lines("l", "title", "what", ("a", "b", "c"), lines, unit=" h").svg())
    assert ">half</text>" in drawing and ">target</text>" in drawing and 'class="line-target"' in drawing
    assert drawing.count('class="dot-1"') == 2, "numbers between gaps are dots"
    assert ">3 h</text>" in drawing


def test_a_column_that_is_not_told_is_hatched_and_says_so():
    columns = Columns("c", "title", "what", ("a", "b"), (Series("n", (9, None)),), untold=UNTOLD)
    drawing = str(columns.svg())
    assert '<rect class="untold"' in drawing and "<title>b: too few</title>" in drawing
    assert re.findall(r'class="number"[^>]*>(\d+)<', drawing) == ["9"]


def test_a_drawing_with_links_is_a_group_whose_links_have_names():
    columns = Columns("c", "title", "what", ("a", "b"), (Series("n", (9, 4)),), urls=("/list/", ""))
    drawing = ElementTree.fromstring(columns.svg())
    (link,) = drawing.iter("a")
    assert drawing.get("role") == "group" and link.get("aria-label") == "a: 9" and link.get("href") == "/list/"


def test_a_note_stands_above_its_column_with_its_words():
    drawing = str(Columns("c", "t", "w", ("a", "b"), (Series("n", (9, 4)),), notes=(Note(1, "a list"),)).svg())
    assert '<svg class="note-mark" x="75%"' in drawing and "<title>a list</title>" in drawing


def test_what_is_not_told_of_a_whole_is_one_hatched_rest():
    rows = (ShareRow("r", (5, None, None), 20), ShareRow("s", (None, None, None), None))
    drawing = str(Shares("s", "title", "what", ("x", "y", "z"), rows, untold=UNTOLD).svg())
    assert re.findall(r'class="(\S+)" x="([\d.]+)%" y="\d+" width="([\d.]+)%"', drawing) == [
        ("series-1", "0", "25"), ("untold", "25", "75"), ("untold", "0", "100"),
    ]  # fmt: skip


def test_dots_keep_the_order_in_which_they_come():
    rows = (DotRow("b", 20), DotRow("a", 90, 10), DotRow("c", None))
    drawing = str(Dots("d", "title", "what", rows, "valid", "soon", " %", 100, UNTOLD).svg())
    assert re.findall(r'<text x="0" y="\d+">(\w)</text>', drawing) == ["b", "a", "c"]
    assert re.findall(r'class="dot-1" cx="(\d+)%"', drawing) == ["20", "90"] and "too few" in drawing


def test_what_stands_out_has_a_shape_of_its_own():
    points = (Point(50, -0.5, "weak", True), Point(75, 0.5, "good"))
    plot = Scatter("p", "t", "w", points, "x", "y", (0, 50, 100), (-1, 0, 1), 0.2)
    drawing = str(plot.svg())
    assert drawing.count('class="stands-out"') == 1 and drawing.count('class="dot-1"') == 1
    with pytest.raises(ValueError, match="outside"):
        Scatter("p", "t", "w", (Point(120, 0, "x"),), "x", "y", (0, 100), (-1, 1), 0.2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: area(*(Series(str(number), (1,) * 5) for number in range(7))),
        lambda: area(Series("x", (1,))),
        lambda: Lines("l", "t", "w", ("a",), tuple(Line(str(number), (1,)) for number in range(4))),
        lambda: Columns("c", "t", "w", ("a",), (Series("n", (1, 2)),)),
        lambda: Shares("s", "t", "w", ("x",), (ShareRow("r", (1, 2), 3),)),
    ],
)
def test_figures_that_do_not_fit_are_refused(make):
    with pytest.raises(ValueError):
        make()


def test_names_are_escaped():
    drawing = str(Columns("c", "<t>", "w", ("<a>",), (Series("<n>", (1,)),)).svg())
    assert "<a>" not in drawing and "<t>" not in drawing and "&lt;t&gt;" in drawing


@pytest.mark.parametrize("kind", [StackedArea, Columns])
def test_more_series_than_one_can_tell_apart_are_refused_and_numbers_without_a_place(kind):
    many = tuple(Series(str(number), (1,)) for number in range(7))
    with pytest.raises(ValueError, match="At most 6 series can be told apart, and these are 7"):
        kind("x", "t", "d", ("a",), many)
    with pytest.raises(ValueError, match="Each of 2 places has a number; 1 were given"):
        kind("x", "t", "d", ("a", "b"), many[:1])


def test_a_row_of_shares_has_a_number_for_every_part():
    with pytest.raises(ValueError, match="Each of 2 places has a number; 3 were given"):
        Shares("x", "t", "d", ("a", "b"), (ShareRow("r", (1, 2, 3), 6),))
