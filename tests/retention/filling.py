"""A row in every table that a rule lets go, all of them of one day."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from consent.services import give_consent, preference_link, request_opt_in, withdraw_consent
from contacts.customers.models import Customer
from contacts.customers.restricting import lift_restriction, restrict
from contacts.customers.services import record_objection
from contacts.requests.models import ContactRequest
from contacts.requests.routing.terms import Terms
from contacts.requests.services import disputing, permits, reviewing, submitting
from contacts.requests.stricter import Wish
from contacts.rights.services import register
from portal.access.roles import Role
from portal.audit.sealing import seal
from portal.audit.services import Job
from portal.help.services import send_feedback
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from portal.people.services import update_person
from portal.retention.holds import ask_end, end_hold, place_hold
from portal.retention.unmasking import agree_unmasking, ask_unmasking
from tests.cast import Accounts, Cast, make_customer, person, proof_file, wording
from tests.incidents import scenes as incidents
from tests.requests import scenes
from tests.rights.scenes import entered

EMPTY = {
    "boolean": "false",
    "jsonb": "'{}'",
    "uuid": "gen_random_uuid()",
    "ARRAY": "'{}'",
    "bytea": "''",
    "character varying": "''",
    "text": "''",
    "bigint": "0",
    "integer": "0",
    "smallint": "0",
    "double precision": "0",
    "numeric": "0",
}
COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'
    AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
"""


def put(table: str, at: datetime, **values):
    """A row with what is given; every other column that must be filled is empty, or of that day. Returns its key."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        rest = {name: kind for name, kind in cursor.fetchall() if name not in values}
        plain = {name: EMPTY[kind] for name, kind in rest.items() if kind in EMPTY}
        days = {name: at for name in rest if name not in plain}
        given = {**values, **days}
        columns = ", ".join(f'"{name}"' for name in [*plain, *given])
        marks = ", ".join([*plain.values(), *["%s"] * len(given)])
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING *", list(given.values()))
        return cursor.fetchone()[0]


def agree(cast: Cast, customer: Customer, channel: str, at: datetime, purpose: str = "marketing"):
    text = wording(purpose, channel)
    values = {"customer": customer, "purpose": purpose, "channel": channel, "text": text, "given_at": at, "at": at}
    return give_consent(cast.clara, how="paper", evidence="Formular 7", evidence_file=None, **values)


def fill(cast: Cast, accounts: Accounts, at: datetime) -> None:
    """At least one row under every rule of the table, written by the portal's verbs where that is short."""
    fill_odd_requests(cast, accounts, at)
    fill_requests(cast, accounts, at)
    fill_customers(cast, at)
    fill_rights(cast, at)
    fill_training(cast, at)
    fill_people(cast, at)
    fill_machinery(cast, at)
    send_feedback(words="Der Knopf", page="/check/", reply_to="", at=at)
    OutboxMessage.objects.filter(done_at=None).update(done_at=at + timedelta(hours=1))
    seal(at=at)


def fill_requests(cast: Cast, accounts: Accounts, at: datetime) -> None:
    incidents.closed(cast, at)
    customer = make_customer(at, "2001")
    permit = scenes.permit_for(scenes.reminder_by_sms(cast, customer, accounts, at), cast, at)
    use = permits.redeem(cast.anna, permit=permit, at=at).use
    permits.log_contact(cast.anna, use=use, result="reached", note="Zahlt morgen.", at=at)
    request, review = permit.request, permit.request.reviews.get()
    put("requests_comment", at, request_id=request.pk, author_id=cast.mona.pk, text="Gut.")
    stage_id = review.step_id
    put(
        "requests_reassignment",
        at,
        stage_id=stage_id,
        origin_id=cast.max.pk,
        to_id=cast.mona.pk,
        by_id=cast.dora.pk,
        reason="Urlaub",
    )
    put(
        "requests_snooze",
        at,
        person_id=cast.mona.pk,
        stage_id=stage_id,
        until=at + timedelta(hours=1),
        due_at=at + timedelta(days=1),
    )
    token = put("machines_apitoken", at, **key_of(cast, at))
    point = customer.contact_points.get(channel="email")
    asked = {"token_id": token, "customer_id": customer.pk, "contact_point_id": point.pk, "outcome": "allowed"}
    put("requests_givendecision", at, purpose="service", **asked)
    put("requests_absence", at, person_id=cast.mona.pk, deputy_id=cast.max.pk)
    profile = {"channel": "social_dm", "platform": "linkedin", "kind": "company_shared_device"}
    profile |= {"address_book_isolated": True, "valid_until": at.date()}
    put("requests_companyaccount", at, holder_id=cast.sven.pk, closed_at=at, name="linkedin.com/in/sven", **profile)


