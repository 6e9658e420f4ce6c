"""Answers in words, in the language that is active."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.rulebook.fact_words import name_of
from portal.assistant.bodies import Answer, Decided, Drafted, FoundAll
from portal.assistant.fencing import fenced
from portal.ui.citations import citation_in
from portal.vocabulary import Outcome


def spoken(verdict: dict[str, Any]) -> dict[str, Any]:
    """The fields of `Answer` from those of the API's verdict."""
    language = "de" if (get_language() or "").startswith("de") else "en"
    return {
        "outcome": verdict["outcome"],
        "outcome_words": str(Outcome(verdict["outcome"]).label),
        "reasons": [
            {
                "rule": found["rule"],
                "decides": found["decides"],
                "text": found[language],
                "citation": citation_in(language, found["citation"]),
            }
            for found in verdict["findings"]
        ],
        "obligations": [
            {"text": duty[language], "citation": citation_in(language, duty["citation"])}
            for duty in verdict["obligations"]
        ],
        "nearest_way": _nearest(verdict, language),
    }


def _nearest(verdict: dict[str, Any], language: str) -> dict[str, str] | None:
    """The first that is allowed, else the first of those that are better; none where it is allowed as it is."""
    if verdict["outcome"] == Outcome.ALLOWED:
        return None
    ways = sorted(verdict["alternatives"], key=lambda way: way["outcome"] != Outcome.ALLOWED)
    if not ways:
        return None
    outcome = Outcome(ways[0]["outcome"])
    return {"text": ways[0][language], "outcome": outcome.value, "outcome_words": str(outcome.label)}


def text_of_found(found: FoundAll) -> str:
    if not found.customers:
        return _("No customer was found that you may see.")
    lines = [f"{one.number}: {one.name}" for one in found.customers]
    more = [_("There are more; use more words.")] if found.more else []
    return "\n".join([_("Customers that fit, by number and name:"), fenced(lines), *more])


def text_of_decided(answer: Decided) -> str:
    kept = _("The answer is on record under %(number)s. It is no permit.") % {"number": answer.decision}
    return "\n".join([*_lines(answer), *_when(answer), kept])


def _when(answer: Decided) -> list[str]:
    """For which time it is true, and until when a contact has to wait."""
    if answer.in_past:
        lines = [_("This is about a time that has gone by; it holds for no contact.")]
        names = {"facts": ", ".join(map(name_of, answer.assumed_as_today))}
        return [*lines, *([_("Taken as it is today: %(facts)s.") % names] if answer.assumed_as_today else [])]
    held = _("This holds until %(instant)s at most, while nothing new is recorded about the person.")
    wait = _("The person was contacted often enough: this advertising has to wait until %(instant)s.")
    lines = [held % {"instant": answer.holds_until}]
    return [wait % {"instant": answer.not_before}, *lines] if answer.not_before else lines


def text_of_drafted(answer: Drafted) -> str:
    first = _("%(number)s is a draft now. The person has to read it and hand it in: %(link)s")
    return "\n".join([first % {"number": answer.request, "link": answer.link}, *_lines(answer)])


def _lines(answer: Answer) -> list[str]:
    lines = [_("Answer: %(outcome)s") % {"outcome": answer.outcome_words}]
    deciding = [reason for reason in answer.reasons if reason.decides]
    lines += [f"- {reason.text} ({reason.citation})" for reason in deciding or answer.reasons]
    if answer.obligations:
        lines += [_("To mind:"), *(f"- {duty.text} ({duty.citation})" for duty in answer.obligations)]
    if answer.nearest_way is not None:
        way = answer.nearest_way
        lines.append(_("The nearest way: %(way)s → %(outcome)s") % {"way": way.text, "outcome": way.outcome_words})
    return lines
