"""Two officers at the record of processing at once: none writes over what they have not read, and nothing is lost."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import translation

from portal.audit.models import AuditEntry
from portal.desk.processing.models import ActivityVersion
from portal.desk.processing.services import add_activity, change_activity
from tests.cast import person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts) -> tuple[list, list[str]]:
    """What these acts gave, each in a thread of its own, and the sentences of those that were refused."""
    begin, done, refused = threading.Barrier(len(acts)), [], []

    def run(act):
        try:
            translation.activate("en")
            begin.wait(timeout=10)
            done.append(act())
        except ValidationError as refusal:
            refused.append(refusal.messages[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    return done, refused


def test_of_two_who_save_what_both_have_read_one_is_told_to_read_again(cast, now):
    officers = [cast.dora, person("otto", "dpo")]

    def save(officer):
        values = {"recipients": f"Rechenzentrum von {officer.first_name}"}
        return lambda: change_activity(officer, activity="email", based_on=0, values=values, at=now)

    done, refused = at_once([save(officer) for officer in officers])
    assert [row.pk for row in done] == [row.pk for row in ActivityVersion.objects.all()] and len(done) == 1
    assert len(refused) == 1 and "Somebody else has changed this activity" in refused[0]
    assert AuditEntry.objects.filter(verb="processing.changed").count() == 1


def test_two_new_activities_get_two_keys_and_one_name_is_given_once(cast, now):
    officers = [cast.dora, person("otto", "dpo")]
    names = ("Videokamera", "Werkschutz")
    done, refused = at_once(
        [
            lambda officer=officer, name=name: add_activity(officer, values={"name": name}, at=now)
            for officer, name in zip(officers, names, strict=True)
        ]
    )
    assert {row.activity for row in done} == {"own-1", "own-2"} and refused == []
    done, refused = at_once(
        [lambda officer=officer: add_activity(officer, values={"name": "Tor"}, at=now) for officer in officers]
    )
    assert len(done) == 1 and "Another activity has this name" in refused[0]
