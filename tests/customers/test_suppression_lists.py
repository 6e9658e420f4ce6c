"""External lists: what a file is read as, what a refresh does, whom it binds, and who is reminded."""

import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.customers.models import Customer
from contacts.customers.selectors import objection_against
from contacts.customers.suppression import lists
from contacts.customers.suppression.models import SuppressionEntry, SuppressionList, SuppressionListEntry
from contacts.customers.suppression.reading import ListRefused, Reading, digests_in
from contacts.requests.context import Question, load
from portal.audit.models import AuditEntry
from portal.audit.services import Job
from portal.desk.selectors import own_standing, tasks_of
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, point

pytestmark = pytest.mark.django_db
JOB = Job("test")


@pytest.fixture
def robinson(cast, now):
    return lists.create_list(
        cast.clara,
        name="DDV-Robinsonliste",
        kind="robinson",
        effect="robinson",
        owner=cast.clara,
        overdue_after_days=30,
        at=now,
    )


def load_text(found, text, now, actor=JOB, encoding="utf-8", **fields):
    return lists.refresh(actor, found=found, file=io.BytesIO(text.encode(encoding)), at=now, **fields)


def read(text, encoding="utf-8", **fields):
    reading = Reading()
    return set(digests_in(io.BytesIO(text.encode(encoding)), reading, **fields)), reading


# --- reading


def test_one_address_a_line_and_columns_are_the_same_addresses():
    bare, _reading = read("erika@kundin.example\n0221 555 4711\r\n\n  MAX@kunde.example;\n")
    columns, _reading = read("Telefon;E-Mail\n+492215554711;Erika@Kundin.example\n;max@kunde.example\n")
    assert bare == columns and len(bare) == 3


def test_umlauts_come_in_utf_8_with_and_without_mark_and_in_cp1252():
    text = "Vorname;Nachname;Straße;PLZ;Ort\nJürgen;Müller;Heidestraße 17;51147;Köln\n"
    assert len({frozenset(read(text, encoding)[0]) for encoding in ("utf-8", "utf-8-sig", "cp1252")}) == 1


