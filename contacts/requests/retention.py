"""How long requests, decisions and who stood in for whom are kept. Of a request sums remain that name nobody."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import CLAIMS, STORAGE_LIMITATION, About, Bounds, Period, Retention, Rule, Unit, Way, table

_LOCK = (
    "SELECT FROM customers_customer WHERE id IN (SELECT customer_id FROM requests_contactrequest"
    " WHERE id = ANY (%(ids)s)) ORDER BY id FOR UPDATE"
)
_PERMITS = "(SELECT id FROM requests_permit WHERE request_id = ANY (%(ids)s))"
_REVIEWS = "(SELECT id FROM requests_review WHERE request_id = ANY (%(ids)s))"
_STAGES = "(SELECT id FROM requests_reviewstage WHERE request_id = ANY (%(ids)s))"
#: What remains of a year: how many for which reason, over which way, with which end. No customer and no employee.
_SUM = """
    INSERT INTO requests_yearsum (year, purpose, channel, state, count)
    SELECT extract(year FROM r.created_at AT TIME ZONE 'Europe/Berlin')::int, r.purpose, p.channel, r.state, count(*)
    FROM requests_contactrequest r JOIN customers_contactpoint p ON p.id = r.contact_point_id
    WHERE r.id = ANY (%(ids)s) GROUP BY 1, 2, 3, 4
    ON CONFLICT (year, purpose, channel, state) DO UPDATE SET count = requests_yearsum.count + EXCLUDED.count
