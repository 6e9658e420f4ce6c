"""The record of processing activities: what it draws, who writes what, its versions, files, and reminders."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from pypdf import PdfReader

from contacts import policy
from contacts.requests.models import PlatformRegistration
from portal.access.roles import Role
from portal.audit.models import AuditEntry
from portal.desk.processing import services as verbs
from portal.desk.processing.grounds import grounds_of
from portal.desk.processing.models import ActivityVersion
from portal.desk.processing.reminding import remind_reviews, still_due
from portal.desk.processing.rules import BY_HAND, PARTS
from portal.desk.processing.selectors import (
    activity_at,
    due_sentence,
    missing_sentences,
    record_at,
    standing_at,
)
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from portal.outbox.mornings import next_morning
from portal.people.models import User
from portal.retention.declared import rules
from portal.retention.lengths import set_period
from tests.browsing import words
from tests.cast import person
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db

SAID = {"recipients": "Rechenzentrum Nord, Vertrag vom 3. Mai", "third_countries": "Keine", "measures": "Schulung"}
OWN = {**{part: f"Wort zu {part}" for part in PARTS}, "name": "Videokamera am Tor"}
PAGE = "/register/processing/"


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


def written(cast, at, activity="email", **values):
    found = activity_at(cast.dora, activity, at)
    return verbs.change_activity(cast.dora, activity=activity, based_on=found.number, values={**SAID, **values}, at=at)


def added(cast, at, **values):
    return verbs.add_activity(cast.dora, values={**OWN, **values}, at=at)


def part(user, activity, name, at):
    return next(one for one in activity_at(user, activity, at).parts if one.key == name)


def one(cast, activity, at):
    return activity_at(cast.dora, activity, at)


# --- what is drawn


def test_the_portal_each_channel_and_each_platform_in_use_is_in_it(cast, accounts, now):
    PlatformRegistration.objects.filter(platform="whatsapp").update(status="not_approved")
    keys = [activity.key for activity in record_at(cast.rita, now)]
    assert keys[:5] == ["portal", "letter", "phone", "email", "sms"]
    used = {row.platform for row in PlatformRegistration.objects.exclude(status="not_approved")}
    open_on = {account.platform for account in vars(accounts).values() if getattr(account, "platform", "")}
    assert set(keys[5:]) == used | open_on and "telegram" not in keys
    assert all(activity.number == 0 and activity.missing == BY_HAND[:3] for activity in record_at(cast.rita, now))


def test_time_limits_follow_the_periods_that_count(cast, now):
    before = part(cast.rita, "portal", "time_limits", now).drawn
    assert len(before) == len(rules())
    set_period(cast.dora, rule="training.read", length=7, reason="Länger.", at=now)
    after = part(cast.rita, "portal", "time_limits", now).drawn
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1 and "7 years, to the end of the year" in changed[0]


def test_data_of_a_way_are_those_that_name_a_channel_or_an_address(cast, now):
    phone, mail = (part(cast.rita, way, "data", now).drawn for way in ("phone", "email"))
    calls = "Consents of consumers to advertising calls, with every entry and their record"
    assert calls in phone and calls not in mail and "Other consents, with every entry" in mail
    assert set(mail) < set(part(cast.rita, "portal", "data", now).drawn)
    assert not any("quiz" in line for line in mail)


def test_purposes_and_legal_bases_are_the_answers_of_the_rules_in_force(cast, now):
    mail = part(cast.rita, "email", "legal_basis", now).drawn
    assert "Advertising: GDPR Art. 6(1)(a), 7" in mail
    assert "Advertising: GDPR Art. 6(1)(f)" in part(cast.rita, "letter", "legal_basis", now).drawn
    assert not any(line.startswith("Private matter") for line in mail)
    assert len(part(cast.rita, "email", "purposes", now).drawn) == len(mail)
    with override("de"):
        assert "Werbung: DSGVO Art. 6(1)(a), 7" in part(cast.rita, "email", "legal_basis", now).drawn


def test_a_stricter_rule_set_leaves_fewer_grounds():
    """A platform that the rule set forbids has no purposes, whatever the register of platforms says."""
    from dataclasses import replace

    strict = replace(policy.RULE_SET_1, platforms=((policy.Platform("xing"), policy.PlatformStatus("not_approved")),))
    assert grounds_of(policy.RULE_SET_1, "social_dm", "xing")
    assert grounds_of(strict, "social_dm", "xing") == ()


def test_recipients_are_what_the_registers_say_and_are_still_to_be_said_by_people(cast, now):
    PlatformRegistration.objects.filter(platform="threema").update(status="approved", note="Vertrag unterwegs")
    found = part(cast.rita, "threema", "recipients", now)
    assert found.drawn[:2] == (
        "The operator of Threema; the register of platforms says: Approved",
        "Note in the register of platforms: Vertrag unterwegs",
    )
    assert found.is_missing


def test_measures_follow_the_settings(cast, now, settings):
    settings.MFA_REQUIRED_ROLES, settings.SESSION_IDLE_MINUTES = ["auditor"], 33
    said = part(cast.rita, "portal", "measures", now).drawn
    assert "A second factor is required of: Auditor or works council" in said
    assert any("after 33 minutes without use" in line for line in said)


# --- writing


def test_each_save_is_a_version_that_keeps_what_was_drawn_then(cast, now):
    first = written(cast, now, "portal")
    set_period(cast.dora, rule="training.read", length=7, reason="Länger.", at=now)
    assert one(cast, "portal", now).moved == ["Time limits of erasure"]
    second = written(cast, now, "portal", remarks="Neu")
    assert (first.number, second.number) == (1, 2) and one(cast, "portal", now).moved == []
    assert "7 years" not in str(first.drawn["en"]["time_limits"]) and "7 years" in str(second.drawn["en"])
    page = words(as_(cast.rita).get(f"{PAGE}portal/versions/1/"))
    assert "Rechenzentrum Nord" in page and "7 years" not in page and "Neu" not in page
    history = words(as_(cast.rita).get(f"{PAGE}portal/"))
    assert "Written: Remarks" in history and "Written: Recipients, Transfer to third countries" in history


def test_what_is_drawn_cannot_be_written(cast, now):
    made = written(cast, now, purposes="Alles", name="Anders", time_limits="Ewig")
    assert (made.purposes, made.name, made.time_limits) == ("", "", "")
    with pytest.raises(IntegrityError, match="activity_drawn_is_not_written"), transaction.atomic():
        ActivityVersion.objects.create(
            activity="sms", number=1, kind="written", purposes="Alles", made_by=cast.dora, made_at=now
        )


@pytest.mark.parametrize(
    "bad",
    [
        {"activity": "sms", "number": 2, "kind": "written"},
        {"activity": "sms", "number": 1, "kind": "ended", "reason": "Aus"},
        {"activity": "own-1", "number": 1, "kind": "written"},
        {"activity": "own-1", "number": 1, "kind": "ended", "name": "Tor"},
    ],
    ids=["a gap", "a described one ended", "without a name", "without a reason"],
)
def test_the_database_refuses_what_must_not_be(cast, now, bad):
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityVersion.objects.create(**bad, made_by=cast.dora, made_at=now)


def test_nothing_follows_an_end_in_the_database_either(cast, now):
    made = added(cast, now)
    verbs.end_activity(cast.dora, activity=made.activity, based_on=1, reason="Abgebaut", at=now)
    with pytest.raises(IntegrityError, match="has ended"), transaction.atomic():
        ActivityVersion.objects.create(
            activity=made.activity, number=3, kind="written", name="Tor", made_by=cast.dora, made_at=now
        )


def refused(act, said):
    before = ActivityVersion.objects.count(), AuditEntry.objects.count()
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        act()
    assert said in " ".join(refusal.value.messages)
    assert (ActivityVersion.objects.count(), AuditEntry.objects.count()) == before


def test_refusals_say_what_is_wrong(cast, now):
    values = {"activity": "email", "at": now}
    refused(lambda: verbs.change_activity(cast.dora, based_on=0, values={}, **values), "Nothing was changed.")
    refused(lambda: verbs.review_activity(cast.dora, based_on=0, **values), "Something is still missing: Recipients,")
    written(cast, now)
    refused(lambda: written(cast, now), "Nothing was changed.")
    stale = {"based_on": 0, "values": {"remarks": "Meins"}}
    refused(lambda: verbs.change_activity(cast.dora, **stale, **values), "Somebody else has changed this activity")
    refused(lambda: verbs.review_activity(cast.dora, based_on=7, **values), "Somebody else has changed this activity")
    refused(lambda: verbs.end_activity(cast.dora, based_on=1, reason="Aus", **values), "The portal describes this")


def test_refusals_about_own_activities(cast, now):
    made = added(cast, now)
    refused(lambda: added(cast, now, name=" "), "Give the activity a name")
    refused(lambda: added(cast, now, name="videokamera  AM Tor"), "Another activity has this name.")
    own = {"activity": made.activity, "based_on": 1, "at": now}
    refused(lambda: verbs.change_activity(cast.dora, values={**OWN, "name": ""}, **own), "Give the activity a name")
    refused(lambda: verbs.end_activity(cast.dora, reason="  ", **own), "Say why it has ended")
    verbs.end_activity(cast.dora, reason="Abgebaut", **own)
    for act in (
        lambda: verbs.change_activity(cast.dora, values=OWN, **own),
        lambda: verbs.review_activity(cast.dora, **own),
        lambda: verbs.end_activity(cast.dora, reason="Noch einmal", **own),
    ):
        refused(act, "This activity has ended.")
    assert added(cast, now).activity == "own-2"


@pytest.mark.parametrize("who", ["rita", "anna", "mona", "clara", "adam"])
def test_only_the_officer_writes_and_takes(cast, now, who):
    user = getattr(cast, who)
    for act in (
        lambda: verbs.add_activity(user, values=OWN, at=now),
        lambda: verbs.change_activity(user, activity="email", based_on=0, values=SAID, at=now),
        lambda: verbs.review_activity(user, activity="email", based_on=0, at=now),
        lambda: verbs.end_activity(user, activity="own-1", based_on=1, reason="Aus", at=now),
        lambda: verbs.export_record(user, form="csv", language="en", at=now),
    ):
        with pytest.raises(PermissionDenied), transaction.atomic():
            act()
    assert not ActivityVersion.objects.exists()


def test_what_is_no_activity_is_not_found(cast, now):
    for key in ("telegram", "own-1", "nonsense"):
        with pytest.raises(Http404):
            activity_at(cast.dora, key, now)
        for path in (f"{PAGE}{key}/", f"{PAGE}{key}/change/", f"{PAGE}{key}/versions/1/", f"{PAGE}{key}/end/"):
            assert as_(cast.dora).get(path).status_code == 404
    assert as_(cast.dora).get(f"{PAGE}email/end/").status_code == 404


def test_a_platform_that_is_given_up_stays_where_somebody_wrote_about_it(cast, now):
    PlatformRegistration.objects.filter(platform="signal").update(status="approved")
    written(cast, now, "signal")
    PlatformRegistration.objects.filter(platform="signal").update(status="not_approved")
    assert "signal" in {activity.key for activity in record_at(cast.rita, now)}


# --- the pages


def test_the_officer_completes_an_activity_and_notes_that_nothing_has_changed(cast, now):
    dora = as_(cast.dora)
    count = len(record_at(cast.dora, now))
    assert f"For {count} activities this is missing: Recipients." in words(dora.get(PAGE))
    form = dora.get(f"{PAGE}email/change/").text
    assert 'name="recipients"' in form and 'name="time_limits"' not in form and 'name="name"' not in form
    dora.post(f"{PAGE}email/change/", {**SAID, "based_on": "0"})
    assert one(cast, "email", now).missing == ()
    assert "Looked at, nothing to change" in dora.get(f"{PAGE}email/").text
    with time_machine.travel(now + timedelta(days=300), tick=False):
        later = as_(cast.dora)
        later.post(f"{PAGE}email/reviewed/", {"based_on": "1"})
    assert [row.kind for row in ActivityVersion.objects.all()] == ["reviewed", "written"]


def test_a_page_that_is_old_shows_both_versions_and_overwrites_nothing(cast, now):
    written(cast, now)
    mine = {**SAID, "remarks": "Meins", "based_on": "0"}
    dora = as_(cast.dora)
    answer = dora.post(f"{PAGE}email/change/", mine)
    assert answer.status_code == 409 and ActivityVersion.objects.count() == 1
    assert "Somebody else has changed this activity meanwhile. Nothing was overwritten." in words(answer)
    assert [(row.label, row.saved, row.typed) for row in answer.context["rows"]] == [("Remarks", "", "Meins")]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert hidden.items() >= {**SAID, "remarks": "Meins", "based_on": "1"}.items()
    assert dora.post(f"{PAGE}email/change/", hidden).status_code == 302
    assert [(row.number, row.remarks) for row in ActivityVersion.objects.order_by("number")] == [(1, ""), (2, "Meins")]


def test_what_the_record_needs_is_not_called_optional(cast, now):
    page = as_(cast.dora).get(f"{PAGE}new/").text
    assert re.findall(r"([A-Z][a-z]+) \(optional\)", re.sub(r"<[^>]+>", "", page)) == ["Remarks"]


def test_two_who_wrote_the_same_have_nothing_to_choose(cast, now):
    written(cast, now)
    answer = as_(cast.dora).post(f"{PAGE}email/change/", {**SAID, "based_on": "0"})
    assert answer.status_code == 302 and answer["Location"] == f"{PAGE}email/"
    assert ActivityVersion.objects.count() == 1


def test_whoever_looks_at_an_old_page_is_shown_the_present_one(cast, now):
    written(cast, now)
    answer = as_(cast.dora).post(f"{PAGE}email/reviewed/", {"based_on": "0"})
    assert answer.status_code == 409 and 'name="based_on" value="1"' in answer.text
    assert "Somebody else has changed this activity" in answer.text and ActivityVersion.objects.count() == 1


def test_whoever_ends_an_old_version_sees_the_present_one_and_keeps_the_reason(cast, now):
    dora = as_(cast.dora)
    dora.post(f"{PAGE}new/", {"name": "Videokamera", "purposes": "Einbruch verhindern"})
    dora.post(f"{PAGE}own-1/change/", {**OWN, "based_on": "1"})
    answer = dora.post(f"{PAGE}own-1/end/", {"based_on": "1", "reason": "Abgebaut"})
    assert answer.status_code == 409 and not one(cast, "own-1", now).is_ended
    assert "Abgebaut</textarea>" in answer.text and "Videokamera am Tor" in words(answer)
    assert dora.post(f"{PAGE}own-1/end/", {"based_on": "2", "reason": "Abgebaut"}).status_code == 302
    assert one(cast, "own-1", now).is_ended


@pytest.mark.parametrize("reader", ["de", "en"])
def test_the_authority_gets_the_language_that_the_officer_chooses(cast, now, reader):
    User.objects.filter(pk=cast.dora.pk).update(language=reader)
    dora = as_(cast.dora)
    chosen = re.search(r'<option value="(\w+)" lang="\w+" selected>', dora.get(PAGE).text)
    assert chosen and chosen[1] == "de"
    for language, head in (("de", "Rechtsgrundlage"), ("en", "Legal basis")):
        file = dora.post(f"{PAGE}export/", {"form": "csv", "language": language})
        assert head in file.content.decode("utf-8-sig") and f"processing-{language}.csv" in file["Content-Disposition"]


def test_an_activity_of_ones_own_is_added_changed_and_ended(cast, now):
    dora = as_(cast.dora)
    assert "This field is required." in dora.post(f"{PAGE}new/", {"purposes": "Einbruch verhindern"}).text
    assert not ActivityVersion.objects.exists()
    dora.post(f"{PAGE}new/", {"name": "Videokamera", "purposes": "Einbruch verhindern"})
    assert one(cast, "own-1", now).missing == PARTS[1:-1]
    dora.post(f"{PAGE}own-1/change/", {**OWN, "based_on": "1"})
    assert one(cast, "own-1", now).missing == ()
    assert "This field is required." in dora.post(f"{PAGE}own-1/end/", {"based_on": "2"}).text
    dora.post(f"{PAGE}own-1/end/", {"based_on": "2", "reason": "Abgebaut"})
    page = words(as_(cast.rita).get(PAGE))
    assert "Videokamera am Tor" in page and "Abgebaut" in page
    assert "Change the activity" not in words(dora.get(f"{PAGE}own-1/"))


def test_the_auditor_reads_and_is_offered_no_act(cast, now):
    written(cast, now)
    rita = as_(cast.rita)
    for path in (PAGE, f"{PAGE}email/", f"{PAGE}email/versions/1/"):
        page = rita.get(path)
        assert page.status_code == 200 and '<form method="post" action="/register' not in page.text


def test_lists_ask_as_much_for_many_as_for_few(cast, now):
    rita, counts = as_(cast.rita), []
    for turn in range(3):
        written(cast, now, remarks=str(turn))
        added(cast, now, name=f"Tor {turn}")
        asked = []
        for path in (PAGE, f"{PAGE}email/"):
            with CaptureQueriesContext(connection) as captured:
                rita.get(path)
            asked.append(len(captured))
        counts.append(asked)
    assert counts[1] == counts[2] and max(counts[2]) <= 16, counts


def test_the_controller_and_the_officer_are_those_of_the_privacy_notice(cast, settings):
    settings.COMPANY_NAME, settings.DPO_CONTACT = "Nordlicht GmbH", "dsb@nordlicht.example"
    page = words(as_(cast.rita).get(PAGE))
    assert "Nordlicht GmbH" in page and "dsb@nordlicht.example" in page


# --- files


def test_the_file_for_the_authority_is_pdf_ua_with_equal_bytes_and_the_trail_tells_of_it(cast, now):
    written(cast, now)
    added(cast, now)
    made = {}
    for language in ("de", "en"):
        with override(language):
            made[language] = [
                verbs.export_record(cast.dora, form="pdf", language=language, at=now) for _turn in range(2)
            ]
    assert made["de"][0] == made["de"][1] and made["de"][0] != made["en"][0]
    found = PdfReader(BytesIO(made["en"][0]))
    text = "".join(page.extract_text() for page in found.pages)
    assert found.trailer["/Root"]["/Lang"] == "en" and "/StructTreeRoot" in found.trailer["/Root"]
    assert "Rechenzentrum Nord" in text and "Videokamera am Tor" in text and "Not said yet" in text
    told = AuditEntry.objects.filter(verb="processing.exported").first()
    assert (
        told.actor == cast.dora
        and told.after["format"] == "pdf"
        and told.after["rows"] == len(record_at(cast.dora, now))
    )


def test_the_table_has_one_line_for_each_activity_and_no_formula(cast, now):
    written(cast, now, remarks="=1+1")
    answer = as_(cast.dora).post(f"{PAGE}export/", {"form": "csv", "language": "en"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="processing-en.csv"'
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 1 + len(record_at(cast.dora, now)) and len({len(row) for row in rows}) == 1
    mail = next(row for row in rows if row[0] == "Contact with customers: E-mail")
    assert mail[rows[0].index("Remarks")] == "'=1+1" and "Rechenzentrum" in mail[rows[0].index("Recipients")]


def test_other_forms_and_languages_are_not_found(cast):
    for sent in ({"form": "xlsx"}, {"form": ""}, {"form": "csv", "language": "fr"}):
        assert as_(cast.dora).post(f"{PAGE}export/", sent).status_code == 404
    assert not AuditEntry.objects.filter(verb="processing.exported").exists()


# --- looking again


def test_the_officers_hear_of_it_once_when_a_year_has_passed(cast, now):
    second = person("dirk", Role.DPO)
    written(cast, now)
    written(cast, now + timedelta(days=20), "sms")
    assert remind_reviews(at=now + timedelta(days=364)) == 0
    year = now + timedelta(days=365)
    assert [remind_reviews(at=year), remind_reviews(at=year + timedelta(days=1))] == [2, 0]
    assert {mail.recipient for mail in OutboxMessage.objects.filter(topic="processing_due")} == {cast.dora, second}
    # A further one falls due: once more.
    assert [remind_reviews(at=year + timedelta(days=20)), remind_reviews(at=year + timedelta(days=21))] == [2, 0]
    assert OutboxMessage.objects.filter(topic="processing_due").last().payload["count"] == 2


def test_a_reminder_that_no_longer_holds_is_not_sent(cast, now):
    written(cast, now)
    year = now + timedelta(days=365)
    assert still_due({"count": 1}, year) and not still_due({"count": 1}, now)
    verbs.review_activity(cast.dora, activity="email", based_on=1, at=year)
    assert not still_due({"count": 1}, year)
    assert remind_reviews(at=year) == 0


def test_what_has_ended_is_not_to_be_looked_at(cast, now):
    made = added(cast, now)
    verbs.end_activity(cast.dora, activity=made.activity, based_on=1, reason="Abgebaut", at=now)
    assert remind_reviews(at=now + timedelta(days=400)) == 0


def test_the_mail_comes_with_the_others_of_the_morning(cast, now, mail_folder):
    written(cast, now)
    year = now + timedelta(days=365)
    remind_reviews(at=year)
    assert [deliver_due(at=year), deliver_due(at=next_morning(year))] == [0, 1]
    said = next(mail_folder.glob("*.eml")).read_text(encoding="utf-8")
    assert "/register/processing/" in said and cast.dora.email in said
    assert "1 activity of the record of processing has not been looked at" in said


def test_what_is_missing_and_due_is_read_by_one_query_and_is_what_the_record_says(cast, accounts, now):
    """The same activities in the same order as the record, of which nothing is drawn here."""
    for one in list(record_at(cast.dora, now))[:2]:
        written(cast, now, one.key)
    standing_at(cast.dora, now)  # written once for each set of roles
    for day in (now, now + timedelta(days=366)):
        with CaptureQueriesContext(connection) as seen:
            standing = standing_at(cast.dora, day)
            told = missing_sentences(standing), due_sentence(standing, day.date())
        record = [one for one in record_at(cast.dora, day) if not one.is_ended]
        assert len(seen) == 1
        assert told == (missing_sentences(record), due_sentence(record, day.date()))
        assert [(one.key, one.number, one.name) for one in standing] == [(o.key, o.number, o.name) for o in record]
    assert told[1]


def test_the_start_page_of_the_officer_costs_five_queries(cast, accounts, now, django_assert_num_queries):
    dora = as_(cast.dora)
    dora.get("/")
    with django_assert_num_queries(5):
        assert dora.get("/").context["tasks"]


def test_the_start_page_of_the_officer_names_what_is_missing_and_due(cast, now):
    titles = {task.title for task in as_(cast.dora).get("/").context["tasks"]}
    assert "Complete the record of processing activities" in titles
    assert "Complete the record of processing activities" not in as_(cast.rita).get("/").text
    for activity in standing_at(cast.dora, now):
        written(cast, now, activity.key)
    assert missing_sentences(standing_at(cast.dora, now)) == []
    page = as_(cast.dora).get("/").text
    assert "record of processing" not in page
    with time_machine.travel(now + timedelta(days=366), tick=False):
        assert "Look again at the record of processing activities" in as_(cast.dora).get("/").text


def test_auditors_read_pseudonyms_where_the_works_council_wants_it(cast, now, settings):
    written(cast, now)
    assert "Dora Beispiel" in as_(cast.rita).get(f"{PAGE}email/").text
    settings.WORKS_COUNCIL_MODE = True
    for path in (PAGE, f"{PAGE}email/", f"{PAGE}email/versions/1/"):
        page = as_(cast.rita).get(path)
        assert page.status_code == 200 and "Dora Beispiel" not in page.text


def test_what_is_drawn_leads_to_where_it_is_decided(cast, now):
    written(cast, now)
    page = as_(cast.rita).get(f"{PAGE}email/").text
    assert 'href="/rules/"' in page and 'href="/retention/">Retention' in page and 'href="/accounts/"' in page
    assert '/retention/">Retention</a></p>' not in as_(cast.rita).get(f"{PAGE}email/versions/1/").text


def test_of_two_who_save_at_once_one_is_told_so(cast, now):
    """The number of a version is given once: also where neither has seen the other."""
    written(cast, now)
    row = ActivityVersion.objects.get()
    with pytest.raises(IntegrityError, match="does not follow"), transaction.atomic():
        ActivityVersion.objects.create(
            activity="email", number=row.number, kind="written", made_by=cast.dora, made_at=now
        )
