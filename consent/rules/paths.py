"""Over which ways advertising may reach somebody who has not agreed to it, until they object."""

from dataclasses import dataclass

from consent.rules.tree import ADVERTISING

#: Section 7(3) UWG speaks of electronic mail; whether a number is that is disputed (law.md, D2). A survey by e-mail
#: may rest on the same notices (BGH VI ZR 225/17).
EXISTING_CUSTOMERS = {
    "marketing_similar_products": frozenset({"email", "sms", "messenger"}),
    "satisfaction_survey": frozenset({"email"}),
}
OWN_SOURCES = frozenset({"data_subject", "contract_record"})


@dataclass(frozen=True, slots=True)
class Address:
    """What is on record about one address, as far as it opens a way."""

    channel: str
    platform: str
    source: str
    from_sale: bool
    notice_given: bool


def open_without_consent(address: Address, *, relationship: str, robinson_listed: bool) -> frozenset[str]:
    """The purposes for which this address may be used without consent. Letters: law.md 4.3; a prospect on a Robinson
    list has said no to them. Electronic mail: the conditions of section 7(3) UWG that an address can meet."""
    is_prospect = relationship == "prospect"
    if address.channel == "letter":
        return frozenset() if is_prospect and robinson_listed else ADVERTISING
    meets = address.from_sale and address.notice_given and address.source in OWN_SOURCES and not is_prospect
    return frozenset(purpose for purpose, ways in EXISTING_CUSTOMERS.items() if meets and address.channel in ways)
