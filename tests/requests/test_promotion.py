"""Advertising in disguise: the wording of a draft becomes a fact, and what it takes to hold the contrary."""

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from contacts import policy
from contacts.requests.deciding import answer
from contacts.requests.models import Permit, PromotionDispute, PromotionOverride, Review
from contacts.requests.promotion import fingerprint, promotion_of
from contacts.requests.services import asking, permits, reviewing, submitting
from contacts.requests.services.common import NotNow
from contacts.requests.services.disputing import dispute_promotion
from portal.audit.models import AuditEntry
from tests.browsing import form, words
from tests.requests.scenes import as_, ask

pytestmark = pytest.mark.django_db
DISGUISED = "Ihr Gerät ist repariert.\nJetzt neu: 20 % Rabatt auf alle Filter!"
PLAIN = "Ihr Gerät ist repariert und kann abgeholt werden."
WHY = "Der Kunde hat nach dem Filterrabatt gefragt."
AGREED = "Das ist die Antwort auf seine Frage vom Montag."


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


def mail(cast, customer, accounts, at, text=DISGUISED, **fields):
    return ask(cast.anna, customer, "email", accounts.email, at=at, draft_text=text, **fields)


@pytest.fixture
def found(cast, customer, accounts, now):
    return mail(cast, customer, accounts, now)


@pytest.fixture
def disputed(cast, found, now):
    return dispute_promotion(cast.anna, request=found, reason=WHY, at=now)[0]


@pytest.fixture
def waiting(cast, disputed, now):
    return submitting.submit(cast.anna, request=disputed, at=now)


@pytest.fixture
def granted(cast, waiting, now):
    return approve(cast.mona, waiting, now)


def approve(who, request, now, promotion_reason=AGREED):
    verdict = {"verdict": "approved", "reason": "", "promotion_reason": promotion_reason}
    return reviewing.review(who, request=request, at=now, **verdict)


def change(cast, request, now, text):
    over = {"contact_point": request.contact_point, "account": request.account}
    return asking.edit(cast.anna, request=request, at=now, draft_text=text, **over)[0]


# --- the fact


def test_wording_makes_a_service_mail_advertising(found):
    assert (found.contains_promotion, found.outcome) == (False, "forbidden")
    kept = found.decisions.get()
    assert kept.facts["contains_promotion"] is True
    assert "PUR-01" in kept.fired_rules


def test_a_plain_text_stays_service(cast, customer, accounts, now):
    assert mail(cast, customer, accounts, now, PLAIN).outcome == "allowed"


def test_a_tick_counts_without_any_wording(cast, customer, accounts, now):
    asked = mail(cast, customer, accounts, now, PLAIN, contains_promotion=True)
    assert asked.outcome == "forbidden"
    assert not promotion_of(asked).disputable


def test_a_plain_text_costs_no_query(cast, customer, accounts, now, django_assert_num_queries):
    asked = mail(cast, customer, accounts, now, PLAIN)
    with django_assert_num_queries(0):
        assert not promotion_of(asked).promotes


