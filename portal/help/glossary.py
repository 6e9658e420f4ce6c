"""The words of the portal, explained to somebody who reads them for the first time. In the order of the alphabet of
whoever reads; `key` is the anchor, which other texts link to and which never changes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means, as sentences with links (marking.py)."""

    key: str
    word: str | Promise
    meaning: tuple[str | Promise, ...]


def _term(key: str, word: str | Promise, *meaning: str | Promise) -> Term:
    return Term(key, word, meaning)


TERMS = (
    _term(
        "customer",
        pgettext_lazy("glossary", "Customer"),
        _("A person the company deals with or would like to deal with. It can be a consumer or somebody in a company."),
    ),
    _term(
        "address",
        pgettext_lazy("glossary", "Address"),
        _("One way to reach a customer: an e-mail address, a telephone number, a profile in a network."),
        _("Each address has a [source](#source)."),
    ),
    _term(
        "source",
        pgettext_lazy("glossary", "Source"),
        _("How the company came to have an address: from the contract, from the customer, bought, or looked up."),
        _("Looking somebody up is already processing of personal data."),
    ),
    _term(
        "purpose",
        pgettext_lazy("glossary", "Reason for contact"),
        _("What a contact is for: an open invoice, a repair, an offer. The answer depends on it most."),
    ),
    _term(
        "advertising",
        pgettext_lazy("glossary", "Advertising"),
        _("Every statement that is meant to sell something, also indirectly. A survey is advertising."),
        _("For most electronic channels it needs a [consent](#consent)."),
    ),
    _term(
        "channel",
        pgettext_lazy("glossary", "Channel"),
        _("How a message travels: letter, e-mail, telephone, text message, messenger, social network."),
    ),
    _term(
        "consent",
        pgettext_lazy("glossary", "Consent"),
        _("A customer has said yes, for one reason and one channel. The yes can be withdrawn at any time."),
        _("The company must be able to prove it (Art. 7(1) GDPR)."),
    ),
    _term(
        "double-opt-in",
        pgettext_lazy("glossary", "Double opt-in"),
        _("After signing up, the customer confirms by a link in an e-mail. Only then does the consent count."),
    ),
    _term(
        "withdrawal",
        pgettext_lazy("glossary", "Withdrawal"),
        _("A customer takes a [consent](#consent) back. It counts at once, and it must be as easy as the yes was."),
    ),
    _term(
        "objection",
        pgettext_lazy("glossary", "Objection"),
        _("A customer says no to advertising or to all contact. No to advertising counts always and without end."),
    ),
    _term(
        "suppression",
        pgettext_lazy("glossary", "Suppression list"),
        _("Addresses that must never be written to again. They are kept in a form from which nobody can read them."),
    ),
    _term(
        "rule",
        pgettext_lazy("glossary", "Rule"),
        _("One condition, one outcome, one reason with its legal source. All rules are in the [rule book](rule_book)."),
    ),
    _term(
        "rule-set",
        pgettext_lazy("glossary", "Rule set"),
        _("All rules and limits under one number. It never changes; a new one is released by two people."),
    ),
    _term(
        "verdict",
        pgettext_lazy("glossary", "Answer"),
        _("What the rules say: allowed, approval needed, the data protection officer decides, or not allowed."),
        _("The strictest [rule](#rule) counts."),
    ),
    _term(
        "request",
        pgettext_lazy("glossary", "Request"),
        _("Your question, once you have handed it in. Somebody else decides, unless the rules allow it already."),
    ),
    _term(
        "review",
        pgettext_lazy("glossary", "Review"),
        _("The decision of one person on a request. Nobody decides on a request of their own."),
    ),
    _term(
        "permit",
        pgettext_lazy("glossary", "Permit"),
        _("The permission that a request leads to. It names customer, address, reason, number of contacts and end."),
        _("It ends by itself when its grounds are gone, for example after a [withdrawal](#withdrawal)."),
    ),
    _term(
        "company-account",
        pgettext_lazy("glossary", "Company account"),
        _("An official account or device of the company. Customers are contacted from these, never from private ones."),
    ),
    _term(
        "private-account",
        pgettext_lazy("glossary", "Private account"),
        _("Your own phone or profile. Customers' data do not belong there; the company cannot protect them."),
    ),
    _term(
        "incident",
        pgettext_lazy("glossary", "Incident"),
        _("A contact outside the rules, or a message to the wrong person. It is reported so that it can be put right."),
    ),
    _term(
        "clock",
        pgettext_lazy("glossary", "72 hours"),
        _("The time in which the company must tell the authority of a breach (Art. 33 GDPR). Early word helps."),
    ),
    _term(
        "certificate",
        pgettext_lazy("glossary", "Certificate"),
        _("The proof that you passed a course. It is valid for a time; without it permits rest."),
    ),
    _term(
        "deputy",
        pgettext_lazy("glossary", "Deputy"),
        _("Decides while somebody is away. A deputy never decides on own requests either."),
    ),
    _term(
        "dpo",
        pgettext_lazy("glossary", "Data protection officer"),
        _("The person in the company who watches over data protection. Ask freely; nobody is blamed for asking."),
    ),
    _term(
        "trail",
        pgettext_lazy("glossary", "Audit trail"),
        _("The record of who did what and when. Nobody can change it without that being noticed."),
    ),
    _term(
        "evidence",
        pgettext_lazy("glossary", "Evidence"),
        _("What shows later that a contact was in order: the wording, the form, the decision with its reasons."),
    ),
    _term(
        "processing-record",
        _("Record of processing activities"),
        _("What the company does with personal data, for what, how long, and who gets them (Art. 30 GDPR)."),
        _("Most of it follows the portal by itself; the rest is written by the [data protection officer](#dpo)."),
    ),
    _term(
        "retention",
        pgettext_lazy("glossary", "Retention period"),
        _("How long something is kept before the portal deletes or anonymises it by itself."),
    ),
    _term(
        "hold",
        pgettext_lazy("glossary", "Legal hold"),
        _("A stop to all deleting for one customer or request, because it may be needed in a dispute."),
    ),
    _term(
        "data-request",
        pgettext_lazy("glossary", "Request of a data subject"),
        _("Somebody asks what is stored about them, or wants it corrected or erased. The company answers in a month."),
    ),
)
BY_KEY = {term.key: term for term in TERMS}


def in_order() -> list[Term]:
    """The terms by the alphabet of the language that is active; ä stands with a."""
    return sorted(TERMS, key=lambda term: _spelt(str(term.word)))


def _spelt(word: str) -> str:
    split = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))
