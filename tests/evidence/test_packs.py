"""What goes into a pack, for whom, that it is on record, and that the same pack is the same bytes."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pypdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from contacts.customers import services as customers
from contacts.evidence import gathering
from contacts.evidence.pack import Asked
from contacts.evidence.packing import zip_of
from contacts.evidence.services import hand_out_customer, hand_out_period, hand_out_request
from contacts.requests.services import reviewing, submitting
from portal.audit.models import AuditEntry
from portal.audit.proofs import bundle
from portal.audit.sealing import seal_and_sign
from tests.requests.scenes import ask, reminder_by_sms

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(made):
    return json.loads(zipfile.ZipFile(io.BytesIO(made.content)).read("evidence.json"))


def gathered(reader, customer, now):
    return gathering.customer_pack(Asked(reader, now), customer).values


# --- about a customer


def test_a_pack_holds_the_whole_story_of_a_customer(cast, story, now):
    said = told(hand_out_customer(cast.dora, customer=story.customer, at=now))
    assert (said["person"]["last_name"], said["reference"]) == ("Mustermann", "4711")
    assert {one["source"] for one in said["addresses"]} == {"contract_record", "searched_by_employee"}
    assert all(one["suppressed"][0]["as"] == "marketing_objection" for one in said["addresses"])
    assert {one["scope"] for one in said["objections"]} == {"marketing_objection"}
    (consent,) = said["consents"]
    assert [one["kind"] for one in consent["events"]] == ["given", "withdrawn"]
    assert said["wordings"][0]["body"].startswith("Ja, rufen Sie mich an.") and said["wordings"][0]["intact"]
    (asked,) = said["requests"]
    assert [one["stage"] for one in asked["decisions"]] == ["ask", "submit", "review", "redeem"]
    assert all(one["decided_again"] for one in asked["decisions"])
    assert asked["reviews"][0]["by"] == "Mona Beispiel" and asked["submissions"][0]["intact"]
    assert asked["permit"]["uses"][0]["came_of"]["note"] == "Zahlt nächste Woche"
    assert said["answers_to_systems"][0]["number"] == str(story.given.pk)
    assert said["incidents"][0]["number"] == story.incident.number
    assert [one["number"] for one in said["rule_sets"]] == [1]
    assert "DEB-02" in {rule["id"] for rule in said["rule_sets"][0]["rules"]}
    verbs = [one["verb"] for one in said["trail"]]
    assert {"consent_text.published", "consent.given", "request.submitted", "permit.used"} <= set(verbs)


def test_the_auditor_gets_what_the_auditor_sees_and_no_more(cast, story, now):
    said = told(hand_out_customer(cast.rita, customer=story.customer, at=now))
    assert said["incidents"] == [] and "incident" not in {one["subject_type"] for one in said["trail"]}
    assert [one["number"] for one in said["requests"]] == [story.request.number]


def test_a_draft_is_in_nobodys_pack_but_its_authors(cast, story, accounts, now):
    draft = ask(cast.anna, story.customer, "email", accounts.email, at=now)
    for reader in (cast.dora, cast.rita):
        assert draft.number not in {one["number"] for one in gathered(reader, story.customer, now)["requests"]}


def test_of_what_was_sent_back_a_pack_says_what_was_handed_in(cast, customer, accounts, now):
    asked = reminder_by_sms(cast, customer, accounts, now)
    asked.draft_text = "Bitte zahlen Sie."
    asked.save(update_fields=["draft_text"])
    asked = submitting.submit(cast.anna, request=asked, at=now)
    back = {"verdict": "changes_asked", "reason": "Bitte freundlicher."}
    asked = reviewing.review(cast.mona, request=asked, at=now, **back)
    asked.draft_text = "Im Entwurf"
    asked.save(update_fields=["draft_text"])
    (said,) = gathered(cast.rita, customer, now)["requests"]
    assert said["draft_text"] == "Bitte zahlen Sie."


def test_after_an_erasure_a_pack_holds_the_proof_and_nobodys_name(cast, story, now, unpack):
    customers.erase_customer(cast.dora, customer=story.customer, at=now + DAY)
    story.customer.refresh_from_db()
    made = hand_out_customer(cast.dora, customer=story.customer, at=now + 2 * DAY)
    pack = unpack(made.content)
    said = pack.read()
    assert said["person"]["anonymised_at"] and said["person"]["last_name"] == ""
    assert said["consents"] and said["requests"][0]["submissions"][0]["intact"] is None
    assert "Zahlt nächste Woche" not in json.dumps(said, ensure_ascii=False)
    assert pack.check()[0] == 0


def test_a_pack_costs_the_same_however_much_there_is(cast, story, accounts, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(55) as few:
        gathered(cast.dora, story.customer, now)
    for minute in range(3):
        at = now + timedelta(minutes=minute + 1)
        asked = ask(cast.anna, story.customer, "sms", accounts.sms, at=at, purpose="debt_collection")
        submitting.submit(cast.anna, request=asked, at=at)
        customers.record_objection(
            cast.anna, customer=story.customer, scope="marketing_objection", channel="sms", how="spoken", at=at
        )
    before = len(few)
    with django_assert_max_num_queries(before + 1):  # the disputes' overrides or other rows that were not there before
        gathered(cast.dora, story.customer, now + DAY)


# --- about a request and a period


def test_a_request_has_its_life_and_the_entries_about_it_alone(cast, story, now):
    said = told(hand_out_request(cast.rita, request=story.request, at=now))
    assert said["request"]["number"] == story.request.number and said["request"]["permit"]["number"]
    assert {one["subject_type"] for one in said["trail"]} == {"request", "permit"}


def test_a_request_that_the_reader_may_not_see_is_in_no_pack(cast, story, accounts, now):
    draft = ask(cast.anna, story.customer, "email", accounts.email, at=now)
    with pytest.raises(Http404):
        hand_out_request(cast.rita, request=draft, at=now)


def test_a_period_has_its_counts_its_entries_and_its_heads(cast, story, now, unpack):
    seal_and_sign(at=now)
    day = now.date()
    pack = unpack(hand_out_period(cast.dora, first=day, last=day, at=now + DAY).content)
    said = pack.read()
    assert {one["verb"]: one["entries"] for one in said["counts"]}["objection.recorded"] >= 1
    assert sum(one["entries"] for one in said["counts"]) == len(said["trail"])
    sizes = [one["tree_size"] for one in said["heads"]]
    proven = [one["tree_size"] for one in pack.read("trail.json")["heads"]]
    assert sizes and set(sizes) <= {*proven, pack.read("trail.json")["head"]["tree_size"]}
    assert pack.check()[0] == 0


def test_a_day_before_anything_happened_gives_a_pack_with_nothing_in_it(cast, story, now, unpack):
    long_ago = now.date() - 300 * DAY
    pack = unpack(hand_out_period(cast.dora, first=long_ago, last=long_ago, at=now).content)
    assert pack.read()["trail"] == [] and pack.check()[0] == 0


def test_more_than_fits_is_refused_with_a_sentence_and_nothing_is_on_record(cast, story, now):
    with pytest.raises(ValidationError, match="too much for one pack: there are more than 3 entries"):
        hand_out_customer(cast.dora, customer=story.customer, at=now, most=3)
    assert not AuditEntry.objects.filter(verb="evidence.handed_out").exists()


# --- on record, deterministic, readable aloud


def test_each_hand_out_is_on_record_with_the_fingerprint_of_the_zip(cast, story, now):
    made = hand_out_customer(cast.rita, customer=story.customer, at=now)
    entry = AuditEntry.objects.get(verb="evidence.handed_out")
    assert (entry.actor, entry.subject_id, entry.customer_id) == (cast.rita, "4711", story.customer.pk)
    assert entry.after["sha256"] == hashlib.sha256(made.content).hexdigest()
    assert entry.after["kind"] == "customer" and entry.after["size"] == len(made.content)


def test_nobody_else_is_handed_evidence(cast, customer, now):
    for who in (cast.anna, cast.mona, cast.clara, cast.tom, cast.adam):
        with pytest.raises(PermissionDenied):
            hand_out_customer(who, customer=customer, at=now)


def test_the_same_pack_is_the_same_bytes(cast, story, now):
    seal_and_sign(at=now)
    packs = [gathering.customer_pack(Asked(cast.dora, now), story.customer) for _ in range(2)]
    made = [zip_of(pack, bundle([entry.pk for entry in pack.entries]), language="de") for pack in packs]
    assert made[0] == made[1]


def test_the_pdf_is_tagged_and_says_what_the_json_says(cast, story, now):
    made = hand_out_customer(cast.dora, customer=story.customer, at=now)
    packed = zipfile.ZipFile(io.BytesIO(made.content))
    pdf = pypdf.PdfReader(io.BytesIO(packed.read("evidence.pdf")))
    metadata = pdf.xmp_metadata.stream.get_data()
    assert b"pdfuaid" in metadata
    text = "\n".join(page.extract_text() for page in pdf.pages)
    for words in ("Erika Mustermann", "Ja, rufen Sie mich an.", story.permit.number, story.incident.number, "Zahlt"):
        assert words in text
    assert {info.date_time[0] for info in packed.infolist()} == {1980}
