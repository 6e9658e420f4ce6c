"""May this customer be contacted? What another system is told, what is kept, and what happens only once."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from consent.services.thresholds import set_thresholds
from contacts import policy
from contacts.customers.services import erase_customer, record_objection
from contacts.requests.api_bodies import Decided, Evaluated, Replayed
from contacts.requests.context import Question, load
from contacts.requests.deciding import answer_question
from contacts.requests.models import GivenDecision
from contacts.requests.services import permits
from contacts.requests.told_again import as_told, replayed
from portal.access.limits import Limit
from portal.audit.models import AuditEntry
from portal.machines import door
from portal.machines.models import ApiToken
from tests.api.conftest import ASKED, problem, token_for
from tests.cast import make_customer, point
from tests.requests.scenes import advertising_permit
from tests.rulebook.sets import STRICTER, released

pytestmark = pytest.mark.django_db
KEYED = {"idempotency-key": "a-1"}


# --- what it says


def test_the_answer_is_what_the_pages_would_decide(call, cast, customer, now):
    answer = call(ASKED)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    Decided.model_validate(told)
    context = load(customer, cast.anna, at=now)
    mail = customer.contact_points.get(channel="email")
    question = Question(point=mail, account=context.default_account(mail), purpose="service")
    decision = answer_question(context, question).decision
    assert told["outcome"] == decision.outcome.value
    assert told["facts"] == policy.facts_to_inputs(decision.facts)
    assert [found["rule"] for found in told["findings"]] == [found.rule.id for found in decision.findings]
    assert all(found["de"] and found["en"] for found in told["findings"])
    assert [way["key"] for way in told["alternatives"]] == [
        way.key for way in (*decision.alternatives, *decision.combinations)
    ]
    assert told["rule_set"] == {"number": decision.rule_set, "hash": decision.rule_set_hash}
    assert (told["customer"], told["acts_for"]) == ("4711", cast.anna.email)


def test_it_is_kept_with_one_entry_in_the_trail(call, cast, customer):
    told = call(ASKED | {"draft_text": "Ihr Termin ist morgen."}).json()
    kept = GivenDecision.objects.get()
    assert (str(kept.pk), as_told(kept), kept.acts_for) == (told["id"], told, cast.anna)
    assert len(kept.draft_sha256) == 64 and "Termin" not in str(vars(kept))
    entry = AuditEntry.objects.get(verb="decision.given")
    assert (entry.job, entry.subject_id, entry.customer_id) == ("api:crm", told["id"], customer.pk)


def test_the_row_that_never_changes_holds_no_address_of_an_employee(call, cast):
    """The address is put in when the answer is told, so it is the one of today, and none remains in the row."""
    first = call(ASKED, **KEYED).json()
    assert "@" not in json.dumps(GivenDecision.objects.values("answer").get())
    cast.anna.email = "anna.neu@firma.example"
    cast.anna.save(update_fields=["email"])
    again = call(ASKED, **KEYED).json()
    assert again == first | {"acts_for": "anna.neu@firma.example"}
    assert call(path=f"decisions/{first['id']}", method="get").json() == again


@pytest.mark.parametrize("name", ["customer_id", "address"])
def test_a_customer_is_known_by_key_or_address_too(call, customer, name):
    value = customer.pk if name == "customer_id" else customer.contact_points.get(channel="email").value.upper()
    told = call({"purpose": "service", "channel": "email", name: value}).json()
    assert told["customer"] == "4711"


def test_what_a_draft_says_counts(call):
    assert call(ASKED).json()["facts"]["contains_promotion"] is False
    advertised = ASKED | {"draft_text": "Nur heute 50 % Rabatt auf alle Heizungen, jetzt kaufen!"}
    assert call(advertised).json()["facts"]["contains_promotion"] is True


def test_a_system_that_asks_for_itself_has_learnt_nothing(call, cast, now):
    told = call(ASKED, key=token_for(cast, now, "mailer")).json()
    assert (told["facts"]["requester_training"], told["acts_for"]) == ("none", None)
    assert call(ASKED).json()["facts"]["requester_training"] == "valid"


def test_who_left_or_lost_the_role_is_asked_for_no_more(call, cast):
    cast.anna.roles = ["auditor"]
    cast.anna.save()
    problem(call(ASKED), 403, "in whose place")
    assert not GivenDecision.objects.exists()


def test_an_objection_counts_with_the_next_answer(call, cast, customer, now):
    asked = ASKED | {"purpose": "marketing"}
    assert call(asked).json()["facts"]["objection"] == "none"
    record_objection(cast.anna, customer=customer, scope="full_block", channel="", how="spoken", at=now)
    told = call(asked).json()
    assert (told["facts"]["objection"], told["outcome"]) == ("full_block", "forbidden")


def test_a_planned_instant_is_decided_for_its_own_hour(call, now):
    night = (now + timedelta(days=1)).replace(hour=2)
    told = call(ASKED | {"channel": "phone", "at": night.isoformat()}).json()
    assert told["facts"]["quiet_hours"] is True
    assert told["at"] == night.isoformat() and told["at"] < told["holds_until"]


def test_no_answer_outlives_the_customers_day_or_hour(call, customer, cast, now):
    """At every instant before its end the same question has the same facts; `now` is in contact hours."""
    from datetime import datetime

    told = call(ASKED | {"channel": "phone"}).json()
    until = datetime.fromisoformat(told["holds_until"])
    assert now < until <= now + timedelta(days=1)
    phone = customer.contact_points.get(channel="phone")
    for step in range(20):
        at = now + (until - now) * step / 20
        context = load(customer, cast.anna, at=at)
        asked = Question(point=phone, account=context.default_account(phone), purpose="service")
        assert policy.facts_to_inputs(context.facts(asked)) == told["facts"]
    later = load(customer, cast.anna, at=until).facts(asked)
    assert later.quiet_hours is True


def test_no_answer_outlives_the_rule_set_that_gave_it(call, cast, now):
    """Another one has been released for an hour of the same day; what it has replaced ends nothing."""
    for hours in (3, 2):
        released(cast, now, STRICTER, effective_from=now + timedelta(hours=hours))
    assert call(ASKED).json()["holds_until"] == (now + timedelta(hours=2)).isoformat()
    then = (now + timedelta(hours=2)).isoformat()
    assert call(ASKED | {"at": then}).json()["holds_until"] > (now + timedelta(hours=3)).isoformat()


def test_no_answer_outlives_how_long_consents_last(call, cast, now):
    begins = now + timedelta(hours=2)
    months = {"stale_after_months_unused": 6, "expired_after_months_unused": 12, "doi_ttl_days": 7}
    set_thresholds(cast.dora, **months, valid_from=begins, reason="The inspection asked for it.", at=now)
    assert call(ASKED).json()["holds_until"] == begins.isoformat()
    assert call(ASKED | {"at": begins.isoformat()}).json()["holds_until"] > begins.isoformat()


# --- how often


def test_advertising_that_has_to_wait_is_told_until_when(call, cast, customer, accounts, now, settings):
    settings.FREQUENCY_CAPS = ["30:1", "7:2"]
    asked = ASKED | {"purpose": "marketing", "opt_out_included": True}
    permit = advertising_permit(cast, customer, accounts, now)
    told = call(asked).json()
    assert (told["outcome"], told["not_before"]) == ("allowed", None)
    assert [window["made"] for window in told["frequency"]] == [0, 0]
    permits.redeem(cast.sven, permit=permit, at=now)
    told = call(asked).json()
    assert (told["outcome"], told["not_before"]) == ("allowed", (now + timedelta(days=30)).isoformat())
    assert told["frequency"][0] == {"days": 30, "most": 1, "made": 1, "next_at": told["not_before"]}
    later = call(asked | {"at": (now + timedelta(days=30)).isoformat()}).json()
    earlier = call(asked | {"at": (now - timedelta(days=1)).isoformat()}).json()
    assert (later["not_before"], earlier["not_before"]) == (None, None)
    assert [window["made"] for window in earlier["frequency"]] == [0, 0]


def test_what_is_no_advertising_never_waits(call, cast, customer, accounts, now, settings):
    settings.FREQUENCY_CAPS = ["30:1"]
    permits.redeem(cast.sven, permit=advertising_permit(cast, customer, accounts, now), at=now)
    told = call(ASKED).json()
    assert (told["not_before"], told["frequency"]) == (None, [])


def test_counting_takes_no_statement_more(call, settings):
    asked = ASKED | {"purpose": "marketing"}
    without = _statements(call, asked)
    settings.FREQUENCY_CAPS = ["30:4"]
    assert len(_statements(call, asked)) == len(without) <= 6


# --- statements


def _statements(call, body):
    with CaptureQueriesContext(connection) as seen:
        assert call(body).status_code == 200
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in seen if not query["sql"].startswith(control)]


def test_one_decision_takes_six_statements_for_every_customer(call, cast, customer, now):
    make_customer(now, "9000", last_name="Leer")
    record_objection(cast.anna, customer=customer, scope="marketing_objection", channel="", how="spoken", at=now)
    for number in range(5):
        point(customer, "email", f"mehr{number}@post.example", now=now)
    mail = customer.contact_points.filter(channel="email").first().value
    much = _statements(call, ASKED | {"address": mail})
    little = _statements(call, ASKED | {"customer": "9000"})
    by_address = _statements(call, {"address": mail, "purpose": "service", "channel": "email"})
    assert len(much) == len(little) == len(by_address) <= 6, much


# --- once


def test_the_same_key_gets_the_first_answer(call, cast, customer, now):
    first = call(ASKED, **{"idempotency-key": "a-1"})
    record_objection(cast.anna, customer=customer, scope="full_block", channel="", how="spoken", at=now)
    again = call(dict(reversed(ASKED.items())), **{"idempotency-key": "a-1"})
    assert (again.status_code, again.content) == (200, first.content) or again.json() == first.json()
    assert GivenDecision.objects.count() == AuditEntry.objects.filter(verb="decision.given").count() == 1


def test_the_same_key_with_another_body_is_a_conflict(call):
    call(ASKED, **{"idempotency-key": "a-1"})
    problem(call(ASKED | {"purpose": "marketing"}, **{"idempotency-key": "a-1"}), 409, "other content")
    assert GivenDecision.objects.count() == 1


def test_a_key_whose_day_is_over_says_so_instead_of_what_was_true_then(call, cast, customer, now, time_machine):
    """Within its day the first answer is what the key stands for, and says when it was made and how long it holds."""
    first = call(ASKED, **KEYED).json()
    withdrawn = now + timedelta(hours=20)
    record_objection(cast.anna, customer=customer, scope="full_block", channel="", how="spoken", at=withdrawn)
    time_machine.move_to(now + timedelta(hours=24) - timedelta(seconds=1), tick=False)
    again = call(ASKED, **KEYED).json()
    assert again == first and again["made_at"] == now.isoformat() and again["holds_until"]
    time_machine.move_to(now + timedelta(hours=24), tick=False)
    problem(call(ASKED, **KEYED), 409, "more than 24 hours ago")
    assert call(ASKED, **{"idempotency-key": "a-2"}).json()["outcome"] == "forbidden"


def test_the_keys_of_two_systems_are_apart(call, cast, now):
    other = token_for(cast, now, "mailer")
    ids = {call(ASKED, key=key, **{"idempotency-key": "a-1"}).json()["id"] for key in (other,)}
    ids |= {call(ASKED, **{"idempotency-key": "a-1"}).json()["id"]}
    assert len(ids) == 2


def test_without_a_key_each_call_is_a_decision(call):
    assert call(ASKED).json()["id"] != call(ASKED).json()["id"]


@pytest.mark.parametrize("name", ["", " ", "x" * 256, "ü", "a\tb"])
def test_a_key_that_is_none_is_refused(call, name):
    problem(call(ASKED, **{"idempotency-key": name}), 400, "Idempotency-Key")


def test_what_was_given_never_changes(call):
    call(ASKED)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        GivenDecision.objects.update(outcome="forbidden")


# --- reading again


def test_a_decision_is_read_as_it_was_given_and_replayed(call):
    first = call(ASKED).json()
    assert call(path=f"decisions/{first['id']}", method="get").json() == first
    again = call(path=f"decisions/{first['id']}/replay", method="get").json()
    Replayed.model_validate(again)
    assert again["then"]["outcome"] == again["today"]["outcome"] == again["recorded"] == first["outcome"]
    assert again["then"]["findings"] == first["findings"] and again["same_outcome_today"] is True


CHAT = ASKED | {"channel": "messenger", "platform": "whatsapp"}


def test_a_replay_tells_what_the_rules_of_that_day_said_and_what_todays_say(call, cast, customer, accounts, now):
    """The answer of that day is given again to the byte, after another rule set has come into force."""
    point(customer, "messenger", "+49 171 5550001", now=now, platform="whatsapp")
    first = call(CHAT).json()
    before = call(path=f"decisions/{first['id']}/replay", method="get").json()
    version = released(cast, now, STRICTER)
    after = call(path=f"decisions/{first['id']}/replay", method="get").json()
    assert json.dumps(after["then"]) == json.dumps(before["then"]) == json.dumps(before["today"])
    assert (after["recorded"], after["then"]["outcome"], after["today"]["outcome"]) == (
        *("needs_dpo_approval", "needs_dpo_approval"),
        "forbidden",
    )
    assert after["same_outcome_today"] is False
    assert after["today"]["rule_set"] == {"number": version.number, "hash": version.sha256}


def test_a_decision_is_kept_with_the_rule_set_of_its_instant(call, cast, customer, now):
    point(customer, "messenger", "+49 171 5550001", now=now, platform="whatsapp")
    later = now + timedelta(days=1)
    version = released(cast, now, STRICTER, effective_from=later)
    told = [call(CHAT | {"at": at.isoformat()}).json() for at in (now, later)]
    assert [one["outcome"] for one in told] == ["needs_dpo_approval", "forbidden"]
    kept = GivenDecision.objects.order_by("made_at", "at").values_list("rule_set", "rule_set_hash")
    assert list(kept) == [(1, policy.RULE_SET_1.hash), (version.number, version.sha256)]


def test_a_replay_under_rules_that_the_software_no_longer_has_says_so(call):
    first = call(ASKED).json()
    row = GivenDecision.objects.get()
    told = replayed(GivenDecision(pk=row.pk, facts=row.facts, rule_set=1, rule_set_hash="0" * 64), at=row.made_at)
    assert told["then"] is None and told["today"]["outcome"] == first["outcome"]


@pytest.mark.parametrize("loss", [{"is_active": False}, {"roles": ["auditor"]}])
def test_who_left_or_lost_the_role_is_told_nothing_more(call, cast, loss):
    first = call(ASKED, **KEYED).json()
    for name, value in loss.items():
        setattr(cast.anna, name, value)
    cast.anna.save()
    for path in (f"decisions/{first['id']}", f"decisions/{first['id']}/replay"):
        problem(call(path=path, method="get"), 403, "in whose place")
    problem(call(ASKED, **KEYED), 403, "in whose place")


def test_of_whoever_was_erased_nothing_is_told_any_more(call, cast, customer, now):
    first = call(ASKED, **KEYED).json()
    erase_customer(cast.dora, customer=customer, at=now)
    for path in (f"decisions/{first['id']}", f"decisions/{first['id']}/replay"):
        problem(call(path=path, method="get"), 404)
    problem(call(ASKED, **KEYED), 404, "no such customer")


@pytest.mark.parametrize("tail", ["", "/replay"])
def test_another_system_sees_nothing_of_it(call, cast, now, tail):
    first = call(ASKED).json()
    other = token_for(cast, now, "mailer")
    problem(call(path=f"decisions/{first['id']}{tail}", method="get", key=other), 404, "nothing at this address")


# --- bare facts


def test_bare_facts_are_decided_and_nothing_is_kept(call):
    facts = call(ASKED).json()["facts"]
    before = GivenDecision.objects.count()
    told = call({"inputs": facts}, path="decisions/evaluate").json()
    Evaluated.model_validate(told)
    decision = policy.decide(policy.parse_inputs("x", facts)[0], policy.RULE_SET_1)
    assert (told["outcome"], told["missing"]) == (decision.outcome.value, [])
    empty = call({"inputs": {}}, path="decisions/evaluate").json()
    assert empty["outcome"] == "forbidden" and "consent_state" in empty["missing"]
    assert GivenDecision.objects.count() == before


@pytest.mark.parametrize(
    ("inputs", "words"),
    [({"colour": "red"}, "colour"), ({"channel": "pigeon"}, "must be one of"), ({"minor": True}, "must be one of")],
)
def test_facts_that_are_none_are_refused(call, inputs, words):
    problem(call({"inputs": inputs}, path="decisions/evaluate"), 422, words)


# --- the door


def test_scopes_are_kept_apart(call, cast, now):
    reader = token_for(cast, now, "reader", ["decisions:read"])
    writer = token_for(cast, now, "writer", ["decisions:write"])
    shop = token_for(cast, now, "shop", ["objections:write"])
    for key in (reader, shop):
        problem(call(ASKED, key=key), 403, "does not allow that")
        problem(call({"inputs": {}}, path="decisions/evaluate", key=key), 403)
    made = call(ASKED, key=writer).json()["id"]
    for tail in ("", "/replay"):
        problem(call(path=f"decisions/{made}{tail}", method="get", key=writer), 403)


@pytest.mark.parametrize(
    "headers", [{"authorization": ""}, {"authorization": "Bearer x"}, {"authorization": "Basic x"}]
)
def test_without_a_valid_key_nothing_is_said(call, headers):
    answer = call(ASKED, **headers)
    problem(answer, 401, "no valid key")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_may_ask_so_often_a_minute(call, monkeypatch, now, time_machine):
    monkeypatch.setattr(door, "PER_TOKEN", Limit("machine.token", 2, 60))
    answers = [call(ASKED) for _number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    problem(answers[-1], 429, "Too many calls")
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert ApiToken.objects.get().calls_in_minute == 4
    time_machine.move_to(now + timedelta(seconds=60), tick=False)
    assert call(ASKED).status_code == 200


def test_another_method_is_told_which_one_serves(call):
    answer = call(method="get")
    problem(answer, 405, "POST")
    assert answer["Allow"] == "POST"


# --- what it refuses


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({**ASKED, "colour": "red"}, "colour", "There is no such field."),
        ({"customer": "4711", "channel": "email"}, "purpose", "This field is needed."),
        ({**ASKED, "purpose": "fun"}, "purpose", "This must be one of"),
        ({**ASKED, "channel": 7}, "channel", "This must be one of"),
        ({**ASKED, "customer": 4711}, "customer", "This must be a text."),
        ({**ASKED, "customer": ""}, "customer", "This must not be empty."),
        ({**ASKED, "customer": "x" * 41}, "customer", "more than 40 characters"),
        ({**ASKED, "opt_out_included": "yes"}, "opt_out_included", "true or false"),
        ({**ASKED, "account": "1"}, "account", "whole number"),
        ({**ASKED, "account": 2**80}, "account", "too large"),
        ({**ASKED, "account": 999_999}, "account", "No open company account"),
        ({**ASKED, "account": 1, "private_account": True}, "account", "not both"),
        ({**ASKED, "customer_id": 0}, "customer_id", "too small"),
        ({**ASKED, "customer_id": 1}, "customer", "not by both"),
        ({"purpose": "service", "channel": "email"}, "customer", "Name the customer"),
        ({**ASKED, "platform": "whatsapp"}, "platform", "other channels have none"),
        ({**ASKED, "channel": "messenger"}, "platform", "have a platform"),
        ({**ASKED, "channel": "messenger", "platform": "threema"}, "channel", "no such address"),
        ({**ASKED, "address": "fremd@post.example"}, "channel", "no such address"),
        ({**ASKED, "at": "tomorrow"}, "at", "an instant with its offset"),
        ({**ASKED, "at": "2026-12-01"}, "at", "an instant with its offset"),
        ({**ASKED, "at": "2026-12-01T10:00:00"}, "at", "an instant with its offset"),
        ({**ASKED, "at": "0001-01-01T00:00:00+14:00"}, "at", "an instant with its offset"),
        ({**ASKED, "at": "2001-01-01T00:00:00Z"}, "at", "ten years back"),
        ({**ASKED, "at": "2999-01-01T00:00:00Z"}, "at", "a year ahead"),
        ({**ASKED, "at": 1_800_000_000}, "at", "This must be a text."),
    ],
)
def test_a_field_that_cannot_be_taken_over_is_named(call, body, field, words):
    told = problem(call(body), 422, words)
    assert field in told["errors"]
    assert not GivenDecision.objects.exists() and not AuditEntry.objects.filter(verb="decision.given").exists()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("{", 400),
        ("", 400),
        (b"\xff\xfe", 400),
        ("[" * 30_000, 400),
        ("[]", 422),
        ("null", 422),
        ('"x"', 422),
        ('{"customer": "\\ud800", "purpose": "service", "channel": "email"}', 422),
        ('{"customer": "a\\u0000", "purpose": "service", "channel": "email"}', 422),
        ('{"customer": NaN, "purpose": "service", "channel": "email"}', 422),
        ('{"customer": "4711", "customer": "4711", "purpose": "service", "channel": "email"}', 422),
        ('{"draft_text": "' + "x" * 70_000 + '"}', 413),
    ],
)
def test_a_body_that_is_none_is_refused(call, raw, status):
    problem(call(raw), status)


def test_a_body_of_another_kind_is_refused(call):
    problem(call("customer=4711", content_type="application/x-www-form-urlencoded"), 415)


def test_a_customer_who_is_not_there_is_a_404(call, cast, customer, now):
    problem(call(ASKED | {"customer": "0000"}), 404, "no such customer")
    problem(call({"address": "niemand@post.example", "purpose": "service", "channel": "email"}), 404)
    erase_customer(cast.dora, customer=customer, at=now)
    problem(call(ASKED), 404, "no such customer")


def test_an_address_of_several_customers_names_nobody(call, customer, now):
    shared = customer.contact_points.get(channel="email").value
    point(make_customer(now, "9000", last_name="Anders"), "email", shared, now=now)
    body = {"address": shared, "purpose": "service", "channel": "email"}
    assert "address" in problem(call(body), 422, "Several customers")["errors"]
    assert call(body | {"customer": "9000"}).json()["customer"] == "9000"


def test_of_several_addresses_one_must_be_named(call, customer, now):
    point(customer, "email", "zweite@post.example", now=now)
    assert "address" in problem(call(ASKED), 422, "several addresses")["errors"]
    assert call(ASKED | {"address": "zweite@post.example"}).status_code == 200
