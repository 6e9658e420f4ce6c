"""The exception of § 7 (3) UWG for existing customers."""

from contacts.policy.derived import NOT_IN_FORCE
from contacts.policy.facts import Channel, ConsentState, Facts, Purpose, Relationship
from contacts.policy.rule import Basis, Kind, Outcome, Rule
from contacts.policy.thresholds import Thresholds


def within_window(f: Facts, t: Thresholds) -> bool:
    """Whether the last purchase is recent enough; unknown is the riskier value and counts as long ago."""
    months = f.months_since_last_transaction
    return months is not None and months <= t.existing_customer_window_months


RULES = (
    Rule(
        id="EXI-01",
        kind=Kind.GROUND,
        outcome=Outcome.ALLOWED,
        factor="consent",
        condition=lambda f, d, t: (
            d.purpose == Purpose.MARKETING_SIMILAR_PRODUCTS
            and f.channel == Channel.EMAIL
            and d.s73_ok
            and f.relationship == Relationship.ACTIVE_CUSTOMER
            and within_window(f, t)
            and f.consent_state in NOT_IN_FORCE
        ),
        condition_text="purpose=marketing_similar_products AND channel=email AND s73_ok AND relationship=active_customer AND months_since_last_transaction <= existing_customer_window_months AND consent_state in {none, pending_doi, stale, expired}",
        reason_en="Existing-customer exception: all four conditions of section 7(3) UWG are met.",
        reason_de="Bestandskunden-Ausnahme: alle vier Voraussetzungen des § 7 Abs. 3 UWG sind erfüllt.",
        citation="UWG §7(3); ePrivacy Dir. Art. 13(2); CJEU C-654/23; DSK OH 1.4.1",
        basis=Basis.LAW,
        legal_basis="UWG §7(3)",
    ),
    Rule(
        id="EXI-02",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="consent",
        condition=lambda f, d, t: (
            d.purpose == Purpose.MARKETING_SIMILAR_PRODUCTS
            and d.s73_ok
            and f.consent_state in NOT_IN_FORCE
            and (
                f.channel in (Channel.SMS, Channel.MESSENGER)
                or f.relationship == Relationship.FORMER_CUSTOMER
                or not within_window(f, t)
            )
        ),
        condition_text="purpose=marketing_similar_products AND s73_ok AND consent_state in {none, pending_doi, stale, expired} AND (channel in {sms, messenger} OR relationship=former_customer OR months_since_last_transaction > existing_customer_window_months)",
        reason_en="The existing-customer exception is uncertain here (number instead of e-mail, or the last purchase is long ago).",
        reason_de="Die Bestandskunden-Ausnahme ist hier unsicher (Rufnummer statt E-Mail oder letzter Kauf lange her).",
        citation="UWG §7(3); ePrivacy Dir. Art. 13(2), rec. 40-41",
        basis=Basis.DISPUTED,
        legal_basis="UWG §7(3)",
    ),
    Rule(
        id="EXI-03",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="consent",
        condition=lambda f, d, t: (
            d.purpose == Purpose.SATISFACTION_SURVEY
            and f.channel == Channel.EMAIL
            and d.s73_ok
            and f.consent_state in NOT_IN_FORCE
        ),
        condition_text="purpose=satisfaction_survey AND channel=email AND s73_ok AND consent_state in {none, pending_doi, stale, expired}",
        reason_en="A satisfaction survey is advertising; with the section 7(3) opt-out notices a manager may release it.",
        reason_de="Eine Zufriedenheitsbefragung ist Werbung; mit den Hinweisen nach § 7 Abs. 3 UWG kann die Führungskraft sie freigeben.",
        citation="BGH VI ZR 225/17; UWG §7(3)",
        basis=Basis.DISPUTED,
        legal_basis="UWG §7(3)",
    ),
    Rule(
        id="EXI-04",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: d.s73_path and not d.s73_ok and f.consent_state == ConsentState.NONE,
        condition_text="s73_path AND NOT s73_ok AND consent_state=none",
        reason_en="The existing-customer exception fails because at least one of its four conditions is missing.",
        reason_de="Die Bestandskunden-Ausnahme scheitert, weil mindestens eine der vier Voraussetzungen fehlt.",
        citation="UWG §7(2) Nr. 2, §7(3) Nr. 1-4; BGH VI ZR 225/17",
        basis=Basis.LAW,
    ),
)
