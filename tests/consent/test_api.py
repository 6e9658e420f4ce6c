"""The door for other systems: keys, scopes, sentences, and that nothing happens twice."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from consent import services
from consent.models import Consent, ConsentEvent, OptIn
from contacts.customers.models import Objection
from portal.access.limits import Limit
from portal.audit.models import AuditEntry
from portal.machines import door
from portal.machines.models import ApiToken, MachineCall
from portal.machines.services import make_token, revoke_token
from tests.cast import make_customer, point, wording
from tests.consent.outside import browser, link_in, mails

pytestmark = pytest.mark.django_db
ALL = ["opt-ins:write", "withdrawals:write", "objections:write"]
WITHDRAWAL = {"customer": "4711", "purpose": "marketing", "channel": "email", "origin": "shop-1"}
OBJECTION = {"customer": "4711", "scope": "marketing_objection", "origin": "shop-1"}
OPT_IN = {"address": "neu@post.example", "wording": "marketing-email", "language": "de", "origin": "shop-1"}


@pytest.fixture
def key(cast, now):
    return make_token(cast.adam, name="shop", scopes=ALL, expires_at=now + timedelta(days=30), at=now)[1]


@pytest.fixture
def call(key):
    def call(name, body, *, key=key, client=None, **headers):
        client = client or Client(enforce_csrf_checks=True)
        raw = body if isinstance(body, str) else json.dumps(body)
        headers = {"authorization": f"Bearer {key}", "accept-language": "en"} | headers
        kind = headers.pop("content_type", "application/json")
        return client.post(f"/api/v1/{name}", raw, content_type=kind, headers=headers)

    return call


@pytest.fixture
def consent(cast, customer, now):
    return give(cast, customer, now)


def give(cast, customer, now, purpose="marketing", channel="email"):
    return services.give_consent(
        cast.clara,
        customer=customer,
        purpose=purpose,
        channel=channel,
        how="paper",
        evidence="Formular 7",
        text=wording(purpose, channel),
        given_at=now - timedelta(days=1),
        at=now,
    )


def problem(answer, status, words):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    told = answer.json()
    assert told["status"] == status and told["title"] and told["detail"].endswith(".")
    assert words in json.dumps(told)


# --- what it does


def test_a_withdrawal_counts_with_the_answer(call, consent, now):
    answer = call("withdrawals", WITHDRAWAL | {"note": "Anruf im Laden"})
    assert (answer.status_code, answer.json()) == (200, {"consents_ended": 1})
    consent.refresh_from_db()
    assert consent.withdrawn_at == now
    event = ConsentEvent.objects.get(kind="withdrawn")
    assert (event.how, event.job, event.origin, event.evidence) == ("api", "api:shop", "shop:shop-1", "Anruf im Laden")
    said = Objection.objects.get()
    assert (said.scope, said.channel, said.how, said.job) == ("marketing_objection", "email", "api", "api:shop")


def test_a_withdrawal_by_address_reaches_everybody_who_has_it(call, cast, customer, consent, now):
    other = make_customer(now, "9000", last_name="Anders")
    shared = customer.contact_points.get(channel="email").value
    point(other, "email", shared, now=now)
    second = give(cast, other, now)
    body = {"address": shared.upper(), "purpose": "marketing", "channel": "email", "origin": "x"}
    assert call("withdrawals", body).json() == {"consents_ended": 2}
    consent.refresh_from_db(), second.refresh_from_db()
    assert consent.withdrawn_at == second.withdrawn_at == now


def test_a_withdrawal_without_a_consent_is_no_fault(call, customer):
    body = WITHDRAWAL | {"purpose": "service"}
    assert call("withdrawals", body).json() == {"consents_ended": 0}
    assert not Objection.objects.exists()


@pytest.mark.parametrize(("scope", "left"), [("full_block", 0), ("marketing_objection", 1)])
def test_an_objection_ends_the_consents_that_it_covers(call, cast, customer, consent, now, scope, left):
    give(cast, customer, now, purpose="service")
    answer = call("objections", OBJECTION | {"scope": scope})
    assert answer.json() == {"consents_ended": 2 - left}
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == left
    assert Objection.objects.get().scope == scope


def test_an_objection_on_one_channel_leaves_the_others(call, cast, customer, consent, now):
    phone = give(cast, customer, now, channel="phone")
    assert call("objections", OBJECTION | {"channel": "phone"}).json() == {"consents_ended": 1}
    consent.refresh_from_db(), phone.refresh_from_db()
    assert consent.withdrawn_at is None and phone.withdrawn_at == now


def test_a_sign_up_waits_for_the_customer(call, cast, now, mail_folder):
    text = wording("marketing", "email")
    answer = call("opt-ins", OPT_IN | {"ip": "203.0.113.9", "user_agent": "Netscape", "first_name": "Ida"})
    assert answer.status_code == 202
    assert answer.json() == {"state": "waits_for_confirmation", "wording": text.reference}
    asked = OptIn.objects.get()
    assert (asked.via, asked.request_ip, asked.origin) == ("api", "203.0.113.0/24", "shop:shop-1")
    assert not Consent.objects.exists()
    (mail,) = mails(mail_folder, at=now)
    browser().post(link_in(mail, r"/opt-in/confirm/[\w-]+/"))
    assert ConsentEvent.objects.get(kind="requested").origin == "shop:shop-1"


def test_no_sign_up_gives_one_customer_consent_for_anothers_address(call, cast, customer):
    wording("marketing", "email")
    problem(call("opt-ins", OPT_IN | {"customer": "4711"}), 422, "not on record for this customer")
    mine = customer.contact_points.get(channel="email").value
    assert call("opt-ins", OPT_IN | {"customer": "4711", "address": mine}).status_code == 202
    assert OptIn.objects.get().customer == customer


def test_an_address_that_has_had_its_mails_is_said_so(call, cast):
    wording("marketing", "email")
    assert call("opt-ins", OPT_IN).status_code == 202
    answer = call("opt-ins", OPT_IN | {"origin": "shop-2"})
    problem(answer, 429, "a short while ago")
    assert answer["Retry-After"] == "600"
    assert MachineCall.objects.count() == 1


# --- nothing twice


@pytest.mark.parametrize(
    ("name", "body"), [("withdrawals", WITHDRAWAL), ("objections", OBJECTION), ("opt-ins", OPT_IN)]
)
def test_the_same_call_again_gets_the_same_answer_and_changes_nothing(call, customer, consent, name, body):
    first = call(name, body)
    entries = AuditEntry.objects.count()
    for _ in range(3):
        again = call(name, dict(reversed(list(body.items()))))
        assert (again.status_code, again.content) == (first.status_code, first.content)
    assert AuditEntry.objects.count() == entries


def test_an_origin_with_other_content_is_a_conflict(call, customer, consent):
    call("withdrawals", WITHDRAWAL)
    problem(call("withdrawals", WITHDRAWAL | {"purpose": "service"}), 409, "sent before with other content")
    problem(call("objections", OBJECTION), 409, "sent before with other content")


def test_two_systems_may_use_the_same_number(call, cast, customer, consent, now):
    other = make_token(cast.adam, name="crm", scopes=ALL, expires_at=now + timedelta(days=1), at=now)[1]
    assert call("withdrawals", WITHDRAWAL | {"purpose": "service"}).status_code == 200
    assert call("withdrawals", WITHDRAWAL, key=other).json() == {"consents_ended": 1}


def test_a_refused_call_may_be_sent_again_when_it_is_right(call, customer):
    problem(call("withdrawals", WITHDRAWAL | {"customer": "none"}), 404, "There is no customer of this number.")
    assert call("withdrawals", WITHDRAWAL).status_code == 200


# --- who may


@pytest.mark.parametrize("name", ["opt-ins", "withdrawals", "objections"])
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic c2hvcDpzaG9w", "Bearer kontaktklar_\u00e4"])
def test_without_a_valid_key_nothing_works(db, name, header):
    headers = {"accept-language": "en"} | ({"authorization": header} if header else {})
    answer = Client().post(f"/api/v1/{name}", "{}", content_type="application/json", headers=headers)
    problem(answer, 401, "no valid key")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_signed_in_person_is_no_machine(client, cast, customer):
    client.force_login(cast.adam)
    assert client.post("/api/v1/withdrawals", WITHDRAWAL, content_type="application/json").status_code == 401


def test_a_revoked_key_and_one_whose_time_is_over_open_nothing(call, cast, customer, now, time_machine):
    assert call("withdrawals", WITHDRAWAL).status_code == 200
    time_machine.move_to(now + timedelta(days=30), tick=False)
    problem(call("withdrawals", WITHDRAWAL), 401, "no valid key")
    time_machine.move_to(now + timedelta(days=29), tick=False)
    assert call("withdrawals", WITHDRAWAL).status_code == 200
    revoke_token(cast.adam, token=ApiToken.objects.get(), at=now + timedelta(days=29))
    problem(call("withdrawals", WITHDRAWAL), 401, "no valid key")


@pytest.mark.parametrize(
    ("name", "body", "scope"),
    [
        ("opt-ins", OPT_IN, "opt-ins:write"),
        ("withdrawals", WITHDRAWAL, "withdrawals:write"),
        ("objections", OBJECTION, "objections:write"),
    ],
)
def test_a_key_opens_only_what_is_ticked(call, cast, customer, consent, now, name, body, scope):
    others = [one for one in ALL if one != scope]
    poor = make_token(cast.adam, name="poor", scopes=others, expires_at=now + timedelta(days=1), at=now)[1]
    problem(call(name, body, key=poor), 403, "does not allow that")
    only = make_token(cast.adam, name="only", scopes=[scope], expires_at=now + timedelta(days=1), at=now)[1]
    assert call(name, body, key=only).status_code in (200, 202)


def test_guessing_keys_ends_after_thirty_tries_a_minute_and_hinders_nobody_else(call, customer):
    answers = [call("withdrawals", WITHDRAWAL, key=f"guess-{number}").status_code for number in range(33)]
    assert answers == [401] * 30 + [429] * 3
    assert call("withdrawals", WITHDRAWAL).status_code == 200


def test_a_key_may_call_so_often_a_minute(call, customer, monkeypatch):
    monkeypatch.setattr(door, "PER_TOKEN", Limit("machine.token", 3, 60))
    answers = [call("withdrawals", WITHDRAWAL | {"origin": f"n{number}"}) for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


# --- what it refuses


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("withdrawals", WITHDRAWAL | {"purpose": "nothing"}, "purpose"),
        ("withdrawals", {**WITHDRAWAL, "customer": ""}, "Name either the customer's number or their e-mail address."),
        ("withdrawals", WITHDRAWAL | {"address": "a@b.example"}, "Name either"),
        ("withdrawals", WITHDRAWAL | {"channel": "messenger"}, "have a platform"),
        ("withdrawals", WITHDRAWAL | {"platform": "whatsapp"}, "have a platform"),
        ("withdrawals", WITHDRAWAL | {"purposes": "all"}, "There is no such field."),
        ("withdrawals", WITHDRAWAL | {"note": "x" * 501}, "at most 500"),
        ("withdrawals", WITHDRAWAL | {"note": "a\x00b"}, "Null characters"),
        ("withdrawals", WITHDRAWAL | {"origin": ""}, "the number it has in your system"),
        ("withdrawals", WITHDRAWAL | {"origin": "x" * 61}, "the number it has in your system"),
        ("withdrawals", WITHDRAWAL | {"customer": 4711}, "This must be a text."),
        ("withdrawals", WITHDRAWAL | {"note": "\ud800"}, "This must be a text."),
        ("withdrawals", [], "must be a JSON object"),
        ("objections", OBJECTION | {"scope": "everything"}, "scope"),
        ("objections", OBJECTION | {"channel": "pigeon"}, "channel"),
        ("opt-ins", OPT_IN | {"address": "nobody"}, "address"),
        ("opt-ins", OPT_IN | {"wording": "other"}, "no published wording"),
        ("opt-ins", OPT_IN | {"language": "en"}, "no published wording"),
        ("opt-ins", OPT_IN | {"ip": "here"}, "ip"),
    ],
)
def test_what_cannot_be_taken_over_is_said_at_its_field(call, cast, customer, consent, name, body, words):
    problem(call(name, body), 422, words)
    assert not MachineCall.objects.exists() and not Objection.objects.exists() and not OptIn.objects.exists()


def test_broken_bodies_are_refused(call, customer):
    problem(call("withdrawals", "{"), 400, "no JSON")
    problem(call("withdrawals", "[" * 40_000), 400, "no JSON")
    problem(call("withdrawals", json.dumps(WITHDRAWAL | {"note": "x" * 70_000})), 413, "64 KB")
    problem(call("withdrawals", WITHDRAWAL, content_type="text/plain"), 415, "application/json")


def test_looking_changes_nothing(key):
    answer = Client().get("/api/v1/withdrawals", headers={"authorization": f"Bearer {key}", "accept-language": "en"})
    problem(answer, 405, "POST")
    assert answer["Allow"] == "POST"


def test_an_erased_customer_is_not_there(call, cast, customer, now):
    from contacts.customers.services import erase_customer

    erase_customer(cast.dora, customer=customer, at=now)
    problem(call("withdrawals", WITHDRAWAL), 404, "no customer")


# --- the keys


def test_only_a_hash_of_the_key_is_kept_and_its_use_is_noted_to_the_minute(call, key, customer, now, time_machine):
    token = ApiToken.objects.get()
    assert key.removeprefix("kontaktklar_") not in str(vars(token)) and len(key) >= 12 + 43
    call("withdrawals", WITHDRAWAL)
    token.refresh_from_db()
    assert token.last_used_at == now
    assert key not in str(list(AuditEntry.objects.values("after", "subject_id")))


@pytest.mark.parametrize("name", ["anna", "mona", "dora", "clara", "tom", "rita"])
def test_only_administrators_make_and_revoke_keys(cast, key, now, name):
    with pytest.raises(PermissionDenied):
        make_token(getattr(cast, name), name="x", scopes=ALL, expires_at=now + timedelta(days=1), at=now)
    with pytest.raises(PermissionDenied):
        revoke_token(getattr(cast, name), token=ApiToken.objects.get(), at=now)


@pytest.mark.parametrize(
    "changes", [{"name": "SHOP"}, {"name": "a b"}, {"days": 0}, {"days": 800}, {"scopes": []}, {"scopes": ["all"]}]
)
def test_wrong_keys_are_not_made(cast, key, now, changes):
    values = {"name": "crm", "scopes": ALL, "days": 30} | changes
    with pytest.raises(ValidationError):
        make_token(
            cast.adam,
            name=values["name"],
            scopes=values["scopes"],
            expires_at=now + timedelta(days=values["days"]),
            at=now,
        )


def test_the_database_knows_the_scopes(key):
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.update(scopes=["everything"])


def test_an_administrator_makes_a_key_sees_it_once_and_revokes_it(client, cast, customer, call, now):
    client.force_login(cast.adam)
    form = {"name": "crm", "scopes": ["withdrawals:write"], "expires_on": "2027-11-24"}
    page = client.post("/machines/", form).content.decode()
    key = page[page.index("kontaktklar_") :].split("<")[0]
    assert call("withdrawals", WITHDRAWAL, key=key).status_code == 200
    listed = client.get("/machines/").content.decode()
    assert key not in listed and "crm" in listed and "Adam" in listed
    token = ApiToken.objects.get(name="crm")
    assert token.expires_at.isoformat() == "2027-11-24T23:00:00+00:00"
    assert client.post(f"/machines/{token.pk}/revoke/").url == "/machines/"
    client.post(f"/machines/{token.pk}/revoke/")
    assert call("withdrawals", WITHDRAWAL, key=key).status_code == 401
    verbs = AuditEntry.objects.filter(subject_type="api_token", subject_id="crm").values_list("verb", flat=True)
    assert sorted(verbs) == ["api_token.made", "api_token.revoked"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "web shop"}, "Enter a valid"),
        ({"name": "shop"}, "Choose another name"),
        ({"scopes": []}, "This field is required"),
        ({"expires_on": "2020-01-01"}, "within the next two years"),
    ],
)
def test_a_wrong_entry_is_named(client, cast, key, changes, words):
    client.force_login(cast.adam)
    form = {"name": "crm", "scopes": ["withdrawals:write"], "expires_on": "2027-11-24"} | changes
    assert words in client.post("/machines/", form).content.decode()
    assert ApiToken.objects.count() == 1


@pytest.fixture(autouse=True)
def _no_counters():
    yield
    cache.clear()
