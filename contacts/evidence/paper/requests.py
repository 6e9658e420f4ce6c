"""Requests from draft to outcome, and what other systems were told."""

from __future__ import annotations

from django.utils.translation import gettext as _

from contacts.evidence.pack import Values
from contacts.evidence.paper.blocks import Block, again, block, instant, outcome, purpose, state, table, way, yes_no
from contacts.requests.models import AfterReview, Contact, DecisionRecord, Review
from contacts.requests.presenting import reasons_by_id


def request(said: Values) -> Block:
    """One request as a part of its own."""
    account = _("private account or phone") if said["private_account"] else said["account"]
    rows = [
        (_("State"), state("request", said["state"])),
        (_("Asked by"), said["asked_by"]),
        (_("Reason"), purpose(said["purpose"])),
        (_("Address"), f"{way(said['address'])}: {said['address']['value']}"),
        (_("Account"), account),
        (_("Written"), instant(said["created_at"])),
        (_("Handed in"), instant(said["submitted_at"])),
        (_("Planned for"), instant(said["planned_at"])),
        (_("Ended"), instant(said["closed_at"])),
        (_("Why it was refused"), " ".join(reasons_by_id(said["refusal_reason"])) if said["refusal_reason"] else ""),
        (_("Text"), said["draft_text"]),
    ]
    parts = [
        *_decisions(said["decisions"]),
        *_submissions(said["submissions"]),
        *[_review(one) for one in said["reviews"]],
        *_handed_on(said["stages"]),
        *_comments(said["comments"]),
        *_afterwards(said["reviewed_afterwards"]),
        *_permit(said["permit"]),
    ]
    return block(_("Request %(number)s") % {"number": said["number"]}, rows, parts)


def _decisions(said: list[Values]) -> list[Block]:
    head = [_("When"), _("At"), _("Answer"), _("Rules"), _("Rule set"), _("Decided again")]
    rows = [
        [
            instant(one["at"]),
            str(DecisionRecord.Stage(one["stage"]).label),
            outcome(one["outcome"]),
            ", ".join(one["fired_rules"]),
            f"{one['rule_set']['number']} ({one['rule_set']['hash'][:16]})",
            again(one["decided_again"]),
        ]
        for one in said
    ]
    return [block(_("Decisions"), table=table(head, rows))] if rows else []


def _submissions(said: list[Values]) -> list[Block]:
    words = {
        True: _("as it was handed in"),
        False: _("CHANGED since it was handed in"),
        None: _("its words are erased"),
    }
    rows = [(instant(one["at"]), f"{one['sha256']}: {words[one['intact']]}") for one in said]
    return [block(_("What was handed in, by its SHA-256"), rows)] if rows else []


def _review(one: Values) -> Block:
    condition = one["condition"] or {}
    terms = [
        _("until %(day)s") % {"day": condition["last_day"]} if condition.get("last_day") else "",
        _("at most %(count)s contacts") % {"count": condition["most_uses"]} if condition.get("most_uses") else "",
        condition.get("words", ""),
    ]
    rows = [
        (_("By"), one["by"]),
        (_("In the place of"), one["in_the_place_of"]),
        (_("As"), str(Review.Stage(one["stage"]).label)),
        (_("When"), instant(one["at"])),
        (_("Why"), one["reason"]),
        (_("Conditions"), "; ".join(filter(None, terms))),
        (_("What was read, by its SHA-256"), one["sha256"]),
    ]
    return block(str(Review.Verdict(one["verdict"]).label), rows)


def _handed_on(stages: list[Values]) -> list[Block]:
    moves = [one for stage in stages for one in stage["handed_on"]]
    words = _("%(by)s gave what was meant for %(meant)s to %(to)s: %(reason)s")
    rows = [(instant(one["at"]), words % one) for one in moves]
    return [block(_("Handed on"), rows)] if rows else []


def _comments(said: list[Values]) -> list[Block]:
    rows = [(instant(one["at"]), f"{one['by']}: {one['text']}") for one in said]
    return [block(_("Comments"), rows)] if rows else []


def _afterwards(said: Values | None) -> list[Block]:
    if said is None:
        return []
    rows = [
        (_("Acted"), instant(said["acted_at"])),
        (_("Looked at"), instant(said["reviewed_at"])),
        (_("Verdict"), str(AfterReview.Verdict(said["verdict"]).label)),
        (_("Why"), said["reason"]),
    ]
    return [block(_("Imminent danger: looked at afterwards"), rows)]


def _permit(said: Values | None) -> list[Block]:
    if said is None:
        return []
    rows = [
        (_("Holder"), said["holder"]),
        (_("Released as"), outcome(said["released"])),
        (_("Rests on a consent"), yes_no(said["rests_on_consent"])),
        (_("Valid"), f"{instant(said['valid_from'])} – {instant(said['valid_until'])}"),
        (_("State"), state("permit", said["state"])),
        (_("Revoked"), instant(said["revoked_at"])),
        (_("Why it ended"), " ".join(reasons_by_id(said["revoked_reason"])) if said["revoked_reason"] else ""),
        (_("Text, by its SHA-256"), said["text_sha256"]),
        *[(_("Contact %(number)s") % {"number": use["use"]}, _use(use)) for use in said["uses"]],
    ]
    return [block(_("Permit %(number)s") % {"number": said["number"]}, rows)]


def _use(use: Values) -> str:
    came = use["came_of"]
    what = _("no outcome written down") if came is None else str(Contact.Result(came["result"]).label)
    return ", ".join(filter(None, (instant(use["at"]), use["by"], what, came["note"] if came is not None else "")))


def answers(said: list[Values]) -> list[Block]:
    head = [_("When"), _("System"), _("Reason"), _("Way"), _("Answer"), _("Decided again")]
    rows = [
        [
            instant(one["made_at"]),
            ", ".join(filter(None, (one["system"], one["in_the_place_of"]))),
            purpose(one["purpose"]),
            way(one["address"]),
            outcome(one["outcome"]),
            again(one["decided_again"]),
        ]
        for one in said
    ]
    return [block(_("Answers given to other systems"), table=table(head, rows))] if rows else []
