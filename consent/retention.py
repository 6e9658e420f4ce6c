"""How long the proof of consents is kept, and what is on the way to one."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from consent.rules.tree import ADVERTISING
from portal.retention.rules import CLAIMS, STORAGE_LIMITATION, About, Bounds, Period, Retention, Rule, Unit, table

_LOCK = (
    "SELECT FROM customers_customer WHERE id IN (SELECT customer_id FROM consent_consent WHERE id = ANY (%(ids)s))"
    " ORDER BY id FOR UPDATE"
)
_ADVERTISING = ", ".join(f"'{purpose}'" for purpose in sorted(ADVERTISING))
_CALL = (
    f"t.channel = 'phone' AND t.purpose IN ({_ADVERTISING})"
    " AND EXISTS (SELECT FROM customers_customer c WHERE c.id = t.customer_id AND c.kind = 'consumer')"
)
#: What still counts is in use, whenever it was last used.
_OVER = "(t.given_at IS NULL OR t.withdrawn_at IS NOT NULL OR t.ends_at <= %(at)s OR t.expires_at <= %(at)s)"
_LAST_ENTRY = "(SELECT max(e.at) FROM consent_consentevent e WHERE e.consent_id = t.id)"
_GO = (
    "DELETE FROM consent_forecastwarning WHERE consent_id = ANY (%(ids)s)",
    (
        "DELETE FROM consent_callrecord r USING consent_consentevent e"
        " WHERE e.id = r.event_id AND e.consent_id = ANY (%(ids)s)"
    ),
    "DELETE FROM consent_consentevent WHERE consent_id = ANY (%(ids)s)",
    "DELETE FROM consent_consent WHERE id = ANY (%(ids)s)",
)
#: As long as one of these is true of a customer `t`, the proof needs the person.
NEEDS_CUSTOMER = ("EXISTS (SELECT FROM consent_consent n WHERE n.customer_id = t.id)",)
RULES = (
    Rule(
        key="consent.call",
        data=_("Consents of consumers to advertising calls, with every entry and their record"),
        about=About.CUSTOMER,
        period=Period(Unit.YEARS, 5, set_in="consent_retention_phone_years"),
        begins=_("from the grant and from each use"),
        basis="UWG § 7a(2)",
        head="consent_consent",
        since="greatest(t.given_at, t.last_used_at)",
        ready=f"{_CALL} AND {_OVER}",
        goes=_GO,
        customer="t.customer_id",
        lock=_LOCK,
    ),
    Rule(
        key="consent.other",
        data=_("Other consents, with every entry"),
        about=About.CUSTOMER,
        period=Period(Unit.YEAR_END, 3, set_in="consent_retention_other_years"),
        begins=_("while used, then from the last use or the withdrawal"),
        basis=f"Art. 5(2), 17(3)(e) GDPR, {CLAIMS}",
        head="consent_consent",
        since=f"coalesce(greatest(t.given_at, t.last_used_at, t.withdrawn_at), t.requested_at, {_LAST_ENTRY})",
        ready=f"NOT ({_CALL} AND t.given_at IS NOT NULL) AND {_OVER}",
        goes=_GO,
        customer="t.customer_id",
        lock=_LOCK,
    ),
    Rule(
        key="consent.evidence_file",
        data=_("Files that prove a consent"),
        about=About.BOTH,
        period=Period(Unit.DAYS, 90),
        begins=_("with the entries that rest on them; one that no entry rests on, from its upload"),
        basis=STORAGE_LIMITATION,
        head="consent_evidencefile",
        since="t.added_at",
        ready="NOT EXISTS (SELECT FROM consent_consentevent e WHERE e.evidence_file_id = t.id)",
    ),
    Rule(
        key="consent.sign_up",
        data=_("Sign-ups that wait for their confirmation"),
        about=About.CUSTOMER,
        period=Period(Unit.DAYS, 0),
        begins=_("from the end of the time for the confirmation (usually 14 days)"),
        basis=STORAGE_LIMITATION,
        head="consent_optin",
        since="t.ends_at",
        job="consent.drop_unconfirmed",
    ),
    Rule(
        key="consent.link",
        data=_("Links to a customer's own page and for unsubscribing"),
        about=About.CUSTOMER,
        period=Period(Unit.DAYS, 0),
        begins=_("from the day on which the link opens nothing any more"),
        basis=STORAGE_LIMITATION,
        head="consent_preferencelink",
        since="t.expires_at",
        job="consent.drop_unconfirmed",
    ),
    Rule(
        key="consent.wish",
        data=_("Questions of customers about their data"),
        about=About.CUSTOMER,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the question"),
        basis=STORAGE_LIMITATION,
        head="consent_datawish",
        since="t.asked_at",
        customer="t.customer_id",
        goes=("DELETE FROM consent_datawish WHERE id = ANY (%(ids)s)",),
    ),
)
TABLES = (
    table("consent_callrecord", "id", consent__call="event person company scope given_at manner recipient_code seal"),
    table("consent_closedpage", "id", consent__link="digest closed_at"),
    table(
        "consent_consent",
        "id",
        consent__call="customer purpose channel platform text requested_at given_at given_how last_used_at ends_on ends_at withdrawn_at proof own_act_at contact_point keep_until recorded_state stale_at expires_at next_change_at",
        consent__other="customer purpose channel platform text requested_at given_at given_how last_used_at ends_on ends_at withdrawn_at proof own_act_at contact_point keep_until recorded_state stale_at expires_at next_change_at",
    ),
    table(
        "consent_consentevent",
        "id",
        consent__call="consent kind at local_date how text evidence evidence_file contact_point ip user_agent origin proof ends_on corrects about_at annuls recorded_by job recorded_at",
        consent__other="consent kind at local_date how text evidence evidence_file contact_point ip user_agent origin proof ends_on corrects about_at annuls recorded_by job recorded_at",
    ),
    table(
        "consent_consenttext",
        "id line version language purpose channels platform title body valid_from valid_until source_note created_at published_at sha256",
        people__account="created_by published_by",
    ),
    table("consent_datawish", "id", consent__wish="customer about message asked_at"),
    table("consent_evidencefile", "id", consent__evidence_file="file name content_type size sha256 added_by added_at"),
    table("consent_forecastwarning", "id", consent__other="consent what step due_at told_at"),
    table(
        "consent_optin",
        "id text",
        consent__sign_up="customer address normalised purpose channel first_name last_name via origin requested_at ends_at request_ip request_agent nonce token_digest confirmed_at",
    ),
    table(
        "consent_preferencelink",
        "id nonce",
        consent__link="kind customer contact_point purpose token_digest created_at expires_at",
    ),
    table(
        "consent_thresholdsetting",
        "id purpose channel stale_after_months_unused expired_after_months_unused doi_ttl_days valid_from reason set_at applied_at",
        people__account="set_by",
    ),
)

RETENTION = Retention(RULES, TABLES)
