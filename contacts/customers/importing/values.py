"""One cell at a time: taken exactly, or refused with a reason and a fix. Nothing is repaired silently."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from contacts.customers.selectors import is_phone
from portal.cells import plain
from portal.vocabulary import ContactSource, CustomerKind, Relationship

UNREADABLE = re.compile("[\ufffd\x00\ud800-\udfff]")  # replaced, forbidden by PostgreSQL, halves of characters
TIME_OF_DAY = re.compile(r"\d[T ]\d\d:\d\d")
YES = {"ja", "j", "x", "1", "wahr", "true", "yes", "y"}
NO = {"nein", "n", "0", "falsch", "false", "no", "-"}
KINDS = {
    "verbraucher": CustomerKind.CONSUMER,
    "privat": CustomerKind.CONSUMER,
    "consumer": CustomerKind.CONSUMER,
    "geschäftlich": CustomerKind.BUSINESS_CONTACT,
    "geschäftskontakt": CustomerKind.BUSINESS_CONTACT,
    "firma": CustomerKind.BUSINESS_CONTACT,
    "business_contact": CustomerKind.BUSINESS_CONTACT,
    "business": CustomerKind.BUSINESS_CONTACT,
}
RELATIONSHIPS = {
    "interessent": Relationship.PROSPECT,
    "prospect": Relationship.PROSPECT,
    "kunde": Relationship.ACTIVE_CUSTOMER,
    "aktiv": Relationship.ACTIVE_CUSTOMER,
    "active_customer": Relationship.ACTIVE_CUSTOMER,
    "customer": Relationship.ACTIVE_CUSTOMER,
    "ehemalig": Relationship.FORMER_CUSTOMER,
    "ehemaliger kunde": Relationship.FORMER_CUSTOMER,
    "former_customer": Relationship.FORMER_CUSTOMER,
}
SOURCES = {
    "kunde": ContactSource.DATA_SUBJECT,
    "vom kunden": ContactSource.DATA_SUBJECT,
    "data_subject": ContactSource.DATA_SUBJECT,
    "vertrag": ContactSource.CONTRACT_RECORD,
    "contract_record": ContactSource.CONTRACT_RECORD,
    "contract": ContactSource.CONTRACT_RECORD,
    "verzeichnis": ContactSource.PUBLIC_DIRECTORY,
    "telefonbuch": ContactSource.PUBLIC_DIRECTORY,
    "public_directory": ContactSource.PUBLIC_DIRECTORY,
    "recherche": ContactSource.SEARCHED_BY_EMPLOYEE,
    "gesucht": ContactSource.SEARCHED_BY_EMPLOYEE,
    "searched_by_employee": ContactSource.SEARCHED_BY_EMPLOYEE,
    "gekauft": ContactSource.BOUGHT_LIST,
    "adresshandel": ContactSource.BOUGHT_LIST,
    "bought_list": ContactSource.BOUGHT_LIST,
    "empfehlung": ContactSource.REFERRAL,
    "referral": ContactSource.REFERRAL,
}
LANGUAGES = {"de": "de", "deutsch": "de", "en": "en", "englisch": "en", "english": "en"}


T = TypeVar("T")


class Refused(Exception):
    """A cell that cannot be taken: why, and what to do."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.reason, self.fix = reason, fix


def clean(cell: str) -> str:
    """A cell without outer blanks (also non-breaking ones) and without the apostrophe of an error file."""
    text = plain(cell.replace("\xa0", " ").strip()).strip()
    if UNREADABLE.search(text):
        raise Refused(
            _("A character cannot be read."),
            _("Save the file as “CSV UTF-8” or type the character again."),
        )
    return text


def day(text: str) -> date:
    """dd.mm.yyyy or yyyy-mm-dd."""
    if TIME_OF_DAY.search(text):
        raise Refused(_("This is a date with a time of day."), _("Write the day alone, as 31.12.2026."))
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            found = datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
        if found.year >= 1880:
            return found
    raise Refused(_("This is no date."), _("Write the day as 31.12.2026, with four digits for the year."))


def past_moment(text: str, today: date) -> date | datetime:
    """A day, or a day with its time of day (31.12.2026 14:05, 2026-12-31T14:05, with or without a zone)."""
    if not TIME_OF_DAY.search(text):
        return past_day(text, today)
    for reader in (datetime.fromisoformat, _german_moment):
        try:
            found = reader(text)
        except ValueError:
            continue
        if found.date() > today:
            raise Refused(_("The day lies in the future."), _("Check the year."))
        return found
    raise Refused(_("This is no date."), _("Write the day as 31.12.2026 or the moment as 31.12.2026 14:05."))


def _german_moment(text: str) -> datetime:
    pattern = "%d.%m.%Y %H:%M:%S" if text.count(":") == 2 else "%d.%m.%Y %H:%M"
    return datetime.strptime(text, pattern)  # noqa: DTZ007  the zone is the customer's


def past_day(text: str, today: date) -> date:
    found = day(text)
    if found > today:
        raise Refused(_("The day lies in the future."), _("Check the year."))
    return found


def yes(text: str) -> bool:
    word = text.casefold()
    if word in YES | NO:
        return word in YES
    raise Refused(_("This is neither yes nor no."), _("Write “ja” or “nein”."))


def choice(text: str, words: dict[str, T]) -> T:
    word = " ".join(text.casefold().split())
    if word not in words:
        known = ", ".join(sorted(words))
        raise Refused(_("This word is not known here."), _("Use one of: %(words)s.") % {"words": known})
    return words[word]


def email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise Refused(
            _("This is no e-mail address."), _("Write it as name@company.example, one address a cell.")
        ) from error
    return text


def phone(text: str) -> str:
    if not is_phone(text):
        raise Refused(
            _("This is no telephone number."),
            _("Write it with the area code, as 0221 123456 or +49 221 123456."),
        )
    return text


def limited(text: str, length: int) -> str:
    if len(text) > length:
        raise Refused(
            _("The text is too long: %(have)s characters, %(most)s fit.") % {"have": len(text), "most": length},
            _("Shorten it; nothing is cut off by itself."),
        )
    return text
