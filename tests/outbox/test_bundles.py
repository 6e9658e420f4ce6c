"""What is not urgent comes in one mail a morning: each row by exactly one mail, whatever fails or crashes."""

import email
import email.policy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.outbox import bundles, delivery, services
from portal.outbox.models import OutboxMessage
from portal.outbox.mornings import morning_begun, next_morning

COMMENT = {"number": "R-1001", "author": "Anna Beispiel"}
URGENT = {"number": "R-1001", "requester": "Anna", "purpose": "service", "channel": "email", "platform": ""}


def put(to, now, number=1001, **fields):
    with transaction.atomic():
        context = COMMENT | {"number": f"R-{number}"}
        services.mail(to=to, template="commented", context=context, at=now, urgent=False, **fields)


def mails(folder):
    files = sorted(folder.glob("*.eml")) if folder.exists() else []
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]


@pytest.mark.parametrize(
    ("at", "morning"),
    [
        (datetime(2026, 11, 24, 5, 59, 59, tzinfo=UTC), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 6, 0, tzinfo=UTC), datetime(2026, 11, 25, 6, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 4, 59, tzinfo=UTC), datetime(2026, 7, 1, 5, 0, tzinfo=UTC)),
        # The nights in which Berlin's clocks change: 28 March and 24 October 2027 are 23 and 25 hours long.
        (datetime(2027, 3, 27, 12, 0, tzinfo=UTC), datetime(2027, 3, 28, 5, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2027, 1, 1, 6, 0, tzinfo=UTC)),
    ],
)
def test_the_next_morning_is_seven_in_berlin(at, morning):
    assert next_morning(at) == morning
    assert morning_begun(morning) == morning.date()
    assert morning_begun(morning - timedelta(seconds=1)) == morning.date() - timedelta(days=1)


@pytest.mark.django_db
def test_what_is_not_urgent_comes_in_the_morning_in_one_mail(cast, now, mail_folder):
    for number in (1001, 1002, 1003):
        put(cast.mona, now, number)
    put(cast.dora, now)
    assert delivery.deliver_due(at=next_morning(now) - timedelta(seconds=1)) == 0
    assert delivery.deliver_due(at=next_morning(now)) == 2
    to_mona, to_dora = sorted(mails(mail_folder), key=lambda mail: mail["To"], reverse=True)
    assert to_mona["Subject"] == "3 messages from Kontaktklar" and to_dora["Subject"] == "Comment on R-1001"
    for part in ("plain", "html"):
        said = to_mona.get_body((part,)).get_content()
        assert all(said.count(f"has written a comment on R-{number}") == 1 for number in (1001, 1002, 1003))
        assert "/requests/R-1002/" in said and "/messages/" in said and said.count("Good day") == 1
    assert not OutboxMessage.objects.filter(done_at__isnull=True).exists()


@pytest.mark.django_db
def test_a_bundle_speaks_the_receivers_language(cast, now, mail_folder):
    cast.mona.language = "de"
    cast.mona.save(update_fields=["language"])
    with transaction.atomic():
        for number in (1001, 1002):
            context = URGENT | {"number": f"R-{number}"}
            services.mail(to=cast.mona, template="decision_needed", context=context, at=now, urgent=False)
    delivery.deliver_due(at=next_morning(now))
    (mail,) = mails(mail_folder)
    said = mail.get_body(("plain",)).get_content()
    assert "1. Freigabe nötig: E-Mail (R-1001)" in said and "2. Freigabe nötig: E-Mail (R-1002)" in said


@pytest.mark.django_db
def test_what_is_urgent_does_not_wait_for_the_morning(cast, now, mail_folder):
    put(cast.mona, now)
    with transaction.atomic():
        services.mail(to=cast.mona, template="decision_needed", context=URGENT, at=now)
    assert delivery.deliver_due(at=now) == 1
    assert mails(mail_folder)[0]["Subject"].startswith("Decision needed")


@pytest.mark.django_db
def test_a_failed_bundle_is_tried_again_whole_under_the_same_message_id(cast, now, monkeypatch):
    sent = []

    def send(self):
        sent.append((self.extra_headers["Message-ID"], self.body.count("has written a comment")))
        if len(sent) < 3:
            raise OSError("away")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    put(cast.mona, now, 1001)
    put(cast.mona, now, 1002)
    at = next_morning(now)
    assert delivery.deliver_due(at=at) == 0
    rows = OutboxMessage.objects.all()
    assert {(row.attempts, row.due_at) for row in rows} == {(1, at + timedelta(minutes=1))}
    put(cast.mona, at - timedelta(minutes=30), 1003)  # committed after its due time: not this bundle's any more
    assert delivery.deliver_due(at=at + timedelta(minutes=1)) == 0
    assert delivery.deliver_due(at=at + timedelta(minutes=3)) == 1
    assert len(set(sent)) == 1 and sent[0][1] == 2
    late = rows.get(done_at__isnull=True)
    assert late.due_at == at + timedelta(days=1) and late.leader is None
    assert delivery.deliver_due(at=at + timedelta(days=1)) == 1


