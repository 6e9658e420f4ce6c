"""What somebody in the company can bring about without leaving the way of contact, with effort and words.

Not offered, because nobody in the company can bring it about: the customer's objection, age, relationship and kind,
the Robinson list, where an address came from (another address is another question), the reason itself, and urgency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from contacts.policy.alternatives.lever import Change, Lever, different
from contacts.policy.alternatives.moves import MOVES
from contacts.policy.facts import ConsentState, Facts, PlatformStatus, Purpose, SendingAccount, Training


def _when(condition: Callable[[Facts], bool], **changes: Any) -> Change:
    return lambda facts: different(facts, changes) if condition(facts) else None


def _own_similar_products(facts: Facts) -> Mapping[str, Any] | None:
    """The one condition of § 7 (3) UWG that whoever writes the text can still bring about."""
    if facts.purpose is not Purpose.MARKETING_SIMILAR_PRODUCTS or facts.s7_3.own_similar_products:
        return None
    return {"s7_3": replace(facts.s7_3, own_similar_products=True)}


STAYING = (
    Lever(
        "remove_promotion",
        1,
        "Die Werbung aus dem Text nehmen",
        "Take the promotion out of the text",
        "Im Text der Anfrage",
        "In the text of the question",
        frozenset({"contains_promotion"}),
        _when(lambda f: f.contains_promotion, contains_promotion=False),
    ),
    Lever(
        "include_opt_out",
        1,
        "Eine Abmeldemöglichkeit in den Text aufnehmen",
        "Say in the text how to opt out",
        "Im Text der Anfrage",
        "In the text of the question",
        frozenset({"opt_out_included"}),
        _when(lambda f: not f.opt_out_included, opt_out_included=True),
    ),
    Lever(
        "show_caller_id",
        1,
        "Die Rufnummer anzeigen lassen",
        "Show the number when calling",
        "Am Telefon, bevor Sie wählen",
        "On the phone, before you dial",
        frozenset({"caller_id_shown"}),
        _when(lambda f: not f.caller_id_shown, caller_id_shown=True),
    ),
    Lever(
        "make_sender_clear",
        1,
        "Firma und Namen deutlich nennen",
        "Name the company and yourself clearly",
        "Im Text der Anfrage oder zu Beginn des Anrufs",
        "In the text of the question, or when the call begins",
        frozenset({"sender_identity_clear"}),
        _when(lambda f: not f.sender_identity_clear, sender_identity_clear=True),
    ),
    Lever(
        "no_automated_call",
        1,
        "Selbst anrufen statt automatisch",
        "Call in person, not by machine",
        "In der Anfrage: Sie rufen selbst an",
        "In the question: you call yourself",
        frozenset({"automated_call"}),
        _when(lambda f: f.automated_call, automated_call=False),
    ),
    Lever(
        "no_special_category",
        2,
        "Gesundheits- und andere sensible Angaben weglassen",
        "Leave out health and other sensitive details",
        "Im Text der Anfrage",
        "In the text of the question",
        frozenset({"special_category"}),
        _when(lambda f: f.special_category, special_category=False),
    ),
    Lever(
        "own_similar_products",
        2,
        "Nur für eigene, ähnliche Produkte werben",
        "Advertise only own, similar products",
        "Im Text der Anfrage",
        "In the text of the question",
        frozenset({"s7_3"}),
        _own_similar_products,
    ),
    Lever(
        "company_account",
        2,
        "Den offiziellen Firmenaccount benutzen",
        "Use the official company account",
        "In der Anfrage, bei „Von welchem Konto?“",
        "In the question, under “From which account?”",
        frozenset({"sending_account"}),
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
        "In der Anfrage, als geplante Zeit",
        "In the question, as the planned time",
        frozenset({"quiet_hours"}),
        _when(lambda f: f.quiet_hours, quiet_hours=False),
    ),
    Lever(
        "verify_identity",
        4,
        "Prüfen lassen, dass die Adresse dem Kunden gehört",
        "Have it checked that the address is the customer's",
        "Bei der Einwilligungsverwaltung, auf der Seite des Kunden",
        "At the consent office, on the customer's page",
        frozenset({"identity_verified"}),
        _when(lambda f: not f.identity_verified, identity_verified=True),
    ),
    Lever(
        "document_presumed_consent",
        4,
        "Konkrete Umstände für die mutmaßliche Einwilligung festhalten",
        "Write down the concrete facts behind presumed consent",
        "In der Anfrage, bei den konkreten Umständen",
        "In the question, under the concrete facts",
        frozenset({"presumed_consent_documented"}),
        _when(lambda f: not f.presumed_consent_documented, presumed_consent_documented=True),
    ),
    Lever(
        "isolate_address_book",
        4,
        "Das Adressbuch des Geräts abschotten lassen",
        "Have the device's address book isolated",
        "Bei der Administration, beim Konto des Geräts",
        "At the administration, with the device's account",
        frozenset({"address_book_isolated"}),
        _when(lambda f: not f.address_book_isolated, address_book_isolated=True),
    ),
    Lever(
        "finish_training",
        5,
        "Die Schulung abschließen",
        "Finish the training",
        "Im Bereich Schulung",
        "In the training area",
        frozenset({"requester_training"}),
        _when(lambda f: f.requester_training is not Training.VALID, requester_training=Training.VALID),
    ),
    Lever(
        "find_proof",
        5,
        "Den Nachweis der Einwilligung vorlegen",
        "File the proof of the consent",
        "Bei der Einwilligungsverwaltung, an der Einwilligung des Kunden",
        "At the consent office, with the customer's consent",
        frozenset({"consent_proof"}),
        _when(lambda f: f.consent_state is ConsentState.ACTIVE and not f.consent_proof, consent_proof=True),
    ),
    Lever(
        "confirm_opt_in",
        6,
        "Die Bestätigung der Anmeldung abwarten",
        "Wait until the sign-up is confirmed",
        "Beim Kunden: mit dem Link in seiner Bestätigungsmail",
        "With the customer: by the link in the confirmation mail",
        frozenset({"consent_state", "consent_proof"}),
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
        "Bei der Einwilligungsverwaltung, wenn der Kunde sie von sich aus erteilt",
        "At the consent office, if the customer gives it unasked",
        frozenset({"consent_state", "consent_proof"}),
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
        "Beim Kunden: Sie schreiben nicht zuerst",
        "With the customer: you do not write first",
        frozenset({"customer_initiated_on_channel"}),
        _when(lambda f: not f.customer_initiated_on_channel, customer_initiated_on_channel=True),
    ),
    Lever(
        "parental_consent",
        7,
        "Die Einwilligung der Eltern einholen",
        "Get the parents' consent",
        "Bei der Einwilligungsverwaltung, auf der Seite des Kunden",
        "At the consent office, on the customer's page",
        frozenset({"parental_consent"}),
        _when(lambda f: not f.parental_consent, parental_consent=True),
    ),
    Lever(
        "company_presence",
        8,
        "Das Unternehmen richtet dort einen Auftritt ein",
        "The company opens an account there",
        "Bei der Administration, unter Firmenkonten",
        "At the administration, under company accounts",
        frozenset({"company_present_on_platform"}),
        _when(lambda f: not f.company_present_on_platform, company_present_on_platform=True),
    ),
    Lever(
        "approve_platform",
        8,
        "Die Plattform wird geprüft und freigegeben",
        "The platform is reviewed and approved",
        "Beim Datenschutzbeauftragten",
        "With the data protection officer",
        frozenset({"platform_status"}),
        _when(
            lambda f: f.platform_status is not PlatformStatus.APPROVED,
            platform_status=PlatformStatus.APPROVED,
        ),
    ),
)


ALL_LEVERS = tuple(sorted((*STAYING, *MOVES), key=lambda lever: lever.effort))
