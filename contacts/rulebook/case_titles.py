"""What the shipped golden cases are called on pages: their id with a capital, so only the words are listed here.

The ids are part of the proof of a rule set and stay as they are.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

#: The one id that only makes sense after the case before it.
OTHERWISE = {
    "same, but data from the customer contract": gettext_noop("Candidate in the talent pool, data from a contract"),
}
TITLES = frozenset(
    {
        gettext_noop("Date request to an attractive customer"),
        gettext_noop("Service e-mail to a fully blocked customer"),
        gettext_noop("Newsletter before the opt-in click"),
        gettext_noop("Newsletter after 50 months of silence"),
        gettext_noop("Robocall with an offer"),
        gettext_noop("Consented sales call on Sunday"),
        gettext_noop("Consented sales call with hidden number"),
        gettext_noop("Consented newsletter without unsubscribe link"),
        gettext_noop("Bought letter address on the Robinson list"),
        gettext_noop("Contract notice by Facebook, handle from the customer, all else failed"),
        gettext_noop("Reminder by SMS"),
        gettext_noop("Reminder by Instagram, customer agreed in writing"),
        gettext_noop("Bought e-mail list with consent"),
        gettext_noop("Service call to a number given by the neighbour"),
        gettext_noop("Service by TikTok, company has no account there"),
        gettext_noop("Customer agreed to Telegram, platform not approved"),
        gettext_noop("Customer agreed to Signal, review still running"),
        gettext_noop("WhatsApp reply by staff with expired training"),
        gettext_noop("Consented Instagram promotion to a 17-year-old"),
        gettext_noop("Payment reminder by e-mail to a 17-year-old"),
        gettext_noop("Medical report by e-mail"),
        gettext_noop("Job offer by e-mail to a customer"),
        gettext_noop("Short first job call at the office"),
        gettext_noop("Candidate in the talent pool, e-mail"),
        gettext_noop("Breach notice by e-mail"),
        gettext_noop("Delivery note with a voucher in it"),
        gettext_noop("Recall notice with an offer in it"),
        gettext_noop("Newsletter to a customer who never agreed"),
        gettext_noop("Advertising letter to a customer"),
        gettext_noop("Advertising letter after an objection to advertising"),
        gettext_noop("Contract letter to a fully blocked customer"),
        gettext_noop("Recall letter to a fully blocked customer"),
        gettext_noop("Newsletter after the consent was withdrawn"),
        gettext_noop("Newsletter after 30 months of silence"),
        gettext_noop("Newsletter on a consent that nobody can prove"),
        gettext_noop("Sales call to a company with a documented occasion"),
        gettext_noop("Sales call to a company found in a directory"),
        gettext_noop("Call about a delivery late in the evening"),
        gettext_noop("Service e-mail to an address that nobody has checked"),
        gettext_noop("Offer for similar products, all four conditions met"),
        gettext_noop("Offer for similar products, last purchase three years ago"),
        gettext_noop("Offer for similar products, right to object not pointed out"),
        gettext_noop("Satisfaction survey by e-mail, all four conditions met"),
        gettext_noop("Advertising letter to an address from a directory"),
        gettext_noop("Service over WhatsApp from a private phone"),
        gettext_noop("Service over WhatsApp when nothing else reaches the customer"),
        gettext_noop("Service by Instagram while e-mail works"),
        gettext_noop("Reminder by WhatsApp without agreement"),
        gettext_noop("Appointment by Instagram, profile searched out"),
        gettext_noop("Service call to a number found on the internet"),
        gettext_noop("Agreed WhatsApp from a shared phone with an open address book"),
        gettext_noop("Agreed WhatsApp from a shared phone"),
        gettext_noop("Consented newsletter by staff without training"),
        gettext_noop("Service e-mail by staff without training"),
        gettext_noop("Consented newsletter to a 14-year-old"),
        gettext_noop("Health details by SMS"),
        gettext_noop("Job offer over LinkedIn to somebody unknown"),
        gettext_noop("Confirmation mail for a sign-up"),
        gettext_noop("Confirmation mail although nobody has signed up"),
        gettext_noop("Warning of danger over WhatsApp"),
        *OTHERWISE.values(),
    }
)


def title_of(case: str) -> str:
    """The name of a case in the reader's language; the company's own cases are called as they were named."""
    title = OTHERWISE.get(case, case[:1].upper() + case[1:])
    return _(title) if title in TITLES else case
