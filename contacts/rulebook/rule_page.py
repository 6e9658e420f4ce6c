"""One rule: the golden cases in which it speaks with what would silence it, and what each rule set changed about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from contacts import policy
from contacts.policy.silencing import Silence, silence
from contacts.policy.touching import touches
from contacts.rulebook.book import in_german
from contacts.rulebook.cases import CasePage
from contacts.rulebook.fact_words import name_of, value_of
from contacts.rulebook.models import SHIPPED, RuleSetVersion
from contacts.rulebook.presenting import Change, Row, change_words, history
from contacts.rulebook.sayings import STATEMENTS, or_list, statement

#: So many facts that would silence a rule are named, and so many values of one.
MOST_FACTS = 3
MOST_VALUES = 4


@dataclass(frozen=True, slots=True)
class Spoken:
    """A case in which the rule speaks. `decides`: it is among the rules that the answer rests on."""

    page: CasePage
    decides: bool
    smallest: str
    others: list[str]


def spoken_in(rule: str, pages: list[CasePage]) -> list[Spoken]:
    """The cases in which a rule speaks: first those that it decides."""
    found = [_spoken(rule, page) for page in pages if rule in page.speaking]
    return sorted(found, key=lambda one: not one.decides)


def _spoken(rule: str, page: CasePage) -> Spoken:
    what = silence(rule, page.facts, page.rules)
    single = _single_words(what)
    lever = _lever_words(what)
    decides = any(finding.rule.id == rule for finding in page.decision.deciding)
    return Spoken(page, decides, lever or (single[0] if single else ""), single if lever else single[1:])


def _lever_words(what: Silence) -> str:
    if what.lever is None:
        return ""
    return what.lever.label_de if in_german() else what.lever.label_en


def _single_words(what: Silence) -> list[str]:
    """The facts that are enough, each with the values that do it; long lists end with “another one”."""
    return [_fact(name, values) for name, values in list(what.facts.items())[:MOST_FACTS]]


def _fact(name: str, values: tuple[object, ...]) -> str:
    if name in STATEMENTS:
        return statement(name, bool(values[0]))
    if name == "months_since_last_transaction":
        return _("%(fact)s: %(values)s") % {"fact": name_of(name), "values": values[0]}
    if len(values) > MOST_VALUES:
        return _("%(fact)s: another one") % {"fact": name_of(name)}
    return _("%(fact)s: %(values)s") % {"fact": name_of(name), "values": or_list(value_of(name, v) for v in values)}


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one rule set says of a rule: the row of the history, and what differs from the rule set before."""

    row: Row
    changes: list[Change]


def chapters(rule: policy.Rule, released: list[RuleSetVersion], at: datetime) -> list[Chapter]:
    """The rule sets that changed something about a rule, the newest first; the shipped one is always there."""
    settings = {row.number: _settings(row) for row in released} | {SHIPPED: policy.Settings()}
    found = []
    for row in history(released, at):
        changed = _changed(rule, row, settings) if row.version is not None else []
        if changed or row.version is None:
            found.append(Chapter(row, changed))
    return found


def _settings(version: RuleSetVersion) -> policy.Settings | None:
    """None for settings of a time whose words this software does not know any more."""
    try:
        return policy.settings_from_json(version.settings)
    except policy.SettingsError:
        return None


def _changed(rule: policy.Rule, row: Row, settings: dict[int, policy.Settings | None]) -> list[Change]:
    assert row.version is not None
    before, after = settings.get(row.version.based_on), settings[row.number]
    if before is None or after is None:
        return []
    milder = after.laxer()
    return [change_words(one, milder) for one in policy.differences(before, after) if touches(rule, one)]
