"""Redis wiped, stopped, or handing out too early; three clocks at once: no effect is lost and none comes twice.

`REDIS_WIPES=100` is the long version; CI wipes 15 times. The Redis of these tests is their own.
"""

import http.client
import os
import re
import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import kombu
import pytest
import redis
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from contacts.customers.models import ImportRun
from contacts.requests.services import submitting
from portal.audit.models import AuditEntry
from portal.embedded.redis import Server
from portal.outbox import services
from portal.outbox.models import OutboxMessage
from tests.cast import certify, make_accounts, make_cast, make_customer, person
from tests.journeys.conftest import running_beat, running_worker
from tests.outbox.post import Post, wait
from tests.requests import scenes

pytestmark = pytest.mark.django_db(transaction=True)
WIPES = int(os.environ.get("REDIS_WIPES", "15"))
#: What the log says where a turn found another at work (portal/database.py).
MET = "job:customers.run_imports is taken by another session"
CONTEXT = {"requester": "Anna Beispiel", "purpose": "service", "channel": "email", "platform": ""}


@pytest.fixture
def broker(tmp_path):
    server = Server(tmp_path, tmp_path / "redis.log", durable=False)
    server.url = server.start()
    yield server
    server.stop()
    server.remove()


@pytest.fixture
def house(broker, mail_folder, tmp_path: Path):
    """`house(post)` is a worker with its clock, on the Redis and the mail server of this test."""

    def make(post: Post, name: str = "worker", kind=running_worker, **more: str):
        environment = {"REDIS_URL": broker.url, "CLOCK_PACE": "6"} | post.environment() | more
        return kind(mail_folder, tmp_path, name, **environment)

    return make


class wide_worker(running_worker):
    """Does three jobs at once, so that turns of one job meet."""

    def command(self) -> list[str]:
        return [option.replace("--concurrency=1", "--concurrency=3") for option in super().command()]


def write(someone, count: int, first: int = 0) -> None:
    with transaction.atomic():
        for number in range(first, first + count):
            context = CONTEXT | {"number": f"R-{number}"}
            services.mail(to=someone, template="decision_needed", context=context, at=timezone.now())


def left() -> int:
    return OutboxMessage.objects.filter(done_at__isnull=True).count()


def test_wiping_redis_under_load_loses_nothing(broker, house):
    someone = person("viola", "manager")
    client = redis.Redis.from_url(broker.url.replace("redis+socket://", "unix://"))
    with Post() as post, house(post) as worker:
        write(someone, 10)
        assert wait(lambda: left() == 0, 60), worker.words()[-3000:]
        for turn in range(1, WIPES + 1):
            write(someone, 10, first=10 * turn)
            time.sleep(0.3)
            client.flushall()
        assert wait(lambda: left() == 0, 60), worker.words()[-3000:]
    assert set(post.times_taken().values()) == {1}
    assert len(post.taken) == 10 * (WIPES + 1)
    print(f"\n{WIPES} wipes, {len(post.taken)} mails, each once")


def test_three_clocks_at_once_have_no_double_effects(broker, house):
    now = timezone.now()
    then = now - timedelta(days=60)
    cast, customer = make_cast(then), make_customer(then)
    permit = scenes.permit_for(scenes.service_by_mail(cast, customer, make_accounts(cast, then), then), cast, then)
    assert permit.state == "active" and permit.valid_until < now
    for number in range(30):
        certify(person(f"p{number}", "employee"), until=(now + timedelta(days=7)).date(), by=cast.tom)
    pace = {"CLOCK_PACE": "15"}
    clocks = [("two", running_beat), ("three", running_beat)]
    with Post() as post, ExitStack() as stack:
        beats = [stack.enter_context(house(post, name, kind, **pace)) for name, kind in clocks]
        sending = "Sending due task training.remind"
        worker = stack.enter_context(house(post, kind=wide_worker, **pace))
        for clock in (worker, *beats):
            assert wait(lambda clock=clock: sending in clock.words(), 120), clock.words()[-3000:]
        # Clocks of one pace keep their distance: where nobody is behind, their turns never meet. So one turn is kept.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {ImportRun._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            assert wait(lambda: MET in worker.words(), 60), "turns of one job must meet, or this test shows nothing"
        assert wait(lambda: left() == 0 and len(post.taken) >= 30, 60), worker.words()[-3000:]
    reminded = [mail["To"] for mail in post.taken if mail["To"].startswith("p")]
    assert sorted(reminded) == sorted(f"p{number}@firma.example" for number in range(30))
    assert set(post.times_taken().values()) == {1}
    ended = AuditEntry.objects.filter(subject_type="permit", subject_id=permit.number, verb="permit.expired")
    assert ended.count() == 1
    sent = sum(clock.words().count(sending) for clock in (worker, *beats))
    met = worker.words().count(MET)
    print(f"\nthree clocks sent the reminder job {sent} times, {met} turns met; 30 reminders, each once")


