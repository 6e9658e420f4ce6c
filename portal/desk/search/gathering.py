"""Asks each room through its own door. A fixed number of queries, whatever is typed and however much there is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from contacts.customers import selectors as customers
from contacts.customers.models import READERS, Customer
from contacts.requests.models import ContactRequest, Permit
from contacts.requests.numbers import WrongDigits, permit_key, request_key
from contacts.requests.presenting import reason_of
from contacts.rulebook.selectors import rule_set_in_force
from portal.desk.search import rules
from portal.desk.search.helping import help_hits
from portal.desk.search.hits import Found, Group, Hit
from portal.desk.search.places import places_of
from portal.ui.citations import citation_in
from portal.ui.templatetags.kk import STATES

if TYPE_CHECKING:
    from contacts.policy import Rule
    from portal.people.models import User

#: How many hits of one kind stand on the page.
SHOWN = 8
#: One letter begins too many names to be a search.
LEAST = 2


def find(user: User, typed: str, *, at: datetime, shown: int = SHOWN, language: str = "de") -> Found:
    """Everything this person may see that fits the words, kind by kind; `shown` of each. `language`: whose words the
    citations of rules are in."""
    words = rules.typed(typed)
    if not words:
        return Found("")
    groups = [
        _requests(user, words),
        _permits(user, words),
        _customers(user, words, shown),
        _rules(words, at, language, shown),
        Group("help", _("Help"), help_hits(user, words)[:shown]),
        _places(user, words, shown),
    ]
    return Found(words, [group for group in groups if group.hits], _note(words))


def all_rules(typed: str, *, at: datetime, language: str) -> Found:
    """The rules alone, all that fit."""
    words = rules.typed(typed)
    group = _rules(words, at, language, None) if words else None
    return Found(words, [group] if group and group.hits else [])


def _customers(user: User, words: str, shown: int) -> Group:
    """Whoever has this number comes first; the rest by name. All of them stand in the list of customers."""
    if not user.has_role(*READERS) or len(words) < LEAST:
        return Group("customers", _("Customers"), [])
    named = list(Customer.objects.visible_to(user).filter(number__iexact=words)[:1])
    others = [one for one in customers.search(user, words, limit=shown + 1) if one not in named]
    found = [*named, *others]
    more = f"{reverse('customers')}?{urlencode({'q': words})}" if len(found) > shown else ""
    return Group("customers", _("Customers"), [_customer(one) for one in found[:shown]], more)


def _customer(customer: Customer) -> Hit:
    told = (customer.number, customer.get_kind_display(), customer.get_relationship_display())
    return Hit(customer.display_name, " · ".join(map(str, told)), reverse("customer", args=[customer.number]))


def _requests(user: User, words: str) -> Group:
    """The request with this number; bare digits may be one."""
    key = request_key(words)
    seen = ContactRequest.objects.visible_to(user, among=[key]) if key is not None and key > 0 else None
    hits = [_request(one) for one in seen.select_related("customer")[:1]] if seen is not None else []
    exact = hits[0].url if hits and rules.names_request(words) else ""
    return Group("requests", _("Requests"), hits, exact=exact)


def _request(asked: ContactRequest) -> Hit:
    told = (asked.customer.display_name, asked.get_purpose_display(), STATES["request"][asked.state][1])
    return Hit(asked.number, " · ".join(map(str, told)), reverse("request", args=[asked.number]))


def _permits(user: User, words: str) -> Group:
    """The permit with this number; digits that contradict each other are none."""
    key = permit_key(words)
    seen = Permit.objects.visible_to(user).filter(pk=key) if isinstance(key, int) else None
    hits = [_permit(one) for one in seen.select_related("customer")[:1]] if seen is not None else []
    exact = hits[0].url if hits and rules.names_permit(words) else ""
    return Group("permits", _("Permits"), hits, exact=exact)


def _permit(permit: Permit) -> Hit:
    told = (permit.customer.display_name, permit.get_purpose_display())
    return Hit(permit.number, " · ".join(map(str, told)), reverse("permit", args=[permit.number]))


def _note(words: str) -> str:
    """What the digits of a permit number say about it by themselves, to everybody (docs/decisions/0018)."""
    if rules.names_permit(words) and isinstance(permit_key(words), WrongDigits):
        return _("A digit of this permit number is wrong. Please compare it with the permit.")
    return ""


def _rules(words: str, at: datetime, language: str, shown: int | None) -> Group:
    """Rules in force by id, reason, condition or source."""
    found = [rule for rule in rule_set_in_force(at).rules if _speaks_of(rule, words, language)]
    found.sort(key=lambda rule: rule.id.casefold() != words.casefold())
    exact = rule_url(found[0].id) if rules.is_rule_id(words) and found and _is(found[0], words) else ""
    more = ""
    if shown is not None and len(found) > shown:
        more = f"{reverse('search')}?{urlencode({'q': words, 'in': 'rules'})}"
    return Group("rules", _("Rules"), [_rule(rule) for rule in found[:shown]], more, exact)


def _speaks_of(rule: Rule, words: str, language: str) -> bool:
    return rules.stands_in(words, rule.id, reason_of(rule), citation_in(language, rule.citation), rule.condition_text)


def _is(rule: Rule, words: str) -> bool:
    return rule.id.casefold() == words.casefold()


def _rule(rule: Rule) -> Hit:
    return Hit(rule.id, reason_of(rule), rule_url(rule.id))


def rule_url(number: str) -> str:
    """The rule's own page, or where it stands in the rule book."""
    try:
        return reverse("rule", kwargs={"rule": number})
    except NoReverseMatch:
        return f"{reverse('rule_book')}#{number}"


def _places(user: User, words: str, shown: int) -> Group:
    """Pages of the portal by their names."""
    hits = [Hit(str(one.label), "", one.url) for one in places_of(user) if rules.stands_in(words, str(one.label))]
    return Group("pages", _("Pages"), hits[:shown])