def fill_odd_requests(cast: Cast, accounts: Accounts, at: datetime) -> None:
    """Requests with everything that may stand on one: an act in imminent danger, conditions, a proposal, a dispute."""
    customer = make_customer(at, "2005")
    scenes.acted_in_danger(cast, customer, accounts, at)
    waiting = submitting.submit(cast.anna, request=scenes.report_by_mail(cast, customer, accounts, at), at=at)
    terms = Terms(at.date() + timedelta(days=2), 1, ("Nur nachmittags.",))
    reviewing.review(cast.mona, request=waiting, verdict="approved", reason="", terms=terms, at=at)
    other = submitting.submit(cast.anna, request=scenes.report_by_mail(cast, customer, accounts, at), at=at)
    wish = Wish(other.contact_point, None, "Anders.")
    reviewing.review(cast.mona, request=other, verdict="changes_asked", reason="So.", wish=wish, at=at)
    text = "Jetzt 20 % Rabatt!"
    promoting = scenes.ask(cast.anna, customer, "email", accounts.email, at=at, draft_text=text)
    disputed = disputing.dispute_promotion(cast.anna, request=promoting, reason="Gefragt.", at=at)[0]
    handed_in = submitting.submit(cast.anna, request=disputed, at=at)
    given = {"verdict": "approved", "reason": "", "promotion_reason": "Er hatte gefragt."}
    reviewing.review(cast.mona, request=handed_in, at=at, **given)
    ContactRequest.objects.filter(state__in=["with_manager", "with_dpo"]).update(state="lapsed", closed_at=at)


def key_of(cast: Cast, at: datetime, name: str = "shop") -> dict:
    """What a key of another system needs, revoked on the same day."""
    ends = {"expires_at": at + timedelta(days=1), "revoked_at": at}
    return {"name": name, "scopes": ["opt-ins:write"], "digest": name, "created_by_id": cast.adam.pk, **ends}


def fill_customers(cast: Cast, at: datetime) -> None:
    customer = make_customer(at, "2002")
    agree(cast, customer, "phone", at)
    withdraw_consent(cast.clara, consent=agree(cast, customer, "email", at), how="written", at=at)
    preference_link(customer=customer, point=customer.contact_points.get(channel="email"), at=at)
    put("consent_datawish", at, customer_id=customer.pk, about="copy", message="Was wissen Sie?")
    proof_file(cast.clara, at)
    text = wording("marketing", "email")
    request_opt_in(Job("customer.sign_up"), address="neu@post.example", text=text, via="web_form", at=at)
    record_objection(cast.clara, customer=make_customer(at, "2003"), scope="marketing_objection", how="written", at=at)
    listed = put(
        "customers_suppressionlist",
        at,
        name="Robinson",
        kind="robinson",
        effect="robinson",
        overdue_after_days=30,
        owner_id=cast.clara.pk,
    )
    put("customers_suppressionlistentry", at, list_id=listed, digest="ab")
    done = {"acting_user_id": cast.clara.pk, "state": "done", "finished_at": at, "original_name": "kunden.csv"}
    put("customers_importrun", at, file="", **done)
    run = put("customers_importrun", at, file="", **done)
    put("customers_importchange", at, run_id=run, customer_id=customer.pk, what="customer")
    values = {
        "asked_by_id": cast.anna.pk,
        "state": "done",
        "purpose": "marketing",
        "channel": "email",
        "finished_at": at,
    }
    later = {"created_at": at - timedelta(days=1), "delete_after": at}
    listed = put("screening_screening", at, file_name="liste.csv", **values, **later)
    put("screening_piece", at, screening_id=listed, part="list")
    put("screening_screening", at, deleted_at=at, **values, **later)


def fill_rights(cast: Cast, at: datetime) -> None:
    """A request with a letter and a question about names, a restriction that was lifted, a line of the ledger."""
    customer = make_customer(at, "2006")
    asked = entered(cast, customer, at, words="Was wissen Sie?")
    put("rights_letter", at, request_id=asked.pk, kind="receipt", language="de", made_by_id=cast.dora.pk)
    decided = {"decided_by_id": cast.rita.pk, "decided_at": at, "agreed": True}
    put("rights_namerelease", at, request_id=asked.pk, asked_by_id=cast.dora.pk, reason="Privat.", **decided)
    register.withdraw(cast.dora, request=asked, reason="Zurückgenommen.", at=at)
    restrict(cast.dora, customer=customer, reason="Strittig.", at=at)
    lift_restriction(cast.dora, customer=customer, reason="Geklärt.", at=at)
    put("rights_erasureentry", at, digest="ab", fingerprint="cd", refused="[]")


