"""Keys with generations: what stays findable while every digest is put under a new key, also after kill -9."""

import hashlib
import hmac
import os
import random
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import objection_against
from contacts.customers.services import record_objection
from contacts.customers.suppression import rotation
from contacts.customers.suppression.digests import ring
from contacts.customers.suppression.entries import Address, look_up, suppress_points
from contacts.customers.suppression.keyring import KeyRing
from contacts.customers.suppression.models import (
    SuppressionEntry,
    SuppressionKey,
    SuppressionList,
    SuppressionListEntry,
)
from contacts.customers.suppression.standing import KeysMissing, standing_of
from portal.audit.models import AuditEntry
from tests.cast import make_customer, point
from tests.journeys.conftest import ROOT, worker_environment

OLD, NEW, NEWEST = "a" * 40, "b" * 40, "c" * 40


@pytest.fixture(autouse=True)
def _one_key(settings):
    settings.SUPPRESSION_KEY, settings.SUPPRESSION_OLD_KEYS = OLD, []


def new_key(settings, *, old=(OLD,), key=NEW):
    settings.SUPPRESSION_OLD_KEYS, settings.SUPPRESSION_KEY = list(old), key


def scopes(customer):
    return {p.channel: objection_against(p) for p in customer.contact_points.all()}


# --- the ring itself


def test_each_generation_wraps_the_one_before():
    def by_hand(key, text):
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    keys = KeyRing((b"one", b"two", b"three"))
    first = by_hand(b"one", "email:a@b.example")
    second = by_hand(b"two", first)
    third = by_hand(b"three", second)
    assert keys.history("email", "a@b.example") == (first, second, third)
    assert keys.digest("email", "a@b.example") == third
    assert keys.forward(second, 2) == (second, third)
    assert keys.wrap(first, 1) == third and keys.wrap(third, 3) == third
    assert "two" not in repr(keys)


def test_a_dump_and_all_keys_but_the_newest_find_nothing():
    kept = KeyRing((b"one", b"two")).digest("email", "a@b.example")
    assert kept not in KeyRing((b"one",)).history("email", "a@b.example")
    assert kept not in KeyRing((b"one", b"wrong")).history("email", "a@b.example")


# --- rotation


