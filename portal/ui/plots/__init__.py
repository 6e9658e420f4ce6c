"""Plots drawn by the server: SVG without script and inline style, in the page's own colours, from figures alone.

They stretch with the page while letters keep their size: places across are per cent of the width, places down are
pixels; shapes lie in a frame of their own that stretches (`frame.stretched`). A plot says its finding as its title,
never tells by colour alone (a number or a word stands beside each colour), has few lines behind it, and no second axis.
None among the numbers is what must not be told; it is drawn as a gap or hatched, never as zero.
"""

from portal.ui.plots.area import StackedArea
from portal.ui.plots.columns import Columns, Note
from portal.ui.plots.dots import DotRow, Dots
from portal.ui.plots.frame import Series, legend
from portal.ui.plots.lines import Line, Lines
from portal.ui.plots.scatter import Point, Scatter
from portal.ui.plots.shares import ShareRow, Shares

__all__ = [
    "Columns", "DotRow", "Dots", "Line", "Lines", "Note", "Point", "Scatter", "Series", "ShareRow", "Shares",
    "StackedArea", "legend",
]  # fmt: skip
