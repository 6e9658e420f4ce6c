"""The company's accounts and the review of platforms: who decides, and what ends with the decision."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts.customers.services import record_inbound
from contacts.requests.account_services import (
    approve_account,
    close_account,
    create_account,
    review_platform,
    update_account,
)
from contacts.requests.models import CompanyAccount, Permit, PlatformRegistration
from contacts.requests.services import permits
from contacts.requests.services.common import NotNow
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from portal.people.models import Department
from tests.cast import point
from tests.requests.scenes import ask, permit_for, service_by_mail

pytestmark = pytest.mark.django_db
EVERYBODY = ["anna", "mona", "dora", "clara", "tom", "rita", "adam"]


def but(*names: str) -> list[str]:
    return [name for name in EVERYBODY if name not in names]


def fields(now, **changed: object) -> dict[str, object]:
    return {
        "name": "Signal am Empfang",
        "channel": "messenger",
        "platform": "signal",
        "valid_from": now.date(),
    } | changed


@pytest.fixture
def signal(cast, now) -> CompanyAccount:
    """An account that waits for the DPO, with its contract on file."""
    account = create_account(cast.adam, at=now, **fields(now, processor_contract="Ordner AV 12, 01.10.2026"))
    AuditEntry.objects.filter(verb="account.created").get()
    return account


def entries(verb: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(verb=verb))


def events(topic: str) -> list[dict]:
    return list(OutboxMessage.objects.filter(topic=topic).values_list("payload", flat=True))


def answer_by_whatsapp(cast, customer, accounts, now) -> Permit:
    """The customer asked over WhatsApp; the answer goes back the same way."""
    point(customer, "messenger", "0171 5551234", now=now, platform="whatsapp", source="data_subject")
    record_inbound(
        cast.anna, customer=customer, channel="messenger", platform="whatsapp", at=now, note="Frage", now=now
    )
    request = ask(cast.anna, customer, "messenger", accounts.whatsapp, at=now, purpose="inquiry_reply")
    return permit_for(request, cast, now)


# --- a new account


def test_a_new_account_waits_for_the_dpo(cast, now, signal):
    assert signal.approved_at is None
    assert not CompanyAccount.objects.open_on(now.date()).filter(pk=signal.pk).exists()
    (entry,) = entries("account.created")
    assert (entry.actor, entry.subject_id, entry.after["platform"]) == (cast.adam, str(signal.pk), "signal")


@pytest.mark.parametrize("name", but("adam"))
def test_only_administrators_create_accounts(cast, now, name):
    with pytest.raises(PermissionDenied):
        create_account(getattr(cast, name), at=now, **fields(now))
    assert not CompanyAccount.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"channel": "fax"},
        {"platform": ""},
        {"platform": "icq"},
        {"channel": "email"},
        {"kind": "private_account"},
        {"valid_until": "yesterday"},
    ],
)
def test_an_account_that_fits_nowhere_is_refused(cast, now, changed):
    if "valid_until" in changed:
        changed = {"valid_until": now.date() - timedelta(days=1)}
    with pytest.raises(ValidationError):
        create_account(cast.adam, at=now, **fields(now, **changed))
    assert not CompanyAccount.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ["approved_at", "approved_by", "closed_at"])
def test_nobody_creates_or_edits_an_approval(cast, now, signal, name):
    with pytest.raises(TypeError):
        create_account(cast.adam, at=now, **fields(now, **{name: now}))
    with pytest.raises(TypeError):
        update_account(cast.adam, account=signal, at=now, **{name: now})


# --- approving


def test_the_dpo_approves_once(cast, now, signal):
    approve_account(cast.dora, account=signal, at=now)
    approve_account(cast.dora, account=signal, at=now + timedelta(hours=1))
    signal.refresh_from_db()
    assert (signal.approved_at, signal.approved_by) == (now, cast.dora)
    assert CompanyAccount.objects.open_on(now.date()).get() == signal
    (entry,) = entries("account.approved")
    assert (entry.before, entry.after) == ({"approved": False}, {"approved": True})


@pytest.mark.parametrize("name", but("dora"))
def test_only_the_dpo_approves(cast, now, signal, name):
    with pytest.raises(PermissionDenied):
        approve_account(getattr(cast, name), account=signal, at=now)
    signal.refresh_from_db()
    assert signal.approved_at is None


def test_a_messenger_without_a_contract_is_not_approved(cast, now):
    account = create_account(cast.adam, at=now, **fields(now))
    with pytest.raises(ValidationError, match=r"Art\. 28"):
        approve_account(cast.dora, account=account, at=now)
    assert entries("account.approved") == []


def test_an_account_that_is_no_platforms_needs_no_contract(cast, now):
    account = create_account(cast.adam, at=now, name="info@firma.example", channel="email", valid_from=now.date())
    assert approve_account(cast.dora, account=account, at=now).approved_at == now


# --- changing


def test_a_change_is_told_once_with_what_differs(cast, now, signal):
    sales = Department.objects.get(name="Vertrieb")
    update_account(cast.adam, account=signal, at=now, name="Signal", owner=sales, platform="signal")
    (entry,) = entries("account.changed")
    assert entry.before == {"name": "Signal am Empfang", "owner": None, "approved": False}
    assert entry.after == {"name": "Signal", "owner": sales.pk, "approved": False}
    assert events("account.closed") == [{"account_id": signal.pk}]


def test_no_difference_writes_nothing(cast, now, signal):
    update_account(cast.adam, account=signal, at=now, **fields(now))
    assert entries("account.changed") == [] and events("account.closed") == []


@pytest.mark.parametrize("name", but("adam"))
def test_only_administrators_change_accounts(cast, now, signal, name):
    with pytest.raises(PermissionDenied):
        update_account(getattr(cast, name), account=signal, at=now, name="Anders")


@pytest.mark.parametrize(
    ("changed", "still"),
    [
        ({"name": "Signal neu"}, True),
        ({"valid_until": None}, True),
        ({"platform": "threema"}, False),
        ({"channel": "social_dm"}, False),
        ({"kind": "company_shared_device"}, False),
        ({"processor_contract": ""}, False),
        ({"address_book_isolated": True}, False),
    ],
)
def test_what_the_approval_rested_on_takes_it_back(cast, now, signal, changed, still):
    approve_account(cast.dora, account=signal, at=now)
    update_account(cast.adam, account=signal, at=now, **changed)
    signal.refresh_from_db()
    assert (signal.approved_at is not None, signal.approved_by is not None) == (still, still)


def test_a_permit_on_an_account_that_lost_its_approval_is_not_used(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    update_account(cast.adam, account=accounts.email, at=now, kind="company_shared_device")
    assert permits.redeem(cast.anna, permit=permit, at=now).use is None


def test_nor_on_one_whose_time_has_been_cut(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    yesterday = now.date() - timedelta(days=1)
    update_account(cast.adam, account=accounts.email, at=now, valid_until=yesterday)
    assert permits.redeem(cast.anna, permit=permit, at=now).use is None


# --- closing


@pytest.mark.parametrize("name", ["dora", "adam"])
def test_closing_is_told_once(cast, now, signal, name):
    close_account(getattr(cast, name), account=signal, at=now)
    close_account(getattr(cast, name), account=signal, at=now + timedelta(hours=1))
    signal.refresh_from_db()
    assert signal.closed_at == now
    (entry,) = entries("account.closed")
    assert (entry.actor, entry.before) == (getattr(cast, name), {"closed_at": None})
    assert events("account.closed") == [{"account_id": signal.pk}]


@pytest.mark.parametrize("name", but("dora", "adam"))
def test_nobody_else_closes(cast, now, signal, name):
    with pytest.raises(PermissionDenied):
        close_account(getattr(cast, name), account=signal, at=now)
    assert events("account.closed") == []


def test_a_closed_account_is_neither_changed_nor_approved(cast, now, signal):
    close_account(cast.adam, account=signal, at=now)
    with pytest.raises(ValidationError, match="is closed"):
        update_account(cast.adam, account=signal, at=now, name="Wieder da")
    with pytest.raises(ValidationError, match="is closed"):
        approve_account(cast.dora, account=signal, at=now)


def test_a_permit_on_a_closed_account_dies_with_the_commit(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    close_account(cast.dora, account=accounts.email, at=now)
    redemption = permits.redeem(cast.anna, permit=permit, at=now)
    assert (redemption.use, redemption.not_now) == (None, False)
    permit.refresh_from_db()
    assert permit.state == "revoked"
    with pytest.raises(NotNow):
        permits.redeem(cast.anna, permit=permit, at=now)


def test_the_bookkeeping_ends_those_permits_and_tells_their_holders_once(cast, customer, accounts, now, mail_folder):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    deliver_due(at=now)
    close_account(cast.dora, account=accounts.email, at=now)
    deliver_due(at=now)
    deliver_due(at=now)
    permit.refresh_from_db()
    assert permit.state == "revoked"
    assert len(entries("permit.revoked")) == 1
    assert [message.recipient for message in OutboxMessage.objects.filter(topic="revoked")] == [cast.anna]


def test_permits_on_other_accounts_stay(cast, customer, accounts, now):
    permit = permit_for(ask(cast.anna, customer, "phone", accounts.phone, at=now), cast, now)
    close_account(cast.dora, account=accounts.email, at=now)
    deliver_due(at=now)
    assert permits.redeem(cast.anna, permit=permit, at=now).use is not None


# --- platforms


def test_the_review_of_a_platform_is_told_once(cast, now):
    signal = PlatformRegistration.objects.get(platform="signal")
    before = {"status": signal.status, "note": signal.note}
    review_platform(cast.dora, registration=signal, status="approved", note="  geprüft  ", at=now)
    (entry,) = entries("platform.reviewed")
    assert (entry.subject_id, entry.actor) == ("signal", cast.dora)
    assert (entry.before, entry.after) == (before, {"status": "approved", "note": "geprüft"})
    assert events("platform.changed") == [{"platform": "signal"}]
    review_platform(cast.dora, registration=signal, status="approved", note="geprüft", at=now)
    assert len(entries("platform.reviewed")) == 1


def test_a_new_note_alone_moves_no_permit(cast, now):
    signal = PlatformRegistration.objects.get(platform="signal")
    review_platform(cast.dora, registration=signal, status=signal.status, note="Termin im Mai", at=now)
    assert len(entries("platform.reviewed")) == 1
    assert events("platform.changed") == []


@pytest.mark.parametrize("name", but("dora"))
def test_only_the_dpo_reviews_platforms(cast, now, name):
    signal = PlatformRegistration.objects.get(platform="signal")
    with pytest.raises(PermissionDenied):
        review_platform(getattr(cast, name), registration=signal, status="approved", note="", at=now)
    assert entries("platform.reviewed") == []


@pytest.mark.parametrize("changed", [{"status": "fine"}, {"status": ""}, {"note": "x" * 301}])
def test_nonsense_about_a_platform_is_refused(cast, now, changed):
    signal = PlatformRegistration.objects.get(platform="signal")
    with pytest.raises(ValidationError):
        review_platform(cast.dora, registration=signal, at=now, **({"status": "approved", "note": ""} | changed))
    assert entries("platform.reviewed") == []


def test_a_permit_over_a_platform_dies_when_the_platform_is_no_longer_approved(cast, customer, accounts, now):
    permit = answer_by_whatsapp(cast, customer, accounts, now)
    whatsapp = PlatformRegistration.objects.get(platform="whatsapp")
    review_platform(cast.dora, registration=whatsapp, status="not_approved", note="", at=now)
    assert permits.redeem(cast.anna, permit=permit, at=now).use is None
    permit.refresh_from_db()
    assert "ACC-05" in permit.revoked_reason


def test_while_it_is_approved_the_permit_over_it_is_used(cast, customer, accounts, now):
    permit = answer_by_whatsapp(cast, customer, accounts, now)
    assert permits.redeem(cast.anna, permit=permit, at=now).use is not None
