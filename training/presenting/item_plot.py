"""The plot of questions: facility against discrimination, on the page of one version and in the reports."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ui.plots import Point, Scatter
from portal.ui.plots.frame import short
from training.analysis import WEAK_DISCRIMINATION
from training.selectors.items import Item


def item_title(items: Sequence[Item]) -> str:
    """The finding: how many of the questions deserve a look."""
    weak = sum(one.deserves_a_look for one in items)
    said = {"weak": weak, "total": len(items)}
    if not weak:
        return ngettext(
            "The one question tells good attempts from weak ones",
            "All %(total)s questions tell good attempts from weak ones",
            len(items),
        ) % (said)
    return ngettext(
        "%(weak)s of %(total)s questions deserves a look", "%(weak)s of %(total)s questions deserve a look", weak
    ) % (said)


def item_about() -> str:
    return _("Each mark is a question: how easy it is, and how well it tells good attempts from weak ones.")


def item_plot(name: str, items: Sequence[Item]) -> Scatter:
    points = tuple(Point(100 * one.facility, one.discrimination, _words(one), one.deserves_a_look) for one in items)
    return Scatter(
        name,
        item_title(items),
        item_about(),
        points,
        x_name=_("Facility (per cent)"),
        y_name=_("Discrimination"),
        x_marks=(0, 25, 50, 75, 100),
        y_marks=(-1, -0.5, 0, 0.5, 1),
        limit=WEAK_DISCRIMINATION,
        x_unit=" %",
    )


def _words(one: Item) -> str:
    told = {"key": one.key, "facility": round(100 * one.facility), "discrimination": short(one.discrimination)}
    return _("%(key)s: facility %(facility)s %%, discrimination %(discrimination)s") % told


def item_marks() -> SafeString:
    """What the two shapes mean."""
    start, end = '<li><svg class="swatch" aria-hidden="true" viewBox="-8 -8 16 16">', "</svg> {}</li>"
    dot, triangle = '<circle class="dot-1" r="6"></circle>', '<path class="stands-out" d="M0 -7L7 6L-7 6Z"></path>'
    good = format_html(start + dot + end, _("Tells good attempts from weak ones"))
    weak = format_html(start + triangle + end, _("Deserves a look: below 0.2"))
    return format_html('<ul class="legend">{}{}</ul>', good, weak)
