"""Three years and a year's end later nothing is left beyond its date; ten years later no consent to a call that nobody
has used. The counts are written anew here, and know nothing of the rules."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import Sum

from consent.models import Consent, ConsentEvent
from consent.services import drop_outlived_links, drop_unconfirmed, record_use
from contacts.customers.importing.forgetting import forget as forget_imports
from contacts.customers.models import Customer
from contacts.requests.models import YearSum
from contacts.rights.models import ErasureEntry
from contacts.screening.services.forgetting import forget as forget_screenings
from portal.audit.models import AuditEntry
from portal.audit.services import Job
from portal.audit.verifying import verify
from portal.audit.watching import seal_and_anchor
from portal.directory.models import Group
from portal.machines.once import forget_keys
from portal.people.models import Department, User
from portal.retention.declared import rules
from portal.retention.reporting import report
from portal.retention.running import run
from portal.webhooks.forgetting import forget as forget_events
from tests.cast import make_accounts, make_cast, make_customer
from tests.retention.filling import agree, fill
from training.services.more_time import forget_more_time

pytestmark = pytest.mark.django_db
#: A Tuesday of long ago, so that the clock of the database agrees that its time is over.
THEN = datetime(2015, 3, 10, 10, 0, tzinfo=UTC)
THREE_YEARS = datetime(2019, 1, 2, 1, 0, tzinfo=UTC)
TEN_YEARS = datetime(2025, 3, 12, 1, 0, tzinfo=UTC)
JOBS = (
    *(drop_unconfirmed, drop_outlived_links, forget_imports, forget_screenings),
    *(forget_keys, forget_events, forget_more_time, run),
)
FILLED = {
    "consent.call",
    "consent.evidence_file",
    "consent.link",
    "consent.other",
    "consent.sign_up",
    "consent.wish",
    "customers.customer",
    "customers.import_run",
    "customers.import_traces",
    "customers.list_entry",
    "customers.refusal",
    "incidents.incident",
    "machines.entry_number",
    "machines.key",
    "machines.named_call",
    "outbox.feedback",
    "outbox.message",
    "people.account",
    "people.session",
    "requests.absence",
    "requests.given_decision",
    "requests.profile",
    "requests.request",
    "requests.saved_view",
    "retention.hold",
    "retention.unmasking",
    "screening.answer",
    "screening.list",
    "training.answer",
    "training.assignment",
    "training.attempt",
    "training.certificate",
    "training.more_time",
    "training.read",
    "training.reminded",
    "webhooks.event",
    "audit.entry",
    "audit.key",
    "audit.seal",
    "customers.restriction",
    "rights.data_request",
    "rights.erasure",
}
WITH_A_REQUEST = (
    *("contact", "permituse", "permit", "review", "reviewstage", "snapshot", "decisionrecord"),
    *("comment", "reassignment", "snooze", "afterreview", "condition", "proposal"),
    *("promotiondispute", "promotionoverride"),
)
# Each counts what should be gone by the first day of 2019 if it all happened in March 2015.
GONE = {
    "incidents": "SELECT count(*) FROM incidents_incident WHERE closed_at < '2018-01-01'",
    "their words": "SELECT (SELECT count(*) FROM incidents_entry) + (SELECT count(*) FROM incidents_decision)"
    " + (SELECT count(*) FROM incidents_assessment) + (SELECT count(*) FROM incidents_order)",
    "requests": "SELECT count(*) FROM requests_contactrequest WHERE created_at < '2015-12-31'",
    "what stood with them": "SELECT 0"
    + "".join(f" + (SELECT count(*) FROM requests_{name})" for name in WITH_A_REQUEST),
    "given decisions": "SELECT count(*) FROM requests_givendecision",
    "absences": "SELECT count(*) FROM requests_absence WHERE ends < '2015-12-31'",
    "saved views": "SELECT count(*) FROM requests_savedview",
    "profiles": "SELECT count(*) FROM requests_companyaccount WHERE holder_id IS NOT NULL",
    "withdrawn consents": "SELECT count(*) FROM consent_consent WHERE withdrawn_at < '2015-12-31'",
    "evidence": "SELECT count(*) FROM consent_evidencefile",
    "sign-ups and links": "SELECT (SELECT count(*) FROM consent_optin) + (SELECT count(*) FROM consent_preferencelink)",
    "wishes": "SELECT count(*) FROM consent_datawish",
    "lists": "SELECT (SELECT count(*) FROM screening_piece)"
    " + (SELECT count(*) FROM screening_screening WHERE file_name <> '')",
    "answers to lists": "SELECT count(*) FROM screening_screening WHERE deleted_at < '2016-01-01'",
    "imports": "SELECT (SELECT count(*) FROM customers_importrun) + (SELECT count(*) FROM customers_importchange)",
    "customers": "SELECT count(*) FROM customers_customer WHERE number <> '2002' AND last_name <> ''",
    "their addresses": "SELECT count(*) FROM customers_contactpoint p JOIN customers_customer c ON c.id = p.customer_id"
    " WHERE c.number <> '2002' AND p.value || p.digest || p.source_note <> ''",
    "learning": "SELECT (SELECT count(*) FROM training_attempt) + (SELECT count(*) FROM training_answer)"
    " + (SELECT count(*) FROM training_lessonread) + (SELECT count(*) FROM training_reminded)"
    " + (SELECT count(*) FROM training_assignment) + (SELECT count(*) FROM training_timeextension)"
    " + (SELECT count(*) FROM training_certificate WHERE recorded_at < '2016-01-01')"
    " + (SELECT count(*) FROM training_certificaterevocation)",
    "events": "SELECT (SELECT count(*) FROM webhooks_event) + (SELECT count(*) FROM webhooks_attempt)",
    "messages": "SELECT count(*) FROM outbox_outboxmessage WHERE created_at < '2017-12-31'",
    "calls and keys": "SELECT (SELECT count(*) FROM machines_machinecall) + (SELECT count(*) FROM machines_apitoken)",
    "holds": "SELECT (SELECT count(*) FROM retention_hold) + (SELECT count(*) FROM retention_unmasking)",
    "sessions": "SELECT count(*) FROM people_signed_in",
    "sessions of before": "SELECT count(*) FROM django_session",
    "what people asked for": "SELECT count(*) FROM rights_datarequest",
    "letters about it": "SELECT count(*) FROM rights_letter",
    "questions about names": "SELECT count(*) FROM rights_namerelease",
    "restrictions": "SELECT count(*) FROM customers_restriction",
    "how who left signed in": "SELECT count(*) FROM directory_identity WHERE subject LIKE 'lothar%'",
    "their second factor": "SELECT count(*) FROM mfa_authenticator",
    "their address for mail": "SELECT count(*) FROM account_emailaddress WHERE email LIKE 'lothar%'",
    "what the directory calls them": "SELECT count(*) FROM directory_provisioned",
    "their groups": "SELECT count(*) FROM directory_group_members",
    "their name in the trail": "SELECT count(*) FROM audit_auditentry WHERE (before::text || after) LIKE '%Lotharius%'",
    "words about customers in the trail": "SELECT count(*) FROM audit_auditentry a JOIN customers_customer c"
    " ON c.id = a.customer_id WHERE c.number <> '2002' AND (a.before::text || a.after) LIKE '%Klage%'",
    "keys to what was private": "SELECT count(*) FROM audit_privatekey k WHERE EXISTS (SELECT FROM people_user u"
    " WHERE k.scope = 'person:' || u.id AND NOT u.is_active) OR EXISTS (SELECT FROM customers_customer c"
    " WHERE k.scope = 'customer:' || c.id AND c.number <> '2002')",
    "who left": "SELECT count(*) FROM people_user WHERE first_name = 'Lothar' OR email LIKE 'lothar%'"
    " OR person_number = 'N-lothar'",
}


@pytest.fixture
def filled(db):
    with time_machine.travel(THEN, tick=False):
        cast = make_cast(THEN)
        fill(cast, make_accounts(cast, THEN), THEN)
    return cast


def jump(at: datetime) -> None:
    """Every job that lets something go, once."""
    with time_machine.travel(at, tick=False):
        for job in JOBS:
            job(at=at)


def counted(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_after_three_years_and_a_year_end_nothing_is_beyond_its_date(filled, settings, tmp_path):
    settings.AUDIT_HEADS_FILE = str(tmp_path / "heads")
    assert set(rules()) == FILLED
    rows = {row.rule.key: row.rows for row in report(THEN + timedelta(hours=1))}
    assert [key for key in sorted(FILLED) if not rows[key]] == []
    assert {name: counted(sql) for name, sql in GONE.items() if not counted(sql)} == {}
    assert [name for name in WITH_A_REQUEST if not counted(f"SELECT count(*) FROM requests_{name}")] == []

    jump(THREE_YEARS)

    assert {name: left for name, sql in GONE.items() if (left := counted(sql))} == {}
    assert {row.rule.key: row.overdue for row in report(THREE_YEARS) if row.overdue} == {}
    # What remains of a request is a sum, and of somebody who left a number.
    assert YearSum.objects.aggregate(all=Sum("count"))["all"] == 5
    assert set(YearSum.objects.values_list("year", flat=True)) == {2015}
    gone = User.objects.get(email__endswith="@former.invalid")
    assert (gone.first_name, gone.last_name, gone.roles) == ("", f"#{gone.pk}", [])
    assert Group.objects.filter(name="Vertrieb").exists()
    # Each batch has one entry by the named job, and the refusal has outlived the customer.
    deleted = AuditEntry.objects.filter(job="retention.run", subject_id="requests.request").get()
    assert (deleted.verb, deleted.after["count"]) == ("retention.anonymised", 5)
    assert counted("SELECT count(*) FROM customers_suppressionentry WHERE scope = 'marketing_objection'") > 0
    # The ledgers that stay are whole: of the trail no leaf has changed with what it said in words.
    assert ErasureEntry.objects.count() == 1
    seal_and_anchor(at=THREE_YEARS)
    assert verify().finding == ""


def test_of_an_account_nothing_stays_that_says_who_it_was(filled):
    """Every column, also one that somebody adds: it is emptied, or its name is added here with a reason."""
    lothar = User.objects.get(first_name="Lothar")
    wanted = {"department": Department.objects.create(name="Lager"), "manager": filled.mona, "language": "en"}
    wanted |= {"roles": ["auditor"], "theme": "dark", "shortcuts": False, "last_login": THEN}
    User.objects.filter(pk=lothar.pk).update(**wanted)
    lothar.refresh_from_db()
    jump(THREE_YEARS)
    gone = User.objects.get(pk=lothar.pk)
    same = {one.name for one in User._meta.local_fields if getattr(gone, one.attname) == getattr(lothar, one.attname)}
    # Under this number it stands in the trail; since when says nothing of whom.
    assert same == {"id", "is_active", "joined_on"}


def test_consents_to_calls_go_after_ten_years_and_one_used_last_year_stays(filled):
    cast, used = filled, make_customer(THEN, "3001")
    with time_machine.travel(THEN, tick=False):
        kept = agree(cast, used, "phone", THEN)
    for year in range(2016, 2025):
        at = THEN.replace(year=year)
        with time_machine.travel(at, tick=False):
            record_use(Job("permit.used"), consent=kept, evidence=f"Anruf {year}", at=at)
    jump(THREE_YEARS)
    assert Consent.objects.filter(channel="phone").count() == 2

    jump(TEN_YEARS)

    assert list(Consent.objects.values_list("pk", flat=True)) == [kept.pk]
    assert ConsentEvent.objects.filter(kind="used").count() == 9
    assert counted("SELECT count(*) FROM consent_callrecord") == 1
    assert Customer.objects.exclude(last_name="").get() == used
    assert {row.rule.key: row.overdue for row in report(TEN_YEARS) if row.overdue} == {}


def test_a_second_run_finds_nothing_and_writes_nothing(filled):
    jump(THREE_YEARS)
    before = AuditEntry.objects.count()
    with time_machine.travel(THREE_YEARS, tick=False):
        assert run(at=THREE_YEARS) == 0
    assert AuditEntry.objects.count() == before
