"""A person about whom everybody wrote a word that stands nowhere else, wherever people and systems can write."""

import io
import zlib
from datetime import timedelta
from uuid import uuid4

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection

from consent import services as consents
from consent.models import DataWish
from consent.services import links
from contacts.customers import services as customers
from contacts.customers.models import ImportChange, ImportRun
from contacts.customers.restricting import lift_restriction, restrict
from contacts.incidents.services import containing, judging, ordering
from contacts.rights.services import register, releasing
from contacts.screening.services.receiving import Asker, Wanted, receive
from portal.audit.services import Job
from portal.machines.models import ApiToken, MachineCall
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage
from portal.webhooks.models import Delivery, Endpoint, Event
from tests.cast import make_customer, wording
from tests.incidents import scenes as incidents
from tests.requests.told import told_everywhere
from tests.rights.scenes import opened, proposed

WORD = "zzkanari"
DIGITS = "2215557788"
HOUR = timedelta(hours=1)


def canary(cast, accounts, now, media):
    """The customer, and the erasure that waits for its second person."""
    who = make_customer(
        now, "4788", first_name=f"F{WORD}", last_name=f"L{WORD}", company=f"C{WORD}", salutation=f"S{WORD}"
    )
    told_everywhere(cast, who, accounts, now, f"Frau {WORD} ist krank")
    values = {"label": f"la {WORD}", "source_note": f"no {WORD}", "source": "data_subject", "collected_on": now.date()}
    for channel, address in (("email", f"{WORD}@post.example"), ("phone", f"0{DIGITS}"), ("letter", f"Weg {WORD} 1")):
        customers.add_contact_point(cast.anna, customer=who, channel=channel, value=address, at=now, **values)
    _customers(cast, who, now)
    _consents(cast, who, now)
    _incidents(cast, who, now)
    _lists(cast, who, now)
    _systems(cast, who, now)
    asked = opened(cast, who, now, words=f"I am {WORD}", person=f"{WORD}", how="email")
    register.extend(cast.dora, request=asked, reason=f"Because {WORD}", at=now)
    release = releasing.ask_names(cast.dora, request=asked, reason=f"Tell {WORD}", at=now)
    releasing.decide_names(cast.adam, release=release, agreed=True, reason=f"Yes {WORD}", at=now)
    identified = register.enter(
        cast.clara, key=uuid4(), kind="access", how="phone", received_at=now, at=now, customer=who, words=WORD
    )
    register.confirm_identity(cast.clara, request=identified, how="questions", note_text=WORD, at=now)
    register.refuse(cast.dora, request=identified, reason=f"No {WORD}", at=now)
    return who, proposed(cast, who, now, words=f"Erase {WORD}")


def _customers(cast, who, now):
    note = {"how": "spoken", "note": f"says {WORD}", "at": now}
    customers.record_inbound(cast.anna, customer=who, channel="email", platform="", at=now, note=WORD, now=now)
    customers.record_objection(cast.anna, customer=who, scope="marketing_objection", channel="sms", **note)
    restrict(cast.dora, customer=who, reason=f"Disputed by {WORD}", at=now)
    lift_restriction(cast.dora, customer=who, reason=f"Settled with {WORD}", at=now)


def _consents(cast, who, now):
    for channel in ("email", "phone"):
        given = {"how": "paper", "evidence": f"Form of {WORD}", "text": wording("marketing", channel)}
        consents.give_consent(
            cast.clara, customer=who, purpose="marketing", channel=channel, given_at=now - HOUR, at=now, **given
        )
    trace = {"address": f"{WORD}@post.example", "text": wording("winback", "email"), "via": "web_form"}
    consents.request_opt_in(Job("customer.sign_up"), at=now, first_name=WORD, last_name=WORD, **trace)
    link = links.preference_link(customer=who, point=who.contact_points.filter(channel="email").first(), at=now)
    DataWish.objects.create(customer=who, about="copy", message=f"All about {WORD}", asked_at=now)
    outbox.letter("consent.preference_link", {"link_id": link.pk}, at=now)
    failed = OutboxMessage.objects.filter(kind="letter")
    failed.update(last_error=f"550 unknown user {WORD}@post.example")


