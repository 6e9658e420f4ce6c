"""What the state machine and the races found, each as a short story of its own."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from consent import services
from consent.models import Consent
from consent.selectors import consent_answer, passed_until
from consent.services import links, opt_in
from contacts.customers.models import Objection
from contacts.customers.services import erase_customer, record_objection, update_customer
from contacts.requests.context import Question, load
from contacts.requests.services import permits
from portal.access.tokens import token_of
from portal.outbox.delivery import deliver_due
from tests.cast import wording
from tests.requests.scenes import advertising_permit

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)


@pytest.fixture
def give(cast, customer):
    def give(purpose="marketing", *, at, given_at=None, channel="email", **fields):
        values = {"how": "paper", "evidence": "Formular", "text": wording(purpose, channel)} | fields
        return services.give_consent(
            cast.clara, customer=customer, purpose=purpose, channel=channel, given_at=given_at or at, at=at, **values
        )

    return give


def state(customer, at, purpose="marketing"):
    return consent_answer(
        customer_id=customer.pk, purpose=purpose, channel="email", platform="", at=at, zone=BERLIN,
        thresholds=services.DEFAULT,
    ).state  # fmt: skip


def kinds(consent):
    return list(consent.events.order_by("pk").values_list("kind", flat=True))


def test_a_withdrawal_by_a_clock_behind_leaves_nothing_for_the_sweep(give, cast, customer, now):
    consent = give(at=now)
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now - SECOND)
    consent.refresh_from_db()
    assert (consent.recorded_state, consent.next_change_at, consent.withdrawn_at) == ("withdrawn", None, now)
    assert services.record_passage(at=now + timedelta(days=2000)) == 0
    assert kinds(consent) == ["given", "withdrawn"]


def test_a_use_told_late_is_entered_at_its_own_time_also_after_a_withdrawal(cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now)
    permits.redeem(cast.sven, permit=permit, at=now)
    consent = Consent.objects.get(customer=customer)
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now + SECOND)
    deliver_due(at=now + timedelta(days=3))
    used = consent.events.get(kind="used")
    assert (used.at, used.recorded_at) == (now, now + timedelta(days=3))
    consent.refresh_from_db()
    assert (consent.last_used_at, consent.withdrawn_at) == (now, now + SECOND)
    assert list(services.differences(at=now + timedelta(days=3))) == []


def test_a_consent_that_turns_out_older_than_a_withdrawal_is_withdrawn(give, cast, customer, now):
    consent = give(at=now - timedelta(days=30))
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now - timedelta(days=10))
    consent = give(at=now - timedelta(days=5))
    assert state(customer, now) == "active"
    services.correct_consent(
        cast.clara, consent=consent, evidence="Brief", given_at=now - timedelta(days=20), at=now,
        text=wording("marketing", "email"),
    )  # fmt: skip
    assert state(customer, now) == "withdrawn"
    assert list(services.differences(at=now)) == []


def test_a_correction_cannot_make_an_entry_newer_than_itself_and_so_lift_an_objection(give, cast, customer, now):
    consent = give(at=now - timedelta(days=30))
    record_objection(
        cast.anna, customer=customer, scope="marketing_objection", how="contact", at=now - timedelta(days=10)
    )
    with pytest.raises(ValidationError, match="on record before this time"):
        services.correct_consent(
            cast.clara, consent=consent, evidence="Brief", given_at=now - timedelta(days=5), at=now,
            text=wording("marketing", "email"),
        )  # fmt: skip


def test_a_confirmed_sign_up_does_not_wait_again_after_a_correction(cast, customer, now):
    text = wording("marketing", "email")
    row = services.request_opt_in(
        cast.clara, address="e@post.example", customer=customer, text=text, via="officer", at=now
    )
    consent = services.confirm_opt_in(token_of(opt_in.KIND, bytes(row.nonce)), at=now + SECOND)
    services.correct_consent(
        cast.clara, consent=consent, evidence="Brief", text=text, ends_on=now.date(),
        given_at=now - timedelta(hours=1), at=now + 2 * SECOND,
    )  # fmt: skip
    assert state(customer, now + timedelta(days=1)) == "expired"


def test_milder_thresholds_bring_a_consent_back_without_an_event_of_ageing(give, cast, customer, now):
    consent = give(at=now - timedelta(days=100))
    for at, stale, expired in ((now, 1, 2), (now + timedelta(days=1), 24, 48)):
        services.set_thresholds(
            cast.dora, stale_after_months_unused=stale, expired_after_months_unused=expired, doi_ttl_days=14,
            valid_from=at, reason="test", at=at,
        )  # fmt: skip
        services.apply_thresholds(at=at)
        services.record_passage(at=at)
    consent.refresh_from_db()
    assert kinds(consent) == ["given", "expired"]
    assert consent.recorded_state == state(customer, now + timedelta(days=1)) == "active"
    assert consent.next_change_at == consent.stale_at > now


def test_a_paper_that_arrives_after_the_purpose_above_was_withdrawn_counts_no_more(give, cast, customer, now):
    parent = give(at=now - timedelta(days=30))
    services.withdraw_consent(cast.anna, consent=parent, how="spoken", at=now - timedelta(days=10))
    with pytest.raises(ValidationError, match="reason above"):
        give("event_invitation", given_at=now - timedelta(days=20), at=now)
    assert state(customer, now, "event_invitation") == "none"
    give("event_invitation", given_at=now - timedelta(days=5), at=now)
    assert state(customer, now, "event_invitation") == "active"


def test_a_list_does_not_step_over_the_withdrawal_of_a_purpose_above(give, cast, customer, now):
    parent = give(at=now - timedelta(days=30))
    services.withdraw_consent(cast.anna, consent=parent, how="spoken", at=now - timedelta(days=10))
    with pytest.raises(ValidationError, match="A list cannot take that back"):
        services.import_consent(
            cast.clara, customer=customer, purpose="event_invitation", channel="email", given_at=now, at=now
        )


@pytest.mark.parametrize("verb", ["give", "renew", "correct", "import"])
def test_nobody_agrees_for_somebody_who_was_erased(give, cast, customer, now, verb):
    consent = give(at=now - timedelta(days=30))
    erase_customer(cast.dora, customer=customer, at=now)
    fields = {"evidence": "Brief", "given_at": now, "at": now}
    verbs = {
        "give": lambda: give("service", at=now),
        "renew": lambda: services.renew_consent(cast.clara, consent=consent, how="paper", **fields),
        "correct": lambda: services.correct_consent(cast.clara, consent=consent, **fields),
        "import": lambda: services.import_consent(
            cast.clara, customer=customer, purpose="service", channel="email", **fields
        ),
    }
    with pytest.raises(ValidationError, match="erased"):
        verbs[verb]()


def test_an_undone_import_does_not_hide_the_consent_that_can_be_corrected(give, cast, customer, now):
    consent = give(at=now - timedelta(days=30))
    services.import_consent(
        cast.clara, customer=customer, purpose="marketing", channel="email", given_at=now - timedelta(days=1), at=now
    )
    services.undo_import(cast.clara, event=consent.events.get(kind="imported"), at=now)
    services.correct_consent(cast.clara, consent=consent, evidence="", given_at=now - timedelta(days=40), at=now)
    consent.refresh_from_db()
    assert consent.given_at == now - timedelta(days=40)


def test_an_objection_by_a_clock_behind_is_not_lifted_by_the_consent_before_it(give, cast, customer, now):
    give(at=now)
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="contact", at=now - SECOND)
    assert Objection.objects.get().received_at == now
    context = load(customer, cast.sven, at=now)
    point = next(point for point in context.points if point.channel == "email")
    assert context.facts(Question(point=point, account=None, purpose="marketing")).objection == "marketing_objection"


def test_unsubscribing_from_advertising_ends_what_needs_no_consent_too(give, customer, now):
    give(at=now - timedelta(days=1))
    link = links.unsubscribe_link(
        customer=customer, point=customer.contact_points.get(channel="email"), purpose="marketing", at=now
    )
    for _ in range(3):
        services.withdraw_by_link(link, at=now + SECOND)
    said = Objection.objects.get()
    assert (said.scope, said.channel, said.how) == ("marketing_objection", "email", "one_click")


def test_the_rows_follow_the_zone_and_the_kind_of_the_customer(give, cast, customer, now):
    consent = give(at=now, channel="phone", ends_on=date(2027, 6, 30), text=wording("marketing", "phone"))
    assert consent.keep_until == date(2031, 11, 24)
    update_customer(cast.clara, customer=customer, at=now, timezone="America/New_York", kind="business_contact")
    assert list(services.differences(at=now)) != []
    deliver_due(at=now)
    assert list(services.differences(at=now)) == []
    consent.refresh_from_db()
    assert consent.ends_at.astimezone(ZoneInfo("America/New_York")).isoformat() == "2027-07-01T00:00:00-04:00"
    assert consent.expires_at == consent.ends_at
    assert consent.keep_until == date(2029, 12, 31)
    assert kinds(consent) == ["given"]


def test_no_permit_is_used_before_a_passage_that_is_on_record(cast, customer, accounts, now):
    """The press came a moment before midnight and waited; the sweep was faster."""
    permit = advertising_permit(cast, customer, accounts, now)
    Consent.objects.update(ends_on=now.date())
    midnight = (now + timedelta(hours=13)).replace(minute=0)
    Consent.objects.update(expires_at=midnight, next_change_at=midnight)
    assert services.record_passage(at=midnight) == 1
    assert passed_until(customer.pk) == midnight
    assert permits.redeem(cast.sven, permit=permit, at=midnight - SECOND).use is None
