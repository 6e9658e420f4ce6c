"""The situations a customer can be in, as data: each shows other rules at work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    channel: str
    platform: str = ""
    source: str = "contract_record"
    verified: bool = True
    sale: bool = False
    notice: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """`story`: active, unproven, pending, stale, silent (ended by silence), ended (by date), withdrawn."""

    purpose: str
    channel: str
    platform: str = ""
    story: str = "active"


@dataclass(frozen=True, slots=True)
class Situation:
    """Months since the last purchase and years of age; None = unknown. `share` of 300 customers."""

    name: str
    share: int
    kind: str = "consumer"
    relationship: str = "active_customer"
    bought: int | None = 3
    age: int | None = None
    parents_agree: bool = False
    robinson: bool = False
    addresses: tuple[Address, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    wrote: tuple[tuple[str, str], ...] = ()
    language: str = "de"
    timezone: str = "Europe/Berlin"


LETTER = Address("letter")
EMAIL = Address("email")
PHONE = Address("phone")
SALE_EMAIL = Address("email", sale=True, notice=True)
WHATSAPP = Address("messenger", "whatsapp", "data_subject")
SMS = Address("sms")
ORDINARY = (LETTER, EMAIL, PHONE)

SITUATIONS = (
    Situation("ordinary customer", 37, addresses=ORDINARY),
    Situation("bought with e-mail, told of the right to object", 24, addresses=(LETTER, SALE_EMAIL, PHONE)),
    Situation(
        "bought long ago with e-mail",
        8,
        bought=30,
        addresses=(LETTER, SALE_EMAIL, Address("sms", sale=True, notice=True)),
    ),
    Situation("former customer", 18, relationship="former_customer", bought=40, addresses=(LETTER, SALE_EMAIL)),
    Situation("newsletter by e-mail", 20, addresses=ORDINARY, agreed=(Agreed("marketing", "email"),)),
    Situation(
        "newsletter that nobody can prove",
        6,
        addresses=ORDINARY,
        agreed=(Agreed("marketing", "email", story="unproven"),),
    ),
    Situation(
        "newsletter not confirmed", 8, addresses=ORDINARY, agreed=(Agreed("marketing", "email", story="pending"),)
    ),
    Situation(
        "newsletter unused for long", 8, addresses=ORDINARY, agreed=(Agreed("marketing", "email", story="stale"),)
    ),
    Situation(
        "newsletter ended by silence", 6, addresses=ORDINARY, agreed=(Agreed("marketing", "email", story="silent"),)
    ),
    Situation(
        "newsletter ended by its date",
        6,
        addresses=ORDINARY,
        agreed=(Agreed("marketing", "email", story="ended"), Agreed("event_invitation", "email")),
    ),
    Situation(
        "newsletter withdrawn", 10, addresses=ORDINARY, agreed=(Agreed("marketing", "email", story="withdrawn"),)
    ),
    Situation(
        "may be called",
        8,
        addresses=ORDINARY,
        agreed=(Agreed("marketing", "phone"), Agreed("satisfaction_survey", "phone")),
    ),
    Situation(
        "calls not provable or withdrawn",
        5,
        addresses=ORDINARY,
        agreed=(Agreed("marketing", "phone", story="unproven"), Agreed("winback", "phone", story="withdrawn")),
    ),
    Situation(
        "service by WhatsApp agreed",
        10,
        addresses=(*ORDINARY, WHATSAPP),
        agreed=(Agreed("service", "messenger", "whatsapp"), Agreed("debt_collection", "messenger", "whatsapp")),
    ),
    Situation(
        "WhatsApp withdrawn",
        4,
        addresses=(*ORDINARY, WHATSAPP),
        agreed=(Agreed("service", "messenger", "whatsapp", "withdrawn"),),
    ),
    Situation("WhatsApp known but not agreed", 6, addresses=(*ORDINARY, WHATSAPP)),
    Situation("only a messenger is known", 4, addresses=(WHATSAPP, Address("messenger", "signal", "data_subject"))),
    Situation("wrote first by WhatsApp", 6, addresses=(*ORDINARY, WHATSAPP), wrote=(("messenger", "whatsapp"),)),
    Situation(
        "wrote first on Instagram",
        4,
        addresses=(LETTER, Address("social_dm", "instagram", "data_subject")),
        wrote=(("social_dm", "instagram"),),
    ),
    Situation(
        "agreed to messages on Instagram",
        3,
        addresses=(EMAIL, Address("social_dm", "instagram", "data_subject")),
        agreed=(Agreed("service", "social_dm", "instagram"), Agreed("debt_collection", "social_dm", "instagram")),
    ),
    Situation(
        "only a profile is known",
        3,
        addresses=(Address("social_dm", "facebook", "data_subject"), Address("messenger", "telegram", "data_subject")),
    ),
    Situation(
        "profile searched out",
        6,
        addresses=(
            LETTER,
            PHONE,
            Address("social_dm", "instagram", "searched_by_employee", False, note="Profil zum Namen gesucht"),
        ),
    ),
    Situation(
        "address searched out",
        4,
        relationship="prospect",
        bought=None,
        addresses=(
            Address("email", source="searched_by_employee", note="Impressum der Vereinsseite"),
            Address("phone", source="searched_by_employee", verified=False),
        ),
    ),
    Situation(
        "from a bought list",
        8,
        relationship="prospect",
        bought=None,
        addresses=(
            Address("letter", source="bought_list", note="Liste Adressen West 2025"),
            Address("email", source="bought_list", note="Liste Adressen West 2025"),
        ),
        agreed=(Agreed("marketing", "email"),),
    ),
    Situation(
        "passed on by a customer",
        6,
        relationship="prospect",
        bought=None,
        addresses=(
            Address("phone", source="referral", note="Empfehlung eines Kunden"),
            Address("letter", source="public_directory", note="Telefonbuch"),
        ),
    ),
    Situation(
        "on the Robinson list", 8, relationship="prospect", bought=None, robinson=True, addresses=(LETTER, EMAIL)
    ),
    Situation("objects to advertising", 10, addresses=ORDINARY, refused=(("marketing_objection", ""),)),
    Situation("objects to calls only", 4, addresses=ORDINARY, refused=(("marketing_objection", "phone"),)),
    Situation("wants no contact at all", 6, addresses=ORDINARY, refused=(("full_block", ""),)),
    Situation(
        "child whose parents agreed",
        2,
        age=12,
        parents_agree=True,
        addresses=(LETTER, EMAIL, WHATSAPP),
        agreed=(Agreed("marketing", "email"),),
    ),
    Situation("child", 3, age=13, addresses=(LETTER, EMAIL)),
    Situation("young person", 3, age=17, addresses=(*ORDINARY, WHATSAPP), agreed=(Agreed("marketing", "email"),)),
    Situation(
        "address not checked", 6, addresses=(LETTER, Address("email", verified=False), Address("sms", verified=False))
    ),
    Situation("phone and SMS", 5, addresses=(PHONE, SMS, LETTER)),
    Situation("lives abroad", 3, addresses=ORDINARY, language="en", timezone="Europe/Lisbon"),
    Situation("business customer", 14, "business_contact", addresses=(LETTER, SALE_EMAIL, PHONE)),
    Situation(
        "business contact on LinkedIn",
        4,
        "business_contact",
        "prospect",
        None,
        addresses=(EMAIL, Address("social_dm", "linkedin", "searched_by_employee", note="Unternehmensseite")),
    ),
    Situation(
        "candidate",
        3,
        "business_contact",
        "prospect",
        None,
        addresses=(
            PHONE,
            LETTER,
            Address("social_dm", "xing", "data_subject"),
            Address("email", source="data_subject"),
        ),
        agreed=(Agreed("recruitment", "email"),),
    ),
)
