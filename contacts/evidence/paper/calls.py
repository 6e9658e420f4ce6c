"""The sheet that the Bundesnetzagentur asks for: each consent to advertising calls, and what is missing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from contacts.evidence.pack import Values
from contacts.evidence.paper.blocks import Block, block, day, instant, purpose, state, yes_no
from portal.audit.values import WORDS


def call_consents(said: list[Values]) -> list[Block]:
    if not said:
        none = _("No consent of this person to advertising calls is on record.")
        return [block(_("Consents to advertising calls (section 7a UWG)"), note=none)]
    return [_call_consent(one) for one in said]


def _call_consent(one: Values) -> Block:
    uses = "; ".join(instant(each) for each in one["uses"])
    withdrawn = ", ".join(filter(None, (instant(one["withdrawn_at"]), _how(one["withdrawn_how"]))))
    rows = [
        (_("State"), state("consent", one["state"])),
        (_("Can be proven"), yes_no(one["can_be_proven"])),
        (_("Who agreed"), one["who_agreed"]),
        (_("When"), instant(one["when"])),
        (_("How"), _how(one["how"])),
        (_("Towards whom"), one["to_whom"]),
        (_("Taken by (code)"), one["taken_by"]),
        (_("For which reason"), purpose(one["purpose"])),
        (_("Telephone numbers on record"), ", ".join(one["numbers"])),
        (_("Version of the wording"), one["wording"]),
        (_("What was agreed to"), one["scope"]),
        (_("Evidence"), one["evidence"]),
        (_("File"), f"{one['file']['name']}, {one['file']['sha256']}" if one["file"] else ""),
        (_("Calls made on it"), uses or _("none on record")),
        (_("Last used"), instant(one["last_used_at"])),
        (_("Withdrawn"), withdrawn if one["withdrawn_at"] else _("not withdrawn")),
        (_("Kept until"), day(one["kept_until"])),
    ]
    lacks = [("–", sentence(code)) for code in one["missing"]]
    note = "" if lacks else _("Nothing is missing.")
    missing = block(_("What is missing"), lacks, note=note)
    return block(_("Consent to advertising calls %(reference)s") % {"reference": one["reference"]}, rows, [missing])


def _how(code: str) -> str:
    return str(WORDS["given_how"].get(code, code))


def sentence(code: str) -> str:
    """What is missing, plainly."""
    return {
        "never_given": _("It was asked for, and never given."),
        "record": _("There is no record of section 7a UWG: it was not made when the consent was given."),
        "seal": _("The record of section 7a UWG was changed after it was made: its seal is broken."),
        "wording": _("The wording is not on record."),
        "wording_changed": _("The wording is not the one that was published: its SHA-256 differs."),
        "evidence": _("Nothing is on record that proves it."),
        "file": _("The evidence is described in words; there is no file."),
        "file_missing": _("The file is on record, but not where it was kept."),
        "file_changed": _("The file is not the one that was put on record: its SHA-256 differs."),
        "number": _("No telephone number is on record any more."),
    }[code]
