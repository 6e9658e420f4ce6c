"""What /design/ shows: invented people and things, just enough of each for its component."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.ui.templatetags.kk import OUTCOMES, STATES

MOMENT = datetime(2027, 3, 31, 12, 5, tzinfo=UTC)
VERDICTS = {
    "allowed": ("Yes, by letter to the billing address.", "No permit is needed."),
    "needs_manager_approval": ("Your manager decides about this text message.", "Usually on the same day."),
    "needs_dpo_approval": ("The data protection officer decides about this mail.", "It speaks about health."),
    "forbidden": ("No, not over Instagram with your private account.", "A letter is possible at once."),
}


@dataclass(frozen=True, slots=True)
class Light:
    title: str
    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class Task:
    title: str
    detail: str
    tone: str
    word: str
    url: str = "#"


@dataclass(frozen=True, slots=True)
class Point:
    source: str
    word: str
    source_note: str = ""
    collected_on: date = date(2026, 5, 4)
    collected_by: str = "Lena Beispiel"
    verified_at: datetime | None = MOMENT

    def get_source_display(self) -> str:
        return self.word


class Wrong(forms.Form):
    """A form nobody filled in, so that every field complains."""

    name = forms.CharField(label="Name")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def samples() -> dict[str, Any]:
    """The context of the page; the words of the portal itself in the language that is active."""
    return {
        "verdicts": [(outcome, OUTCOMES[outcome][0], *words) for outcome, words in VERDICTS.items()],
        "lights": [
            Light(_("Reason"), "allowed", _("Fine")),
            Light(_("Consent"), "manager", _("Caution")),
            Light(_("Source"), "forbidden", _("Stop")),
            Light(_("Account"), "quiet", _("Not relevant")),
        ],
        "states": [(noun, list(states)) for noun, states in STATES.items()],
        "points": [
            Point("data_subject", _("From the customer")),
            Point("referral", _("Passed on by somebody else"), "Anke Muster", verified_at=None),
            Point("searched_by_employee", _("Searched out by an employee"), verified_at=None),
        ],
        "tasks": [
            Task("Renew your training", "Valid until 1 May 2026.", "manager", "Due"),
            Task("Answer a question on A-1042", "Markus asks about the reason.", "dpo", "Question"),
            Task("Permit P-77 was revoked", "The customer withdrew.", "forbidden", "Stop"),
        ],
        "wrong": Wrong({}),
        "moment": MOMENT,
    }