def test_found_wording_costs_one_query(found, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert promotion_of(found).promotes


# --- disputing


def test_a_dispute_leads_to_the_manager_though_the_rules_would_allow(disputed):
    assert disputed.outcome == "needs_manager_approval"
    kept = disputed.decisions.first()
    assert (kept.outcome, kept.facts["contains_promotion"]) == ("allowed", False)
    again = policy.decide(policy.parse_inputs("again", kept.facts)[0], policy.RULE_SET_1)
    assert again.outcome.value == kept.outcome


def test_the_stricter_answer_of_the_rules_counts(cast, customer, accounts, now):
    asked = mail(cast, customer, accounts, now, special_category=True)
    assert dispute_promotion(cast.anna, request=asked, reason=WHY, at=now)[0].outcome == "needs_dpo_approval"
    asked = ask(cast.anna, customer, "social_dm", None, at=now, draft_text=DISGUISED)
    assert dispute_promotion(cast.anna, request=asked, reason=WHY, at=now)[0].outcome == "forbidden"


def test_other_addresses_are_no_way_around_the_manager(disputed, now):
    from contacts.requests.ways import all_ways

    assert [way.keys for way in all_ways(answer(disputed, at=now))] == [("remove_promotion",)]


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_dispute_needs_a_reason(cast, found, now, reason):
    with pytest.raises(ValidationError, match="Say why"):
        dispute_promotion(cast.anna, request=found, reason=reason, at=now)
    assert not PromotionDispute.objects.exists()


def test_only_the_requester_disputes(cast, found, now):
    for name in ("mona", "dora", "sven"):
        with pytest.raises(PermissionDenied):
            dispute_promotion(getattr(cast, name), request=found, reason=WHY, at=now)


def test_where_nothing_was_found_there_is_nothing_to_dispute(cast, customer, accounts, now):
    cases = [(PLAIN, {}), (DISGUISED, {"contains_promotion": True}), (DISGUISED, {"purpose": "marketing"})]
    for text, fields in cases:
        asked = mail(cast, customer, accounts, now, text, **fields)
        with pytest.raises(NotNow, match="Nothing in the text"):
            dispute_promotion(cast.anna, request=asked, reason=WHY, at=now)


def test_what_has_been_handed_in_is_not_disputed_any_more(cast, waiting, now):
    with pytest.raises(NotNow):
        dispute_promotion(cast.anna, request=waiting, reason=WHY, at=now)


def test_another_text_than_the_one_that_was_read_is_not_disputed(cast, found, now):
    change(cast, found, now, DISGUISED + " Nur heute!")
    with pytest.raises(NotNow, match="changed after you read it"):
        dispute_promotion(cast.anna, request=found, reason=WHY, at=now, text=fingerprint(DISGUISED))


def test_a_changed_text_drops_the_dispute_and_the_trail_says_so(cast, disputed, now):
    changed = change(cast, disputed, now, DISGUISED + "\nGreifen Sie zu!")
    assert changed.outcome == "forbidden"
    assert promotion_of(changed).outdated
    entry = AuditEntry.objects.filter(verb="request.edited").latest("pk")
    assert entry.after["dispute"] == "dropped"
    assert submitting.submit(cast.anna, request=changed, at=now).state == "refused"


def test_without_the_wording_no_dispute_is_needed(cast, disputed, now):
    assert change(cast, disputed, now, PLAIN).outcome == "allowed"


def test_where_more_is_found_later_the_dispute_says_nothing(disputed, monkeypatch):
    """The rules about wording grow; what nobody was shown nobody has disputed."""
    from contacts.policy.promotion import find_promotion

    first = find_promotion(DISGUISED + " Greifen Sie zu!")[-1]
    monkeypatch.setattr("contacts.requests.promotion.find_promotion", lambda text: (*find_promotion(text), first))
    assert promotion_of(disputed).promotes


# --- agreeing


def test_approving_needs_a_reason_of_the_reviewer(cast, waiting, now):
    assert waiting.state == "with_manager"
    with pytest.raises(ValidationError, match="in your own words"):
        approve(cast.mona, waiting, now, promotion_reason="  ")
    waiting.refresh_from_db()
    assert (waiting.state, Review.objects.count()) == ("with_manager", 0)


@pytest.mark.parametrize("verdict", ["refused", "changes_asked"])
def test_a_reviewer_who_sees_advertising_needs_no_reason_for_the_contrary(cast, waiting, now, verdict):
    reviewing.review(cast.mona, request=waiting, verdict=verdict, reason="Das ist Werbung.", at=now)
    assert not PromotionOverride.objects.exists()


def test_agreed_is_granted(cast, granted):
    assert granted.state == "granted"
    override = PromotionOverride.objects.get()
    assert (override.reason, override.review.reviewer, override.dispute.said_by) == (AGREED, cast.mona, cast.anna)
    assert Permit.objects.get().accepted_rules == []


def test_manager_and_officer_both_agree(cast, customer, accounts, now):
    asked = mail(cast, customer, accounts, now, special_category=True)
    dispute_promotion(cast.anna, request=asked, reason=WHY, at=now)
    asked = approve(cast.mona, submitting.submit(cast.anna, request=asked, at=now), now)
    assert asked.state == "with_dpo"
    with pytest.raises(ValidationError, match="in your own words"):
        approve(cast.dora, asked, now, promotion_reason="")
    asked = approve(cast.dora, asked, now)
    assert (asked.state, PromotionOverride.objects.count()) == ("granted", 2)
    assert permits.redeem(cast.anna, permit=asked.permit, at=now).use is not None


def test_after_a_change_it_is_disputed_and_agreed_anew(cast, waiting, now):
    asked = reviewing.review(cast.mona, request=waiting, verdict="changes_asked", reason="Kürzer.", at=now)
    asked = change(cast, asked, now, "20 % Rabatt auf alle Filter, wie besprochen.")
    assert asked.outcome == "forbidden"
    dispute_promotion(cast.anna, request=asked, reason=WHY, at=now)
    asked = approve(cast.mona, submitting.submit(cast.anna, request=asked, at=now), now)
    assert asked.state == "granted"


# --- using


def test_the_permit_is_used_on_the_same_facts(cast, granted, now):
    use = permits.redeem(cast.anna, permit=granted.permit, at=now).use
    assert use is not None
    assert use.decision.facts["contains_promotion"] is False


def test_without_the_agreement_the_permit_has_no_grounds(cast, waiting, now):
    """Whoever got round the service gained nothing: the facts are built again at the moment of use."""
    given = answer(waiting, at=now)
    type(waiting).objects.filter(pk=waiting.pk).update(state="granted", waiting_since=None)
    redemption = permits.redeem(cast.anna, permit=submitting.grant(cast.mona, waiting, given, at=now), at=now)
    assert redemption.use is None
    assert redemption.answer.facts.contains_promotion
    assert redemption.permit.state == "revoked"


def test_a_text_is_not_changed_behind_the_back(granted):
    with pytest.raises(IntegrityError, match="stays as it was read"), transaction.atomic():
        type(granted).objects.filter(pk=granted.pk).update(draft_text=DISGUISED + " Jetzt bestellen!")


def behind_the_back(request, text):
    """What only the owner of the database can do: change the words past the guard."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE requests_contactrequest DISABLE TRIGGER requests_handed_in_stays")
        type(request).objects.filter(pk=request.pk).update(draft_text=text)
        cursor.execute("ALTER TABLE requests_contactrequest ENABLE ALWAYS TRIGGER requests_handed_in_stays")


def test_a_text_that_the_owner_of_the_database_changed_has_no_grounds(cast, granted, now):
    behind_the_back(granted, DISGUISED + " Jetzt bestellen!")
    assert permits.redeem(cast.anna, permit=granted.permit, at=now).use is None


def test_a_permit_granted_before_wording_was_read_ends_when_used(cast, customer, accounts, now, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr("contacts.requests.promotion.find_promotion", lambda text: ())
        asked = submitting.submit(cast.anna, request=mail(cast, customer, accounts, now, DISGUISED), at=now)
    assert permits.redeem(cast.anna, permit=asked.permit, at=now).permit.state == "revoked"


def test_a_disputed_mail_offers_no_unsubscribe_link(cast, granted):
    assert "Unsubscribe link" not in words(as_(cast.anna).get(f"/permits/{granted.permit.number}/"))


# --- the trail and the database


def test_the_trail_tells_who_said_what_was_none(granted):
    said = AuditEntry.objects.get(verb="request.promotion_disputed")
    agreed = AuditEntry.objects.get(verb="request.review_approved")
    rules = promotion_of(granted).rules
    assert (said.after["wording"], said.after["outcome"]) == (rules, "needs_manager_approval")
    assert agreed.after["no_advertising"] == rules
    assert DISGUISED not in str(said.after) + str(agreed.after)


@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_the_database_refuses_a_dispute_or_an_override_without_a_reason(cast, granted, now, reason):
    dispute = granted.promotion_disputes.get()
    row = {"request": granted, "said_by": cast.anna, "text_sha256": "0" * 64, "hits": [["PRO-01", 0, 1]], "at": now}
    with pytest.raises(IntegrityError, match="promotion_dispute_has_reason"), transaction.atomic():
        PromotionDispute.objects.create(reason=reason, **row)
    review = Review.objects.get()
    with pytest.raises(IntegrityError, match="promotion_override_has_reason"), transaction.atomic():
        PromotionOverride.objects.create(dispute=dispute, review=review, reason=reason)


@pytest.mark.parametrize("missing", ["said_by", "request"])
def test_the_database_wants_to_know_by_whom(cast, granted, now, missing):
    row = {"request": granted, "said_by": cast.anna, "text_sha256": "0" * 64, "hits": [["PRO-01", 0, 1]], "at": now}
    with pytest.raises(IntegrityError, match="null value"), transaction.atomic():
        PromotionDispute.objects.create(reason=WHY, **(row | {missing: None}))
    with pytest.raises(IntegrityError, match=r"null value|same request"), transaction.atomic():
        PromotionOverride.objects.create(dispute=granted.promotion_disputes.get(), review=None, reason=WHY)


def test_the_database_lets_nobody_but_the_requester_dispute(cast, granted, now):
    row = {"request": granted, "text_sha256": "0" * 64, "hits": [["PRO-01", 0, 1]], "at": now, "reason": WHY}
    with pytest.raises(IntegrityError, match="promotion_dispute_by_requester"), transaction.atomic():
        PromotionDispute.objects.create(said_by=cast.mona, **row)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_binds_an_override_to_an_approval_of_the_same_request(cast, customer, accounts, waiting, now):
    reviewing.review(cast.mona, request=waiting, verdict="refused", reason="Das ist Werbung.", at=now)
    row = {"dispute": waiting.promotion_disputes.get(), "review": Review.objects.get(), "reason": WHY}
    with pytest.raises(IntegrityError, match="approval of the same request"), transaction.atomic():
        PromotionOverride.objects.create(**row)


@pytest.mark.parametrize("model", [PromotionDispute, PromotionOverride])
def test_neither_is_changed_or_deleted_afterwards(granted, model):
    for act in (lambda: model.objects.update(reason="anders"), lambda: model.objects.all()._raw_delete("default")):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()


# --- pages


def test_the_answer_shows_where_why_and_by_which_source(cast, found):
    page = as_(cast.anna).get(f"/check/{found.number}/")
    text, html = words(page), page.content.decode()
    assert "<mark>20 % Rabatt" in html
    assert "Found in the text: advertising" in text
    assert "A discount or a lower price is meant to make people buy." in text
    assert "RL 2006/114/EG Art. 2 lit. a" in text
    assert f"/check/{found.number}/no-advertising/" in html


def test_the_reasons_are_told_in_german(cast, found):
    cast.anna.language = "de"
    cast.anna.save(update_fields=["language"])
    anna = as_(cast.anna)
    anna.post("/i18n/setlang/", {"language": "de"})
    assert "Ein Rabatt oder ein günstigerer Preis" in words(anna.get(f"/check/{found.number}/"))


def test_wording_of_a_draft_is_shown_as_text(cast, customer, accounts, now):
    asked = mail(cast, customer, accounts, now, "<b>Gratis</b><script>alert(1)</script> Rabatt")
    html = as_(cast.anna).get(f"/check/{asked.number}/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_it_is_said_on_a_page_of_its_own_and_waits_for_the_manager(cast, found):
    anna = as_(cast.anna)
    path = f"/check/{found.number}/no-advertising/"
    fields = form(anna.get(path)).fields
    page = anna.post(path, fields | {"reason": WHY}, follow=True)
    assert page.redirect_chain[-1][0] == f"/check/{found.number}/"
    assert WHY in words(page)
    assert "Ask for approval" in words(page)
    found.refresh_from_db()
    assert found.outcome == "needs_manager_approval"


def test_without_a_reason_the_page_says_what_to_do(cast, found):
    anna = as_(cast.anna)
    path = f"/check/{found.number}/no-advertising/"
    page = anna.post(path, form(anna.get(path)).fields | {"reason": ""})
    assert "Say why in a sentence" in words(page)
    assert not PromotionDispute.objects.exists()


def test_the_page_is_not_there_where_nothing_was_found(cast, customer, accounts, now):
    asked = mail(cast, customer, accounts, now, PLAIN)
    response = as_(cast.anna).get(f"/check/{asked.number}/no-advertising/")
    assert (response.status_code, response.url) == (302, f"/check/{asked.number}/")


def test_looking_at_the_page_says_nothing(cast, found):
    as_(cast.anna).get(f"/check/{found.number}/no-advertising/")
    assert not PromotionDispute.objects.exists()


def test_a_text_changed_in_another_window_is_read_again(cast, found, now):
    anna = as_(cast.anna)
    path = f"/check/{found.number}/no-advertising/"
    fields = form(anna.get(path)).fields
    change(cast, found, now, DISGUISED + " Nur heute!")
    page = anna.post(path, fields | {"reason": WHY}, follow=True)
    assert "was changed after you read it" in words(page)
    assert not PromotionDispute.objects.exists()


def test_after_a_change_the_answer_says_that_the_word_no_longer_counts(cast, disputed, now):
    change(cast, disputed, now, DISGUISED + " Nur heute!")
    assert "no longer counts" in words(as_(cast.anna).get(f"/check/{disputed.number}/"))


def test_the_reviewer_reads_hits_and_reason_and_must_give_one(cast, waiting):
    mona = as_(cast.mona)
    path = f"/inbox/{waiting.number}/"
    page = mona.get(path)
    assert "<mark>" in page.content.decode()
    assert WHY in words(page)
    fields = form(page).fields | {"verdict": "approved"}
    refused = mona.post(path, fields | {"reason": "Gern."})
    assert "in your own words" in words(refused)
    assert "Gern." in refused.content.decode()
    mona.post(path, fields | {"promotion_reason": AGREED})
    waiting.refresh_from_db()
    assert waiting.state == "granted"
    assert AGREED in words(as_(cast.anna).get(f"/requests/{waiting.number}/"))


def test_without_a_dispute_the_reviewer_is_not_asked_about_advertising(cast, customer, accounts, now):
    asked = mail(cast, customer, accounts, now, PLAIN, special_category=True)
    submitting.submit(cast.anna, request=asked, at=now)
    assert "promotion_reason" not in as_(cast.mona).get(f"/inbox/{asked.number}/").content.decode()
