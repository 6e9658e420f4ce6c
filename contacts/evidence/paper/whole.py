"""The document from the first line to the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.evidence.pack import Kind, Pack, Values
from contacts.evidence.paper import calls, person, requests
from contacts.evidence.paper.blocks import Block, block, instant, table
from contacts.incidents.models import Kind as IncidentKind
from contacts.requests.presenting import in_german
from portal.audit.selectors import lines
from portal.audit.words import word

if TYPE_CHECKING:
    from datetime import date


def on_paper(pack: Pack, proofs: Values) -> dict[str, Any]:
    """The values of `templates/paper/evidence.typ`, in the active language."""
    return {
        "title": _titles()[pack.kind],
        "company": settings.COMPANY_NAME,
        "reference": pack.reference,
        "made": _("Made on %(when)s") % {"when": instant(pack.made_at)},
        "page_of": _("Page {1} of {2}"),
        "sentence": _sentence(pack),
        "sections": [*_SECTIONS[pack.kind](pack), _trail(pack, proofs), _proofs(pack, proofs)],
    }


def _titles() -> dict[Kind, str]:
    return {
        Kind.CUSTOMER: _("Evidence about a person"),
        Kind.REQUEST: _("Evidence about a request"),
        Kind.PERIOD: _("Evidence about a period"),
        Kind.CALLS: _("Consents to advertising calls (section 7a UWG)"),
    }


def _sentence(pack: Pack) -> str:
    count = len(pack.entries)
    words = ngettext(
        "What is on record, as far as %(reader)s may see it, with %(count)s entry of the audit trail.",
        "What is on record, as far as %(reader)s may see it, with %(count)s entries of the audit trail.",
        count,
    )
    return words % {"reader": pack.values["made_for"], "count": count}


def _customer(pack: Pack) -> list[Block]:
    said = pack.values
    return [
        person.person(said["person"]),
        person.addresses(said["addresses"]),
        person.objections(said["objections"]),
        *person.inbound(said["contacts_by_the_customer"]),
        *person.consents(pack.sheets),
        *person.files(said["files"]),
        *[requests.request(one) for one in said["requests"]],
        *requests.answers(said["answers_to_systems"]),
        *[_incident(one) for one in said["incidents"]],
        *_rule_sets(said["rule_sets"]),
    ]


def _request(pack: Pack) -> list[Block]:
    said = pack.values
    parts = [_incident(one) for one in said["incidents"]]
    return [requests.request(said["request"]), *parts, *_rule_sets(said["rule_sets"])]


def _period(pack: Pack) -> list[Block]:
    first, last = _days(pack.values["period"])
    zone = pack.values["period"]["zone"]
    rows = [(_("From the beginning of"), first), (_("To the end of"), last), (_("Time zone"), zone)]
    counts = [[word(one["verb"]), str(one["entries"])] for one in pack.values["counts"]]
    heads = [[instant(one["at"]), str(one["tree_size"]), one["root"]] for one in pack.values["heads"]]
    return [
        block(_("The period"), rows),
        block(_("How much of what"), table=table([_("What"), _("Entries")], counts) if counts else None),
        block(_("Heads signed in this time"), [(when, f"{size}: {root}") for when, size, root in heads]),
    ]


def _days(period: Values) -> tuple[str, str]:
    days: list[date] = [period["from"], period["to"]]
    return days[0].isoformat(), days[1].isoformat()


def _calls(pack: Pack) -> list[Block]:
    said = pack.values
    rows = [(_("Customer number"), said["person"]["number"]), (_("Name"), said["person"]["name"])]
    return [
        block(_("The person"), rows),
        *calls.call_consents(said["call_consents"]),
        person.objections(said["objections"]),
        *(person.consents(pack.sheets) if pack.sheets else []),
        *person.files(said["files"]),
    ]


_SECTIONS = {Kind.CUSTOMER: _customer, Kind.REQUEST: _request, Kind.PERIOD: _period, Kind.CALLS: _calls}


def _incident(one: Values) -> Block:
    rows = [
        (_("What happened"), str(IncidentKind(one["kind"]).label)),
        (_("Happened"), instant(one["happened_at"])),
        (_("Reported"), f"{instant(one['reported_at'])}, {one['reported_by']}"),
        (_("To be notified by"), instant(one["due_at"])),
        (_("Closed"), instant(one["closed_at"])),
        (_("In the words of the reporter"), one["description"]),
    ]
    judged = one["judged"] or {"assessments": [], "decisions": []}
    rows += [
        (_("Assessed"), f"{instant(each['at'])}, {each['by']}: {each['reason']}") for each in judged["assessments"]
    ]
    rows += [(_("Decided"), f"{instant(each['at'])}, {each['by']}: {each['reason']}") for each in judged["decisions"]]
    return block(_("Incident %(number)s") % {"number": one["number"]}, rows)


def _rule_sets(said: list[Values]) -> list[Block]:
    return [block(_("Rule sets that decided"), blocks=[_rule_set(one) for one in said])] if said else []


def _rule_set(one: Values) -> Block:
    language = "de" if in_german() else "en"
    release = one["release"]
    rows = [(_("SHA-256"), one["hash"])]
    if release is not None:
        rows += [
            (_("Released"), f"{instant(release['released_at'])}, {release['released_by']}"),
            (_("In force from"), instant(release["effective_from"])),
            (_("Why"), release["reason"]),
        ]
    rows += [(rule["id"], f"{rule[language]} ({rule['citation']})") for rule in one["rules"] or ()]
    note = "" if one["rules"] is not None else _("This version of the software has other rules or words by now.")
    return block(_("Rule set %(number)s") % {"number": one["number"]}, rows, note=note)


def _trail(pack: Pack, proofs: Values) -> Block:
    places = {one["id"]: one["leaf_index"] for one in proofs["entries"]}
    head = [_("When"), _("Who"), _("What"), _("About"), _("Place in the trail")]
    rows = [
        [
            instant(line.entry.at),
            line.who,
            line.word,
            f"{line.subject} {line.about}".strip(),
            str(places[line.entry.pk]) if line.entry.pk in places else _("none yet"),
        ]
        for line in lines(list(pack.entries))
    ]
    return block(_("Entries of the audit trail"), table=table(head, rows) if rows else None)


def _proofs(pack: Pack, proofs: Values) -> Block:
    head = proofs["head"]
    rows = [
        (_("Entries in the whole trail"), str(head["tree_size"])),
        (_("Root hash"), head["root"]),
        (_("Public key (Ed25519)"), head["key"]),
    ]
    note = _(
        "trail.json proves each entry against this signed head. To check the whole pack, run python3 verify.py in its "
        "folder, best with a head that you keep yourself."
    )
    return block(_("How it can be checked"), rows, note=note)
