"""Advertising by letter."""

from contacts.policy.derived import OWN_SOURCES
from contacts.policy.facts import Channel, ContactSource, Relationship
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="LET-01",
        kind=Kind.GROUND,
        outcome=Outcome.ALLOWED,
        factor="reason",
        condition=lambda f, d, t: d.is_adv and f.channel == Channel.LETTER and f.contact_source in OWN_SOURCES,
        condition_text="is_adv AND channel=letter AND contact_source in {data_subject, contract_record}",
        reason_en="Postal advertising to own contacts is covered by legitimate interest until the person objects.",
        reason_de="Briefwerbung an eigene Kontakte ist vom berechtigten Interesse gedeckt, bis die Person widerspricht.",
        citation="GDPR Art. 6(1)(f), rec. 47; OLG Stuttgart 2 U 63/22",
        basis=Basis.LAW,
        legal_basis="GDPR Art. 6(1)(f)",
    ),
    Rule(
        id="LET-02",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="source",
        condition=lambda f, d, t: (
            d.is_adv
            and f.channel == Channel.LETTER
            and f.contact_source in (ContactSource.PUBLIC_DIRECTORY, ContactSource.REFERRAL)
        ),
        condition_text="is_adv AND channel=letter AND contact_source in {public_directory, referral}",
        reason_en="Postal advertising to third-party addresses is possible with Art. 14 notice and a named source; a manager checks.",
        reason_de="Briefwerbung an fremdbezogene Adressen ist mit Information nach Art. 14 und Quellenangabe möglich; die Führungskraft prüft.",
        citation="GDPR Art. 6(1)(f), 14; OLG Stuttgart 2 U 63/22",
        basis=Basis.LAW,
        legal_basis="GDPR Art. 6(1)(f)",
    ),
    Rule(
        id="LET-03",
        kind=Kind.GROUND,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="source",
        condition=lambda f, d, t: (
            d.is_adv and f.channel == Channel.LETTER and f.contact_source == ContactSource.BOUGHT_LIST
        ),
        condition_text="is_adv AND channel=letter AND contact_source=bought_list",
        reason_en="Bought addresses: the DPO checks origin, notices and suppression lists.",
        reason_de="Gekaufte Adressen: Der DSB prüft Herkunft, Informationspflichten und Sperrlisten.",
        citation="GDPR Art. 6(1)(f), 14; OLG Stuttgart 2 U 63/22; DSK OH 2022 (silent)",
        basis=Basis.DISPUTED,
        legal_basis="GDPR Art. 6(1)(f)",
    ),
    Rule(
        id="LET-04",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="consent",
        condition=lambda f, d, t: (
            d.is_adv and f.channel == Channel.LETTER and f.robinson_listed and f.relationship == Relationship.PROSPECT
        ),
        condition_text="is_adv AND channel=letter AND robinson_listed AND relationship=prospect",
        reason_en="The prospect is on a Robinson list, so unwanted advertising is recognisable.",
        reason_de="Der Interessent steht auf einer Robinsonliste; die Werbung ist erkennbar unerwünscht.",
        citation="UWG §7(1) S. 2; GDPR Art. 6(1)(f)",
        basis=Basis.DISPUTED,
    ),
)
