"""What people ask for, from the entry to its end: who may do what, in which order, with which reason."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from consent.models import DataWish
from consent.services import links, own_page
from contacts.customers.models import Objection
from contacts.customers.selectors import restriction_of
from contacts.rights import rules
from contacts.rights.models import DataRequest
from contacts.rights.services import answering, documents, register
from portal.audit.models import AuditEntry
from portal.handlers import enter_wish
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, person
from tests.rights.scenes import DAY, entered, opened, proposed, second_officer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        ("2026-01-31", "2026-02-28", "2026-04-30"),
        ("2024-01-31", "2024-02-29", "2024-04-30"),
        ("2026-11-30", "2026-12-30", "2027-02-28"),
        ("2026-12-01", "2027-01-01", "2027-03-01"),
    ],
)
def test_a_month_is_a_calendar_month_and_two_more_are_counted_from_the_receipt(received, due, extended):
    day = date.fromisoformat(received)
    assert rules.due_on(day) == date.fromisoformat(due)
    assert rules.extended_due_on(day) == date.fromisoformat(extended)


def test_a_month_never_begins_earlier_or_lasts_less_than_28_days():
    """Against a separate reckoning: the same day of the next month, or that month's last."""
    for offset in range(0, 3700, 7):
        day = date(2024, 1, 1) + timedelta(days=offset)
        due = rules.due_on(day)
        first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        last_of_next = (first_of_next + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        assert due == min(first_of_next + timedelta(days=day.day - 1), last_of_next)
        assert 28 <= (due - day).days <= 31


def test_the_month_begins_with_the_receipt_in_the_zone_of_the_portal(cast, customer, now):
    """Half past eleven at night in Berlin is the next day nowhere that counts."""
    late = datetime.fromisoformat("2026-10-31T22:30:00+00:00")
    made = entered(cast, customer, now, received_at=late)
    assert made.due_on == date(2026, 11, 30)


def test_the_officers_hear_of_an_entry_and_the_trail_holds_no_words(cast, customer, now):
    made = entered(cast, customer, now, words="Please tell me all about me")
    mail = OutboxMessage.objects.get(topic="data_request_entered")
    assert (mail.recipient, mail.payload["number"]) == (cast.dora, made.number)
    entry = AuditEntry.objects.get(verb="data_request.entered")
    assert "tell me" not in str(entry.after)
    assert entry.customer_id == customer.pk


def test_a_form_that_is_sent_twice_enters_once(cast, customer, now):
    key = uuid4()
    first, second = (entered(cast, customer, now, key=key) for _again in range(2))
    assert first == second
    with pytest.raises(PermissionDenied):
        entered(cast, customer, now, key=key, by=cast.dora)


def test_a_request_needs_somebody_who_asks_and_a_day_that_has_come(cast, customer, now):
    with pytest.raises(ValidationError, match="Say who asks"):
        entered(cast, None, now)
    with pytest.raises(ValidationError, match="lies in the future"):
        entered(cast, customer, now, received_at=now + DAY)


def test_somebody_unknown_is_given_a_number_with_the_identity(cast, customer, now):
    made = entered(cast, None, now, person="Erika Mustermann, Köln")
    with pytest.raises(ValidationError, match="customer number of the person"):
        register.confirm_identity(cast.clara, request=made, how="questions", at=now)
    known = register.confirm_identity(cast.clara, request=made, how="questions", at=now, customer=customer)
    assert (known.state, known.customer) == ("open", customer)


def test_the_identity_cannot_turn_a_request_into_another_customers(cast, customer, now):
    made, other = entered(cast, customer, now), make_customer(now, "4712")
    with pytest.raises(ValidationError, match="about another customer"):
        register.confirm_identity(cast.clara, request=made, how="questions", at=now, customer=other)


def test_nothing_is_answered_before_it_is_clear_who_asks(cast, customer, now):
    made = entered(cast, customer, now)
    with pytest.raises(ValidationError, match="has moved on"):
        answering.answer(cast.dora, request=made, text="Done", at=now)
    with pytest.raises(ValidationError, match="does not fit"):
        documents.make_letter(cast.dora, request=made, kind="access", at=now)


def test_more_time_is_taken_once_with_a_reason_and_within_the_month(cast, customer, now):
    made = opened(cast, customer, now)
    with pytest.raises(ValidationError, match="Say why it takes longer"):
        register.extend(cast.dora, request=made, reason=" ", at=now)
    longer = register.extend(cast.dora, request=made, reason="Very many lists", at=now)
    assert longer.due_on == date(2027, 2, 22)
    with pytest.raises(ValidationError, match="once"):
        register.extend(cast.dora, request=made, reason="Still", at=now)


def test_more_time_cannot_be_taken_after_the_month(cast, customer, now):
    made = opened(cast, customer, now)
    with pytest.raises(ValidationError, match="within the first month"):
        register.extend(cast.dora, request=made, reason="Late", at=now + 40 * DAY)


def test_a_refusal_and_an_end_need_a_reason(cast, customer, now):
    made = opened(cast, customer, now)
    for verb in (register.refuse, register.withdraw):
        with pytest.raises(ValidationError, match="Say why"):
            verb(cast.dora, request=made, reason="", at=now)
    ended = register.refuse(cast.dora, request=made, reason="Asked the third time this week", at=now)
    assert (ended.state, ended.closed_by) == ("refused", cast.dora)


@pytest.mark.parametrize("verb", ["answer", "refuse", "extend"])
def test_only_an_officer_decides(cast, customer, now, verb):
    made = opened(cast, customer, now, "rectification")
    act = {"answer": answering.answer, "refuse": register.refuse, "extend": register.extend}[verb]
    word = {"text": "x"} if verb == "answer" else {"reason": "x"}
    for somebody in (cast.clara, cast.rita, cast.adam, cast.anna):
        with pytest.raises(PermissionDenied):
            act(somebody, request=made, at=now, **word)


@pytest.mark.parametrize("who", ["anna", "mona", "rita", "adam", "tom"])
def test_only_keepers_enter(cast, customer, now, who):
    with pytest.raises(PermissionDenied):
        entered(cast, customer, now, by=getattr(cast, who))


def test_access_is_answered_only_once_its_document_was_made(cast, customer, now):
    made = opened(cast, customer, now)
    with pytest.raises(ValidationError, match="Make the document"):
        answering.answer(cast.dora, request=made, text="Sent", at=now)
    documents.make_letter(cast.dora, request=made, kind="access", at=now)
    assert answering.answer(cast.dora, request=made, text="Sent", at=now).state == "answered"


def test_the_answer_to_a_restriction_restricts(cast, customer, now):
    made = opened(cast, customer, now, "restriction")
    answering.answer(cast.dora, request=made, text="The address is disputed.", at=now)
    assert restriction_of(customer.pk).reason == "The address is disputed."


def test_the_answer_to_an_objection_records_it(cast, customer, now):
    made = opened(cast, customer, now, "objection")
    answering.answer(cast.dora, request=made, text="Noted.", at=now, scope="full_block")
    assert Objection.objects.get(customer=customer).scope == "full_block"


def test_each_verb_goes_only_the_ways_of_the_table(cast, customer, now):
    """Every state that a request can reach, against every verb: the table alone says which are possible."""
    otto = second_officer()
    acts = {
        "confirm": lambda r: register.confirm_identity(otto, request=r, how="questions", at=now),
        "extend": lambda r: register.extend(otto, request=r, reason="x", at=now),
        "answer": lambda r: answering.answer(otto, request=r, text="x", at=now),
        "refuse": lambda r: register.refuse(otto, request=r, reason="x", at=now),
        "withdraw": lambda r: register.withdraw(otto, request=r, reason="x", at=now),
    }
    states = {
        "received": lambda: entered(cast, customer, now, "rectification"),
        "open": lambda: opened(cast, customer, now, "rectification"),
        "proposed": lambda: proposed(cast, customer, now),
        "refused": lambda: register.refuse(otto, request=entered(cast, customer, now), reason="x", at=now),
    }
    for state, make in states.items():
        for verb, act in acts.items():
            made = make()
            row = rules.transition(rules.Verb(verb), state, made.kind)
            with transaction.atomic():
                if row is None:
                    with pytest.raises(ValidationError, match="has moved on"):
                        act(made)
                else:
                    assert act(made).state == row.target
                transaction.set_rollback(True)


@pytest.mark.parametrize("replica", [False, True])
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": "answered"}, "no way leads"),
        ({"kind": "erasure"}, "what came in is kept"),
        ({"words": "other words"}, "what came in is kept"),
        ({"received_at": datetime.fromisoformat("2026-11-01T00:00:00+00:00")}, "what came in is kept"),
        ({"words": "[…]"}, "only with the person"),
    ],
)
def test_the_database_keeps_what_came_in(cast, customer, now, change, why, replica):
    made = entered(cast, customer, now, words="Please")
    with pytest.raises(IntegrityError, match=why), transaction.atomic(), connection.cursor() as cursor:
        if replica:
            cursor.execute("SET LOCAL session_replication_role = replica")
        DataRequest.objects.filter(pk=made.pk).update(**change)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_deletes_no_request_and_moves_none_that_is_closed(cast, customer, now):
    made = register.withdraw(cast.clara, request=entered(cast, customer, now), reason="Twice", at=now)
    with pytest.raises(IntegrityError, match="kept"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rights_datarequest WHERE id = %s", [made.pk])
    with pytest.raises(IntegrityError, match="what was closed is kept"), transaction.atomic():
        DataRequest.objects.filter(pk=made.pk).update(due_on=date(2030, 1, 1))


def test_the_database_repeats_the_ways_of_the_table():
    """The trigger is a copy: every way of the table stands in it, and no other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'rights_datarequest_kept'")
        (source,) = cursor.fetchone()
    block = source.partition("ways text[] := ARRAY[")[2].partition("]")[0]
    said = {tuple(one.strip(" '\n").split()) for one in block.split(",")}
    assert said == set(rules.ways())


def test_the_register_is_for_officers_and_auditors_and_ones_own_entries(cast, customer, now):
    mine, theirs = entered(cast, customer, now), entered(cast, customer, now, by=cast.dora)
    second = person("carl", "consent_officer")
    seen = {who: set(DataRequest.objects.visible_to(who)) for who in (cast.clara, cast.dora, cast.rita, second)}
    assert seen == {cast.clara: {mine}, cast.dora: {mine, theirs}, cast.rita: {mine, theirs}, second: set()}
    assert not DataRequest.objects.visible_to(cast.adam).exists()


def test_what_a_customer_asks_on_their_own_page_comes_into_the_register_once(cast, customer, now):
    point = customer.contact_points.get(channel="email")
    link = links.preference_link(customer=customer, point=point, at=now)
    own_page.ask(link, wish=own_page.Wish.ERASURE, message="Please erase me", at=now)
    own_page.ask(link, wish=own_page.Wish.OTHER, message="How are you?", at=now)
    deliver_due(at=now)
    made = DataRequest.objects.get()
    assert (made.kind, made.how, made.words, made.received_at) == ("erasure", "own_page", "Please erase me", now)
    enter_wish(wish_id=DataWish.objects.earliest("pk").pk, at=now + DAY)
    assert DataRequest.objects.count() == 1
    assert not OutboxMessage.objects.filter(topic="data_request_entered").exists(), "the mail told it already"
