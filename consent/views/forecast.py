"""What goes stale or ends in the next twelve months: two charts, their tables, and the numbers as CSV."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from consent.forecast import Forecast, Pair, forecast_at
from consent.models.text import READERS
from consent.views.sheets import download
from portal.access.roles import role_required
from portal.cells import Table
from portal.ui.chart import MAX_SERIES, Series, StackedBars


@require_GET
@role_required(*READERS)
def forecast(request: HttpRequest) -> HttpResponse:
    found = forecast_at(timezone.now())
    charts = [chart_of(found, what) for what in ("stale", "end")]
    sums = {"stale": found.total("stale"), "end": found.total("end")}
    return render(request, "consent/forecast.html", {"forecast": found, "charts": charts, "sums": sums})


@require_GET
@role_required(*READERS)
def forecast_csv(request: HttpRequest) -> HttpResponse:
    """For German Excel: semicolons, UTF-8 with a byte order mark, nothing that it takes for a formula."""
    found = forecast_at(timezone.now())
    text = io.StringIO(newline="")
    table = Table(text)
    table.row([_("Month"), _("Reason"), _("Channel"), _("Go stale"), _("End")])
    for place, month in enumerate(found.months):
        for pair in found.pairs:
            if pair.stale[place] or pair.end[place]:
                words = (pair.purpose_word, pair.channel_word)
                table.row([f"{month:%Y-%m}", *words, pair.stale[place], pair.end[place]])
    content = text.getvalue().encode("utf-8-sig")
    return download(content, f"forecast-{timezone.localdate():%Y-%m-%d}.csv", "text/csv; charset=utf-8")


def chart_of(found: Forecast, what: str) -> StackedBars:
    """The reasons and channels with the most changes, at most five parts: the rest is put together. A part has the same
    place and colour in both charts."""
    few = len(found.pairs) <= MAX_SERIES
    shown, rest = (found.pairs, None) if few else (found.pairs[: MAX_SERIES - 1], found.pairs[MAX_SERIES - 1 :])
    series = [Series(f"{pair.purpose_word}, {pair.channel_word}", pair.of(what)) for pair in shown]
    if rest:
        series.append(Series(_("All others"), _added(rest, what)))
    return StackedBars(
        name=f"chart-{what}",
        title=_finding(found, what),
        description=_(
            "One bar for each month; its parts are the reasons and channels. The table below has the numbers."
        ),
        labels=tuple(date_format(month, "M Y") for month in found.months),
        series=tuple(series),
    )


def _added(pairs: Sequence[Pair], what: str) -> tuple[int, ...]:
    return tuple(sum(values) for values in zip(*(pair.of(what) for pair in pairs), strict=True))


def _finding(found: Forecast, what: str) -> str:
    total = found.total(what)
    last_day = date_format(found.last_day, "SHORT_DATE_FORMAT")
    if not total:
        none = _("No consent goes stale until %(day)s") if what == "stale" else _("No consent ends until %(day)s")
        return none % {"day": last_day}
    months = _added(found.pairs, what)
    peak = max(range(len(months)), key=lambda place: months[place])
    words = {
        "total": number_format(total, force_grouping=True),
        "n": number_format(months[peak], force_grouping=True),
        "month": date_format(found.months[peak], "F Y"),
        "day": last_day,
    }
    if what == "stale":
        sentence = ngettext(
            "%(total)s consent goes stale until %(day)s, in %(month)s",
            "%(total)s consents go stale until %(day)s, most of them in %(month)s (%(n)s)",
            total,
        )
    else:
        sentence = ngettext(
            "%(total)s consent ends until %(day)s, in %(month)s",
            "%(total)s consents end until %(day)s, most of them in %(month)s (%(n)s)",
            total,
        )
    return sentence % words
