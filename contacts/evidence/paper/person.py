"""The person, the addresses, what the person said, and the consents."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from consent.sheets import Sheet
from consent.sheets import on_paper as sheet_on_paper
from contacts.customers.models import Objection
from contacts.evidence.pack import Values
from contacts.evidence.paper.blocks import Block, block, day, instant, state, way, yes_no
from portal.vocabulary import Channel, ContactSource, CustomerKind, Relationship


def person(said: Values) -> Block:
    name = " ".join(filter(None, (said["salutation"], said["first_name"], said["last_name"])))
    rows = [
        (_("Customer number"), said["number"]),
        (_("Name"), name),
        (_("Company"), said["company"]),
        (_("Kind"), str(CustomerKind(said["kind"]).label)),
        (_("Relationship"), str(Relationship(said["relationship"]).label)),
        (_("Date of birth"), day(said["birth_date"])),
        (_("Last purchase"), day(said["last_transaction_on"])),
        (_("On a Robinson list"), yes_no(said["robinson_listed"])),
        (_("Time zone"), said["timezone"]),
        (_("On record since"), instant(said["created_at"])),
        (_("Erased"), instant(said["anonymised_at"])),
    ]
    return block(_("The person, as of today"), rows)


def addresses(said: list[Values]) -> Block:
    return block(_("Addresses and where they came from"), blocks=[_address(one) for one in said])


def _address(one: Values) -> Block:
    source = str(ContactSource(one["source"]).label)
    suppressed = "; ".join(f"{_scope(each['as'])}, {instant(each['since'])}" for each in one["suppressed"])
    rows = [
        (_("Source"), f"{source}: {one['source_note']}" if one["source_note"] else source),
        (_("Collected"), ", ".join(filter(None, (day(one["collected_on"]), one["collected_by"])))),
        (_("Verified"), ", ".join(filter(None, (instant(one["verified_at"]), one["verified_by"])))),
        (_("No longer used"), instant(one["retired_at"])),
        (_("Refused by the address"), suppressed),
    ]
    return block(f"{way(one)}: {one['value'] or _('erased')}", rows)


def _scope(code: str) -> str:
    return _("on a Robinson list") if code == "robinson" else str(Objection.Scope(code).label)


def objections(said: list[Values]) -> Block:
    return block(_("Objections"), [_objection(one) for one in said], note="" if said else _("None is on record."))


def _objection(one: Values) -> tuple[str, str]:
    channel = str(Channel(one["channel"]).label) if one["channel"] else _("every channel")
    how = str(Objection.How(one["how"]).label)
    words = [str(Objection.Scope(one["scope"]).label), channel, how, one["recorded_by"], one["note"]]
    return instant(one["received_at"]), ", ".join(filter(None, words))


def inbound(said: list[Values]) -> list[Block]:
    rows = [(instant(one["at"]), ": ".join(filter(None, (way(one), one["note"])))) for one in said]
    return [block(_("The customer got in touch"), rows)] if rows else []


def consents(sheets: tuple[Sheet, ...]) -> list[Block]:
    """The evidence sheet of each consent, as it is made alone."""
    if not sheets:
        return [block(_("Consents"), note=_("None is on record."))]
    return [_consent(sheet) for sheet in sheets]


def _consent(sheet: Sheet) -> Block:
    told = sheet_on_paper(sheet)
    heading = _("Consent: %(what)s") % {"what": sheet.consent}
    standing = [(_("State"), state("consent", sheet.answer.state))]
    return block(heading, standing, [_part(part) for part in told["parts"]], note=told["verdict"])


def _part(part: dict[str, Any]) -> Block:
    return block(part["heading"], part["rows"], [_entry(one) for one in part["entries"]], text=part["text"])


def _entry(one: dict[str, Any]) -> Block:
    correction, record = one["correction"], one["record"]
    inner = [] if correction is None else [block(correction["heading"], correction["rows"])]
    records = [record, correction["record"] if correction is not None else None]
    inner += [block(each["heading"], each["rows"]) for each in records if each is not None]
    return block(one["heading"], one["rows"], inner)


def files(said: list[Values]) -> list[Block]:
    words = {
        "enclosed": _("enclosed; its SHA-256 is right"),
        "changed": _("enclosed, but NOT the file that was put on record: its SHA-256 differs"),
        "missing": _("MISSING: the file is not where it was kept"),
        "too_large": _("not enclosed because of its size; ask for it by its SHA-256"),
    }
    rows = [
        (one["in_the_pack"] or one["name"], f"{one['name']}: {words[one['state']]}. {one['sha256']}") for one in said
    ]
    return [block(_("Files on record"), rows)] if rows else []
