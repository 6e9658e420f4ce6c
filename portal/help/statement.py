"""What is known not to be accessible, as data: the statement lists it, and what is mended goes from here.

`REVIEWED_ON` is the day on which somebody last went through all pages and this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REVIEWED_ON = date(2026, 11, 30)


@dataclass(frozen=True, slots=True)
class Gap:
    """What does not conform, why, and how one gets on all the same."""

    what: str | Promise
    instead: str | Promise


GAPS = (
    Gap(
        _("Documents that customers or colleagues upload are shown as they came."),
        _("Ask the data protection officer for a version that you can read."),
    ),
    Gap(
        _("Pictures in courses depend on their authors for a description."),
        _("Tell the author over the form below; courses are written in versions and can be mended quickly."),
    ),
    Gap(
        _("Very wide tables scroll sideways inside their frame on small screens."),
        _("The frame can be reached and moved by keyboard."),
    ),
    Gap(
        _(
            "The pages have been checked by machine and by keyboard, but not yet by people who use a screen reader daily."
        ),
        _("Tell us what does not work; each report is answered."),
    ),
    Gap(
        _("Legal sources and rules are in German law's own words, and there is no version in easy language."),
        _("The glossary explains the words; the data protection officer explains the rest."),
    ),
)
