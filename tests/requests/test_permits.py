"""Using a permit, logging the contact, and permits that die with their grounds."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from consent.services import withdraw_consent
from contacts.customers.models import Objection, SuppressionEntry
from contacts.customers.services import record_objection, retire_contact_point
from contacts.requests.deciding import answer, standing
from contacts.requests.models import Contact, PermitUse, PlatformRegistration
from contacts.requests.services import permits, rechecks
from contacts.requests.services.common import NotNow
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import certify, point
from tests.requests.scenes import advertising_permit, ask, permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db


def consent_of(customer):
    return customer.consents.get(purpose="marketing", channel="email")


def test_the_holder_uses_the_permit_once(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    redemption = permits.redeem(cast.anna, permit=permit, at=now)
    assert redemption.use is not None
    with pytest.raises(NotNow, match="has ended"):
        permits.redeem(cast.anna, permit=permit, at=now)
    assert PermitUse.objects.count() == 1


@pytest.mark.parametrize("name", ["mona", "dora", "sven", "adam", "stranger"])
def test_nobody_else_uses_it(cast, customer, accounts, now, name):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    with pytest.raises(PermissionDenied):
        permits.redeem(getattr(cast, name), permit=permit, at=now)


def test_after_its_time_it_is_dead_though_no_job_ran(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    with pytest.raises(NotNow):
        permits.redeem(cast.anna, permit=permit, at=permit.valid_until)


def test_a_withdrawal_kills_the_permit_with_its_own_commit(cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now)
    withdraw_consent(cast.clara, consent=consent_of(customer), how="written", at=now)
    given = answer(permit.request, at=now, now_not_planned=True)
    state = standing(given, permit)
    assert not state.usable
    assert not state.not_now
    redemption = permits.redeem(cast.sven, permit=permit, at=now)
    assert redemption.use is None
    permit.refresh_from_db()
    assert permit.state == "revoked"
    assert "CON-01" in permit.revoked_reason


def test_the_holder_is_told_once_by_the_bookkeeping(cast, customer, accounts, now, mail_folder):
    permit = advertising_permit(cast, customer, accounts, now)
    deliver_due(at=now)
    withdraw_consent(cast.clara, consent=consent_of(customer), how="written", at=now)
    deliver_due(at=now)
    deliver_due(at=now)
    permit.refresh_from_db()
    assert permit.state == "revoked"
    told = OutboxMessage.objects.filter(topic="revoked")
    assert [message.recipient for message in told] == [cast.sven]
    assert AuditEntry.objects.get(verb="permit.revoked").job == "requests.recheck"


def test_other_permits_of_the_customer_stay(cast, customer, accounts, now):
    advertising_permit(cast, customer, accounts, now)
    service = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    withdraw_consent(cast.clara, consent=consent_of(customer), how="written", at=now)
    deliver_due(at=now)
    assert permits.redeem(cast.anna, permit=service, at=now).use is not None


def test_an_objection_told_in_the_contact_counts_at_once(cast, customer, accounts, now):
    advertising = advertising_permit(cast, customer, accounts, now)
    service = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    use = permits.redeem(cast.anna, permit=service, at=now).use
    permits.log_contact(cast.anna, use=use, result="objected", note="will keine Werbung", at=now)
    assert Objection.objects.get(customer=customer).scope == "marketing_objection"
    assert permits.redeem(cast.sven, permit=advertising, at=now).use is None


def test_a_full_block_told_in_the_contact_suppresses_every_address(cast, customer, accounts, now):
    service = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    use = permits.redeem(cast.anna, permit=service, at=now).use
    permits.log_contact(cast.anna, use=use, result="full_block", note="", at=now)
    digests = set(customer.contact_points.values_list("digest", flat=True))
    assert set(SuppressionEntry.objects.values_list("digest", flat=True)) == digests


def test_a_wrong_person_is_told_to_the_dpo(cast, customer, accounts, now):
    service = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    use = permits.redeem(cast.anna, permit=service, at=now).use
    permits.log_contact(cast.anna, use=use, result="wrong_person", note="", at=now)
    assert OutboxMessage.objects.get(topic="wrong_person").recipient == cast.dora


def test_a_contact_is_logged_once_and_by_its_user_only(cast, customer, accounts, now):
    service = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    use = permits.redeem(cast.anna, permit=service, at=now).use
    with pytest.raises(PermissionDenied):
        permits.log_contact(cast.mona, use=use, result="reached", note="", at=now)
    permits.log_contact(cast.anna, use=use, result="reached", note="", at=now)
    with pytest.raises(NotNow, match="already been logged"):
        permits.log_contact(cast.anna, use=use, result="objected", note="", at=now)
    assert Contact.objects.get().result == "reached"


def test_an_unknown_outcome_is_refused_and_nothing_is_written(cast, customer, accounts, now):
    service = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    use = permits.redeem(cast.anna, permit=service, at=now).use
    with pytest.raises(ValidationError):
        permits.log_contact(cast.anna, use=use, result="nonsense", note="", at=now)
    assert not Contact.objects.exists()


def test_at_night_a_call_permit_only_rests(cast, customer, accounts, now):
    permit = permit_for(ask(cast.anna, customer, "phone", accounts.phone, at=now), cast, now)
    night = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    redemption = permits.redeem(cast.anna, permit=permit, at=night)
    assert (redemption.use, redemption.not_now) == (None, True)
    assert permits.redeem(cast.anna, permit=permit, at=now + timedelta(days=1)).use is not None


def test_lapsed_training_lets_the_permit_rest_until_it_is_renewed(cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now)
    later = now + timedelta(days=2)
    for certificate in cast.sven.certificates.all():
        assert certificate.valid_until > later.date()
    cast.sven.pk, cast.sven.email, cast.sven.person_number = None, "neu@firma.example", "N-neu"
    cast.sven.save(force_insert=True)
    certify(cast.sven, until=now.date(), by=cast.tom)
    request = ask(cast.sven, customer, "email", accounts.email, at=now, purpose="marketing", opt_out_included=True)
    permit = permit_for(request, cast, now)
    redemption = permits.redeem(cast.sven, permit=permit, at=later)
    assert (redemption.use, redemption.not_now) == (None, True)
    certify(cast.sven, until=later.date(), by=cast.tom)
    assert permits.redeem(cast.sven, permit=permit, at=later).use is not None


def test_a_retired_address_ends_the_permit(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    retire_contact_point(cast.clara, point=permit.contact_point, at=now)
    with pytest.raises(NotNow, match="no longer used"):
        permits.redeem(cast.anna, permit=permit, at=now)
    deliver_due(at=now)
    permit.refresh_from_db()
    assert permit.state == "revoked"


def test_a_platform_that_loses_its_approval_ends_the_permit(cast, customer, accounts, now):
    from contacts.customers.services import record_inbound

    point(customer, "messenger", "0171 4711", now=now, platform="whatsapp")
    record_inbound(cast.clara, customer=customer, channel="messenger", platform="whatsapp", at=now, note="", now=now)
    permit_for(ask(cast.anna, customer, "messenger", accounts.whatsapp, at=now, purpose="inquiry_reply"), cast, now)
    PlatformRegistration.objects.filter(platform="whatsapp").update(status="not_approved")
    assert rechecks.recheck_platform(platform="whatsapp", at=now) == 1
    assert rechecks.recheck_platform(platform="whatsapp", at=now) == 0


def test_the_manager_and_the_dpo_end_a_permit_by_hand_with_a_reason(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    with pytest.raises(PermissionDenied):
        permits.revoke(cast.max, permit=permit, reason="nein", at=now)
    with pytest.raises(ValidationError, match="Say why"):
        permits.revoke(cast.mona, permit=permit, reason=" ", at=now)
    permits.revoke(cast.mona, permit=permit, reason="Der Fall ist erledigt.", at=now)
    with pytest.raises(NotNow):
        permits.redeem(cast.anna, permit=permit, at=now)


def test_use_of_a_consent_is_kept_in_its_ledger_once(cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now)
    permits.redeem(cast.sven, permit=permit, at=now)
    deliver_due(at=now)
    deliver_due(at=now)
    assert [event.kind for event in consent_of(customer).events.all()] == ["given", "used"]


def test_the_database_refuses_a_use_beyond_the_limit(cast, customer, accounts, now):
    permit = permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    decision = permit.request.decisions.first()
    values = {"permit": permit, "at": now, "used_by": cast.anna, "decision": decision}
    with pytest.raises(IntegrityError, match="no further use"), transaction.atomic():
        PermitUse.objects.create(use_number=2, **values)


def test_a_suppressed_address_stays_blocked_for_a_new_customer_row(cast, customer, accounts, now):
    from tests.cast import make_customer

    record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now)
    again = make_customer(now, "9999")
    again.contact_points.filter(channel="email").delete()
    point(again, "email", "ERIKA.4711@kundin.example", now=now)
    assert ask(cast.anna, again, "email", accounts.email, at=now).outcome == "forbidden"