def test_bad_lines_are_named_with_line_and_reason():
    good = "".join(f"a{n}@b.example\n" for n in range(30))
    _found, reading = read(f"{good}das ist nichts\n12\nx@\n")
    assert (reading.lines, reading.bad) == (33, 3)
    assert [(bad.line, bad.text) for bad in reading.first_bad] == [(31, "das ist nichts"), (32, "12"), (33, "x@")]
    assert all(bad.reason.endswith(".") for bad in reading.first_bad)
    table = "E-Mail;Name;Straße;Ort\n" + "a@b.example;;;\n" * 20 + ";;Heidestraße 17;Köln\n;Erika;;\n"
    _found, reading = read(table)
    assert [(bad.line, bad.reason) for bad in reading.first_bad] == [
        (22, "A postal address needs name, street and city."),
        (23, "The line holds no address."),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no address that can be read"),
        (b"E-Mail;Telefon\n", "no address that can be read"),
        (b"PK\x03\x04rest", "no text file"),
        (b"%PDF-1.7", "no text file"),
        (b"a@b.example\n\x00\x00", "no text file"),
        (b"a@b.example\nnonsense\nmore\n", "2 of 3 lines hold no address"),
        (b"a@b.example" + b"x" * 3000, "more than 2000 characters"),
        (b'E-Mail;Name\n"a@b.example;x\n', "no address|broken|no e-mail"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(robinson, now, content, words):
    load_text(robinson, "erika@kundin.example\n", now)
    with pytest.raises(ListRefused, match=words) as refused:
        lists.refresh(JOB, found=robinson, file=io.BytesIO(content), at=now)
    assert str(refused.value).rstrip(")").endswith(".")
    assert SuppressionListEntry.objects.count() == 1, "the old list stays"


def test_limits_are_named(settings):
    with pytest.raises(ListRefused, match="more than 2 lines, too many for the page"):
        read("a@b.example\n" * 3, max_lines=2)
    settings.UPLOAD_MAX_BYTES = 1024**2
    with pytest.raises(ListRefused, match="more than 1 MB"):
        read("a@b.example\n" * 100_000)


# --- refreshing


def test_a_refresh_replaces_the_list_and_counts(robinson, cast, now):
    first = load_text(robinson, "a@b.example\nA@B.example\nc@d.example\n", now, cast.clara)
    assert (first.added, first.removed, first.size) == (2, 0, 2)
    later = now + timedelta(days=10)
    second = load_text(robinson, "c@d.example\ne@f.example\ng@h.example\n", later, cast.clara)
    assert (second.added, second.removed, second.size) == (2, 1, 3)
    robinson.refresh_from_db()
    assert (robinson.size, robinson.refreshed_at) == (3, later)
    since = SuppressionListEntry.objects.order_by("added_at").values_list("added_at", flat=True)
    assert list(since) == [now, later, later], "who stays keeps the day"
    told = AuditEntry.objects.filter(verb="suppression_list.refreshed").order_by("pk")
    assert [entry.after for entry in told] == [
        {"added": 2, "removed": 0, "size": 2, "bad_lines": 0},
        {"added": 2, "removed": 1, "size": 3, "bad_lines": 0},
    ]


def test_nothing_but_digests_is_kept(robinson, cast, now):
    load_text(robinson, "E-Mail;Name;Straße;Ort\ngeheim@b.example;Geheim;Geheimweg 1;Geheimdorf\n", now, cast.clara)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', ["%geheim%"])
            assert cursor.fetchone() == (0,), table


def test_a_list_that_would_lose_more_than_half_is_refused_unless_said_so(robinson, now):
    load_text(robinson, "".join(f"a{n}@b.example\n" for n in range(30)), now)
    with pytest.raises(ListRefused, match="29 of 30 addresses off the list"):
        load_text(robinson, "a1@b.example\n", now)
    assert SuppressionListEntry.objects.count() == 30
    assert load_text(robinson, "a1@b.example\n", now, may_shrink=True).size == 1


def test_a_refresh_after_a_new_key_keeps_what_is_the_same(robinson, now, settings):
    load_text(robinson, "a@b.example\nc@d.example\n", now)
    settings.SUPPRESSION_OLD_KEYS, settings.SUPPRESSION_KEY = [settings.SUPPRESSION_KEY], "n" * 40
    done = load_text(robinson, "a@b.example\ne@f.example\n", now)
    assert (done.added, done.removed, done.size) == (1, 1, 2)
    assert set(SuppressionListEntry.objects.values_list("generation", flat=True)) == {2}


def test_the_number_of_queries_does_not_grow_with_the_file(robinson, now):
    load_text(robinson, "a@b.example\n", now)
    counts = []
    for size in (10, 500):
        with CaptureQueriesContext(connection) as captured:
            load_text(robinson, "".join(f"a{n}@b.example\n" for n in range(size)), now)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_only_those_who_keep_lists_may(cast, robinson, now):
    for someone in (cast.anna, cast.mona, cast.rita, cast.adam):
        with pytest.raises(PermissionDenied):
            load_text(robinson, "a@b.example\n", now, someone)
        with pytest.raises(PermissionDenied):
            lists.update_list(someone, found=robinson, at=now, name="x")
        with pytest.raises(PermissionDenied):
            lists.create_list(someone, name="x", owner=someone, at=now)


def test_a_list_has_one_name_whatever_its_case(cast, robinson, now):
    with pytest.raises(ValidationError):
        lists.create_list(cast.dora, name="ddv-ROBINSONliste", owner=cast.dora, at=now)
    changed = lists.update_list(cast.dora, found=robinson, name="Robinson 2", owner=cast.dora, at=now)
    assert (changed.name, changed.owner) == ("Robinson 2", cast.dora)
    entry = AuditEntry.objects.get(verb="suppression_list.changed")
    assert entry.before == {"name": "DDV-Robinsonliste", "owner": cast.clara.pk}
    lists.update_list(cast.dora, found=changed, name="Robinson 2", at=now)
    assert AuditEntry.objects.filter(verb="suppression_list.changed").count() == 1


# --- whom it binds


def facts(customer, cast, now, channel):
    context = load(customer, cast.anna, at=now)
    question = Question(
        point=next(p for p in context.points if p.channel == channel), account=None, purpose="marketing"
    )
    return context.facts(question)


def test_a_robinson_list_makes_the_fact_true_for_the_address_alone(cast, customer, robinson, now):
    assert not facts(customer, cast, now, "letter").robinson_listed
    load_text(
        robinson,
        "Name;Straße;PLZ;Ort\nErika Mustermann;Heidestr. 1;1;X\nERIKA  MUSTERMANN;Heidestraße 17;51147;Köln\n",
        now,
    )
    assert facts(customer, cast, now, "letter").robinson_listed
    assert facts(customer, cast, now, "letter").objection == "none"
    assert not facts(customer, cast, now, "email").robinson_listed
    neighbour = make_customer(now, "4712", first_name="Max", last_name="Muster")
    assert not facts(neighbour, cast, now, "letter").robinson_listed, "the person, not the house"


def test_the_customers_own_flag_counts_for_every_address(cast, customer, now):
    Customer.objects.update(robinson_listed=True)
    customer.refresh_from_db()
    assert facts(customer, cast, now, "letter").robinson_listed and facts(customer, cast, now, "email").robinson_listed


def test_a_letter_to_a_firm_is_found_under_the_persons_name(cast, now, robinson):
    employee = make_customer(now, "4713", company="Firma GmbH")
    load_text(robinson, "Name;Straße;PLZ;Ort\nErika Mustermann;Heidestraße 17;51147;Köln\n", now)
    assert facts(employee, cast, now, "letter").robinson_listed


def test_a_list_of_objections_is_an_objection(cast, customer, robinson, now):
    lists.update_list(cast.clara, found=robinson, effect="marketing_objection", at=now)
    load_text(robinson, "0221 / 5554711\n", now)
    assert facts(customer, cast, now, "phone").objection == "marketing_objection"
    assert not facts(customer, cast, now, "phone").robinson_listed
    assert objection_against(customer.contact_points.get(channel="phone")) == "marketing_objection"
    assert objection_against(customer.contact_points.get(channel="email")) == "none"


def test_customers_who_are_newly_listed_are_told_about_once(cast, customer, robinson, now):
    load_text(robinson, "erika.4711@kundin.example\nwer@anders.example\n", now)
    events = OutboxMessage.objects.filter(topic="customer.grounds_changed")
    assert [event.payload["customer_id"] for event in events] == [customer.pk]
    load_text(robinson, "erika.4711@kundin.example\nwer@anders.example\n", now)
    assert events.count() == 1


def test_a_list_that_comes_to_mean_more_is_told_to_those_whom_it_names(cast, customer, robinson, now):
    load_text(robinson, "erika.4711@kundin.example\n", now)
    told = OutboxMessage.objects.filter(topic="customer.grounds_changed")
    told.delete()
    lists.update_list(cast.clara, found=robinson, owner=cast.dora, at=now)
    assert not told.exists()
    lists.update_list(cast.clara, found=robinson, effect="marketing_objection", at=now)
    assert told.get().payload["customer_id"] == customer.pk


def test_facts_cost_the_same_with_lists_and_with_many_addresses(cast, customer, robinson, now):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            load(customer, cast.anna, at=now)
        return len(captured)

    before = queries()
    load_text(robinson, "".join(f"a{n}@b.example\n" for n in range(200)) + "erika.4711@kundin.example\n", now)
    for number in range(20):
        point(customer, "email", f"e{number}@kundin.example", now=now)
    assert queries() == before


# --- overdue


def test_overdue_lists_wait_on_the_start_page_of_those_who_keep_them(cast, robinson, now):
    def titles(user, at):
        return [t.title for t in tasks_of(user, own_standing(user, today=at.date()), at=at) if "list" in t.url]

    load_text(robinson, "a@b.example\n", now)
    fresh, overdue = now + timedelta(days=30), now + timedelta(days=31)
    assert titles(cast.dora, fresh) == []
    assert titles(cast.dora, overdue) == titles(cast.clara, overdue) == ["Refresh the list “DDV-Robinsonliste”"]
    for other in (cast.anna, cast.mona, cast.rita, cast.adam):
        assert titles(other, overdue) == []
    load_text(robinson, "a@b.example\n", overdue)
    assert titles(cast.dora, overdue) == []


def test_the_owner_is_reminded_once_for_each_missing_refresh(cast, robinson, now, mail_folder):
    load_text(robinson, "a@b.example\n", now)
    assert lists.remind_overdue(at=now + timedelta(days=30)) == 0
    overdue = now + timedelta(days=31)
    assert [lists.remind_overdue(at=overdue + timedelta(days=n)) for n in (0, 1, 40)] == [1, 0, 0]
    mail = OutboxMessage.objects.get(topic="suppression_list_overdue")
    assert mail.recipient == cast.clara
    done = deliver_due(at=overdue)
    mail.refresh_from_db()
    assert done == 1, mail.last_error
    text = next(mail_folder.glob("*.eml")).read_text()
    assert "DDV-Robinsonliste" in text and f"/suppression/lists/{robinson.pk}/" in text
    load_text(robinson, "a@b.example\n", overdue)
    assert lists.remind_overdue(at=overdue + timedelta(days=31)) == 1


def test_where_the_owner_has_left_those_who_keep_lists_are_told(cast, robinson, now):
    load_text(robinson, "a@b.example\n", now)
    cast.clara.is_active = False
    cast.clara.save(update_fields=["is_active"])
    assert lists.remind_overdue(at=now + timedelta(days=31)) == 1
    assert OutboxMessage.objects.get(topic="suppression_list_overdue").recipient == cast.dora


# --- the command


def test_the_command_loads_a_list_and_names_bad_lines(robinson, cast, tmp_path, capsys):
    path = tmp_path / "robinson.txt"
    path.write_text("".join(f"a{n}@b.example\n" for n in range(20)))
    call_command("load_suppression_list", str(path), "--list", "ddv-robinsonliste", "--json")
    assert json.loads(capsys.readouterr().out) == {"added": 20, "removed": 0, "size": 20, "bad_lines": 0}
    path.write_text(path.read_text() + "nonsense\n")
    with pytest.raises(SystemExit) as ended:
        call_command("load_suppression_list", str(path), "--list", robinson.name, "--acting", cast.dora.email)
    assert ended.value.code == 3
    assert "line 21: 'nonsense'. This is neither" in capsys.readouterr().out
    assert AuditEntry.objects.filter(verb="suppression_list.refreshed", actor=cast.dora).count() == 1
    path.write_text("a1@b.example\n")
    with pytest.raises(CommandError, match="off the list"):
        call_command("load_suppression_list", str(path), "--list", robinson.name)
    call_command("load_suppression_list", str(path), "--list", robinson.name, "--may-shrink")
    assert SuppressionList.objects.get().size == 1


def test_the_command_refuses_with_sentences(robinson, cast, tmp_path):
    path = tmp_path / "x.txt"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_suppression_list", str(path), "--list", robinson.name)
    path.write_text("a@b.example\n")
    with pytest.raises(CommandError, match=r"There is no list “x”.*DDV"):
        call_command("load_suppression_list", str(path), "--list", "x")
    with pytest.raises(CommandError, match="no active person"):
        call_command("load_suppression_list", str(path), "--list", robinson.name, "--acting", "x@y.example")
    with pytest.raises(CommandError, match="keeps no suppression lists"):
        call_command("load_suppression_list", str(path), "--list", robinson.name, "--acting", cast.anna.email)
    assert not SuppressionEntry.objects.exists() and not SuppressionListEntry.objects.exists()
