"""Consent to electronic advertising."""

from contacts.policy.facts import Channel, ConsentState
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="CON-01",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: (
            f.consent_state == ConsentState.WITHDRAWN and not d.emergency and (d.is_adv or d.on_platform)
        ),
        condition_text="consent_state=withdrawn AND NOT emergency AND (is_adv OR channel in {messenger, social_dm})",
        reason_en="The consent has been withdrawn; from now on this contact is not permitted.",
        reason_de="Die Einwilligung wurde widerrufen; dieser Kontakt ist ab sofort unzulässig.",
        citation="GDPR Art. 7(3); UWG §7(2); OLG Nürnberg 3 U 965/23",
        basis=Basis.LAW,
    ),
    Rule(
        id="CON-02",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: d.is_adv and d.electronic and f.consent_state == ConsentState.NONE and not d.s73_path,
        condition_text="is_adv AND channel in ELECTRONIC AND consent_state=none AND NOT s73_path",
        reason_en="Electronic advertising (e-mail, SMS, messenger, DM) needs prior express consent, for businesses too.",
        reason_de="Elektronische Werbung (E-Mail, SMS, Messenger, DM) braucht vorherige ausdrückliche Einwilligung, auch gegenüber Unternehmen.",
        citation="UWG §7(2) Nr. 2; ePrivacy Dir. Art. 13(1); OLG Hamm 18 U 154/22; OLG Nürnberg 3 U 724/18; BGH VI ZR 721/15",
        basis=Basis.LAW,
    ),
    Rule(
        id="CON-03",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: (
            d.is_adv and d.electronic and f.consent_state == ConsentState.PENDING_DOI and not d.s73_ok
        ),
        condition_text="is_adv AND channel in ELECTRONIC AND consent_state=pending_doi AND NOT s73_ok",
        reason_en="The double opt-in is not confirmed yet, so there is no provable consent.",
        reason_de="Das Double-Opt-in ist noch nicht bestätigt, es fehlt eine nachweisbare Einwilligung.",
        citation="GDPR Art. 7(1); BGH I ZR 164/09; DSK OH Direktwerbung 3.3",
        basis=Basis.LAW,
    ),
    Rule(
        id="CON-04",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="consent",
        condition=lambda f, d, t: d.is_adv and d.electronic and f.consent_state == ConsentState.STALE and not d.s73_ok,
        condition_text="is_adv AND channel in ELECTRONIC AND consent_state=stale AND NOT s73_ok",
        reason_en="The consent has not been used for a long time; the DPO decides whether it still holds or must be renewed.",
        reason_de="Die Einwilligung wurde lange nicht genutzt; der DSB entscheidet, ob sie noch trägt oder erneuert werden muss.",
        citation="BGH III ZR 196/17 vs. AG München 161 C 12736/22, LG München I 17 HK O 138/10; DSK OH 3.5",
        basis=Basis.DISPUTED,
        consent_basis="GDPR Art. 6(1)(a)",
    ),
    Rule(
        id="CON-05",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: (
            d.is_adv and d.electronic and f.consent_state == ConsentState.EXPIRED and not d.s73_ok
        ),
        condition_text="is_adv AND channel in ELECTRONIC AND consent_state=expired AND NOT s73_ok",
        reason_en="The consent has ended (time limit, or unused beyond the hard limit).",
        reason_de="Die Einwilligung ist abgelaufen (Befristung oder zu lange ungenutzt).",
        citation="GDPR Art. 5(1)(a),(b), 7; AG München 161 C 12736/22",
        basis=Basis.DISPUTED,
    ),
    Rule(
        id="CON-06",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: (
            d.is_adv
            and f.consent_state == ConsentState.ACTIVE
            and not f.consent_proof
            and (f.channel == Channel.PHONE or d.electronic)
            and not d.s73_ok
        ),
        condition_text="is_adv AND consent_state=active AND consent_proof=false AND (channel=phone OR channel in ELECTRONIC) AND NOT s73_ok",
        reason_en="A consent that cannot be proven counts as no consent.",
        reason_de="Eine nicht nachweisbare Einwilligung gilt als nicht erteilt.",
        citation="GDPR Art. 7(1), 5(2); UWG §7a; BGH I ZR 164/09",
        basis=Basis.LAW,
    ),
    Rule(
        id="CON-07",
        kind=Kind.GROUND,
        outcome=Outcome.ALLOWED,
        factor="consent",
        condition=lambda f, d, t: d.is_adv and d.electronic and d.proven,
        condition_text="is_adv AND channel in ELECTRONIC AND consent_state=active AND consent_proof",
        reason_en="There is a valid, provable consent for this purpose and channel.",
        reason_de="Für Zweck und Kanal liegt eine wirksame, nachweisbare Einwilligung vor.",
        citation="GDPR Art. 6(1)(a), 7; UWG §7(2) Nr. 2; BGH III ZR 196/17",
        basis=Basis.LAW,
        consent_basis="GDPR Art. 6(1)(a), 7",
    ),
)
