"""Genuine service and contract contact."""

from contacts.policy.derived import OWN_SOURCES
from contacts.policy.facts import Channel
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="SRV-01",
        kind=Kind.GROUND,
        outcome=Outcome.ALLOWED,
        factor="reason",
        condition=lambda f, d, t: d.is_service and not d.on_platform and f.contact_source in OWN_SOURCES,
        condition_text="is_service AND channel in {letter, email, phone, sms} AND contact_source in {data_subject, contract_record}",
        reason_en="Genuine service or contract contact over a channel the customer gave us.",
        reason_de="Echter Service- oder Vertragskontakt über einen vom Kunden genannten Weg.",
        citation="GDPR Art. 6(1)(b),(c),(f)",
        basis=Basis.LAW,
        legal_basis="GDPR Art. 6(1)(b),(c),(f)",
    ),
    Rule(
        id="SRV-02",
        kind=Kind.GROUND,
        outcome=Outcome.ALLOWED,
        factor="consent",
        condition=lambda f, d, t: d.is_service and d.on_platform and d.channel_agreed,
        condition_text="is_service AND channel in {messenger, social_dm} AND ((consent_state=active AND consent_proof) OR customer_initiated_on_channel)",
        reason_en="The customer agreed to this channel or wrote to us there first.",
        reason_de="Der Kunde hat diesem Kanal zugestimmt oder uns dort zuerst geschrieben.",
        citation="GDPR Art. 6(1)(a),(b), 7",
        basis=Basis.LAW,
        legal_basis="GDPR Art. 6(1)(b)",
        consent_basis="GDPR Art. 6(1)(a)",
    ),
    Rule(
        id="SRV-03",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="consent",
        condition=lambda f, d, t: (
            d.is_service
            and f.channel == Channel.MESSENGER
            and not d.channel_agreed
            and f.alternative_channel_available
            and not d.emergency
        ),
        condition_text="is_service AND channel=messenger AND NOT channel_agreed AND alternative_channel_available AND NOT emergency",
        reason_en="Service by messenger without agreement although another channel works: necessity is doubtful.",
        reason_de="Service per Messenger ohne Zustimmung, obwohl ein anderer Weg besteht: die Erforderlichkeit ist zweifelhaft.",
        citation="GDPR Art. 5(1)(c), 6(1)(b),(f); LG Baden-Baden 3 S 13/23; LfD Niedersachsen WhatsApp",
        basis=Basis.DISPUTED,
        legal_basis="GDPR Art. 6(1)(b),(f)",
    ),
    Rule(
        id="SRV-04",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="consent",
        condition=lambda f, d, t: (
            d.is_service
            and f.channel == Channel.MESSENGER
            and not d.channel_agreed
            and not f.alternative_channel_available
            and not d.emergency
        ),
        condition_text="is_service AND channel=messenger AND NOT channel_agreed AND NOT alternative_channel_available AND NOT emergency",
        reason_en="No other channel works; a manager releases one short message and asks the customer for the preferred channel.",
        reason_de="Kein anderer Weg ist möglich; die Führungskraft gibt eine kurze Nachricht frei, in der nach dem Wunschkanal gefragt wird.",
        citation="GDPR Art. 6(1)(b),(f), 5(1)(c)",
        basis=Basis.POLICY,
        legal_basis="GDPR Art. 6(1)(b),(f)",
    ),
    Rule(
        id="SRV-05",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="reason",
        condition=lambda f, d, t: (
            d.is_service
            and f.channel == Channel.SOCIAL_DM
            and not d.channel_agreed
            and f.alternative_channel_available
            and not d.emergency
        ),
        condition_text="is_service AND channel=social_dm AND NOT channel_agreed AND alternative_channel_available AND NOT emergency",
        reason_en="Contact over social media is not necessary while a normal channel is available.",
        reason_de="Kontakt über soziale Netzwerke ist nicht erforderlich, solange ein normaler Weg besteht.",
        citation="GDPR Art. 6(1), 5(1)(c); LG Baden-Baden 3 S 13/23",
        basis=Basis.LAW,
    ),
    Rule(
        id="SRV-06",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="reason",
        condition=lambda f, d, t: (
            d.is_service
            and f.channel == Channel.SOCIAL_DM
            and not d.channel_agreed
            and not f.alternative_channel_available
            and not d.emergency
        ),
        condition_text="is_service AND channel=social_dm AND NOT channel_agreed AND NOT alternative_channel_available AND NOT emergency",
        reason_en="Social media as the last resort: the DPO decides case by case.",
        reason_de="Soziale Netzwerke als letztes Mittel: Der DSB entscheidet im Einzelfall.",
        citation="GDPR Art. 6(1)(f), 14; LG Baden-Baden 3 S 13/23",
        basis=Basis.DISPUTED,
        legal_basis="GDPR Art. 6(1)(f)",
    ),
)
