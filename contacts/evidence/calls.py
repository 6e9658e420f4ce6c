"""What the Bundesnetzagentur asks about consents to advertising calls (section 7a UWG): for each consumer's consent who
agreed, when, how, to what, towards whom, over which number; the proof, the last use, until when it is kept. What is
missing is said plainly.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consent.sheets import as_json as sheet_values
from consent.sheets import sheets_of, wordings_of
from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import normalise_address
from contacts.evidence import trail
from contacts.evidence.enclosing import enclosed
from contacts.evidence.gathering import addresses_of, objections_of, packed
from contacts.evidence.pack import Asked, Kind, Pack, Values
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from consent.sheets import Sheet
    from portal.people.models import User


def whose_number(reader: User, typed: str) -> list[Customer]:
    """The customers that the reader may see with this customer number, else with this telephone number, be it one
    that is no longer used. Several people can share a telephone."""
    mine = Customer.objects.proof_visible_to(reader)
    found = list(mine.filter(number__iexact=typed))
    if found:
        return found
    number = normalise_address(Channel.PHONE, "", typed)
    has_it = ContactPoint.objects.filter(channel=Channel.PHONE, normalised=number or None)
    return list(mine.filter(pk__in=has_it.values("customer")).order_by("pk"))


def calls_pack(asked: Asked, customer: Customer) -> Pack:
    """The pack about one consumer. It says so where there is no consent to advertising calls at all."""
    sheets = [sheet for sheet in sheets_of(customer, at=asked.at) if sheet.consent.is_consumer_call]
    files = enclosed(sheets)
    addresses = [one for one in addresses_of(customer) if one["channel"] == Channel.PHONE]
    values = {
        "person": {"number": customer.number, "name": customer.display_name, "kind": customer.kind},
        "telephone_numbers": addresses,
        "call_consents": [_call_consent(sheet, addresses, files.values) for sheet in sheets],
        "consents": [sheet_values(sheet) for sheet in sheets],
        "objections": [one for one in objections_of(customer) if one["channel"] in ("", Channel.PHONE)],
        "wordings": wordings_of(sheets),
        "files": files.values,
    }
    things = [("consent", str(sheet.consent.pk)) for sheet in sheets]
    entries = trail.about_things(asked, customer.pk, things, values)
    made = packed(asked, Kind.CALLS, customer.number, values, entries, customer.pk)
    return replace(made, sheets=tuple(sheets), files=files.content)


def _call_consent(sheet: Sheet, addresses: list[Values], files: list[Values]) -> Values:
    consent = sheet.consent
    given = sheet.giving
    event = given.in_force if given is not None else None
    record = given.record_in_force if given is not None else None
    text = consent.text or (event.text if event is not None else None)
    file = event.evidence_file if event is not None else None
    found = {
        "reference": sheet.reference,
        "state": sheet.answer.state,
        "can_be_proven": sheet.answer.proof,
        "who_agreed": record.person if record is not None else "",
        "when": consent.given_at,
        "how": event.how if event is not None else "",
        "manner": record.manner if record is not None else "",
        "to_whom": record.company if record is not None else "",
        "taken_by": record.recipient_code if record is not None else "",
        "scope": record.scope if record is not None else "",
        "purpose": consent.purpose,
        "wording": text.reference if text is not None else "",
        "numbers": [one["value"] for one in addresses if one["value"]],
        "evidence": event.evidence if event is not None else "",
        "file": {"name": file.name, "sha256": file.sha256} if file is not None else None,
        "record_sealed": given.seal_in_force if record is not None and given is not None else None,
        "last_used_at": consent.last_used_at,
        "uses": [chapter.event.at for chapter in sheet.chapters if chapter.event.kind == "used"],
        "withdrawn_at": sheet.answer.above_at or consent.withdrawn_at,
        "withdrawn_how": _withdrawn_how(sheet),
        "kept_until": consent.keep_until,
    }
    return {**found, "missing": _missing(sheet, found, files)}


def _withdrawn_how(sheet: Sheet) -> str:
    said = [chapter.event.how for chapter in sheet.chapters if chapter.event.kind == "withdrawn"]
    return str(said[-1]) if said else ""


def _missing(sheet: Sheet, found: Values, files: list[Values]) -> list[str]:
    """Codes for what an authority would ask for and does not find here (`paper.calls` says them in words)."""
    intact = {one["reference"]: one["intact"] for one in wordings_of([sheet])}
    states = {one["sha256"]: one["state"] for one in files}
    file = found["file"]
    checks = {
        "never_given": found["when"] is None,
        "record": found["when"] is not None and not found["who_agreed"],
        "seal": found["record_sealed"] is False,
        "wording": not found["wording"],
        "wording_changed": bool(found["wording"]) and not intact.get(found["wording"], True),
        "evidence": not found["evidence"],
        "file": bool(found["evidence"]) and file is None,
        "file_missing": file is not None and states.get(file["sha256"]) == "missing",
        "file_changed": file is not None and states.get(file["sha256"]) == "changed",
        "number": not found["numbers"],
    }
    return [name for name, lacks in checks.items() if lacks]
