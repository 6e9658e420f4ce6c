"""What a rule set says about silence and sign-ups counts in the consent ledger too, wherever its pages look."""

from datetime import timedelta

import pytest

from consent import services
from consent.models import Consent, OptIn, ThresholdSetting
from consent.receipts.gathering import grant_of
from consent.selectors import threshold_book
from consent.sheets.reading import sheet_of
from consent.views.story import page_of
from contacts.rulebook.services import announce_in_force
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import wording
from tests.consent.outside import token_of_opt_in
from tests.rulebook.sets import STRICTER, released

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
THREE_DAYS = {"thresholds": {"doi_ttl_days": 3}}


def signed_up(cast, customer, at, address="erika@kundin.example"):
    text = wording("marketing", "email")
    return services.request_opt_in(cast.clara, address=address, customer=customer, text=text, via="officer", at=at)


def usual(at):
    return threshold_book().at("", "", at)


def test_a_sign_up_waits_as_long_as_was_said_when_it_was_made(cast, customer, now):
    before = signed_up(cast, customer, now)
    released(cast, now + MINUTE, THREE_DAYS)
    deliver_due(at=now + MINUTE)
    after = signed_up(cast, customer, now + 2 * MINUTE, address="erika@neu.example")
    ends = {one.pk: one.ends_at for one in OptIn.objects.all()}
    assert ends == {before.pk: now + 14 * DAY, after.pk: now + 2 * MINUTE + 3 * DAY}


def test_due_columns_evidence_receipts_and_pages_say_the_same(cast, customer, now):
    address = customer.contact_points.get(channel="email").value
    consent = services.confirm_opt_in(token_of_opt_in(signed_up(cast, customer, now, address)), at=now)
    usual_end = consent.expires_at
    released(cast, now + DAY, {"thresholds": {"stale_after_months_unused": 6, "expired_after_months_unused": 12}})
    deliver_due(at=now + DAY)
    services.apply_thresholds(at=now + DAY)
    consent = Consent.objects.select_related("customer", "text").get(pk=consent.pk)
    assert timedelta(360) < consent.expires_at - now < timedelta(370) < usual_end - now
    assert list(services.differences(at=now + DAY)) == []
    sheet = sheet_of(consent, at=now + DAY)
    due = {"stale_at": consent.stale_at, "expires_at": consent.expires_at}
    assert {"stale_at": sheet.stale_at, "expires_at": sheet.expires_at} == due
    assert page_of(cast.clara, consent, at=now + DAY)["silence"] == due
    years = now + timedelta(400)
    assert sheet_of(consent, at=years).answer.state == "expired"
    assert grant_of(consent, at=years, language="en").state == "expired"


def test_it_counts_against_what_was_in_force_not_against_a_version_that_never_was(cast, now):
    """The later one follows a version that waits for its day, says the same, and overtakes it."""
    released(cast, now, THREE_DAYS, effective_from=now + 9 * DAY)
    released(cast, now, STRICTER, effective_from=now + DAY)
    announce_in_force(at=now + DAY)
    deliver_due(at=now + DAY)
    assert usual(now + DAY).doi_ttl_days == 3


def test_an_event_that_arrives_late_brings_back_nothing(cast, now):
    first = released(cast, now, THREE_DAYS)
    late = OutboxMessage.objects.filter(topic="rules.in_force", payload={"number": first.number})
    late.update(due_at=now + DAY)
    released(cast, now + MINUTE, {"thresholds": {"doi_ttl_days": 7}})
    deliver_due(at=now + MINUTE)
    deliver_due(at=now + DAY)
    assert usual(now + DAY).doi_ttl_days == 7
    assert ThresholdSetting.objects.count() == 1


def test_what_was_released_long_ago_is_followed_though_the_officer_has_left(cast, now):
    released(cast, now, THREE_DAYS, effective_from=now + 9 * DAY)
    cast.dora.is_active = False
    cast.dora.save(update_fields=["is_active"])
    announce_in_force(at=now + 9 * DAY)
    deliver_due(at=now + 9 * DAY)
    assert usual(now + 9 * DAY).doi_ttl_days == 3
    assert OutboxMessage.objects.get(topic="rules.in_force").done_at is not None


def test_what_the_officer_set_in_the_ledger_stays_where_the_rules_change_something_else(cast, now):
    released(cast, now, THREE_DAYS)
    deliver_due(at=now)
    values = {"stale_after_months_unused": 24, "expired_after_months_unused": 48, "doi_ttl_days": 10}
    services.set_thresholds(cast.dora, valid_from=now + DAY, reason="Holidays", at=now + DAY, **values)
    released(cast, now + 2 * DAY, STRICTER)
    deliver_due(at=now + 2 * DAY)
    assert usual(now + 2 * DAY).doi_ttl_days == 10
