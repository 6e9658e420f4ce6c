"""What an erasure takes along in the room of consents, and the proof that stays for those who must produce it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consent import services
from consent.forecast import forecast_at
from consent.models import Consent, ConsentEvent, DataWish, OptIn, PreferenceLink
from consent.services import links
from consent.services.evidence import evidence_of
from contacts.customers.services import erase_customer
from portal.audit.models import AuditEntry
from portal.audit.services import Job
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, wording
from tests.consent.outside import mails, open_page
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WORDS = "Ich bin krank und heiße Erika"


@pytest.fixture
def call(cast, customer, now):
    """A consent to calls, with a scan."""
    with evidence_of(cast.clara, SimpleUploadedFile("form.txt", b"signed"), at=now) as file:
        return services.give_consent(
            cast.clara,
            customer=customer,
            purpose="marketing",
            channel="phone",
            how="paper",
            evidence="form 7",
            evidence_file=file,
            text=wording("marketing", "phone"),
            given_at=now - timedelta(days=1),
            ends_on=(now + timedelta(days=40)).date(),
            at=now,
        )


def sign_up(address, at, **fields):
    return services.request_opt_in(
        Job("customer.sign_up"), address=address, text=wording("marketing", "email"), via="web_form", at=at, **fields
    )


def test_consents_end_and_are_neither_counted_nor_warned_about(cast, customer, call, now):
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    call.refresh_from_db()
    assert (call.recorded_state, call.withdrawn_at, call.next_change_at) == ("withdrawn", now + HOUR, None)
    end = call.events.get(kind="withdrawn")
    assert (end.how, end.recorded_by) == ("erasure", cast.dora)
    assert forecast_at(now + 2 * HOUR).total("end") == 0
    assert services.warn_ahead(at=now + 2 * HOUR) == 0
    assert not list(services.differences(at=now + 2 * HOUR))
    verbs = AuditEntry.objects.filter(customer_id=customer.pk).order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["consent.withdrawn", "customer.erased"]


def test_sign_ups_go_and_those_of_others_stay(cast, customer, now, mail_folder):
    other = make_customer(now, "4712")
    mine = sign_up("ERIKA.4711@kundin.example", now)
    named = sign_up("another@post.example", now, customer=customer)
    kept = {sign_up("erika.4712@kundin.example", now, customer=other).pk, sign_up("new@post.example", now).pk}
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    assert set(OptIn.objects.values_list("pk", flat=True)) == kept
    deleted = AuditEntry.objects.filter(verb="opt_in.deleted", customer_id=customer.pk)
    assert {entry.subject_id for entry in deleted} == {str(mine.pk), str(named.pk)}
    told = {mail["to"] for mail in mails(mail_folder, at=now + HOUR)}
    assert told == {"erika.4712@kundin.example", "new@post.example"}


def test_links_and_the_words_of_a_question_go(cast, customer, now):
    page = open_page(customer, customer.contact_points.get(channel="email"), at=now)
    page.post("/p/ask/", {"wish": "erasure", "message": WORDS})
    assert DataWish.objects.get().message == WORDS
    assert WORDS not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    assert not PreferenceLink.objects.exists()
    assert (DataWish.objects.get().about, DataWish.objects.get().message) == ("erasure", "")


def test_a_question_that_was_not_sent_yet_is_not_sent_after_an_erasure(cast, customer, now, mail_folder):
    page = open_page(customer, customer.contact_points.get(channel="email"), at=now)
    page.post("/p/ask/", {"wish": "other", "message": WORDS})
    erase_customer(cast.dora, customer=customer, at=now)
    assert WORDS not in str([mail.as_string() for mail in mails(mail_folder, at=now + HOUR)])


def test_outlived_links_are_deleted(customer, now):
    links.preference_link(customer=customer, point=None, at=now)
    assert services.drop_outlived_links(at=now + timedelta(days=30, seconds=-1)) == 0
    assert services.drop_outlived_links(at=now + timedelta(days=30)) == 1


# --- the proof that stays


@pytest.mark.parametrize(
    ("who", "status"), [("dora", 200), ("rita", 200), ("clara", 404), ("anna", 404), ("adam", 404)]
)
def test_after_an_erasure_the_proof_opens_for_who_must_produce_or_check_it(cast, customer, call, now, who, status):
    erase_customer(cast.dora, customer=customer, at=now)
    at = f"/customers/4711/consents/{call.pk}/"
    reader = as_(getattr(cast, who))
    assert reader.get(at).status_code == status
    file = call.events.get(kind="given").evidence_file_id
    papers = ["evidence.json", "evidence.pdf", "receipt.json", f"files/{file}/"]
    refused = status if who == "clara" else 403
    assert {reader.get(at + paper).status_code for paper in papers} == {status if status == 200 else refused}
    assert as_(cast.dora).get("/customers/4711/").status_code == 404


def test_the_page_of_an_erased_consent_offers_nothing_to_do(cast, customer, call, now):
    erase_customer(cast.dora, customer=customer, at=now)
    page = as_(cast.dora).get(f"/customers/4711/consents/{call.pk}/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert "Record a new consent" not in text
    assert "/withdraw/" not in text
    assert "/consents/evidence/?number=4711" in text
    assert 'href="/customers/4711/"' not in text


def test_the_evidence_is_found_by_the_number(cast, customer, call, now):
    erase_customer(cast.dora, customer=customer, at=now)
    at = f"/customers/4711/consents/{call.pk}/"
    assert at in as_(cast.rita).get("/consents/evidence/?number=4711").content.decode()
    for who, number in ((cast.clara, "4711"), (cast.rita, "4799"), (cast.rita, "%00")):
        page = as_(who).get(f"/consents/evidence/?number={number}").content.decode()
        assert at not in page
        assert "error" in page
    assert ConsentEvent.objects.count() == 2
    assert Consent.objects.count() == 1
