"""Two people release at once: one version follows, and the other person is told."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import translation

from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.services import release_rule_set
from portal.audit.models import AuditEntry
from tests.cast import person
from tests.rulebook.sets import STRICTER, drafted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("same", [True, False], ids=["of one draft", "of two drafts"])
def test_of_two_releases_for_one_instant_one_counts(cast, now, same):
    officers = [cast.dora, person("otto", "dpo")]
    drafts = [drafted(cast, now, STRICTER)] * 2 if same else [drafted(cast, now, STRICTER) for _turn in range(2)]
    at_once, done, refused = threading.Barrier(2), [], []

    def release(officer, draft):
        try:
            translation.activate("en")
            at_once.wait(timeout=10)
            words = {"effective_from": now, "reason": "The works council asked for it."}
            done.append(release_rule_set(officer, version=draft, at=now, **words))
        except ValidationError as refusal:
            refused.append(refusal.messages[0])
        finally:
            connections.close_all()

    people = [threading.Thread(target=release, args=pair) for pair in zip(officers, drafts, strict=True)]
    for one in people:
        one.start()
    for one in people:
        one.join(timeout=30)
    (kept,) = RuleSetVersion.objects.released()
    assert [one.number for one in done] == [kept.number]
    assert AuditEntry.objects.filter(verb="rules.released").count() == 1
    (sentence,) = refused
    assert "no draft any more" in sentence if same else "has been released since this draft was begun" in sentence