def _incidents(cast, who, now):
    about = {"customer": who, "description": f"I wrote to {WORD}", "person_note": f"the {WORD}"}
    made = incidents.reported(cast, now, **about)
    containing.add_note(cast.anna, incident=made, text=f"More of {WORD}", at=now)
    assessed = incidents.ASSESSED | {name: f"{name} {WORD}" for name in incidents.ASSESSED if "_" not in name}
    judging.assess(cast.dora, incident=made, at=now, **assessed | {"risk": "high"})
    said = {"at": now, "carried_out_at": now, "reference": f"LDI {WORD}", "reason": f"So {WORD}"}
    incidents.decide(cast, made, "authority", True, said.pop("at"), **said)
    incidents.decide(cast, made, "person", False, now, reason=WORD, exception=f"Because {WORD}")
    ordering.issue_order(cast.dora, incident=made, body=f"Leave {WORD} alone", at=now)


def _lists(cast, who, now):
    """A list to be screened, and one that was imported with its refused rows."""
    body = io.BytesIO(f"E-Mail;Name\r\n{WORD}@post.example;L{WORD}\r\n".encode())
    receive(Asker(cast.anna), upload=body, file_name=f"{WORD}.csv", wanted=Wanted("service", "email"), at=now)
    run = ImportRun(original_name="May.csv", sha256="0" * 64, size=1, state="done", acting_user=cast.clara)
    run.created_at = run.started_at = run.finished_at = now
    run.check_result = {"errors": [f"row of {WORD}"]}
    run.file.save("list.list", ContentFile(f"4788;{WORD}".encode()), save=True)
    run.error_path.write_text(f"4788;{WORD};refused", encoding="utf-8")
    ImportChange.objects.create(
        run=run, line=2, what="customer", customer_id=who.pk, before={"last_name": WORD}, after={"last_name": WORD}
    )


def _systems(cast, who, now):
    token = ApiToken.objects.create(
        name="Shop",
        digest="1" * 64,
        scopes=["opt-ins:write"],
        created_by=cast.adam,
        created_at=now,
        expires_at=now + HOUR,
    )
    kept = {"path": "/api", "body_digest": "2" * 64, "status": 200, "at": now, "customer": who.number}
    MachineCall.objects.create(token=token, origin="1", answer={"name": WORD}, keep_until=now + HOUR, **kept)
    endpoint = Endpoint.objects.create(
        name="CRM", url="https://crm.example/hook", events=["objection.recorded"], created_by=cast.adam, created_at=now
    )
    event = Event.objects.create(
        type="objection.recorded", customer_id=who.pk, data={"customer": who.number}, happened_at=now, matched_at=now
    )
    Delivery.objects.create(
        endpoint=endpoint, event=event, customer_id=who.pk, state="delivered", due_at=now, done_at=now
    )


def places() -> dict[str, set[str]]:
    """Where the word or the number stands: columns by table, over every table of the database, packed ones unpacked."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        )
        for table, column, kind in cursor.fetchall():
            if _holds(cursor, table, column, kind):
                found.setdefault(table, set()).add(column)
    return found


def _holds(cursor, table, column, kind) -> bool:
    if kind == "bytea":
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
        return any(_named(_unpacked(bytes(value))) for (value,) in cursor.fetchall())
    cursor.execute(
        f"SELECT 1 FROM \"{table}\" WHERE lower(\"{column}\"::text) LIKE '%%' || %s || '%%'"
        f" OR \"{column}\"::text LIKE '%%' || %s || '%%' LIMIT 1",
        [WORD, DIGITS],
    )
    return cursor.fetchone() is not None


def _unpacked(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


def _named(content: bytes) -> bool:
    return WORD.encode() in content.lower() or DIGITS.encode() in content


def files(folder) -> list[str]:
    """Files under a folder that hold the word, in their content or in their name."""
    every = [one for one in folder.rglob("*") if one.is_file()]
    return [str(one.relative_to(folder)) for one in every if _named(one.read_bytes()) or WORD in one.name.lower()]


def text_columns() -> dict[str, set[str]]:
    """The columns of our models in which somebody's own words can stand: text without a list of choices."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.get_internal_type() in ("CharField", "TextField") and not field.choices:
                found.setdefault(model._meta.db_table, set()).add(field.column)
    return found
