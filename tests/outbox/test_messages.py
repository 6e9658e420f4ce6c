"""Messages in the portal: what a mail tells a colleague, readable at once, by its receiver and nobody else."""

import re
import threading
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction

from portal.access.roles import Role
from portal.outbox import delivery, services
from portal.outbox.models import TOPICS_OF_ROLES, OutboxMessage, ReadMark
from tests.outbox.test_bundles import put

pytestmark = pytest.mark.django_db


def page(client, user, query="") -> str:
    client.force_login(user)
    response = client.get(f"/messages/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_message_is_there_before_its_mail_is(cast, now, client):
    put(cast.anna, now)
    shown = page(client, cast.anna)
    assert "Comment on R-1001" in shown and "has written a comment on R-1001" in shown
    assert 'href="/requests/R-1001/"' in shown and "Good day" not in shown
    assert OutboxMessage.objects.get().done_at is None


def test_it_vanishes_with_a_cause_that_is_rolled_back(cast, now, client):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        put(cast.anna, now)
        raise ZeroDivisionError
    assert "No messages yet" in page(client, cast.anna)


@pytest.mark.parametrize("who", ["mona", "dora", "adam", "rita"])
def test_nobody_else_reads_it_or_marks_it(cast, now, client, who):
    put(cast.anna, now)
    found = OutboxMessage.objects.get()
    assert "R-1001" not in page(client, getattr(cast, who))
    for verb in ("open", "read", "unread"):
        assert client.post(f"/messages/{found.pk}/{verb}/").status_code == 404
    client.post("/messages/read/", {"until": str(found.pk)})
    assert not ReadMark.objects.exists()


ABOUT = {
    "number": "P-17",
    "permit": "P-17",
    "step": "6",
    "purpose": "service",
    "channel": "email",
    "platform": "",
    "requester": "Anna",
    "reason": "Nein.",
    "customer": "4711",
}


@pytest.mark.parametrize("topic", TOPICS_OF_ROLES[Role.DPO])
def test_who_is_no_officer_any_more_does_not_read_what_came_to_the_officer(cast, now, client, topic):
    put(cast.dora, now)
    times = dict.fromkeys(("due_at", "valid_until", "effective_from"), now.isoformat())
    OutboxMessage.objects.update(topic=topic, payload=ABOUT | times | {"reason": "P-17", "due_on": "2026-12-01"})
    found = OutboxMessage.objects.get()
    assert "P-17" in page(client, cast.dora) and client.get("/").context["user"].unread_messages == 1
    cast.dora.roles = ["employee"]
    cast.dora.save(update_fields=["roles"])
    assert "P-17" not in page(client, cast.dora) and client.get("/").context["user"].unread_messages == 0
    assert client.post(f"/messages/{found.pk}/read/").status_code == 404


def test_nobody_counts_further_than_a_hundred(cast, now, client):
    OutboxMessage.objects.bulk_create(
        OutboxMessage(kind="mail", topic="commented", recipient=cast.anna, key=f"m{number}", due_at=now)
        for number in range(103)
    )
    client.force_login(cast.anna)
    response = client.get("/")
    assert response.context["user"].unread_messages == 100
    assert 'class="count">99+<' in response.content.decode()


def test_an_upgrade_finds_old_mails_read_and_forgets_whom_errors_named(cast, now):
    for number in range(3):
        put(cast.anna, now, 1001 + number)
    sent, failed, _fresh = OutboxMessage.objects.order_by("pk")
    OutboxMessage.objects.filter(pk=sent.pk).update(done_at=now + timedelta(days=400))
    OutboxMessage.objects.filter(pk=failed.pk).update(last_error="SMTPDataError: (550, b'anna@firma.example')")
    migration = import_module("portal.outbox.migrations.0005_errors_name_nobody_old_mails_are_read")
    for _twice in range(2):
        with connection.cursor() as cursor:
            cursor.execute(migration.ERRORS)
            cursor.execute(migration.READ)
    assert list(ReadMark.objects.values_list("message", flat=True)) == [sent.pk]
    assert set(OutboxMessage.objects.values_list("last_error", flat=True)) == {"", "SMTPDataError"}


def test_the_navigation_counts_what_is_not_read(cast, now, client):
    put(cast.anna, now, 1001)
    put(cast.anna, now, 1002)
    put(cast.mona, now, 1003)
    client.force_login(cast.anna)
    assert client.get("/messages/").context["user"].unread_messages == 2
    first = OutboxMessage.objects.order_by("pk").first()
    assert client.post(f"/messages/{first.pk}/read/").status_code == 302
    assert client.get("/").context["user"].unread_messages == 1
    assert 'class="count">1<' in client.get("/").content.decode()
    client.post(f"/messages/{first.pk}/unread/")
    assert client.get("/").context["user"].unread_messages == 2


def test_the_count_costs_no_question_of_its_own(cast, now, client, django_assert_num_queries):
    put(cast.anna, now)
    client.force_login(cast.anna)
    with django_assert_num_queries(2):  # the session; the person with the number
        client.get("/requests/no-such-page/x/y")


def test_reading_the_page_marks_nothing(cast, now, client):
    put(cast.anna, now)
    page(client, cast.anna)
    assert not ReadMark.objects.exists()


def test_go_there_marks_as_read_and_leads_to_the_thing(cast, now, client):
    put(cast.anna, now)
    assert re.search(r"/open/\">.*<button[^>]*>Read it<", page(client, cast.anna)), "the words of the mail's link"
    found = OutboxMessage.objects.get()
    response = client.post(f"/messages/{found.pk}/open/")
    assert (response.status_code, response.headers["Location"]) == (302, "/requests/R-1001/")
    assert ReadMark.objects.get().message == found


def test_all_read_means_what_was_on_the_page(cast, now, client):
    put(cast.anna, now, 1001)
    seen = OutboxMessage.objects.get().pk
    put(cast.anna, now, 1002)
    client.force_login(cast.anna)
    client.post("/messages/read/", {"until": str(seen)})
    assert list(ReadMark.objects.values_list("message", flat=True)) == [seen]
    for nonsense in ("", "x", "²", "-1", "9" * 30):
        assert client.post("/messages/read/", {"until": nonsense}).status_code == 302
    assert ReadMark.objects.count() == 1


def test_only_those_not_read_yet_on_request(cast, now, client):
    put(cast.anna, now, 1001)
    client.force_login(cast.anna)
    client.post(f"/messages/{OutboxMessage.objects.get().pk}/read/")
    put(cast.anna, now, 1002)
    shown = page(client, cast.anna, "?show=unread")
    assert "R-1002" in shown and "R-1001" not in shown


def test_a_button_leads_back_only_to_messages(cast, now, client):
    put(cast.anna, now)
    client.force_login(cast.anna)
    address = f"/messages/{OutboxMessage.objects.get().pk}/read/"
    back = {"/messages/?show=unread": "/messages/?show=unread"}
    for target in ("https://evil.example/", "//evil.example", "/permits/", ""):
        back[target] = "/messages/"
    for target, expected in back.items():
        assert client.post(address, {"next": target}).headers["Location"] == expected


def test_letters_and_events_are_nobodys_message(cast, now, client):
    with transaction.atomic():
        services.event("customer.grounds_changed", {"customer_id": 1}, at=now)
        services.letter("consent.opt_in", {"consent_id": 1}, at=now)
    assert "No messages yet" in page(client, cast.adam)


def test_a_message_that_cannot_be_shown_does_not_hide_the_others(cast, now, client):
    put(cast.anna, now)
    OutboxMessage.objects.create(kind="mail", key="x", topic="no_such_template", recipient=cast.anna, due_at=now)
    shown = page(client, cast.anna)
    assert "R-1001" in shown and "no_such_template" in shown


def test_text_of_people_stays_text(cast, now, client):
    with transaction.atomic():
        context = {"number": "R-1", "author": "<script>alert(1)</script>"}
        services.mail(to=cast.anna, template="commented", context=context, at=now)
    shown = page(client, cast.anna)
    assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown


def test_long_lists_go_page_by_page_with_the_same_questions(cast, now, client, django_assert_max_num_queries):
    for number in range(45):
        put(cast.anna, now, number)
    client.force_login(cast.anna)
    with django_assert_max_num_queries(4):
        first = client.get("/messages/").content.decode()
    assert first.count("<article") == 20 and "R-44" in first and "R-24<" not in first
    second = client.get(next_of(first)).content.decode()
    assert second.count("<article") == 20 and "Comment on R-24" in second


def next_of(html: str) -> str:
    import re
    from html import unescape

    return unescape(re.search(r'href="([^"]*before=\d+[^"]*)"', html).group(1))


@pytest.mark.django_db(transaction=True)
def test_reading_does_not_wait_for_the_relay(cast, now, client, monkeypatch):
    """While the mail server takes its time, the row is the relay's; the receiver reads meanwhile."""
    put(cast.anna, now)
    OutboxMessage.objects.update(urgent=True, due_at=now)
    sending, read = threading.Event(), threading.Event()

    def send(_self):
        sending.set()
        assert read.wait(20)

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)

    def relay():
        delivery.deliver_due(at=now, limit=1)
        connection.close()

    thread = threading.Thread(target=relay)
    thread.start()
    assert sending.wait(20)
    client.force_login(cast.anna)
    assert client.post(f"/messages/{OutboxMessage.objects.get().pk}/read/").status_code == 302
    read.set()
    thread.join(20)
    assert OutboxMessage.objects.get().done_at is not None and ReadMark.objects.count() == 1
