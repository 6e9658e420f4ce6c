"""How long incidents are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import STORAGE_LIMITATION, About, Bounds, Period, Retention, Rule, Unit, table

NEEDS_CUSTOMER = ("EXISTS (SELECT FROM incidents_incident n WHERE n.customer_id = t.id)",)
NEEDS_PERSON = ("EXISTS (SELECT FROM incidents_incident n WHERE n.reporter_id = t.id)",)
NEEDS_REQUEST = (
    (
        "EXISTS (SELECT FROM incidents_incident n LEFT JOIN requests_permit p ON p.id = n.permit_id"
        " LEFT JOIN requests_contact c ON c.id = n.contact_id LEFT JOIN requests_permituse u ON u.id = c.use_id"
        " LEFT JOIN requests_permit q ON q.id = u.permit_id"
        " WHERE n.request_id = t.id OR p.request_id = t.id OR q.request_id = t.id)"
    ),
)
RULES = (
    Rule(
        key="incidents.incident",
        data=_("Incidents: the report, its steps, assessments, decisions and orders"),
        about=About.BOTH,
        period=Period(Unit.YEAR_END, 3, Bounds(3, 10)),
        begins=_("from the closing of the incident"),
        basis=STORAGE_LIMITATION,
        head="incidents_incident",
        since="t.closed_at",
        goes=(
            "DELETE FROM incidents_order WHERE incident_id = ANY (%(ids)s)",
            "DELETE FROM incidents_decision WHERE incident_id = ANY (%(ids)s)",
            "DELETE FROM incidents_assessment WHERE incident_id = ANY (%(ids)s)",
            "DELETE FROM incidents_entry WHERE incident_id = ANY (%(ids)s)",
            "DELETE FROM incidents_incident WHERE id = ANY (%(ids)s)",
        ),
        customer="t.customer_id",
        request="t.request_id",
    ),
)
TABLES = (
    table(
        "incidents_assessment",
        "id",
        incidents__incident="incident risk reason nature people people_count records records_count consequences measures at by",
    ),
    table(
        "incidents_decision",
        "id",
        incidents__incident="incident assessment about answer reason exception carried_out_at reference delay_reason at by",
    ),
    table("incidents_entry", "id", incidents__incident="incident kind step text at by"),
    table(
        "incidents_incident",
        "id",
        incidents__incident="key kind channel platform happened_at noticed_at customer person_note data description reporter reported_at due_at request permit contact state contained_at assessed_at settled_at closed_at",
    ),
    table(
        "incidents_order",
        "id",
        incidents__incident="incident receiver language title body issued_at issued_by acknowledged_at",
    ),
)

RETENTION = Retention(RULES, TABLES)
