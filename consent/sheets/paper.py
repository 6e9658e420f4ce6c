"""The evidence sheet in words, for the PDF. Every word is translated here; the template holds the layout only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consent.models import CallRecord, ConsentEvent, ConsentText
from consent.sheets.reading import Sheet, is_intact
from consent.views.story import Chapter
from contacts.customers.models import Objection

Row = tuple[str, str]
UTC = ZoneInfo("UTC")
BREAK = "\u200b"
UNBROKEN = 40


def on_paper(sheet: Sheet) -> dict[str, Any]:
    """The values of `templates/paper/consent_evidence.typ`, in the active language."""
    return {
        "title": _("Evidence of a consent"),
        "company": settings.COMPANY_NAME,
        "reference": sheet.reference,
        "made": _("Made on %(when)s") % {"when": _instant(sheet.made_at)},
        "page_of": _("Page {1} of {2}"),
        "verdict": verdict(sheet),
        "parts": [part for part in _parts(sheet) if part["rows"] or part["text"] or part["entries"]],
    }


def verdict(sheet: Sheet) -> str:
    """One sentence that says whether the consent stands, and whether that can be proven."""
    state, consent = sheet.answer.state, sheet.consent
    if state in ("active", "stale") and any(not sheet.answer.lifts(said.received_at) for said in sheet.refusals):
        return _("The customer objected: no contact may rest on this consent.")
    if state == "withdrawn" and consent.withdrawn_at is not None:
        return _("This consent was withdrawn on %(when)s. No contact may rest on it since then.") % {
            "when": _local(consent.withdrawn_at, consent.zone())
        }
    if state == "expired" and sheet.expires_at is not None:
        return _("This consent ended on %(when)s. No contact may rest on it since then.") % {
            "when": _local(sheet.expires_at, consent.zone())
        }
    if state == "pending_doi":
        return _("This consent waits for its confirmation. No contact may rest on it.")
    if state == "none":
        return _("There is no consent. No contact may rest on it.")
    if not sheet.answer.proof:
        return _("A consent is on record, but it cannot be proven: the wording or the evidence is missing.")
    if state == "stale":
        return _("This consent can be proven, but it has been unused for so long that it is stale.")
    return _("This consent stands and can be proven.")


def _parts(sheet: Sheet) -> list[dict[str, Any]]:
    consent = sheet.consent
    return [
        _part(_("Whom and what it is about"), _subject(sheet)),
        _part(_("What the customer agreed to"), *_wording(consent.text)),
        _part(_("Objections of the customer"), [_refusal(said, sheet) for said in sheet.refusals]),
        _part(_("What happened"), entries=[_entry(chapter, sheet) for chapter in sheet.chapters]),
        _part(_("How long it stands and is kept"), _periods(sheet)),
    ]


def _part(heading: str, rows: list[Row] | None = None, text: dict[str, str] | None = None, **more: Any) -> dict:
    return {"heading": heading, "rows": _rows(rows or []), "text": text, "entries": more.get("entries", [])}


def _rows(rows: list[Row]) -> list[Row]:
    return [(label, breakable(value)) for label, value in rows if value]


def breakable(value: str) -> str:
    """Long strings without a space get places where a line may end; SHA-256 fits on one line and stays whole."""
    words = value.split(" ")
    return " ".join(
        word
        if len(word) <= 64
        else BREAK.join(word[place : place + UNBROKEN] for place in range(0, len(word), UNBROKEN))
        for word in words
    )


def _subject(sheet: Sheet) -> list[Row]:
    consent, customer = sheet.consent, sheet.consent.customer
    return [
        (_("Customer"), f"{customer.display_name} ({customer.number}), {customer.get_kind_display()}"),
        (_("Reason"), str(consent.get_purpose_display())),
        (_("Way of contact"), consent.get_way_display()),
        (_("Can be proven"), _("Yes (Art. 7(1) GDPR)") if consent.proof else _("No: wording or evidence is missing")),
        (_("Given"), _instant(consent.given_at)),
        (_("Last used"), _instant(consent.last_used_at)),
        (_("Withdrawn"), _instant(consent.withdrawn_at)),
    ]


def _wording(text: ConsentText | None) -> tuple[list[Row], dict[str, str] | None]:
    if text is None:
        return [(_("Wording"), _("No wording is on record."))], None
    checked = _("The text is still the one that was published.")
    if not is_intact(text):
        checked = _("The text is not the one that was published: its SHA-256 differs.")
    rows = [
        (_("Version"), f"{text.reference}, {text.get_language_display()}"),
        (_("In use from"), _instant(text.valid_from)),
        (_("SHA-256"), text.sha256),
        (_("Check of the text"), checked),
    ]
    return rows, {"title": text.title, "body": text.body, "language": text.language}


def _refusal(said: Objection, sheet: Sheet) -> Row:
    words = f"{said.get_scope_display()}, {_instant(said.received_at)}, {said.get_how_display()}"
    if sheet.answer.lifts(said.received_at):
        words += ". " + _("The customer's later consent lifts it for this reason and way of contact.")
    return _("Objection"), words


def _entry(chapter: Chapter, sheet: Sheet) -> dict[str, Any]:
    event = chapter.event
    rows = [
        (_("When"), f"{_instant(event.at)} ({_('customer’s date')} {_day(event.local_date)})"),
        (_("How"), str(event.get_how_display())),
        (_("Entered"), f"{_instant(event.recorded_at)}, {chapter.who}"),
        *_proof(event),
    ]
    return {
        "heading": event.word,
        "rows": _rows(rows),
        "correction": _correction(chapter, chapter.correction) if chapter.correction else None,
        "record": _call_record(chapter.record, chapter.sealed, event) if chapter.record else None,
    }


def _proof(event: ConsentEvent) -> list[Row]:
    file = event.evidence_file
    return [
        (_("Wording"), event.text.reference if event.text else ""),
        (_("Valid until"), _day(event.ends_on) if event.ends_on else ""),
        (_("Evidence"), event.evidence),
        (_("File"), f"{file.name}, SHA-256 {file.sha256}" if file else ""),
        (_("Network"), event.ip),
        (_("Browser"), event.user_agent),
        (_("Number in the sending system"), event.origin),
    ]


def _correction(chapter: Chapter, correction: ConsentEvent) -> dict[str, Any]:
    if correction.annuls:
        heading, rows = _("Taken out again"), []
    else:
        heading, rows = _("Corrected"), [(_("Agreed"), _instant(correction.about_at)), *_proof(correction)]
    entered = (_("Entered"), f"{_instant(correction.recorded_at)}, {chapter.corrected_by}")
    return {"heading": heading, "rows": _rows([entered, *rows])}


def _call_record(row: CallRecord, sealed: bool, event: ConsentEvent) -> dict[str, Any]:
    state = _("The seal is right: nothing was changed.") if sealed else _("The seal is broken: the record was changed.")
    rows = [
        (_("Person"), row.person),
        (_("Company"), row.company),
        (_("When"), _instant(row.given_at)),
        (_("How"), str(event.get_how_display())),
        (_("Taken by (code)"), row.recipient_code),
        (_("Agreed to"), row.scope),
        (_("Seal"), row.seal),
        (_("Check of the seal"), state),
    ]
    return {"heading": _("Record of section 7a UWG"), "rows": _rows(rows)}


def _periods(sheet: Sheet) -> list[Row]:
    consent, thresholds = sheet.consent, sheet.thresholds
    standing = sheet.answer.state in ("active", "stale")
    months = _("stale after %(stale)s months without use, ended after %(expired)s months") % {
        "stale": thresholds.stale_after_months_unused,
        "expired": thresholds.expired_after_months_unused,
    }
    return [
        (_("Thresholds in force"), months),
        (_("Stale, if unused, from"), _local(sheet.stale_at, consent.zone()) if standing else ""),
        (_("Ends, if unused, at"), _local(sheet.expires_at, consent.zone()) if standing else ""),
        (_("Valid until"), _day(consent.ends_on) if consent.ends_on else ""),
        (_("Proof is kept until"), _day(consent.keep_until) if consent.keep_until else ""),
    ]


def _instant(moment: datetime | None) -> str:
    """To the second and in UTC, as the ledger has it."""
    if moment is None:
        return ""
    at = moment.astimezone(UTC)
    return f"{_day(at.date())}, {at:%H:%M:%S} UTC"


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    at = moment.astimezone(zone)
    return f"{_day(at.date())}, {at:%H:%M} ({zone.key})"


def _day(value: Any) -> str:
    return date_format(value, "SHORT_DATE_FORMAT")
