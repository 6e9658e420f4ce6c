"""What a person could change: every single changed fact that gives a better outcome, smallest effort first.

Not offered, because nobody in the company can bring it about: the customer's objection, age, relationship and kind,
the Robinson list, where an address came from (another address is another question), the reason itself, and urgency.
What hangs on a change changes with it and is stated in full: another channel or platform has another consent, and
nobody has written there first yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contacts.policy.decision import Decision
from contacts.policy.facts import (
    Channel,
    ConsentState,
    Facts,
    Platform,
    PlatformStatus,
    Purpose,
    SendingAccount,
    Training,
)
from contacts.policy.rule import Outcome

Change = Callable[[Facts], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A better neighbour: the inputs that differ, and the outcome one would get."""

    key: str
    changes: Mapping[str, Any]
    outcome: Outcome
    label_de: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing a person can bring about; `change` yields the inputs to change, None where it does not apply."""

    key: str
    effort: int
    label_de: str
    label_en: str
    change: Change


def _when(condition: Callable[[Facts], bool], **changes: Any) -> Change:
    return lambda facts: changes if condition(facts) else None


def _own_similar_products(facts: Facts) -> Mapping[str, Any] | None:
    """The one condition of § 7 (3) UWG that whoever writes the text can still bring about."""
    if facts.purpose is not Purpose.MARKETING_SIMILAR_PRODUCTS or facts.s7_3.own_similar_products:
        return None
    return {"s7_3": replace(facts.s7_3, own_similar_products=True)}


def _left_behind(facts: Facts) -> dict[str, Any]:
    """What was known of the old way and says nothing about the new one; a withdrawal is taken to mean both."""
    state = ConsentState.WITHDRAWN if facts.consent_state is ConsentState.WITHDRAWN else ConsentState.NONE
    return {"consent_state": state, "consent_proof": False, "customer_initiated_on_channel": False}


def _different(facts: Facts, changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if getattr(facts, name) != value}


def _channel(channel: Channel) -> Change:
    """Another channel; its platform is open, and a letter always leaves on the company's letterhead."""

    def change(facts: Facts) -> Mapping[str, Any] | None:
        if facts.channel is channel or channel in (Channel.MESSENGER, Channel.SOCIAL_DM):
            return None
        changes: dict[str, Any] = {"channel": channel, "platform": None}
        if channel is Channel.LETTER:
            changes["sending_account"] = SendingAccount.COMPANY_ACCOUNT_VERIFIED
        return _different(facts, changes | _left_behind(facts))

    return change


