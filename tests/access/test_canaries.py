"""Somebody with names that stand nowhere else goes through the portal: pages, the API, jobs and their faults.

Afterwards the names are in no line of the log, no job in Redis, no webhook and no error that was kept.
"""

import io
import json
import logging
from datetime import timedelta

import pytest
import redis
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from consent.services import give_consent, links
from contacts.customers.services import record_objection
from contacts.requests.services import permits
from portal.celery import app
from portal.machines.models import Scope
from portal.machines.services import confirm_token, make_token
from portal.outbox import services as outbox
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from portal.webhooks.matching import match
from portal.webhooks.models import Delivery, Event, EventType
from portal.webhooks.services import register_endpoint
from tests.cast import make_accounts, make_cast, make_customer, point, wording
from tests.requests.scenes import ask, permit_for

pytestmark = pytest.mark.django_db
CANARIES = ("Zwitscherling", "Kanarienvogel", "zwitscher.example", "9990001", "Piepmatzgasse", "Trällerfrau")


@pytest.fixture
def told():
    """What the log of production would hold, at its finest, by the portal's own formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    given = django_settings.LOGGING["formatters"]["plain"]
    handler.setFormatter(import_string(given["()"])(given["format"], style=given["style"]))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def bird(now):
    """Canaries in every field that holds words about a person; Anna Trällerfrau deals with her."""
    cast = make_cast(now)
    cast.anna.last_name = "Trällerfrau"
    cast.anna.save(update_fields=["last_name"])
    names = {"first_name": "Zwitscherling", "last_name": "Kanarienvogel"}
    customer = make_customer(now, number="777", **names)
    customer.contact_points.filter(channel="email").update(value="kanarie@zwitscher.example")
    point(customer, "sms", "0171 9990001", now=now)
    point(customer, "letter", "Piepmatzgasse 1, 51147 Köln", now=now)
    return cast, customer, make_accounts(cast, now)


def test_no_canary_sings_in_logs_queues_errors_or_webhooks(bird, told, now, time_machine, settings, mail_folder):
    time_machine.move_to(now)
    cast, customer, accounts = bird
    values = {"name": "crm", "url": "https://crm.example/hooks", "events": [str(one) for one in EventType]}
    register_endpoint(cast.adam, at=now, **values)
    number = _work(cast, customer, accounts, now)
    _look(cast, customer, number)
    _call(cast, customer, now)
    _fail(cast, customer, now, settings)
    with transaction.atomic():
        match(at=now)
    sinks = {
        "log": told.getvalue(),
        "queue": _queued(),
        "webhooks": json.dumps([*Event.objects.values_list("data", flat=True)]) + repr(Delivery.objects.values()),
        "errors": repr([*OutboxMessage.objects.values_list("last_error", flat=True)]),
        "trail of refusals": repr([*OutboxMessage.objects.filter(kind="event").values_list("payload", flat=True)]),
    }
    assert all(sinks.values()), [name for name, words in sinks.items() if not words]
    assert Event.objects.count() >= 3 and "Not Found" in sinks["log"] and "put off" in sinks["log"]
    sung = [(name, canary) for name, words in sinks.items() for canary in CANARIES if canary.lower() in words.lower()]
    assert sung == []
    assert not django_settings.ADMINS and not django_settings.MANAGERS  # nobody is mailed a page of errors


def _work(cast, customer, accounts, now) -> str:
    """Asked, approved, used, agreed to, objected to."""
    text = "Guten Tag Frau Kanarienvogel"
    permit = permit_for(ask(cast.anna, customer, "sms", accounts.sms, at=now, draft_text=text), cast, now)
    permits.redeem(cast.anna, permit=permit, at=now)
    agreed = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular Zwitscherling"}
    give_consent(cast.clara, customer=customer, text=wording("marketing", "email"), given_at=now, at=now, **agreed)
    spot = customer.contact_points.get(channel="email")
    link = links.unsubscribe_link(customer=customer, point=spot, purpose="marketing", at=now)
    Client().get(reverse("unsubscribe", args=[links.token_of_link(link)]))
    said = {"scope": "marketing_objection", "channel": "phone", "how": "spoken", "note": "Kanarienvogel"}
    record_objection(cast.clara, customer=customer, at=now, **said)
    return permit.request.number


def _look(cast, customer, number) -> None:
    """Pages, searches and refusals by everybody, with her names in the address where people type them."""
    for someone in (cast.anna, cast.stranger, cast.clara, cast.dora, cast.adam):
        browser = Client(raise_request_exception=False)
        browser.force_login(someone)
        browser.get("/customers/", {"q": "Kanarienvogel"})
        browser.get("/check/", {"q": "kanarie@zwitscher.example"})
        browser.get(reverse("customer", args=[customer.number]))
        browser.get(reverse("request", args=[number]))
        browser.get("/customers/nobody/", {"name": "Zwitscherling"})
        browser.post(reverse("customer_edit", args=[customer.number]), {"last_name": "Kanarienvogel" * 99})
        browser.post("/suppression/look-up/", {"channel": "email", "value": "kanarie@zwitscher.example"})
    Client().post("/login/", {"login": "kanarie@zwitscher.example", "password": "Zwitscherling"})
    Client(enforce_csrf_checks=True).post("/login/", {"login": "kanarie@zwitscher.example"})


def _call(cast, customer, now) -> None:
    """The API, with a good body, a bad one and none."""
    key = {"name": "shop", "scopes": [str(one) for one in Scope], "expires_at": now + timedelta(days=9)}
    token, secret = make_token(cast.adam, acts_for=cast.clara, at=now, **key)
    confirm_token(cast.clara, token=token, at=now)
    headers = {"authorization": f"Bearer {secret}"}
    for body in (
        {"last_name": "Kanarienvogel"},
        {"last_name": ["Zwitscherling"]},
        {"email": "kanarie@zwitscher.example"},
    ):
        for path in ("customers", "decisions", "opt-ins", "objections", f"customers/{customer.number}/contact-points"):
            Client(raise_request_exception=False).post(
                f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers
            )
        Client().get("/api/v1/customers", body, headers=headers)


def _fail(cast, customer, now, settings) -> None:
    """A mail server that is away, an event that nobody knows, and a mail whose words cannot be put together."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    with transaction.atomic():
        outbox.event("no.such.topic", {"customer_id": customer.pk}, at=now)
        outbox.mail(to=cast.anna, template="no_such_mail", context={"number": "R-1"}, at=now)
    deliver_due(at=now, limit=20)


def _queued() -> str:
    """Every job of the clock, as the broker holds it."""
    queue, client = "canaries", redis.Redis.from_url(django_settings.REDIS_URL.replace("redis+socket://", "unix://"))
    client.delete(queue)
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], args=entry.get("args"), kwargs=entry.get("kwargs"), queue=queue)
    jobs = client.lrange(queue, 0, -1)
    client.delete(queue)
    assert len(jobs) == len(app.conf.beat_schedule) > 5
    bodies = [json.loads(one) for one in jobs]
    import base64

    return "\n".join(base64.b64decode(one["body"]).decode() + json.dumps(one["headers"]) for one in bodies)


def test_a_canary_that_sings_is_heard(told):
    logging.getLogger("portal").warning("customer %s", "Kanarienvogel")
    assert "Kanarienvogel" in told.getvalue()