@pytest.mark.django_db
def test_a_bundle_that_fails_ten_times_is_parked_whole_and_the_next_day_has_its_own(
    cast, now, monkeypatch, mail_folder
):
    put(cast.mona, now, 1001)
    put(cast.mona, now, 1002)
    at = next_morning(now)
    bundles.gather(at=at)
    OutboxMessage.objects.update(attempts=9)

    def send(_self):
        raise OSError("away")

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMultiAlternatives.send", send)
        delivery.deliver_due(at=at)
    assert set(OutboxMessage.objects.values_list("attempts", "parked_at")) == {(10, at)}
    assert OutboxMessage.objects.parked().count() == 1, "its first row stands for all"
    put(cast.mona, at, 1003)
    put(cast.mona, at, 1004)
    assert delivery.deliver_due(at=next_morning(at)) == 1
    (mail,) = mails(mail_folder)
    said = mail.get_body(("plain",)).get_content()
    assert "R-1003" in said and "R-1004" in said and "R-1001" not in said


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_row_that_cannot_be_said_is_parked_alone_and_the_others_go_out_together(cast, now, mail_folder, place):
    for number in range(3):
        put(cast.mona, now, 1001 + number)
    poison = OutboxMessage.objects.order_by("pk")[place]
    OutboxMessage.objects.filter(pk=poison.pk).update(topic="no_such_template")
    at = next_morning(now)
    assert delivery.deliver_due(at=at) == 1
    (mail,) = mails(mail_folder)
    assert mail.get_body(("plain",)).get_content().count("has written a comment on R-") == 2
    first, second = OutboxMessage.objects.filter(topic="commented")
    assert first.done_at and second.done_at and first.leader_id == second.leader_id == first.pk
    assert mail["Message-ID"] == delivery.message_id(first)
    for _try in range(9):
        poison.refresh_from_db()
        assert poison.parked_at is None
        assert delivery.deliver_due(at=poison.due_at) == 0
    assert [row.pk for row in OutboxMessage.objects.parked()] == [poison.pk]


@pytest.mark.django_db
def test_the_database_refuses_a_second_bundle_of_one_morning(cast, now):
    put(cast.mona, now, 1001)
    put(cast.mona, now, 1002)
    for row in OutboxMessage.objects.order_by("pk")[:1]:
        OutboxMessage.objects.filter(pk=row.pk).update(leader=row, gathered_on=date(2026, 11, 25))
    second = OutboxMessage.objects.order_by("-pk").first()
    with pytest.raises(IntegrityError, match="outbox_one_bundle_a_morning"):
        OutboxMessage.objects.filter(pk=second.pk).update(leader=second, gathered_on=date(2026, 11, 25))


@pytest.mark.django_db
def test_a_row_that_comes_between_looking_for_latecomers_and_gathering_spoils_nobodys_turn(
    cast, now, mail_folder, monkeypatch
):
    put(cast.mona, now, 1001)
    at = next_morning(now)
    assert delivery.deliver_due(at=at) == 1
    put(cast.mona, at - timedelta(minutes=30), 1002)
    put(cast.dora, now, 1003)
    with monkeypatch.context() as blind:
        blind.setattr(bundles, "_LATECOMERS", "SELECT 1")
        assert delivery.deliver_due(at=at) == 1
    assert delivery.deliver_due(at=at) == 0
    assert OutboxMessage.objects.get(done_at__isnull=True).due_at == at + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_many_relays_send_each_receiver_one_mail(cast, now, mail_folder):
    from tests.races.conftest import run_together

    people = [cast.mona, cast.dora, cast.max, cast.adam]
    for number in range(40):
        put(people[number % 4], now, number)
    at = next_morning(now)
    counts = run_together(*[lambda: delivery.deliver_due(at=at) for _ in range(4)])
    assert sum(counts) == 4 == len(mails(mail_folder)), counts
    told = "".join(mail.get_body(("plain",)).get_content() for mail in mails(mail_folder))
    assert all(told.count(f"a comment on R-{number}.") == 1 for number in range(40))