LEVERS = (
    Lever(
        "remove_promotion",
        1,
        "Die Werbung aus dem Text nehmen",
        "Take the promotion out of the text",
        _when(lambda f: f.contains_promotion, contains_promotion=False),
    ),
    Lever(
        "include_opt_out",
        1,
        "Eine Abmeldemöglichkeit in den Text aufnehmen",
        "Say in the text how to opt out",
        _when(lambda f: not f.opt_out_included, opt_out_included=True),
    ),
    Lever(
        "show_caller_id",
        1,
        "Die Rufnummer anzeigen lassen",
        "Show the number when calling",
        _when(lambda f: not f.caller_id_shown, caller_id_shown=True),
    ),
    Lever(
        "make_sender_clear",
        1,
        "Firma und Namen deutlich nennen",
        "Name the company and yourself clearly",
        _when(lambda f: not f.sender_identity_clear, sender_identity_clear=True),
    ),
    Lever(
        "no_automated_call",
        1,
        "Selbst anrufen statt automatisch",
        "Call in person, not by machine",
        _when(lambda f: f.automated_call, automated_call=False),
    ),
    Lever(
        "no_special_category",
        2,
        "Gesundheits- und andere sensible Angaben weglassen",
        "Leave out health and other sensitive details",
        _when(lambda f: f.special_category, special_category=False),
    ),
    Lever(
        "own_similar_products",
        2,
        "Nur für eigene, ähnliche Produkte werben",
        "Advertise only own, similar products",
        _own_similar_products,
    ),
    Lever(
        "company_account",
        2,
        "Den offiziellen Firmenaccount benutzen",
        "Use the official company account",
        _when(
            lambda f: f.sending_account is not SendingAccount.COMPANY_ACCOUNT_VERIFIED,
            sending_account=SendingAccount.COMPANY_ACCOUNT_VERIFIED,
        ),
    ),
    Lever(
        "wait_for_contact_hours",
        2,
        "Bis zur Kontaktzeit warten",
        "Wait for contact hours",
        _when(lambda f: f.quiet_hours, quiet_hours=False),
    ),
    Lever("letter", 3, "Einen Brief schreiben", "Write a letter", _channel(Channel.LETTER)),
    Lever("email", 3, "Eine E-Mail schreiben", "Write an e-mail", _channel(Channel.EMAIL)),
    Lever("phone", 3, "Anrufen", "Call", _channel(Channel.PHONE)),
    Lever("sms", 3, "Eine SMS schreiben", "Write an SMS", _channel(Channel.SMS)),
    Lever(
        "verify_identity",
        4,
        "Prüfen lassen, dass die Adresse dem Kunden gehört",
        "Have it checked that the address is the customer's",
        _when(lambda f: not f.identity_verified, identity_verified=True),
    ),
    Lever(
        "document_presumed_consent",
        4,
        "Konkrete Umstände für die mutmaßliche Einwilligung festhalten",
        "Write down the concrete facts behind presumed consent",
        _when(lambda f: not f.presumed_consent_documented, presumed_consent_documented=True),
    ),
    Lever(
        "isolate_address_book",
        4,
        "Das Adressbuch des Geräts abschotten lassen",
        "Have the device's address book isolated",
        _when(lambda f: not f.address_book_isolated, address_book_isolated=True),
    ),
    Lever(
        "finish_training",
        5,
        "Die Schulung abschließen",
        "Finish the training",
        _when(lambda f: f.requester_training is not Training.VALID, requester_training=Training.VALID),
    ),
    Lever(
        "find_proof",
        5,
        "Den Nachweis der Einwilligung vorlegen",
        "File the proof of the consent",
        _when(lambda f: f.consent_state is ConsentState.ACTIVE and not f.consent_proof, consent_proof=True),
    ),
    Lever(
        "confirm_opt_in",
        6,
        "Die Bestätigung der Anmeldung abwarten",
        "Wait until the sign-up is confirmed",
        _when(
            lambda f: f.consent_state is ConsentState.PENDING_DOI,
            consent_state=ConsentState.ACTIVE,
            consent_proof=True,
        ),
    ),
    Lever(
        "get_consent",
        6,
        "Eine nachweisbare Einwilligung einholen",
        "Get a consent that can be proven",
        _when(
            lambda f: f.consent_state not in (ConsentState.ACTIVE, ConsentState.PENDING_DOI),
            consent_state=ConsentState.ACTIVE,
            consent_proof=True,
        ),
    ),
    Lever(
        "customer_writes_first",
        7,
        "Abwarten, bis der Kunde sich auf diesem Weg meldet",
        "Wait until the customer gets in touch this way",
        _when(lambda f: not f.customer_initiated_on_channel, customer_initiated_on_channel=True),
    ),
    Lever(
        "parental_consent",
        7,
        "Die Einwilligung der Eltern einholen",
        "Get the parents' consent",
        _when(lambda f: not f.parental_consent, parental_consent=True),
    ),
    Lever(
        "company_presence",
        8,
        "Das Unternehmen richtet dort einen Auftritt ein",
        "The company opens an account there",
        _when(lambda f: not f.company_present_on_platform, company_present_on_platform=True),
    ),
    Lever(
        "approve_platform",
        8,
        "Die Plattform wird geprüft und freigegeben",
        "The platform is reviewed and approved",
        _when(
            lambda f: f.platform_status is not PlatformStatus.APPROVED,
            platform_status=PlatformStatus.APPROVED,
        ),
    ),
)


def _platform(channel: Channel, platform: Platform) -> Change:
    """Another platform. Whether the company is there and its review is done is not known: the review counts as open."""

    def change(facts: Facts) -> Mapping[str, Any] | None:
        if facts.channel is not channel or facts.platform is platform:
            return None
        there = {"company_present_on_platform": True, "platform_status": PlatformStatus.UNDER_REVIEW}
        return _different(facts, {"platform": platform} | there | _left_behind(facts))

    return change


OTHER_PLATFORMS = {
    Channel.MESSENGER: (Platform.THREEMA, Platform.SIGNAL, Platform.WHATSAPP, Platform.TELEGRAM),
    Channel.SOCIAL_DM: (Platform.LINKEDIN, Platform.XING),
}
NAMES = {Platform.WHATSAPP: "WhatsApp", Platform.LINKEDIN: "LinkedIn", Platform.XING: "XING"}


def _other_platforms() -> Iterator[Lever]:
    for channel, platforms in OTHER_PLATFORMS.items():
        for platform in platforms:
            name = NAMES.get(platform, platform.value.capitalize())
            yield Lever(
                f"platform_{platform.value}",
                4,
                f"Über {name} schreiben, wenn das Unternehmen dort vertreten ist",
                f"Write over {name}, if the company is present there",
                _platform(channel, platform),
            )


ALL_LEVERS = tuple(sorted((*LEVERS, *_other_platforms()), key=lambda lever: lever.effort))


def alternatives_to(decision: Decision) -> tuple[Alternative, ...]:
    """Strictly better neighbours that are not forbidden; least effort first, then the better outcome."""
    from contacts.policy.evaluate import decide

    if decision.outcome is Outcome.ALLOWED:
        return ()
    found = []
    for lever in ALL_LEVERS:
        changes = lever.change(decision.facts)
        if not changes:
            continue
        outcome = decide(replace(decision.facts, **changes), decision.rules).outcome
        if outcome.severity < decision.outcome.severity:
            found.append((lever, Alternative(lever.key, changes, outcome, lever.label_de, lever.label_en)))
    found.sort(key=lambda pair: (pair[0].effort, pair[1].outcome.severity))
    return tuple(alternative for _lever, alternative in found)
