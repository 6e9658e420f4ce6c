"""Turning decisions into words: one sentence, then the four factors, each finding with its reason and source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts import policy
from contacts.requests.deciding import Answer
from contacts.requests.models.account import NETWORKS
from portal.vocabulary import PLATFORM_CHANNELS, ConsentState, Purpose

if TYPE_CHECKING:
    from contacts.requests.caps import Level
    from contacts.requests.context import Question
    from contacts.requests.models import ContactRequest, Permit
    from contacts.requests.services.permits import Redemption

# Words only: what a rule says is the same in every rule set, only outcomes differ.
RULES = {rule.id: rule for rule in policy.RULE_SET_1.rules}
OBLIGATIONS = {obligation.id: obligation for obligation in policy.RULE_SET_1.obligations}
SECTION_73 = ("marketing_similar_products", "satisfaction_survey")
MAIN_FACTORS = ("reason", "consent", "source", "account")
TONES = {
    "allowed": "allowed",
    "needs_manager_approval": "manager",
    "needs_dpo_approval": "dpo",
    "forbidden": "forbidden",
}


def in_german() -> bool:
    return (get_language() or "de").startswith("de")


def reason_of(rule: Any) -> str:
    """The reason of a rule, or the text of an obligation, in the reader's language."""
    return rule.reason_de if in_german() else rule.reason_en


def text_of(obligation: Any) -> str:
    return obligation.text_de if in_german() else obligation.text_en


def title_of(hit: Any) -> str:
    return hit.title_de if in_german() else hit.title_en


def _by_rules(ids: str) -> list[str]:
    """The parts of "DEB-04, SRC-01"; empty for a text that names no rules."""
    parts = [part.strip() for part in ids.split(",")]
    return parts if all(part in RULES for part in parts) else []


def _known() -> dict[str, str]:
    return {
        "address": _("The address is no longer used."),
        "person": _("The account of the holder was closed."),
        "consent": _("The consent that carried this contact is no longer in force."),
        "role": _("The holder has no role any more that contacts customers."),
        "text": _("The text is no longer the one that was approved."),
        "reached_stranger": _("A contact under this permit reached a wrong person."),
        "erased": _("The data of this person were erased."),
    }


def names_reasons(ids: str) -> bool:
    """Whether a reason is one of ours, by rules or by a code, and no words that somebody wrote."""
    return bool(_by_rules(ids)) or ids in _known()


def reasons_by_id(ids: str) -> list[str]:
    """The reasons for "DEB-04, SRC-01"; a text that names no rules is returned as it is."""
    parts = _by_rules(ids)
    return [reason_of(RULES[part]) for part in parts] if parts else [_known().get(ids, ids)]


def sentence(given: Answer) -> str:
    """The verdict as one sentence in the person's words."""
    question = given.question
    words = {
        "way": _way(question.point),
        "purpose": Purpose(question.purpose).label,
    }
    if question.private_account and given.outcome == "forbidden":
        return _("No, not over %(way)s from your private account.") % words
    return {
        "allowed": _("Yes, over %(way)s, for: %(purpose)s."),
        "needs_manager_approval": _("Perhaps: your manager decides about %(way)s for: %(purpose)s."),
        "needs_dpo_approval": _("Perhaps: the data protection officer decides about %(way)s for: %(purpose)s."),
        "forbidden": _("No, not over %(way)s for: %(purpose)s."),
    }[given.outcome] % words


def asked_sentence(asked: ContactRequest) -> str:
    """What somebody wants, for who decides about it: “your manager decides” would be odd words to the manager."""
    words = {"name": asked.requester, "way": _way(asked.contact_point), "purpose": Purpose(asked.purpose).label}
    return _("%(name)s would like to make contact over %(way)s, for: %(purpose)s.") % words


def approved_sentence(permit: Permit) -> str:
    """What a permit lets its holder do, as one sentence."""
    until = date_format(localtime(permit.valid_until), "SHORT_DATETIME_FORMAT")
    words = {"way": _way(permit.contact_point), "purpose": Purpose(permit.purpose).label, "until": until}
    return _("Approved: over %(way)s, for: %(purpose)s, until %(until)s.") % words


def _way(point: Any) -> str:
    return str(point.get_way_display())


@dataclass(frozen=True)
class FactorRow:
    """One of the four factors (or the rest) as the page shows it."""

    key: str
    title: str
    tone: str
    word: str
    plain: str
    findings: tuple[Any, ...]


def factor_rows(given: Answer) -> list[FactorRow]:
    """The four factors in their fixed order, then the rest where it has something to say."""
    grouped = given.decision.by_factor()
    rows = [_row(key, grouped, given) for key in MAIN_FACTORS]
    for key in policy.FACTORS:
        if key not in MAIN_FACTORS and key in grouped and grouped[key].findings:
            rows.append(_row(key, grouped, given))
    return rows


