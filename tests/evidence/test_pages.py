"""The page of evidence and the command: what is asked for, what is refused, and how often."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from contacts.evidence.views import BY_READER
from portal.access.limits import Limit
from portal.audit.models import AuditEntry
from tests.cast import make_customer, point
from tests.requests.scenes import as_, ask

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today(now, time_machine):
    cache.clear()
    time_machine.move_to(now, tick=False)


def post(user, kind, **values):
    return as_(user).post(reverse("evidence_hand_out", args=[kind]), values)


def names_in(answer):
    return set(zipfile.ZipFile(io.BytesIO(answer.content)).namelist())


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("customer", {"number": "4711"}),
        ("calls", {"number": "0221 5554711"}),
        ("period", {"first": "2026-11-01", "last": "2026-11-24"}),
    ],
)
def test_a_pack_is_handed_out_as_a_file_that_no_cache_keeps(cast, customer, kind, values):
    answer = post(cast.rita, kind, **values)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store" and answer["Content-Disposition"].startswith("attachment")
    assert {"evidence.pdf", "evidence.json", "trail.json", "verify.py", "verify_trail.py"} <= names_in(answer)
    assert AuditEntry.objects.get(verb="evidence.handed_out").after["kind"] == kind


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        ("customer", {"number": ""}, "Name it, so that the pack can be made."),
        ("customer", {"number": "9999"}, "There is nobody of this number whose evidence you may read."),
        ("request", {"number": "R-9999"}, "There is no such request that you may read."),
        ("calls", {"number": "0221 1"}, "Neither a customer nor a telephone number like this is on record."),
        ("period", {"first": "2026-11-24", "last": "2026-11-01"}, "The last day lies before the first."),
        ("period", {"first": "2027-01-01", "last": "2027-01-02"}, "This day has not come yet"),
        ("period", {"first": "gestern", "last": ""}, "This is no day. Choose one from the calendar."),
    ],
)
def test_what_cannot_be_handed_out_is_refused_with_a_sentence(cast, customer, kind, values, sentence):
    page = post(cast.dora, kind, **values)
    assert page["Content-Type"].startswith("text/html") and sentence in page.content.decode()
    assert not AuditEntry.objects.filter(verb="evidence.handed_out").exists()


def test_a_draft_of_somebody_else_is_no_request_to_read(cast, customer, accounts, now):
    draft = ask(cast.anna, customer, "email", accounts.email, at=now)
    page = post(cast.rita, "request", number=draft.number)
    assert "There is no such request that you may read." in page.content.decode()


def test_a_telephone_that_several_share_is_asked_about(cast, customer, now):
    point(make_customer(now, "4712"), "phone", "0221 5554711", now=now)
    page = post(cast.dora, "calls", number="0221 5554711").content.decode()
    assert "Several customers have this telephone number: 4711, 4712." in page


def test_more_than_fits_is_said_on_the_page(cast, customer, now, monkeypatch):
    monkeypatch.setattr("contacts.evidence.views.VERBS", _with_room_for_none())
    post(cast.dora, "period", first="2026-11-01", last="2026-11-24")
    page = post(cast.dora, "period", first="2026-11-01", last="2026-11-24").content.decode()
    assert "This is too much for one pack" in page and "manage.py evidence_export" in page


def _with_room_for_none():
    from functools import partial

    from contacts.evidence.pack import Kind
    from contacts.evidence.services import hand_out_customer, hand_out_period

    return {Kind.PERIOD: partial(hand_out_period, most=0), Kind.CUSTOMER: hand_out_customer}


def test_after_many_packs_within_an_hour_there_is_a_pause(cast, customer, now, monkeypatch):
    monkeypatch.setattr("contacts.evidence.views.BY_READER", Limit("evidence.test", 1, 3600))
    assert (BY_READER.most, BY_READER.seconds) == (30, 3600)
    assert post(cast.dora, "customer", number="4711").status_code == 200
    refused = post(cast.dora, "customer", number="4711")
    assert refused.status_code == 429 and "nothing was handed out" in refused.content.decode()
    assert AuditEntry.objects.filter(verb="evidence.handed_out").count() == 1
    assert post(cast.rita, "customer", number="4711")["Content-Type"] == "application/zip"


def test_the_customers_page_leads_there_for_those_who_may(cast, customer):
    link = f"{reverse('evidence')}?number=4711"
    page = reverse("customer", args=[customer.number])
    for who, there in (("dora", True), ("rita", True), ("anna", False)):
        assert (link in as_(getattr(cast, who)).get(page).content.decode()) is there
    assert as_(cast.rita).get(link).content.decode().count('value="4711"') == 2


# --- the command


def test_the_command_writes_a_pack_and_goes_on_record(cast, customer, tmp_path):
    out = tmp_path / "pack.zip"
    call_command("evidence_export", customer="4711", out=out, stdout=io.StringIO())
    assert "evidence.pdf" in zipfile.ZipFile(out).namelist()
    entry = AuditEntry.objects.get(verb="evidence.handed_out")
    assert (entry.job, entry.after["person"]) == ("evidence_export", cast.dora.pk)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Name one of --customer, --request, --calls, or a period by --from and --to."),
        ({"customer": "4711", "request": "R-1001"}, "Name one of --customer"),
        ({"customer": "9999"}, "There is nobody of this number whose evidence you may read."),
        ({"customer": "4711", "acting": "nobody@firma.example"}, "There is no active person with the e-mail address"),
        ({"customer": "4711", "acting": "clara@firma.example"}, "is no data protection officer or auditor."),
    ],
)
def test_the_command_refuses_with_a_sentence_and_writes_nothing(cast, customer, tmp_path, options, sentence):
    out = tmp_path / "pack.zip"
    with pytest.raises(CommandError, match=sentence):
        call_command("evidence_export", out=out, stdout=io.StringIO(), **options)
    assert not out.exists() and not AuditEntry.objects.filter(verb="evidence.handed_out").exists()


def test_the_command_writes_over_no_file(cast, customer, tmp_path):
    out = tmp_path / "pack.zip"
    out.write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        call_command("evidence_export", customer="4711", out=out)
    assert out.read_text() == "mine"
