"""How long the register of what people ask for is kept, and the ledger of erasures."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import CLAIMS, About, Period, Retention, Rule, Unit, Way, table

#: As long as one of these is true of a customer `t`, the register needs the person.
NEEDS_CUSTOMER = ("EXISTS (SELECT FROM rights_datarequest n WHERE n.customer_id = t.id)",)
#: Whoever proposed or asked something that another person has still to decide on: the two must be told apart.
NEEDS_PERSON = (
    "EXISTS (SELECT FROM rights_datarequest n WHERE n.proposed_by_id = t.id AND n.closed_at IS NULL)",
    "EXISTS (SELECT FROM rights_namerelease n WHERE n.asked_by_id = t.id AND n.agreed IS NULL)",
)
RULES = (
    Rule(
        key="rights.data_request",
        data=_("What people ask for under Art. 15 to 21 GDPR, with the fingerprints of the letters about it"),
        about=About.BOTH,
        period=Period(Unit.YEAR_END, 3),
        begins=_("from the closing of the request"),
        basis=f"Art. 5(2) GDPR, {CLAIMS}",
        head="rights_datarequest",
        since="t.closed_at",
        goes=(
            "DELETE FROM rights_letter WHERE request_id = ANY (%(ids)s)",
            "DELETE FROM rights_namerelease WHERE request_id = ANY (%(ids)s)",
            "DELETE FROM rights_datarequest WHERE id = ANY (%(ids)s)",
        ),
        customer="t.customer_id",
        lock="SELECT FROM customers_customer WHERE id IN"
        " (SELECT customer_id FROM rights_datarequest WHERE id = ANY (%(ids)s)) ORDER BY id FOR UPDATE",
    ),
    Rule(
        key="rights.erasure",
        data=_("Ledger of erasures: keyed hashes of numbers and addresses of customers who were erased"),
        about=About.CUSTOMER,
        period=Period(Unit.ALWAYS),
        begins=_("without end: after an older backup was restored, nobody could erase these people again without it"),
        basis="Art. 5(2), 17(3), 21(3) GDPR",
        way=Way.KEEP,
        head="rights_erasureentry",
        since="t.at",
    ),
)
TABLES = (
    table(
        "rights_datarequest",
        "id",
        rights__data_request="key kind customer person how received_at words language entered_by job entered_at state due_on extended_at extension_reason identified_at identified_by identified_how identity_note proposed_at proposed_by proposal_reason closed_at closed_by outcome",
    ),
    table("rights_erasureentry", "id fingerprint written_at", rights__erasure="digest refused at"),
    table("rights_letter", "id", rights__data_request="request kind language sha256 made_at made_by"),
    table(
        "rights_namerelease",
        "id",
        rights__data_request="request asked_by asked_at reason decided_by decided_at agreed decision_reason",
    ),
)

RETENTION = Retention(RULES, TABLES)