"""
_GO = (
    _SUM,
    f"DELETE FROM requests_contact WHERE use_id IN (SELECT id FROM requests_permituse WHERE permit_id IN {_PERMITS})",
    f"DELETE FROM requests_permituse WHERE permit_id IN {_PERMITS}",
    "DELETE FROM requests_afterreview WHERE request_id = ANY (%(ids)s)",
    "DELETE FROM requests_permit WHERE request_id = ANY (%(ids)s)",
    f"DELETE FROM requests_condition WHERE review_id IN {_REVIEWS}",
    f"DELETE FROM requests_proposal WHERE review_id IN {_REVIEWS}",
    f"DELETE FROM requests_promotionoverride WHERE review_id IN {_REVIEWS}",
    "DELETE FROM requests_promotiondispute WHERE request_id = ANY (%(ids)s)",
    "DELETE FROM requests_comment WHERE request_id = ANY (%(ids)s)",
    "DELETE FROM requests_review WHERE request_id = ANY (%(ids)s)",
    f"DELETE FROM requests_reassignment WHERE stage_id IN {_STAGES}",
    f"DELETE FROM requests_snooze WHERE stage_id IN {_STAGES}",
    "DELETE FROM requests_reviewstage WHERE request_id = ANY (%(ids)s)",
    "DELETE FROM requests_snapshot WHERE request_id = ANY (%(ids)s)",
    "DELETE FROM requests_decisionrecord WHERE request_id = ANY (%(ids)s)",
    "DELETE FROM requests_contactrequest WHERE id = ANY (%(ids)s)",
)
NEEDS_CUSTOMER = (
    "EXISTS (SELECT FROM requests_contactrequest n WHERE n.customer_id = t.id)",
    "EXISTS (SELECT FROM requests_givendecision n WHERE n.customer_id = t.id)",
)
NEEDS_KEY = ("EXISTS (SELECT FROM requests_givendecision n WHERE n.token_id = t.id)",)
NEEDS_PERSON = ("EXISTS (SELECT FROM requests_contactrequest n WHERE n.requester_id = t.id)",)
RULES = (
    Rule(
        key="requests.request",
        data=_("Requests with text, decisions, reviews, comments, permit and contacts made"),
        about=About.BOTH,
        period=Period(Unit.YEAR_END, 3),
        begins=_("from the last decision, the end of the permit or the last contact"),
        basis=CLAIMS,
        way=Way.ANONYMISE,
        head="requests_contactrequest",
        since="greatest(t.created_at, t.submitted_at, t.closed_at,"
        " (SELECT max(d.at) FROM requests_decisionrecord d WHERE d.request_id = t.id),"
        " (SELECT max(p.valid_until) FROM requests_permit p WHERE p.request_id = t.id),"
        " (SELECT max(c.logged_at) FROM requests_contact c JOIN requests_permituse u ON u.id = c.use_id"
        " JOIN requests_permit p ON p.id = u.permit_id WHERE p.request_id = t.id))",
        ready="t.created_at < %(cut)s AND t.state NOT IN ('with_manager', 'with_dpo')",
        goes=_GO,
        customer="t.customer_id",
        request="t.id",
        lock=_LOCK,
    ),
    Rule(
        key="requests.given_decision",
        data=_("Decisions given to other systems"),
        about=About.BOTH,
        period=Period(Unit.YEAR_END, 3),
        begins=_("from the decision"),
        basis=CLAIMS,
        head="requests_givendecision",
        since="t.made_at",
        goes=("DELETE FROM requests_givendecision WHERE id = ANY (%(ids)s)",),
        customer="t.customer_id",
    ),
    Rule(
        key="requests.absence",
        data=_("Absences of employees, and who stood in for them"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(3, 10)),
        begins=_("from the end of the absence"),
        basis=STORAGE_LIMITATION,
        head="requests_absence",
        since="greatest(t.recorded_at, (t.ends + 1)::timestamptz)",
        goes=("DELETE FROM requests_absence WHERE id = ANY (%(ids)s)",),
    ),
    Rule(
        key="requests.saved_view",
        data=_("Filters of the list of customers that an employee keeps under a name"),
        about=About.EMPLOYEE,
        period=Period(Unit.DAYS, 0),
        begins=_("from the closing of the account; until then the employee deletes them"),
        basis=STORAGE_LIMITATION,
        head="requests_savedview",
        since="greatest(t.created_at, (SELECT max(a.at) FROM audit_auditentry a"
        " WHERE a.subject_type = 'person' AND a.subject_id = t.person_id::text AND a.after ? 'is_active'))",
        ready="NOT (SELECT u.is_active FROM people_user u WHERE u.id = t.person_id)",
        goes=("DELETE FROM requests_savedview WHERE id = ANY (%(ids)s)",),
    ),
    Rule(
        key="requests.profile",
        data=_("Profiles of employees at networks that are registered for work"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(3, 10)),
        begins=_("from the end of the registration, once no request names it"),
        basis=STORAGE_LIMITATION,
        head="requests_companyaccount",
        since="greatest(t.closed_at, (t.valid_until + 1)::timestamptz)",
        ready="t.holder_id IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM requests_contactrequest n WHERE n.account_id = t.id)"
        " AND NOT EXISTS (SELECT FROM requests_permit n WHERE n.account_id = t.id)"
        " AND NOT EXISTS (SELECT FROM requests_proposal n WHERE n.account_id = t.id)"
        " AND NOT EXISTS (SELECT FROM requests_givendecision n WHERE n.account_id = t.id)",
        goes=("DELETE FROM requests_companyaccount WHERE id = ANY (%(ids)s)",),
    ),
)
TABLES = (
    table("requests_absence", "id", requests__absence="person deputy starts ends recorded_at back_at"),
    table(
        "requests_afterreview",
        "id",
        requests__request="request requester permit step acted_at due_at verdict reviewer stands_for reason reviewed_at alarmed_at",
    ),
    table("requests_comment", "id", requests__request="request author text at"),
    table(
        "requests_companyaccount",
        "id channel platform kind owner processor_contract address_book_isolated valid_from valid_until approved_at closed_at",
        requests__profile="name holder",
        people__account="responsible approved_by",
    ),
    table("requests_condition", "id", requests__request="review last_day most_uses words"),
    table("requests_contact", "id", requests__request="use result note logged_at logged_by"),
    table(
        "requests_contactrequest",
        "id",
        requests__request="requester customer contact_point account private_account purpose draft_text contains_promotion special_category automated_call sender_clear caller_id_shown opt_out_included own_similar_products presumed_consent urgency uses_wanted planned_at state outcome edited_by refusal_reason created_at submitted_at waiting_since closed_at once",
    ),
    table(
        "requests_decisionrecord",
        "id",
        requests__request="request stage at facts rule_set rule_set_hash outcome deciding_rules fired_rules obligations legal_basis",
    ),
    table(
        "requests_givendecision",
        "id rule_set rule_set_hash",
        requests__given_decision="token acts_for key body_digest customer contact_point account purpose draft_sha256 at made_at facts outcome answer",
    ),
    table(
        "requests_permit",
        "id",
        requests__request="request holder customer contact_point account purpose released accepted_rules rests_on_consent legal_basis valid_from valid_until rules_until uses_allowed text_sha256 state revoked_at revoked_reason",
    ),
    table("requests_permituse", "id", requests__request="permit use_number at used_by decision"),
    table("requests_platformregistration", "id platform status note"),
    table("requests_promotiondispute", "id", requests__request="request said_by text_sha256 hits reason at"),
    table("requests_promotionoverride", "id", requests__request="dispute review reason"),
    table("requests_proposal", "id", requests__request="review contact_point account draft_text changes outcome"),
    table("requests_reassignment", "id", requests__request="stage origin to by reason at"),
    table(
        "requests_review",
        "id",
        requests__request="request requester reviewer stage round verdict reason decision step stands_for sha256 at",
    ),
    table(
        "requests_reviewstage",
        "id",
        requests__request="request round position table step needed since due_at ended_at escalated_at",
    ),
    table("requests_routingrule", "id table position outcomes departments groups purposes channels steps"),
    table(
        "requests_routingtable",
        "id version reason valid_from created_at published_at",
        people__account="created_by published_by",
    ),
    table("requests_savedview", "id place", requests__saved_view="person name query created_at"),
    table("requests_snapshot", "id", requests__request="request round content sha256 at"),
    table("requests_snooze", "id", requests__request="person stage until due_at at"),
    table("requests_yearsum", "id year purpose channel state count"),
)

RETENTION = Retention(RULES, TABLES)
