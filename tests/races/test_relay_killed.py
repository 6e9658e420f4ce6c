"""kill -9 of relays at random points, and between the mail server's 250 and our commit: nothing is lost.

CI kills 50; `RELAY_KILLS=1000` is the long version.
"""

import os
import random
import time

import pytest
from django.db import transaction
from django.utils import timezone

from portal.outbox import services
from portal.outbox.models import OutboxMessage
from tests.cast import person
from tests.outbox.post import Post, Relays, wait

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = int(os.environ.get("RELAY_KILLS", "50"))
CONTEXT = {"requester": "Anna Beispiel", "purpose": "service", "channel": "email", "platform": ""}


def write(someone, first: int, count: int) -> None:
    with transaction.atomic():
        for number in range(first, first + count):
            context = CONTEXT | {"number": f"R-{number}"}
            services.mail(to=someone, template="decision_needed", context=context, at=timezone.now())


def left() -> int:
    return OutboxMessage.objects.filter(done_at__isnull=True).count()


def test_no_mail_is_lost_and_a_kill_doubles_at_most_one_under_the_same_message_id(mail_folder):
    someone, chance, written = person("viola", "manager"), random.Random(20), 0
    with Post() as post:
        relays = Relays(post, mail_folder)
        try:
            while post.deaths < KILLS:
                if left() < 20:
                    write(someone, written, 40)
                    written += 40
                while len(relays.still_there()) < 3:
                    relays.begin()
                if post.deaths % 2:
                    post.doomed = 1
                    wait(lambda: post.doomed == 0, 5)
                else:
                    time.sleep(chance.random() * 0.4)
                    relays.kill_one(post, chance)
            relays.begin()
            assert wait(lambda: left() == 0, 60), OutboxMessage.objects.filter(done_at__isnull=True).first().last_error
        finally:
            relays.end()
    taken = post.times_taken()
    doubled = sum(times - 1 for times in taken.values())
    assert len(taken) == len(post.names_of()) == written == OutboxMessage.objects.count()
    assert all(len(ids) == 1 for ids in post.names_of().values()), "a mail that came twice came under one Message-ID"
    assert 0 < doubled <= post.deaths
    assert not OutboxMessage.objects.filter(attempts__gt=0).exists(), "a kill is no failure"
    print(f"\n{post.deaths} kills, {written} mails: 0 lost, {doubled} came twice under the same Message-ID")