def fill_training(cast: Cast, at: datetime) -> None:
    course = put("training_course", at, slug="basis", kind="basic")
    version = put("training_courseversion", at, course_id=course, number=1, state="draft", **COURSE)
    passed = {"submitted_at": at, "score": 90, "passed": True, "ordinal": 1, "version_id": version}
    attempt = put("training_attempt", at, person_id=cast.anna.pk, **passed)
    ended = {
        "course": "Basis",
        "kind": "basic",
        "version_id": version,
        "passed_on": at.date(),
        "valid_until": at.date(),
    }
    made = put("training_certificate", at, number="Z-1", person_id=cast.anna.pk, attempt_id=attempt, **ended)
    put("training_certificaterevocation", at, certificate_id=made, reason="Falsch.", revoked_by_id=cast.tom.pk)
    failed = {"person_id": cast.sven.pk, "version_id": version, "ordinal": 1}
    second = put("training_attempt", at, **failed)
    put("training_answer", at - timedelta(minutes=1), attempt_id=second, question_key="q1", answer="{}")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE training_attempt SET submitted_at = started_at, score = 10, passed = false WHERE id = %s", [second]
        )
    lesson = put("training_lesson", at, version_id=version, position=1, slug="eins")
    put("training_lessonread", at, person_id=cast.anna.pk, lesson_id=lesson)
    put("training_reminded", at, key="anna:1", person_id=cast.anna.pk)
    put("training_assignment", at, course_id=course, person_id=cast.anna.pk, ended_at=at, due_days=14)


COURSE = {"pass_mark": 80, "validity_months": 12, "minutes": 10, "title_de": "Basis", "title_en": "Basics"}


def fill_people(cast: Cast, at: datetime) -> None:
    left = person("lothar", Role.EMPLOYEE)
    User.objects.filter(pk=left.pk).update(joined_on=at.date())
    put("training_timeextension", at, person_id=left.pk, percent=25, given_by_id=cast.tom.pk)
    update_person(cast.adam, person=left, at=at, last_name="Lotharius")
    update_person(cast.adam, person=left, at=at, is_active=False)
    put("directory_identity", at, person_id=left.pk, issuer="https://anmelden.example", subject="lothar")
    put("directory_provisioned", at, person_id=left.pk, external_id="lothar")
    group = put("directory_group", at, name="Vertrieb")
    put("directory_group_members", at, group_id=group, user_id=left.pk)
    put("mfa_authenticator", at, user_id=left.pk, type="totp")
    put("requests_savedview", at, person_id=left.pk, name="Meine", query="kind=consumer", place=1)
    put("account_emailaddress", at, user_id=left.pk, email=left.email)
    put("django_session", at, session_key="s1")
    # Saved anew until yesterday, and over all the same: what counts is the sign-in.
    far = {"expire_date": datetime(2090, 1, 1, tzinfo=UTC)}
    put("people_signed_in", at, session_key="s2", person_id=cast.anna.pk, **far)
    customer = make_customer(at, "2004")
    held = (customer.pk, None, customer.number)
    hold = place_hold(cast.dora, found=held, reason="Klage", review_on=at.date() + timedelta(days=9), at=at)
    end_hold(cast.adam, hold=ask_end(cast.dora, hold=hold, reason="Verglichen", at=at), at=at)
    asked = {"scope": "log", "person": cast.anna, "reason": "Beschwerde", "hours": 2}
    agree_unmasking(cast.rita, unmasking=ask_unmasking(cast.dora, at=at, **asked), at=at)


def fill_machinery(cast: Cast, at: datetime) -> None:
    token = put("machines_apitoken", at, **key_of(cast, at, "crm"))
    called = {"token_id": token, "status": 200, "path": "/api", "customer": "2001"}
    put("machines_machinecall", at, origin="a", keep_until=at, **called)
    put("machines_machinecall", at, origin="b", **called)
    event = put("webhooks_event", at, type="consent.changed", matched_at=at)
    salts = {
        "name": "crm",
        "url": "https://crm.example/",
        "created_by_id": cast.adam.pk,
        "state": "on",
        "events": ["consent.changed"],
    }
    endpoint = put("webhooks_endpoint", at, **salts)
    delivery = put("webhooks_delivery", at, event_id=event, endpoint_id=endpoint, state="delivered", done_at=at)
    put("webhooks_attempt", at, delivery_id=delivery, status=200)
