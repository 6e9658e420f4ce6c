"""Who writes, to whom, and how to stop it."""

from contacts.policy.facts import Channel, Purpose
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="IDN-01",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="account",
        condition=lambda f, d, t: (
            not f.sender_identity_clear or (f.channel == Channel.PHONE and d.is_adv and not f.caller_id_shown)
        ),
        condition_text="sender_identity_clear=false OR (channel=phone AND is_adv AND caller_id_shown=false)",
        reason_en="The sender must be recognisable; advertising calls must show the number.",
        reason_de="Der Absender muss erkennbar sein; bei Werbeanrufen muss die Rufnummer angezeigt werden.",
        citation="UWG §7(2) Nr. 3 lit. a; TDDDG §15(2); BGB §312a(1); GDPR Art. 5(1)(a)",
        basis=Basis.LAW,
    ),
    Rule(
        id="IDN-02",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="reason",
        condition=lambda f, d, t: d.is_adv and d.electronic and not f.opt_out_included,
        condition_text="is_adv AND channel in ELECTRONIC AND opt_out_included=false",
        reason_en="Every electronic advertisement needs a simple, free way to opt out.",
        reason_de="Jede elektronische Werbung braucht eine einfache, kostenfreie Abmeldemöglichkeit.",
        citation="UWG §7(2) Nr. 3 lit. c, §7(3) Nr. 4; GDPR Art. 7(3), 21(4)",
        basis=Basis.LAW,
    ),
    Rule(
        id="IDN-03",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="source",
        condition=lambda f, d, t: (
            not f.identity_verified
            and d.electronic
            and not d.is_adv
            and f.purpose != Purpose.INQUIRY_REPLY
            and not d.emergency
        ),
        condition_text="identity_verified=false AND channel in ELECTRONIC AND NOT is_adv AND purpose != inquiry_reply AND NOT emergency",
        reason_en="It is not certain that this address or profile belongs to the customer; a message could disclose data to a stranger.",
        reason_de="Es ist nicht gesichert, dass Adresse oder Profil dem Kunden gehört; die Nachricht könnte Daten an Fremde offenlegen.",
        citation="GDPR Art. 5(1)(d),(f), 32, 33",
        basis=Basis.LAW,
    ),
)
