"""What the Bundesnetzagentur asks about a consent to advertising calls (section 7a UWG)."""

from datetime import timedelta
from pathlib import Path

import pytest

from consent.models import EvidenceFile
from consent.services import give_consent, record_use, withdraw_consent
from contacts.customers.models import Customer
from contacts.evidence.calls import calls_pack, whose_number
from contacts.evidence.pack import Asked
from contacts.evidence.paper import calls as words
from contacts.evidence.paper import on_paper
from contacts.evidence.services import hand_out_calls
from portal.audit.services import Job
from tests.cast import make_customer, point, wording
from tests.evidence.conftest import agreed_to_calls

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def of(cast, customer, now):
    (said,) = calls_pack(Asked(cast.dora, now), customer).values["call_consents"]
    return said


def test_it_says_who_agreed_when_how_to_what_towards_whom_and_until_when_it_is_kept(cast, customer, now, settings):
    settings.COMPANY_NAME = "Nordlicht GmbH"
    consent = agreed_to_calls(cast, customer, now)
    record_use(Job("permit.used"), consent=consent, evidence="P-100042-90", at=now + DAY)
    said = of(cast, customer, now + 2 * DAY)
    assert (said["who_agreed"], said["when"], said["manner"]) == ("Erika Mustermann", now - 30 * DAY, "paper")
    assert (said["to_whom"], said["taken_by"]) == ("Nordlicht GmbH", "MA-7")
    assert said["wording"] == "werbung-phone-1-de" and "Ja, rufen Sie mich an." in said["scope"]
    assert said["numbers"] == ["0221 5554711"] and said["file"]["name"] == "formular.pdf"
    assert (said["last_used_at"], said["uses"]) == (now + DAY, [now + DAY])
    assert said["kept_until"] == (now + DAY).date().replace(year=2031)
    assert (said["withdrawn_at"], said["missing"]) == (None, [])


def test_a_withdrawal_is_said_with_its_way(cast, customer, now):
    consent = agreed_to_calls(cast, customer, now)
    withdraw_consent(cast.clara, consent=consent, how="written", at=now + DAY)
    said = of(cast, customer, now + 2 * DAY)
    assert (said["state"], said["withdrawn_at"], said["withdrawn_how"]) == ("withdrawn", now + DAY, "written")


def test_what_is_missing_is_said_plainly(cast, customer, now):
    agreed_to_calls(cast, customer, now, with_file=False, how="web_form", text=wording("marketing", "phone"))
    customer.contact_points.filter(channel="phone").update(value="")
    said = of(cast, customer, now)
    assert said["missing"] == ["wording_changed", "file", "number"]
    pack = calls_pack(Asked(cast.dora, now), customer)
    text = str(on_paper(pack, {"entries": [], "head": {"tree_size": 0, "root": "", "key": ""}}))
    assert "The evidence is described in words; there is no file." in text
    assert "No telephone number is on record any more." in text


def test_a_file_that_is_gone_or_was_changed_is_said_to_be_so(cast, customer, now):
    agreed_to_calls(cast, customer, now)
    path = Path(EvidenceFile.objects.get().file.path)
    path.write_bytes(b"%PDF-1.7 etwas anderes!!")
    assert of(cast, customer, now)["missing"] == ["file_changed"]
    path.unlink()
    assert of(cast, customer, now)["missing"] == ["file_missing"]


def test_a_broken_seal_is_said(cast, customer, now, settings):
    agreed_to_calls(cast, customer, now)
    settings.SECRET_KEY = "another one, under which no seal is right " * 2
    assert of(cast, customer, now)["missing"] == ["seal"]


def test_a_business_contacts_consent_and_one_to_mails_are_not_in_it(cast, customer, now):
    text = wording("marketing", "letter")
    about = {"customer": customer, "purpose": "marketing", "channel": "letter", "text": text}
    give_consent(cast.clara, how="paper", evidence="x", given_at=now, at=now, **about)
    firm = make_customer(now, "4712", kind="business_contact")
    agreed_to_calls(cast, firm, now)
    for someone in (customer, firm):
        assert calls_pack(Asked(cast.dora, now), someone).values["call_consents"] == []


def test_the_pack_holds_the_file_and_checks_itself(cast, customer, now, unpack):
    agreed_to_calls(cast, customer, now)
    pack = unpack(hand_out_calls(cast.rita, customer=customer, at=now).content)
    (file,) = pack.read()["files"]
    assert (pack.folder / file["in_the_pack"]).read_bytes() == b"%PDF-1.7 unterschrieben"
    assert {one["verb"] for one in pack.read()["trail"]} == {"consent_text.published", "consent.given"}
    assert pack.check()[0] == 0


def test_everybody_who_ever_had_a_telephone_number_is_found_by_it(cast, customer, now):
    other = make_customer(now, "4712")
    point(other, "phone", "0221 / 555-4711", now=now, retired_at=now)
    assert whose_number(cast.rita, "+49 221 5554711") == [customer, other]
    assert whose_number(cast.rita, "4711") == [customer]
    assert whose_number(cast.rita, "0221 999") == []
    Customer.objects.filter(pk=customer.pk).update(kind="consumer")
    assert whose_number(cast.anna, "4711") == [customer]
    assert whose_number(cast.adam, "4711") == []


def test_every_lack_has_its_sentence():
    for code in (
        "never_given",
        "record",
        "seal",
        "wording",
        "wording_changed",
        "evidence",
        "file",
        "file_missing",
        "file_changed",
        "number",
    ):
        assert words.sentence(code).endswith(".")