def test_a_job_handed_out_again_while_it_is_at_work_sends_nothing_twice(broker, house):
    """Redis gives what is not acknowledged for some time to the next worker. Here that time is 5 seconds, which no
    worker accepts as its setting, and a turn of the relay lasts longer."""
    viola = person("viola", "manager")
    write(viola, 40)
    written, early = 40, {"CLOCK_PACE": "1"}
    with Post(pause=1.5) as post, house(post, "one", **early) as one:
        assert wait(lambda: post.taken, 60), one.words()[-3000:]
        with house(post, "two", **early) as two:
            until = time.monotonic() + 150
            while not came_again(one.words() + two.words()) and time.monotonic() < until:
                look_for_what_was_not_acknowledged(broker, after=5)
                if left() < 10:
                    write(viola, 10, first=written)
                    written += 10
                time.sleep(0.5)
            assert wait(lambda: left() == 0, 120), one.words()[-3000:]
            again = came_again(one.words() + two.words())
    assert again, "Redis must have handed out a job twice, or this test shows nothing"
    assert set(post.times_taken().values()) == {1} and len(post.taken) == written
    print(f"\n{len(again)} jobs came twice; {written} mails, each once")


def look_for_what_was_not_acknowledged(broker, after: int) -> None:
    """What a worker does ten seconds after its start and then every hundred (kombu): here at once.

    Waiting for the workers' own look left it to the machine's speed whether a turn was at work at that moment.
    """
    url = broker.url.replace("redis+socket://", "redis+socket://")
    with kombu.Connection(url, transport_options={"visibility_timeout": after}) as connection:
        connection.default_channel.qos.restore_visible()


def came_again(words: str) -> list[str]:
    """The turns of the relay that workers were given more than once."""
    came = Counter(re.findall(r"outbox\.deliver\[(\S+)\] received", words))
    return [task for task, times in came.items() if times > 1]


def test_with_redis_stopped_approving_works_and_the_mail_goes_out_afterwards(broker, house, live_server, settings):
    now = timezone.now()
    cast, customer = make_cast(now), make_customer(now)
    asked = scenes.reminder_by_sms(cast, customer, make_accounts(cast, now), now)
    asked = submitting.submit(cast.anna, request=asked, at=now)
    broker.stop()
    settings.REDIS_URL = broker.url
    began = time.monotonic()
    approve(live_server, cast.mona, asked.number)
    assert time.monotonic() - began < 10, "nothing waits for a broker that is away"
    asked.refresh_from_db()
    waiting = OutboxMessage.objects.get(topic="granted", recipient=cast.anna)
    assert asked.state == "granted" and waiting.done_at is None
    broker.url = broker.start()
    with Post() as post, house(post) as worker:
        assert wait(lambda: left() == 0, 60), worker.words()[-3000:]
    assert [mail["To"] for mail in post.taken].count("anna@firma.example") == 1


def approve(server, manager, number: str) -> None:
    """Read the page and press the button, through the real server."""
    browser = Client()
    browser.force_login(manager)
    cookies = "; ".join(f"{name}={value.value}" for name, value in browser.cookies.items())
    host = server.url.removeprefix("http://")
    page = http.client.HTTPConnection(host, timeout=30)
    page.request("GET", f"/inbox/{number}/", headers={"Cookie": cookies})
    answer = page.getresponse()
    html = answer.read().decode()
    assert answer.status == 200
    secret = re.search(r"csrf=(\S+?);", answer.headers["Set-Cookie"]).group(1)
    values = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)) | {"verdict": "approved"}
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html).group(1)
    form = urlencode(values | {"csrfmiddlewaretoken": token, "reason": ""})
    headers = {"Cookie": f"{cookies}; csrf={secret}", "Content-Type": "application/x-www-form-urlencoded"}
    page.request("POST", f"/inbox/{number}/", body=form, headers=headers)
    assert page.getresponse().status == 302
