"""More than one contact under one permit: asked for, shown, never more than allowed, each with its outcome."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction

from contacts.requests.freezing import material, snapshot_of, still_the_same
from contacts.requests.models import ContactRequest, Permit, PermitUse
from contacts.requests.routing.terms import Terms
from contacts.requests.services import asking, lifecycle, permits, reviewing, submitting
from portal.audit.models import AuditEntry
from portal.desk.selectors import own_standing, tasks_of
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.browsing import form, words
from tests.requests.scenes import as_, ask, permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


def thrice(cast, customer, accounts, now) -> ContactRequest:
    return ask(cast.anna, customer, "email", accounts.email, at=now, uses_wanted=3)


@pytest.fixture
def permit(cast, customer, accounts, now) -> Permit:
    return permit_for(thrice(cast, customer, accounts, now), cast, now)


def use(permit, now):
    return permits.redeem(permit.holder, permit=permit, at=now).use


def use_and_log(permit, now, result="reached"):
    return permits.log_contact(permit.holder, use=use(permit, now), result=result, note="", at=now)


# --- asking


def test_one_contact_is_asked_for_unless_more_is_said(cast, customer, accounts, now):
    assert permit_for(service_by_mail(cast, customer, accounts, now), cast, now).uses_allowed == 1


def test_a_permit_allows_as_many_uses_as_were_asked_for(permit):
    assert permit.uses_allowed == 3


def test_the_form_asks_for_the_number_and_offers_no_more_than_five(cast, customer, accounts, now):
    client = as_(cast.anna)
    shown = form(client.get("/check/customers/4711/"))
    assert shown.fields["uses_wanted"] == "1"
    asked = {"purpose": "service", "contact_point": customer.contact_points.get(channel="email").pk}
    answer = client.post("/check/customers/4711/", shown.fields | asked | {"uses_wanted": "6"})
    assert "Between 1 and 5 contacts can be asked for at once." in words(answer)
    client.post("/check/customers/4711/", shown.fields | asked | {"uses_wanted": "5"})
    assert ContactRequest.objects.get().uses_wanted == 5


@pytest.mark.parametrize("count", [0, 6])
def test_the_database_knows_the_most_too(cast, customer, accounts, now, count):
    request = service_by_mail(cast, customer, accounts, now)
    with pytest.raises(IntegrityError, match="request_uses_in_range"), transaction.atomic():
        ContactRequest.objects.filter(pk=request.pk).update(uses_wanted=count)


def test_the_number_is_part_of_what_a_reviewer_reads(cast, customer, accounts, now):
    request = reminder_by_sms(cast, customer, accounts, now)
    sms = {"contact_point": request.contact_point, "account": request.account}
    asking.edit(cast.anna, request=request, at=now, uses_wanted=3, **sms)
    request = submitting.submit(cast.anna, request=request, at=now)
    assert snapshot_of(request).content["asked"]["uses_wanted"] == 3
    assert "Number of contacts 3" in words(as_(cast.mona).get(f"/inbox/{request.number}/"))


def test_a_snapshot_of_before_there_were_several_uses_still_fits(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert "uses_wanted" not in material(request)
    assert still_the_same(request, snapshot_of(request))


def test_the_database_keeps_the_number_that_was_handed_in(cast, customer, accounts, now):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    with pytest.raises(IntegrityError, match="stays as it was read"), transaction.atomic():
        ContactRequest.objects.filter(pk=request.pk).update(uses_wanted=2)


@pytest.mark.parametrize(("most", "allowed"), [(None, 3), (2, 2), (5, 3)])
def test_who_grants_may_lower_the_number_and_never_raise_it(cast, customer, accounts, now, monkeypatch, most, allowed):
    monkeypatch.setattr(submitting, "terms_of", lambda request: Terms(most_uses=most))
    request = submitting.submit(cast.anna, request=thrice(cast, customer, accounts, now), at=now)
    assert request.permit.uses_allowed == allowed


def test_the_trail_says_how_many(permit):
    assert AuditEntry.objects.get(verb="permit.granted").after["uses"] == 3


# --- using


def test_each_use_needs_an_outcome_before_the_next(permit, now):
    first = use(permit, now)
    with pytest.raises(permits.LogFirst, match="Say first what happened in contact 1") as refusal:
        use(permit, now)
    assert refusal.value.use == first
    permits.log_contact(permit.holder, use=first, result="reached", note="", at=now)
    assert use(permit, now).use_number == 2


def test_after_the_last_use_it_is_used_up(permit, now):
    for turn in (1, 2, 3):
        permit.refresh_from_db()
        assert permit.state == "active", turn
        use_and_log(permit, now)
    permit.refresh_from_db()
    assert permit.state == "used"
    with pytest.raises(permits.NotNow, match="has ended"):
        use(permit, now)


def test_every_use_is_decided_anew(cast, customer, permit, now):
    from contacts.customers.services import record_objection

    use_and_log(permit, now)
    record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now)
    assert use(permit, now) is None
    permit.refresh_from_db()
    assert permit.state == "revoked"


def test_the_database_refuses_the_fourth_of_three(permit, now):
    for _turn in range(3):
        use_and_log(permit, now)
    values = {"permit": permit, "at": now, "used_by": permit.holder, "decision": permit.request.decisions.first()}
    with pytest.raises(IntegrityError, match="no further use"), transaction.atomic():
        PermitUse.objects.create(use_number=4, **values)


@pytest.mark.parametrize("number", [2, 3])
def test_the_database_refuses_a_use_before_the_last_one_has_an_outcome(permit, now, number):
    use(permit, now)
    values = {"permit": permit, "at": now, "used_by": permit.holder, "decision": permit.request.decisions.first()}
    with pytest.raises(IntegrityError, match="no outcome yet"), transaction.atomic():
        PermitUse.objects.create(use_number=number, **values)


def test_the_page_counts_the_uses(permit, now):
    client, page = as_(permit.holder), f"/permits/{permit.number}/"
    assert "This is use 1 of 3." in words(client.get(page))
    use_and_log(permit, now)
    shown = words(client.get(page))
    assert "This is use 2 of 3." in shown
    assert "Use 1 of 3" in shown
    assert " 1 of 3 " in words(client.get("/permits/"))


def test_the_page_sends_to_the_open_outcome_instead_of_the_next_contact(permit, now):
    use(permit, now)
    page = as_(permit.holder).get(f"/permits/{permit.number}/")
    assert "Say first what happened" in words(page)
    assert f"/permits/{permit.number}/uses/1/" in page.content.decode()
    assert "Make contact now" not in words(page)


def test_pressing_all_the_same_leads_to_the_log_with_a_sentence(permit, now):
    use(permit, now)
    answer = as_(permit.holder).post(f"/permits/{permit.number}/redeem/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/permits/{permit.number}/uses/1/"
    assert "Say first what happened in contact 1" in words(answer)
    assert permit.uses.count() == 1


# --- not logged


def test_the_start_page_asks_for_the_outcome_and_says_when_it_is_late(permit, now):
    use(permit, now)

    def word(at):
        trained = own_standing(permit.holder, today=at.date())
        return next(t.word for t in tasks_of(permit.holder, trained, at=at) if "Say what happened" in t.title)

    assert word(now + timedelta(hours=23)) == "To log"
    assert word(now + timedelta(days=1)) == "Overdue"


def test_who_has_not_logged_within_a_day_is_reminded_once(permit, now, mail_folder):
    use(permit, now)
    assert lifecycle.remind_uses(at=now + timedelta(hours=23)) == 0
    for hours in (24, 25, 72):
        lifecycle.remind_uses(at=now + timedelta(hours=hours))
        deliver_due(at=now + timedelta(hours=hours))
    told = OutboxMessage.objects.filter(topic="use_to_log")
    assert [message.recipient for message in told] == [permit.holder]
    (mail,) = [path for path in mail_folder.glob("*.eml") if b"/uses/1/" in path.read_bytes()]
    assert b"Mustermann" not in mail.read_bytes()


def test_who_has_logged_is_not_reminded(permit, now):
    use_and_log(permit, now)
    assert lifecycle.remind_uses(at=now + timedelta(days=3)) == 0


# --- what it is bound to


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "marketing"},
        {"uses_allowed": 5},
        {"text_sha256": "0" * 64},
        {"released": "needs_dpo_approval"},
        {"accepted_rules": ["OBJ-03"]},
        {"rests_on_consent": True},
        {"legal_basis": "GDPR Art. 6(1)(f)"},
        {"legal_basis": ""},
        {"account": None},
    ],
)
def test_what_a_permit_is_bound_to_never_changes(permit, change):
    with pytest.raises(IntegrityError, match="permit_bound"), transaction.atomic():
        Permit.objects.filter(pk=permit.pk).update(**change)


@pytest.mark.parametrize("name", ["valid_until", "valid_from"])
def test_its_time_never_changes(permit, name):
    later = getattr(permit, name) + timedelta(hours=1)
    with pytest.raises(IntegrityError, match="permit_bound"), transaction.atomic():
        Permit.objects.filter(pk=permit.pk).update(**{name: later})


def test_holder_customer_and_address_never_change(cast, permit, now):
    from tests.cast import make_customer

    other = make_customer(now, "4712")
    for change in ({"holder": cast.sven}, {"customer": other}, {"contact_point": other.contact_points.first()}):
        with pytest.raises(IntegrityError, match="permit_bound"), transaction.atomic():
            Permit.objects.filter(pk=permit.pk).update(**change)


@pytest.mark.parametrize("state", ["used", "expired", "revoked"])
def test_an_ended_permit_is_never_active_again(permit, now, state):
    Permit.objects.filter(pk=permit.pk).update(state=state, revoked_at=now, revoked_reason="x")
    with pytest.raises(IntegrityError, match="permit_bound"), transaction.atomic():
        Permit.objects.filter(pk=permit.pk).update(state="active")


def test_a_permit_is_never_deleted(permit):
    with pytest.raises((IntegrityError, InternalError), match="permit_bound"), transaction.atomic():
        Permit.objects.filter(pk=permit.pk).delete()


@pytest.mark.parametrize("change", [{"purpose": "marketing"}, {"text_sha256": "0" * 64}, {"uses_allowed": 4}])
def test_the_database_grants_nothing_but_what_was_asked(permit, cast, customer, accounts, now, change):
    other = ask(cast.sven, customer, "letter", accounts.letter, at=now, uses_wanted=3)
    values = {name: getattr(other, name) for name in ("customer", "contact_point", "account", "purpose")}
    values |= {"request": other, "holder": cast.sven, "released": "allowed", "text_sha256": permit.text_sha256}
    values |= {"valid_from": now, "valid_until": now + timedelta(days=1)}
    with transaction.atomic():
        Permit.objects.create(**values)
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError, match="permit_bound"), transaction.atomic():
        Permit.objects.create(**values | change)


def test_another_text_than_the_approved_one_is_not_sent(cast, customer, accounts, now):
    """The words of a request may be blanked when somebody is forgotten; then nobody knows what was approved."""
    request = ask(cast.anna, customer, "email", accounts.email, at=now, draft_text="Ihr Termin ist am Montag.")
    permit = permit_for(request, cast, now)
    ContactRequest.objects.filter(pk=request.pk).update(draft_text="")
    client = as_(cast.anna)
    assert "The text is no longer the one that was approved." in words(client.get(f"/permits/{permit.number}/"))
    answer = client.post(f"/permits/{permit.number}/redeem/", follow=True)
    assert "Stop: do not make contact. The text is no longer the one that was approved." in words(answer)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason, permit.uses.count()) == ("revoked", "text", 0)


def test_the_page_shows_the_text_with_its_fingerprint(cast, customer, accounts, now):
    request = ask(cast.anna, customer, "email", accounts.email, at=now, draft_text="Ihr Termin ist am Montag.")
    permit = permit_for(request, cast, now)
    shown = words(as_(cast.anna).get(f"/permits/{permit.number}/"))
    assert "Ihr Termin ist am Montag." in shown
    assert permit.text_sha256[:16] in shown


def test_a_reviewer_releases_every_use(cast, customer, accounts, now):
    request = reminder_by_sms(cast, customer, accounts, now)
    sms = {"contact_point": request.contact_point, "account": request.account}
    asking.edit(cast.anna, request=request, at=now, uses_wanted=2, **sms)
    submitting.submit(cast.anna, request=request, at=now)
    reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    assert Permit.objects.get(request=request).uses_allowed == 2
