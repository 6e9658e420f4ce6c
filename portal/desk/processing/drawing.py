"""The parts of an activity that are drawn from what the code declares, in the language that is active.

Each part is a list of sentences or words. Nobody can edit them: who wants another period changes the period.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.access.roles import Role
from portal.desk.processing.declared import Declared, channel_of
from portal.desk.processing.grounds import Grounds, grounds_of
from portal.desk.processing.kinds import kinds_of_portal, kinds_over
from portal.desk.processing.rules import PARTS, PORTAL
from portal.retention.declared import rules
from portal.retention.reporting import period_words
from portal.ui.citations import citation_in
from portal.vocabulary import Channel, CustomerKind, Platform, Purpose, Relationship

Drawn = dict[str, list[str]]


def name_of(activity: str) -> str:
    """The name of an activity that the portal describes."""
    if activity == PORTAL:
        return _("Deciding about contacts, and proving it (this portal)")
    return _("Contact with customers: %(way)s") % {"way": _way(activity)}


def _way(way: str) -> str:
    return str(Platform(way).label if way in Platform.values else Channel(way).label)


def drawn_of(activity: str, declared: Declared) -> Drawn:
    """All parts of one activity; a part about which the code knows nothing is empty."""
    found = _of_portal(declared) if activity == PORTAL else _of_way(activity, declared)
    return {part: found.get(part, []) for part in PARTS}


def _of_portal(declared: Declared) -> Drawn:
    kinds = kinds_of_portal()
    return {
        "purposes": [
            _("To check before each contact with a customer whether it is allowed, and to decide about requests."),
            _("To keep to consents, withdrawals and refusals, and to prove them."),
            _("To answer what people ask about their data, and to follow up what went wrong."),
            _("To train employees, and to prove who is trained."),
        ],
        "legal_basis": [
            _("Data of customers: Art. 6(1)(c) and (f) GDPR, with Art. 5(2), 7(1) and 21(3) GDPR."),
            _("Data of employees: Art. 6(1)(b), (c) and (f) GDPR, and the works agreement."),
        ],
        "persons": [*_customers(), _("Employees with an account: %(roles)s") % {"roles": _labels(Role)}],
        "data": [_(rules()[key].data) for key in kinds],
        "time_limits": _time_limits(kinds, declared),
        "recipients": _recipients_of_portal(declared),
        "measures": _measures_of_portal(),
    }


def _of_way(way: str, declared: Declared) -> Drawn:
    grounds, kinds = grounds_of(declared.rule_set, *channel_of(way)), kinds_over(channel_of(way)[0])
    return {
        "purposes": [str(Purpose(purpose).label) for purpose, _bases in grounds],
        "legal_basis": _bases_in_words(grounds),
        "persons": [*_customers(), _("Employees who make the contact")],
        "data": [_(rules()[key].data) for key in kinds],
        "time_limits": _time_limits(kinds, declared),
        "recipients": _recipients_over(way, declared),
        "measures": [
            _("Each contact is answered by the rules beforehand; what they do not allow, people decide."),
            _("Contacts are made from company accounts; private accounts and devices are forbidden (ACC-01)."),
        ],
    }


def _customers() -> list[str]:
    kinds = {"kinds": _labels(CustomerKind), "relationships": _labels(Relationship)}
    return [_("Customers: %(kinds)s (%(relationships)s)") % kinds]


def _labels(choices: type[Role] | type[CustomerKind] | type[Relationship]) -> str:
    return ", ".join(str(one.label) for one in choices)


def _bases_in_words(grounds: Grounds) -> list[str]:
    language = get_language() or "de"
    return [
        f"{Purpose(purpose).label}: {'; '.join(citation_in(language, basis) for basis in bases)}"
        for purpose, bases in grounds
    ]


def _time_limits(kinds: list[str], declared: Declared) -> list[str]:
    """“Messages: 3 years, to the end of the year, from the delivery; then deleted”."""
    return [_time_limit(key, declared) for key in kinds]


def _time_limit(key: str, declared: Declared) -> str:
    rule = rules()[key]
    told = {"data": _(rule.data), "begins": _(rule.begins), "period": period_words(rule.period, declared.lengths[key])}
    words = {
        "delete": _("%(data)s: %(period)s, %(begins)s; then deleted"),
        "anonymise": _("%(data)s: %(period)s, %(begins)s; then anonymised"),
        "keep": _("%(data)s: %(period)s, %(begins)s"),
    }
    return words[rule.way] % told


def _recipients_of_portal(declared: Declared) -> list[str]:
    inside = _("Within the company, each as far as the role needs it: %(roles)s") % {"roles": _labels(Role)}
    told = [_("The system %(name)s is told of events.") % {"name": name} for name in declared.receivers]
    asking = [_("The system %(name)s may ask the portal.") % {"name": name} for name in declared.askers]
    return [inside, *told, *asking]


def _recipients_over(way: str, declared: Declared) -> list[str]:
    found, accounts = declared.used.platforms.get(way), declared.used.accounts_over(way)
    said: list[str] = []
    if found is not None:
        words = {"platform": found.get_platform_display(), "status": found.get_status_display()}
        said.append(_("The operator of %(platform)s; the register of platforms says: %(status)s") % words)
        said += [_("Note in the register of platforms: %(note)s") % {"note": found.note}] if found.note else []
    if accounts:
        number = ngettext("One company account is open.", "%(count)d company accounts are open.", len(accounts))
        said.append(number % {"count": len(accounts)})
    contracts = sorted({account.processor_contract for account in accounts if account.processor_contract})
    return [*said, *(_("Processor contract on file: %(contract)s") % {"contract": one} for one in contracts)]


def _measures_of_portal() -> list[str]:
    whole, idle = settings.SESSION_COOKIE_AGE // 3600, settings.SESSION_IDLE_MINUTES
    session = _("A session ends after %(idle)s minutes without use, and after %(whole)s hours in any case.")
    said = [
        _("A page that a role does not open is refused; what belongs to others is answered as if it were not there."),
        session % {"idle": idle, "whole": whole},
        _("Passwords are kept as Argon2 hashes only."),
        _("Every change leaves an entry in a sealed audit trail, so that a later change to it is found."),
        _("Erasures, releases of names and new rule sets take two people."),
        _("What is over its time is deleted or anonymised every hour by itself, unless a legal hold stops it."),
    ]
    factor = [str(Role(role).label) for role in settings.MFA_REQUIRED_ROLES]
    if factor:
        said.append(_("A second factor is required of: %(roles)s") % {"roles": ", ".join(factor)})
    if settings.HTTPS:
        said.append(_("Pages are answered over encrypted connections only."))
    if settings.WORKS_COUNCIL_MODE:
        said.append(_("Auditors and the works council read pseudonyms of employees."))
    return said
