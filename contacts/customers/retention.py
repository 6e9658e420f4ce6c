"""How long customers, their refusals and the lists they came with are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import CLAIMS, STORAGE_LIMITATION, About, Bounds, Period, Retention, Rule, Unit, Way, table

_LOCK = "SELECT FROM customers_customer WHERE id = ANY (%(ids)s) ORDER BY id FOR UPDATE"
_ERASED = "(SELECT c.anonymised_at FROM customers_customer c WHERE c.id = t.customer_id)"
RULES = (
    # Before the person: as long as a restriction stands here, the person is needed.
    Rule(
        key="customers.restriction",
        data=_("Restrictions of processing: since when, why, and who lifted them"),
        about=About.BOTH,
        period=Period(Unit.YEAR_END, 3),
        begins=_("from the end of the restriction"),
        basis=f"Art. 5(2) GDPR, {CLAIMS}",
        head="customers_restriction",
        since=f"coalesce(t.until, {_ERASED})",
        goes=("DELETE FROM customers_restriction WHERE id = ANY (%(ids)s)",),
        customer="t.customer_id",
        lock="SELECT FROM customers_customer WHERE id IN"
        " (SELECT customer_id FROM customers_restriction WHERE id = ANY (%(ids)s)) ORDER BY id FOR UPDATE",
    ),
    Rule(
        key="customers.customer",
        data=_("Customers: name, birth date, addresses with their source, and that they have written"),
        about=About.CUSTOMER,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the last business or change, once no proof, request or incident needs the person"),
        basis=STORAGE_LIMITATION,
        way=Way.ANONYMISE,
        head="customers_customer",
        since="greatest(t.created_at, t.ticked_at, t.last_transaction_on::timestamptz,"
        " (SELECT max(i.at) FROM customers_inboundcontact i WHERE i.customer_id = t.id))",
        ready="t.created_at < %(cut)s AND t.anonymised_at IS NULL"
        " AND NOT EXISTS (SELECT FROM customers_restriction r WHERE r.customer_id = t.id)",
        customer="t.id",
        lock=_LOCK,
    ),
    Rule(
        key="customers.refusal",
        data=_("Objections, and keyed hashes of addresses that must not be contacted"),
        about=About.CUSTOMER,
        period=Period(Unit.ALWAYS),
        begins=_("without end, with as little data as possible: otherwise nobody could heed them"),
        basis="Art. 21(3), 17(3) GDPR",
        way=Way.KEEP,
        head="customers_objection",
        since="t.received_at",
    ),
    Rule(
        key="customers.list_entry",
        data=_("Keyed hashes of addresses on lists of refusals that others keep"),
        about=About.CUSTOMER,
        period=Period(Unit.ALWAYS),
        begins=_("as long as the address stands on the list; each new list replaces the one before"),
        basis=STORAGE_LIMITATION,
        way=Way.KEEP,
        head="customers_suppressionlistentry",
        since="t.added_at",
    ),
    Rule(
        key="customers.import_traces",
        data=_("Lists that were imported, and what each row changed"),
        about=About.CUSTOMER,
        period=Period(Unit.DAYS, 1),
        begins=_("from the import; within this time it can be undone"),
        basis=STORAGE_LIMITATION,
        head="customers_importrun",
        since="t.finished_at",
        ready="t.state <> 'undoing' AND (t.file <> ''"
        " OR EXISTS (SELECT FROM customers_importchange c WHERE c.run_id = t.id))",
        job="customers.run_imports",
    ),
    Rule(
        key="customers.import_run",
        data=_("Which list was imported when and by whom, with its counts"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the import"),
        basis=STORAGE_LIMITATION,
        head="customers_importrun",
        since="t.finished_at",
        ready="t.file = '' AND NOT EXISTS (SELECT FROM customers_importchange c WHERE c.run_id = t.id)",
        goes=("DELETE FROM customers_importrun WHERE id = ANY (%(ids)s)",),
    ),
)
TABLES = (
    table(
        "customers_contactpoint",
        "id",
        customers__customer="customer channel platform value normalised digest generation label source source_note collected_on collected_by verified_at verified_by address_from_sale notice_at_collection retired_at",
    ),
    table(
        "customers_customer",
        "id",
        customers__customer="number kind relationship salutation first_name last_name company birth_date parental_consent last_transaction_on robinson_listed language timezone ticked_at created_at anonymised_at",
    ),
    table(
        "customers_importchange",
        "id run line what outcome why",
        customers__import_traces="customer_id object_id before after",
    ),
    table("customers_importmapping", "id kind signature fields changed_at", people__account="changed_by"),
    table(
        "customers_importrun",
        "id kind size source mapping default_source state rows rows_done seconds_spent errors_bytes checked_plan stop_asked",
        customers__import_traces="file check_result summary",
        customers__import_run="original_name sha256 acting_user created_at started_at finished_at",
    ),
    table("customers_inboundcontact", "id", customers__customer="customer channel platform at note recorded_by"),
    table(
        "customers_objection", "id", customers__refusal="customer scope channel received_at how note recorded_by job"
    ),
    table(
        "customers_restriction",
        "id",
        customers__restriction="customer since reason recorded_by until lifted_by lift_reason",
    ),
    table("customers_suppressionentry", "id generation twin", customers__refusal="digest scope reason created_at"),
    table("customers_suppressionkey", "generation fingerprint created_at"),
    table(
        "customers_suppressionlist",
        "id name kind effect overdue_after_days refreshed_at size created_at",
        people__account="owner",
    ),
    table("customers_suppressionlistentry", "id list generation", customers__list_entry="digest added_at"),
)

RETENTION = Retention(RULES, TABLES)