def _row(key: str, grouped: Any, given: Answer) -> FactorRow:
    group = grouped.get(key)
    findings = tuple(group.findings) if group else ()
    tone, word = _lamp(key, given, group.outcome.value if findings and group.outcome is not None else "")
    return FactorRow(
        key=key,
        title=_titles()[key],
        tone=tone,
        word=word,
        plain=_plain(key, given),
        findings=findings,
    )


def _lamp(key: str, given: Answer, outcome: str) -> tuple[str, str]:
    """Tone and word of a light. That there is no consent is neither good nor bad until a rule asks for one."""
    if key == "consent" and not outcome and given.facts.consent_state.value != "active":
        return "quiet", _("Not asked for")
    return TONES[outcome or "allowed"], _light(outcome or "allowed")


def _titles() -> dict[str, str]:
    return {
        "reason": _("Reason"),
        "consent": _("Consent"),
        "source": _("Source"),
        "account": _("Account"),
        "person": _("Person"),
        "training": _("Training"),
        "time": _("Time"),
    }


def _light(outcome: str) -> str:
    return {
        "allowed": _("Fine"),
        "needs_manager_approval": _("Approval"),
        "needs_dpo_approval": _("Check"),
        "forbidden": _("Stop"),
    }[outcome]


def _plain(key: str, given: Answer) -> str:
    """What is known about a factor, before any rule speaks."""
    question, facts = given.question, given.facts
    match key:
        case "reason":
            promotes = _(" It also promotes something.") if question.contains_promotion else ""
            return f"{Purpose(question.purpose).label}.{promotes}"
        case "consent":
            return str(ConsentState(facts.consent_state.value).label) + "."
        case "source":
            return _("%(source)s, collected on %(day)s.") % {
                "source": question.point.get_source_display(),
                "day": date_format(question.point.collected_on, "SHORT_DATE_FORMAT"),
            }
        case "account":
            return account_words(given.question)
        case _:
            return ""


def registrable(question: Question) -> str:
    """The network whose personal profile could be registered for work, where a private account is meant; else empty."""
    return question.point.platform if question.private_account and question.point.platform in NETWORKS else ""


def account_words(asked: Any) -> str:
    """From where, for a question or a request: without an account of its own a letter leaves on the letterhead."""
    if asked.private_account:
        return _("Your private account or phone.")
    if asked.account is not None:
        return f"{asked.account.name}."
    if asked.point.channel in PLATFORM_CHANNELS:
        return _("The company has no account there.")
    return _("Company letterhead.") if asked.point.channel == "letter" else _("In the company's name.")


def declared(asked: ContactRequest) -> list[tuple[str, str]]:
    """What the person who asked has declared about the contact: the reviewer releases these words, too."""
    electronic, phone = asked.contact_point.channel in policy.ELECTRONIC, asked.contact_point.channel == "phone"
    names = [
        "contains_promotion",
        "special_category",
        "sender_clear",
        *(["opt_out_included"] if electronic else []),
        *(["caller_id_shown", "automated_call"] if phone else []),
        *(["own_similar_products"] if asked.own_similar_products or asked.purpose in SECTION_73 else []),
    ]
    rows = [(_label(asked, name), _("Yes") if getattr(asked, name) else _("No")) for name in names]
    if asked.uses_wanted > 1:
        rows.append((_label(asked, "uses_wanted"), str(asked.uses_wanted)))
    if asked.presumed_consent:
        rows.append((_label(asked, "presumed_consent"), asked.presumed_consent))
    if asked.urgency != asked.Urgency.NORMAL:
        rows.append((_label(asked, "urgency"), str(asked.get_urgency_display())))
    return rows


def level_words(level: Level) -> str:
    """“4 of 4 contacts in 30 days; next possible on 12/24/2026, 10:00 a.m.”"""
    words: dict[str, Any] = {"made": level.made, "most": level.cap.most, "days": level.cap.days}
    if level.next_at is None:
        return _("%(made)d of %(most)d contacts with this person in %(days)d days.") % words
    words["next"] = date_format(localtime(_whole_minute(level.next_at)), "SHORT_DATETIME_FORMAT")
    return (
        _("%(made)d of %(most)d contacts with this person in %(days)d days; advertising is next possible on %(next)s.")
        % words
    )


def _whole_minute(at: datetime) -> datetime:
    """Pages show minutes: a time that is shown must not be too early."""
    minute = at.replace(second=0, microsecond=0)
    return minute if at == minute else minute + timedelta(minutes=1)


def _label(asked: ContactRequest, name: str) -> str:
    label = str(asked._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def refusal_words(redemption: Redemption) -> str:
    """Why there is no use."""
    reasons = " ".join(reasons_by_id(redemption.because))
    if redemption.full is not None:
        reasons = level_words(redemption.full)
    if redemption.not_now:
        return _("Not now: %(reasons)s The permit stays valid.") % {"reasons": reasons}
    return _("Stop: do not make contact. %(reasons)s The permit has ended.") % {"reasons": reasons}
