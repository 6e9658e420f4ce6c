"""Advertising calls and contact hours."""

from contacts.policy.derived import NOT_IN_FORCE
from contacts.policy.facts import Channel, CustomerKind, Purpose
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="TEL-01",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: (
            d.is_adv
            and f.channel == Channel.PHONE
            and f.customer_kind == CustomerKind.CONSUMER
            and f.consent_state in NOT_IN_FORCE
        ),
        condition_text="is_adv AND channel=phone AND customer_kind=consumer AND consent_state in {none, pending_doi, stale, expired}",
        reason_en="Advertising calls to consumers need prior express consent (fine up to EUR 300,000).",
        reason_de="Werbeanrufe bei Verbrauchern brauchen vorherige ausdrückliche Einwilligung (Bußgeld bis 300.000 EUR).",
        citation="UWG §7(2) Nr. 1, §7a, §20; OLG Köln 6 U 222/12; KG 5 U 35/20",
        basis=Basis.LAW,
    ),
    Rule(
        id="TEL-02",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="consent",
        condition=lambda f, d, t: (
            d.is_adv
            and f.channel == Channel.PHONE
            and f.customer_kind == CustomerKind.BUSINESS_CONTACT
            and f.consent_state in NOT_IN_FORCE
            and f.presumed_consent_documented
        ),
        condition_text="is_adv AND channel=phone AND customer_kind=business_contact AND consent_state in {none, pending_doi, stale, expired} AND presumed_consent_documented",
        reason_en="A business may be called if presumed consent rests on concrete documented facts; a manager checks them.",
        reason_de="Ein Geschäftskontakt darf angerufen werden, wenn konkrete dokumentierte Umstände eine mutmaßliche Einwilligung tragen; die Führungskraft prüft sie.",
        citation="UWG §7(2) Nr. 1 Alt. 2; BVerwG 6 C 3.23",
        basis=Basis.LAW,
        legal_basis="UWG §7(2) Nr. 1 Alt. 2",
    ),
    Rule(
        id="TEL-03",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: (
            d.is_adv
            and f.channel == Channel.PHONE
            and f.customer_kind == CustomerKind.BUSINESS_CONTACT
            and f.consent_state in NOT_IN_FORCE
            and not f.presumed_consent_documented
        ),
        condition_text="is_adv AND channel=phone AND customer_kind=business_contact AND consent_state in {none, pending_doi, stale, expired} AND NOT presumed_consent_documented",
        reason_en="No concrete sign of presumed consent; a public listing or general need is not enough.",
        reason_de="Es fehlt ein konkreter Anhalt für mutmaßliche Einwilligung; ein öffentlicher Eintrag oder allgemeiner Bedarf genügt nicht.",
        citation="UWG §7(2) Nr. 1 Alt. 2; BVerwG 6 C 3.23",
        basis=Basis.LAW,
    ),
    Rule(
        id="TEL-04",
        kind=Kind.GROUND,
        outcome=Outcome.ALLOWED,
        factor="consent",
        condition=lambda f, d, t: d.is_adv and f.channel == Channel.PHONE and d.proven,
        condition_text="is_adv AND channel=phone AND consent_state=active AND consent_proof",
        reason_en="There is a provable express consent to advertising calls.",
        reason_de="Eine nachweisbare ausdrückliche Einwilligung in Werbeanrufe liegt vor.",
        citation="UWG §7(2) Nr. 1, §7a; GDPR Art. 6(1)(a)",
        basis=Basis.LAW,
        consent_basis="GDPR Art. 6(1)(a)",
    ),
    Rule(
        id="TEL-05",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: d.is_adv and f.automated_call and not d.proven,
        condition_text="is_adv AND automated_call AND NOT (consent_state=active AND consent_proof)",
        reason_en="Automated advertising calls need prior express consent without exception.",
        reason_de="Automatische Werbeanrufe brauchen ausnahmslos vorherige ausdrückliche Einwilligung.",
        citation="UWG §7(2) Nr. 2, §20(1) Nr. 1",
        basis=Basis.LAW,
    ),
    Rule(
        id="TEL-06",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="time",
        condition=lambda f, d, t: d.is_adv and f.channel == Channel.PHONE and f.quiet_hours,
        condition_text="is_adv AND channel=phone AND quiet_hours",
        reason_en="Advertising calls outside the permitted calling hours are not allowed.",
        reason_de="Werbeanrufe außerhalb der zulässigen Anrufzeiten sind nicht erlaubt.",
        citation="UWG §7(1); CCV/DDV Branchenkodex (no statutory hours)",
        basis=Basis.POLICY,
    ),
    Rule(
        id="TEL-07",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="time",
        condition=lambda f, d, t: (
            f.quiet_hours
            and not d.emergency
            and (
                (
                    f.channel == Channel.PHONE
                    and not d.is_adv
                    and not (f.purpose == Purpose.INQUIRY_REPLY and f.customer_initiated_on_channel)
                )
                or (d.is_adv and f.channel in (Channel.SMS, Channel.MESSENGER, Channel.SOCIAL_DM))
            )
        ),
        condition_text="quiet_hours AND NOT emergency AND ((channel=phone AND NOT is_adv AND NOT (purpose=inquiry_reply AND customer_initiated_on_channel)) OR (is_adv AND channel in {sms, messenger, social_dm}))",
        reason_en="Contact in quiet hours only with a manager's approval or at the customer's request.",
        reason_de="Kontakt in der Ruhezeit nur mit Freigabe der Führungskraft oder auf Kundenwunsch.",
        citation="UWG §7(1); GDPR Art. 5(1)(a); house rule",
        basis=Basis.POLICY,
    ),
)