@pytest.mark.django_db
def test_everything_is_put_under_the_newest_key_and_stays_findable(settings, cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    before = scopes(customer)
    assert set(before.values()) == {"marketing_objection"}
    listed = SuppressionList.objects.create(name="Robinson", owner=cast.dora, created_at=now)
    mail = customer.contact_points.get(channel="email")
    SuppressionListEntry.objects.create(list=listed, digest=mail.digest, added_at=now)
    new_key(settings)
    assert scopes(customer) == before
    assert rotation.behind() == {"entries": 4, "list_entries": 1, "addresses": 4}
    assert rotation.rotate(at=now, batch=3) == 9
    assert rotation.behind() == {"entries": 0, "list_entries": 0, "addresses": 0}
    assert scopes(customer) == before
    assert {word for word, _since in standing_of([mail], customer)[mail.pk]} == {"marketing_objection", "robinson"}
    for stored in ContactPoint.objects.all():
        fresh = point(make_customer(now, f"x{stored.pk}"), "sms", "0171 3920001", now=now)
        assert (stored.generation, fresh.generation) == (2, 2)
        break
    assert set(SuppressionEntry.objects.values_list("digest", flat=True)) == set(
        customer.contact_points.values_list("digest", flat=True)
    )
    jobs = AuditEntry.objects.filter(job="suppression.rotate_key").order_by("pk")
    assert [entry.verb for entry in jobs] == ["suppression.key_added", "suppression.rotated"]
    assert jobs.last().after == {"entries": 4, "list_entries": 1, "addresses": 4}
    assert rotation.rotate(at=now) == 0
    assert jobs.count() == 2, "a run that changes nothing says nothing"


@pytest.mark.django_db
def test_an_erased_address_is_found_after_two_rotations(settings, cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="full_block", how="written", at=now)
    customer.contact_points.all().delete()
    new_key(settings)
    rotation.rotate(at=now)
    new_key(settings, old=(OLD, NEW), key=NEWEST)
    rotation.rotate(at=now)
    again = make_customer(now, "4712", first_name="Erika", last_name="Mustermann")
    old_mail = point(again, "email", "ERIKA.4711@kundin.example", now=now)
    old_letter = again.contact_points.get(channel="letter")
    assert objection_against(old_mail) == objection_against(old_letter) == "full_block"
    assert objection_against(again.contact_points.get(channel="phone")) == "none"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_any_mixture_of_generations_gives_the_same_answer(settings, cast, customer, now, seed):
    """Entries and addresses in random generations, as a killed rotation leaves them."""
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    new_key(settings, old=(OLD, NEW), key=NEWEST)
    chance = random.Random(seed)
    for model in (SuppressionEntry, ContactPoint):
        for row in model.objects.all():
            generation = chance.choice((1, 2, 3))
            digest = KeyRing(ring().keys[:generation]).wrap(row.digest, 1)
            if generation > 1:
                model.objects.filter(pk=row.pk).update(digest=digest, generation=generation)
    assert set(scopes(customer).values()) == {"marketing_objection"}
    assert suppress_points(customer.contact_points.all(), scope="marketing_objection", reason="x", at=now) == 0
    rotation.rotate(at=now)
    assert set(scopes(customer).values()) == {"marketing_objection"}
    assert SuppressionEntry.objects.count() == 4


@pytest.mark.django_db
def test_two_rows_that_turn_out_to_be_one_address_are_both_kept(settings, cast, customer, now):
    """A process that still had the old keys wrote what a new one had written already."""
    mail = customer.contact_points.get(channel="email")
    suppress_points([mail], scope="full_block", reason="objection", at=now)
    new_key(settings)
    SuppressionEntry.objects.create(
        digest=ring().wrap(mail.digest, 1), scope="full_block", reason="asked", created_at=now
    )
    rotation.rotate(at=now)
    rows = SuppressionEntry.objects.order_by("pk")
    assert len({row.digest for row in rows}) == 1
    assert [row.twin for row in rows] == [rows[0].pk, 0]
    found = look_up(cast.rita, address=Address("email", "", mail.value), at=now)
    assert len(found) == 2
    new_key(settings, old=(OLD, NEW), key=NEWEST)
    rotation.rotate(at=now)
    assert rotation.behind()["entries"] == 0
    assert [row.twin for row in SuppressionEntry.objects.order_by("pk")] == [rows[0].pk, 0]
    assert objection_against(mail) == "full_block"


@pytest.mark.django_db
def test_the_ledger_lets_through_nothing_but_a_later_generation(customer, now):
    suppress_points(customer.contact_points.all(), scope="full_block", reason="objection", at=now)
    forbidden = (
        {"digest": "0" * 64},
        {"scope": "marketing_objection", "generation": 2},
        {"reason": "x", "generation": 2},
        {"generation": 0},
        {"twin": 1, "generation": 2, "created_at": now.replace(year=2027)},
        {"twin": 999_999, "generation": 2},
    )
    for change in forbidden:
        with pytest.raises(IntegrityError, match=r"append-only|generation_known"), transaction.atomic():
            SuppressionEntry.objects.update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        SuppressionEntry.objects.all().delete()


# --- wrong keys


@pytest.mark.django_db
def test_with_wrong_keys_nobody_gets_an_answer(settings, cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now)
    new_key(settings)
    rotation.rotate(at=now)
    for old, key in (((), NEW), ((), OLD), ((NEW,), OLD), (("d" * 40,), NEW), ((OLD,), "d" * 40)):
        new_key(settings, old=old, key=key)
        with pytest.raises(KeysMissing):
            scopes(customer)
        with pytest.raises(KeysMissing):
            look_up(cast.dora, address=Address("email", "", "x@y.example"), at=now)
        with pytest.raises(KeysMissing), transaction.atomic():
            suppress_points(customer.contact_points.all(), scope="full_block", reason="x", at=now)
        with pytest.raises(CommandError, match="SUPPRESSION_OLD_KEYS"):
            call_command("rotate_suppression_key")


@pytest.mark.django_db
def test_the_command_says_what_is_behind(settings, customer, now, capsys):
    suppress_points(customer.contact_points.all(), scope="full_block", reason="objection", at=now)
    call_command("rotate_suppression_key", "--check")
    assert "Nothing is behind" in capsys.readouterr().out
    new_key(settings)
    with pytest.raises(CommandError, match=r"generation 2\): 4 entries, 4 addresses") as refused:
        call_command("rotate_suppression_key", "--check")
    assert refused.value.returncode == 1
    call_command("rotate_suppression_key", "--batch", "3")
    assert "Everything is under key 2 of 2" in capsys.readouterr().out
    call_command("rotate_suppression_key", "--check")
    with pytest.raises(CommandError, match="1 or more"):
        call_command("rotate_suppression_key", "--batch", "0")


# --- killed, and beside writers: real processes and real commits

ROWS = int(os.environ.get("SUPPRESSION_ROTATION_ROWS", "4000"))
KILLS = int(os.environ.get("SUPPRESSION_ROTATION_KILLS", "3"))


def _fill(now):
    keys = ring()
    holder = Customer.objects.create(number="K1", last_name="Muster")
    mails = [f"k{number}@b.example" for number in range(ROWS)]
    digests = [keys.digest("email", mail) for mail in mails]
    SuppressionEntry.objects.bulk_create(
        SuppressionEntry(digest=digest, scope="full_block", reason="objection", created_at=now) for digest in digests
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(
            customer=holder,
            channel="email",
            value=mail,
            normalised=mail,
            digest=digest,
            source="contract_record",
            collected_on=now.date(),
        )
        for mail, digest in zip(mails, digests, strict=True)
    )
    return holder, mails


def _rotating(mail_folder):
    with (mail_folder.parent / "rotation.log").open("wb") as log:
        return _started(mail_folder, log)


def _started(mail_folder, log):
    return subprocess.Popen(
        [sys.executable, "manage.py", "rotate_suppression_key", "--batch", "20"],
        cwd=ROOT,
        env=worker_environment(mail_folder) | {"SUPPRESSION_KEY": NEW, "SUPPRESSION_OLD_KEYS": OLD},
        stdout=subprocess.DEVNULL,
        stderr=log,
    )


def _wait_for(done, process, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if 2 * ROWS - sum(rotation.behind().values()) >= done:
            return
    raise AssertionError(f"never reached {done}: {log.read_text()[-2000:]}")


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_and_every_look_up_in_between_is_right(settings, now, mail_folder):
    holder, mails = _fill(now)
    new_key(settings)
    wrong, asked, stop = [], [0], threading.Event()

    def keep_asking():
        chance = random.Random(1)
        points = list(ContactPoint.objects.filter(customer=holder).order_by("?")[:300])
        while not stop.is_set():
            one = chance.choice(points)
            fresh = ContactPoint.objects.select_related("customer").get(pk=one.pk) if asked[0] % 2 else one
            fresh.customer = holder
            if objection_against(fresh) != "full_block":
                wrong.append(one.pk)
            asked[0] += 1
        connection.close()

    asker = threading.Thread(target=keep_asking)
    asker.start()
    reached, log = [], mail_folder.parent / "rotation.log"
    try:
        for kill in range(1, KILLS + 1):
            process = _rotating(mail_folder)
            _wait_for(2 * ROWS * kill // (KILLS + 2), process, log)
            process.kill()
            process.wait()
            reached.append(2 * ROWS - sum(rotation.behind().values()))
            suppress_points_of_a_new_customer(now, f"w{kill}")
        process = _rotating(mail_folder)
        assert process.wait(timeout=120) == 0, log.read_text()[-2000:]
    finally:
        stop.set()
        asker.join()
    assert reached == sorted(reached) and reached[0] > 0 and reached[-1] < 2 * ROWS, reached
    assert rotation.behind() == {"entries": 0, "list_entries": 0, "addresses": 0}
    assert wrong == [] and asked[0] > 20
    keys = KeyRing((OLD.encode(), NEW.encode()))
    expected = {keys.digest("email", mail) for mail in mails}
    assert set(ContactPoint.objects.filter(customer=holder).values_list("digest", flat=True)) == expected
    assert expected <= set(SuppressionEntry.objects.values_list("digest", flat=True))
    assert SuppressionEntry.objects.count() == ROWS + KILLS
    assert AuditEntry.objects.filter(verb="suppression.key_added").count() == 1
    assert SuppressionKey.objects.count() == 2
    print(f"\nkilled at {reached} of {2 * ROWS} rows, {asked[0]} look-ups meanwhile, none wrong")


def suppress_points_of_a_new_customer(now, number):
    """A writer beside the rotation writes the newest generation at once, and is found."""
    other = Customer.objects.create(number=number, last_name="Neu")
    fresh = point(other, "email", f"{number}@neu.example", now=now)
    with transaction.atomic():
        assert suppress_points([fresh], scope="full_block", reason="objection", at=now) == 1
    assert SuppressionEntry.objects.get(digest=fresh.digest).generation == 2
    assert objection_against(fresh) == "full_block"


@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_once_are_one(settings, now, customer):
    new_key(settings)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0)", [rotation.CLAIM])
    failures = []

    def second():
        try:
            rotation.rotate(at=now)
        except rotation.RotationRuns as runs:
            failures.append(runs)
        finally:
            connection.close()

    other = threading.Thread(target=second)
    other.start()
    other.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [rotation.CLAIM])
    assert len(failures) == 1
