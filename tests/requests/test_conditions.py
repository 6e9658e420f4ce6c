"""A reviewer may be stricter than the rules, never laxer: conditions of an approval, and proposals to take over."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InternalError, transaction
from django.utils.timezone import localdate, localtime

from contacts.customers.services import record_objection
from contacts.requests import freezing
from contacts.requests.models import Condition, Permit, PermitUse, Proposal, Review
from contacts.requests.routing.terms import Terms
from contacts.requests.services import asking, permits, proposing, reviewing, submitting
from contacts.requests.services.common import NotNow
from contacts.requests.stricter import Wish, period, proposal_of, terms_of
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.browsing import form, words
from tests.cast import point
from tests.requests.scenes import as_, reminder_by_sms, report_by_mail, service_by_mail

pytestmark = pytest.mark.django_db
THURSDAY = date(2026, 11, 26)
AFTERNOON = "Nur zwischen 14 und 16 Uhr."


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def waiting(cast, customer, accounts, now):
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)


def approve(user, request, at, **terms):
    given = {"verdict": "approved", "reason": "", "terms": Terms(**terms)}
    return reviewing.review(user, request=request, at=at, **given)


def ask_changes(user, request, at, **wish):
    asked = {"contact_point": request.contact_point, "account": None, "draft_text": request.draft_text} | wish
    given = {"verdict": "changes_asked", "reason": "Lieber so.", "wish": Wish(**asked)}
    return reviewing.review(user, request=request, at=at, **given)


# --- conditions of an approval


def test_a_permit_ends_with_the_last_day_that_was_set(waiting, cast, now):
    permit = approve(cast.mona, waiting, now, last_day=THURSDAY).permit
    assert localtime(permit.valid_until).isoformat() == "2026-11-26T23:59:59+01:00"
    assert permit.rules_until == now + timedelta(days=14)
    entry = AuditEntry.objects.get(verb="request.review_approved")
    assert entry.after["last_day"] == "2026-11-26"


def test_without_conditions_a_permit_is_as_the_rules_give(waiting, cast, now):
    permit = approve(cast.mona, waiting, now).permit
    assert (permit.valid_until, permit.uses_allowed) == (permit.rules_until, 1)
    assert not Condition.objects.exists()


def test_the_strictest_of_two_reviewers_counts(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = approve(cast.mona, asked, now, last_day=THURSDAY, words=(AFTERNOON,))
    page = words(as_(cast.dora).get(f"/inbox/{asked.number}/"))
    assert "Conditions of the approval" in page and AFTERNOON in page
    asked = approve(cast.dora, asked, now, last_day=THURSDAY + timedelta(days=2), words=("Ohne Anhang.",))
    assert terms_of(asked) == Terms(THURSDAY, None, (AFTERNOON, "Ohne Anhang."))
    assert localdate(asked.permit.valid_until) == THURSDAY


@pytest.mark.parametrize(
    ("terms", "field", "sentence"),
    [
        ({"last_day": date(2026, 11, 23)}, "last_day", "has passed"),
        ({"last_day": date(2026, 12, 8)}, "last_day", "Choose an earlier day"),
        ({"last_day": date(2027, 5, 1)}, "last_day", "Choose an earlier day"),
        ({"most_uses": 0}, "most_uses", "at least one contact"),
    ],
)
def test_conditions_that_are_none_are_refused_with_a_sentence(waiting, cast, now, terms, field, sentence):
    with pytest.raises(ValidationError, match=sentence) as refusal:
        approve(cast.mona, waiting, now, **terms)
    assert field in refusal.value.message_dict
    waiting.refresh_from_db()
    assert (waiting.state, Review.objects.count()) == ("with_manager", 0)


@pytest.mark.parametrize("verdict", ["refused", "changes_asked"])
def test_only_an_approval_has_conditions(waiting, cast, now, verdict):
    given = {"verdict": verdict, "reason": "Nein.", "terms": Terms(most_uses=1)}
    with pytest.raises(ValidationError, match="belong to an approval"):
        reviewing.review(cast.mona, request=waiting, at=now, **given)


def test_a_later_approval_gives_no_permit_for_a_time_that_is_over(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = approve(cast.mona, asked, now, last_day=localdate(now))
    with pytest.raises(NotNow, match="last day that a reviewer set"):
        approve(cast.dora, asked, now + timedelta(days=1))
    assert not Permit.objects.exists()


def test_conditions_fall_with_the_approval_when_it_is_handed_in_anew(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = approve(cast.mona, asked, now, last_day=THURSDAY, words=(AFTERNOON,))
    asked = reviewing.review(cast.dora, request=asked, verdict="changes_asked", reason="Kürzer.", at=now)
    asked = submitting.submit(cast.anna, request=asked, at=now)
    assert not terms_of(asked)
    asked = approve(cast.dora, approve(cast.mona, asked, now), now)
    assert asked.permit.valid_until == asked.permit.rules_until


def test_conditions_bind_what_waited_before_there_were_snapshots(cast, customer, accounts, now, monkeypatch):
    monkeypatch.setattr(freezing, "freeze", lambda *args, **kwargs: None)
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert not asked.snapshots.exists()
    monkeypatch.setattr(submitting, "terms_of", lambda request: Terms())
    with pytest.raises(IntegrityError, match="keeps to the conditions"), transaction.atomic():
        approve(cast.mona, asked, now, last_day=THURSDAY)


def test_conditions_in_words_are_confirmed_before_the_contact(waiting, cast, now):
    permit = approve(cast.mona, waiting, now, words=(AFTERNOON,)).permit
    with pytest.raises(NotNow, match="has conditions"):
        permits.redeem(cast.anna, permit=permit, at=now)
    assert not PermitUse.objects.exists()
    permits.redeem(cast.anna, permit=permit, at=now, conditions_read=True)
    assert AuditEntry.objects.get(verb="permit.used").after["conditions_read"] is True


def test_without_words_nothing_has_to_be_confirmed(waiting, cast, now):
    permit = approve(cast.mona, waiting, now, last_day=THURSDAY).permit
    assert permits.redeem(cast.anna, permit=permit, at=now).use is not None
    assert "conditions_read" not in AuditEntry.objects.get(verb="permit.used").after


def test_pages_and_mail_say_the_conditions(waiting, cast, now):
    review = {"verdict": "approved", "round": 1, "last_day": "2026-11-26", "words": AFTERNOON}
    shown = form(as_(cast.mona).get(f"/inbox/{waiting.number}/"))
    assert (
        as_(cast.mona)
        .post(f"/inbox/{waiting.number}/", shown.fields | review)
        .headers["Location"]
        .startswith("/inbox/?")
    )
    anna = as_(cast.anna)
    page = words(anna.get(f"/requests/{waiting.number}/"))
    assert "Under conditions: until the end of" in page and "26" in page and AFTERNOON in page
    number = Permit.objects.get().number
    assert "I have read the conditions" in words(anna.get(f"/permits/{number}/"))
    assert anna.post(f"/permits/{number}/redeem/").headers["Location"] == f"/permits/{number}/"
    assert "has conditions" in words(anna.get(f"/permits/{number}/"))
    assert "/uses/1/" in anna.post(f"/permits/{number}/redeem/", {"conditions_read": "on"}).headers["Location"]
    assert OutboxMessage.objects.get(topic="granted").payload["conditions"] == [AFTERNOON]


def test_the_page_says_what_is_wrong_with_a_condition_and_keeps_it(waiting, cast):
    mona = as_(cast.mona)
    shown = form(mona.get(f"/inbox/{waiting.number}/")).fields | {"verdict": "approved"}
    page = mona.post(f"/inbox/{waiting.number}/", shown | {"last_day": "2027-01-31"})
    assert "Choose an earlier day" in words(page) and 'value="2027-01-31"' in page.content.decode()
    page = words(mona.post(f"/inbox/{waiting.number}/", shown | {"verdict": "refused", "reason": "x", "words": "y"}))
    assert "Conditions belong to an approval" in page


# --- what the database itself refuses about conditions


def test_the_database_wants_conditions_with_an_approval_only_and_keeps_them(waiting, cast, now):
    done = reviewing.review(cast.mona, request=waiting, verdict="refused", reason="Nein.", at=now)
    with pytest.raises(IntegrityError, match="belongs to an approval"), transaction.atomic():
        Condition.objects.create(review=done.reviews.get(), most_uses=1)


@pytest.mark.parametrize("row", [{}, {"words": "  "}, {"most_uses": 0}])
def test_the_database_wants_a_condition_to_say_something(cast, customer, accounts, now, row):
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = approve(cast.mona, asked, now)
    with pytest.raises(IntegrityError, match="condition_"), transaction.atomic():
        Condition.objects.create(review=asked.reviews.get(), **row)


def test_the_database_holds_the_permit_to_its_conditions(cast, customer, accounts, now, monkeypatch):
    number = point(customer, "sms", "0171 5550000", now=now)
    values = {"purpose": "debt_collection", "contact_point": number, "account": accounts.sms, "uses_wanted": 3}
    asked, _answer = asking.ask(cast.anna, customer=customer, at=now, **values)
    asked = submitting.submit(cast.anna, request=asked, at=now)
    monkeypatch.setattr(submitting, "terms_of", lambda request: Terms())
    for given in ({"last_day": THURSDAY}, {"most_uses": 1}):
        with pytest.raises(IntegrityError, match="keeps to the conditions"), transaction.atomic():
            approve(cast.mona, asked, now, **given)


def test_the_database_keeps_the_conditions_as_they_were_made(waiting, cast, now):
    approve(cast.mona, waiting, now, last_day=THURSDAY, most_uses=1)
    condition = Condition.objects.get()
    with pytest.raises((IntegrityError, InternalError), match="append-only"), transaction.atomic():
        Condition.objects.filter(pk=condition.pk).update(last_day=None)
    with pytest.raises(IntegrityError, match="comes before the permit"), transaction.atomic():
        Condition.objects.create(review=Review.objects.get(), words="Zu spät.")


def test_the_database_lets_no_permit_last_longer_than_the_rules_gave(cast, customer, accounts, now, monkeypatch):
    _until, most = period(Terms(), now)
    monkeypatch.setattr(submitting, "period", lambda terms, at: (most + timedelta(seconds=1), most))
    with pytest.raises(IntegrityError, match="permit_never_laxer"), transaction.atomic():
        submitting.submit(cast.anna, request=service_by_mail(cast, customer, accounts, now), at=now)


# --- what a reviewer proposes


def test_a_proposal_is_taken_over_and_handed_in_with_one_press(waiting, cast, customer, now):
    other = point(customer, "sms", "0171 5559999", now=now)
    asked = ask_changes(cast.mona, waiting, now, contact_point=other, draft_text="Bitte rufen Sie uns an.")
    assert proposal_of(asked).changes == ["contact_point", "draft_text"]
    assert OutboxMessage.objects.get(topic="changes_asked").payload["proposed"] is True
    anna = as_(cast.anna)
    page = anna.get(f"/check/{asked.number}/")
    assert "Mona Beispiel proposes this instead" in words(page)
    button = form(page, f"/check/{asked.number}/take-proposal/")
    assert anna.post(button.action, button.fields).headers["Location"] == f"/requests/{asked.number}/sent/"
    asked.refresh_from_db()
    assert (asked.state, asked.contact_point, asked.draft_text) == ("with_dpo", other, "Bitte rufen Sie uns an.")
    assert (asked.edited_by, asked.round) == (cast.anna, 2)
    page = words(anna.get(f"/requests/{asked.number}/"))
    assert "Bitte rufen Sie uns an." in page and "proposes this instead" not in page
    # Who proposed the words does not approve them.
    assert approve(cast.dora, asked, now).state == "granted"


def test_a_proposal_that_the_rules_allow_is_granted_at_once(waiting, cast, customer, now):
    letter = customer.contact_points.get(channel="letter")
    asked = ask_changes(cast.mona, waiting, now, contact_point=letter)
    taken = proposing.take_over(cast.anna, request=asked, proposal=proposal_of(asked).pk, at=now)
    assert (taken.state, taken.permit.contact_point) == ("granted", letter)


def test_a_proposal_may_not_be_worse_than_what_was_asked(waiting, cast, customer, now):
    profile = customer.contact_points.get(channel="social_dm")
    with pytest.raises(ValidationError, match="no account for this address"):
        ask_changes(cast.mona, waiting, now, contact_point=profile)
    with pytest.raises(ValidationError, match="The rules are stricter"):
        ask_changes(cast.mona, waiting, now, draft_text="Jetzt 20 % Rabatt auf alles!")
    assert not Review.objects.exists()


def test_a_proposal_fits_customer_and_channel(waiting, cast, accounts, now):
    from tests.cast import make_customer

    other = make_customer(now, "4712").contact_points.get(channel="letter")
    with pytest.raises(ValidationError, match="no longer used"):
        ask_changes(cast.mona, waiting, now, contact_point=other)
    with pytest.raises(ValidationError, match="does not fit"):
        ask_changes(cast.mona, waiting, now, account=accounts.email)


@pytest.mark.parametrize("verdict", ["approved", "refused"])
def test_a_proposal_goes_with_asking_for_changes_only(waiting, cast, now, verdict):
    wish = Wish(waiting.contact_point, None, "Anders.")
    with pytest.raises(ValidationError, match="Ask for changes"):
        reviewing.review(cast.mona, request=waiting, verdict=verdict, reason="x", wish=wish, at=now)


def test_what_is_as_it_was_asked_is_no_proposal(waiting, cast, now):
    asked = ask_changes(cast.mona, waiting, now)
    assert proposal_of(asked) is None
    assert not Proposal.objects.exists()


def test_only_the_requester_takes_over_and_only_what_stands(waiting, cast, now):
    asked = ask_changes(cast.mona, waiting, now, draft_text="Anders.")
    key = proposal_of(asked).pk
    for user in (cast.mona, cast.sven):
        with pytest.raises(PermissionDenied):
            proposing.take_over(user, request=asked, proposal=key, at=now)
    with pytest.raises(NotNow, match="does not stand any more"):
        proposing.take_over(cast.anna, request=asked, proposal=key + 1, at=now)
    proposing.take_over(cast.anna, request=asked, proposal=key, at=now)
    with pytest.raises(NotNow, match="has moved on"):
        proposing.take_over(cast.anna, request=asked, proposal=key, at=now)


def test_taking_over_leaves_what_the_proposal_is_not_about(waiting, cast, accounts, now):
    asked = ask_changes(cast.mona, waiting, now, draft_text="Anders.")
    values = {"contact_point": asked.contact_point, "account": accounts.sms, "presumed_consent": "Eigene Worte."}
    asking.edit(cast.anna, request=asked, at=now, **values)
    taken = proposing.take_over(cast.anna, request=asked, proposal=proposal_of(asked).pk, at=now)
    assert (taken.draft_text, taken.presumed_consent) == ("Anders.", "Eigene Worte.")


def test_what_the_rules_forbid_meanwhile_is_not_handed_in(waiting, cast, customer, now):
    asked = ask_changes(cast.mona, waiting, now, draft_text="Anders.")
    record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now)
    posted = as_(cast.anna).post(f"/check/{asked.number}/take-proposal/", {"proposal": proposal_of(asked).pk})
    assert posted.headers["Location"] == f"/requests/{asked.number}/"
    asked.refresh_from_db()
    assert (asked.state, asked.outcome, asked.draft_text) == ("draft", "forbidden", "Anders.")


@pytest.mark.parametrize("key", ["", "x", "²", "9" * 30])
def test_nonsense_instead_of_a_proposal_changes_nothing(waiting, cast, now, key):
    asked = ask_changes(cast.mona, waiting, now, draft_text="Anders.")
    page = as_(cast.anna).post(f"/check/{asked.number}/take-proposal/", {"proposal": key}, follow=True)
    assert "does not stand any more" in words(page)


def test_the_page_offers_the_proposal_as_it_is_written(waiting, cast, customer, now):
    mona = as_(cast.mona)
    shown = form(mona.get(f"/inbox/{waiting.number}/")).fields
    shown |= {"verdict": "changes_asked", "reason": "Freundlicher.", "draft_text": "Guten Tag, bitte melden Sie sich."}
    assert mona.post(f"/inbox/{waiting.number}/", shown).headers["Location"].startswith("/inbox/?")
    assert Proposal.objects.get().draft_text == "Guten Tag, bitte melden Sie sich."


def test_the_database_keeps_a_proposal_and_lets_only_its_words_go(waiting, cast, now):
    ask_changes(cast.mona, waiting, now, draft_text="Anders.")
    mine = Proposal.objects.all()
    for act in (lambda: mine.update(changes=["account"]), lambda: mine.update(draft_text="Neu."), mine.delete):
        with pytest.raises((IntegrityError, InternalError), match="stays as it was made"), transaction.atomic():
            act()
    assert mine.update(draft_text="") == 1


def test_the_database_wants_a_proposal_with_changes_asked_for(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    asked = approve(cast.mona, asked, now)
    row = {"contact_point": asked.contact_point, "changes": ["draft_text"], "outcome": "allowed"}
    with pytest.raises(IntegrityError, match="belongs to changes asked for"), transaction.atomic():
        Proposal.objects.create(review=asked.reviews.get(), **row)


def test_a_reviewer_is_offered_no_address_of_other_customers(cast, customer, accounts, now):
    from tests.cast import make_customer

    make_customer(now, "4712")
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert "erika.4712" not in as_(cast.mona).get(f"/inbox/{asked.number}/").content.decode()
