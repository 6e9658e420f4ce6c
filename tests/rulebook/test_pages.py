"""The rule book in force and the way of a draft to its release, in the browser."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from contacts import policy
from contacts.policy.golden import shipped_cases
from contacts.rulebook.forms import SettingsForm
from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.services import fingerprint_of, save_cases, save_rule_set
from tests.requests.scenes import as_
from tests.rulebook.sets import MILDER, STRICTER, drafted, released

pytestmark = pytest.mark.django_db


def release(browser, address, **said):
    """The button of the page that the officer has just opened."""
    seen = re.search(r'name="seen" value="(\w{64})"', browser.get(address).content.decode())
    return browser.post(address, said | {"seen": seen[1]})


def filled(version, **changes):
    """What a browser sends of the form of a draft."""
    form = SettingsForm(settings=policy.settings_from_json(version.settings))
    sent = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if value is not None:
            sent[name] = value.strftime("%H:%M") if hasattr(value, "strftime") else value
    return sent | {"seen": fingerprint_of(version, "settings")} | changes


def test_the_form_sends_back_what_it_shows(cast, now):
    version = drafted(cast, now, STRICTER)
    answer = as_(cast.adam).post(f"/rules/versions/{version.number}/edit/", filled(version))
    assert answer.status_code == 302
    before = version.settings
    version.refresh_from_db()
    assert version.settings == before


def test_a_draft_is_written_shown_and_released_by_two_people(cast, now):
    adam, dora = as_(cast.adam), as_(cast.dora)
    address = adam.post("/rules/versions/draft/")["Location"]
    version = RuleSetVersion.objects.get()
    sent = filled(version, **{"rule_SRV-03": "forbidden", "platform_x": "not_approved", "saturday_to": "14:00"})
    assert adam.post(f"{address}edit/", sent)["Location"] == address
    page = dora.get(f"{address}release/").content.decode()
    assert 'href="/rules/SRV-03/"' in page and "09:00 - 14:00" in page
    assert "All golden cases are answered as expected" in page
    release(dora, f"{address}release/", effective_from="", reason="The works council asked for it.")
    version.refresh_from_db()
    assert (version.state, version.released_by) == ("released", cast.dora)
    assert version.settings["thresholds"]["contact_hours"]["saturday"] == ["09:00", "14:00"]
    book = as_(cast.anna).get("/rules/").content.decode()
    assert "Rule set 2: 68 rules" in book and version.sha256 in book
    assert "The works council asked for it." in book and "the company has decided this itself" in book
    assert "Adam Beispiel" not in book


def test_what_a_colleague_has_saved_meanwhile_is_not_lost_unseen(cast, now):
    version = drafted(cast, now)
    address, adam = f"/rules/versions/{version.number}/edit/", as_(cast.adam)
    mine = filled(version, child_age="15")
    as_(cast.dora).post(address, filled(version, **{"rule_SRV-03": "forbidden"}))
    page = adam.post(address, mine).content.decode()
    assert "This draft was changed after you opened this page." in page and 'value="15"' in page
    version.refresh_from_db()
    assert version.settings["outcomes"] == {"SRV-03": "forbidden"}
    assert adam.post(address, mine | {"seen": fingerprint_of(version, "settings")}).status_code == 302


def test_cases_that_a_colleague_has_saved_meanwhile_are_not_lost_unseen(cast, now):
    version = drafted(cast, now)
    address = f"/rules/versions/{version.number}/cases/"
    mine = {"document": json.dumps([shipped_cases()[1].to_json()]), "seen": fingerprint_of(version, "cases")}
    theirs = mine | {"document": json.dumps([shipped_cases()[0].to_json()])}
    assert as_(cast.dora).post(address, theirs).status_code == 302
    assert "This draft was changed after you opened this page." in as_(cast.adam).post(address, mine).content.decode()
    version.refresh_from_db()
    assert [case["id"] for case in version.cases] == [shipped_cases()[0].id]


def test_what_cannot_be_is_said_beside_its_field(cast, now):
    version = drafted(cast, now)
    sent = filled(version, child_age="12", expired_after_months_unused="3", monday_to_friday_to="07:00")
    page = as_(cast.adam).post(f"/rules/versions/{version.number}/edit/", sent).content.decode()
    assert "Enter a number from 14 to 16." in page
    assert "A consent cannot end before it is stale." in page
    assert "The end must come after the beginning" in page
    version.refresh_from_db()
    assert version.settings["thresholds"]["child_age"] == 16


def test_a_milder_rule_asks_the_officer_for_a_reason_and_shows_it_to_everybody(cast, now):
    version = drafted(cast, now, MILDER)
    address = f"/rules/versions/{version.number}/release/"
    dora = as_(cast.dora)
    page = release(dora, address, reason="Our practice.").content.decode()
    assert "milder than the shipped default: SRV-03" in page
    release(dora, address, reason="Our practice.", laxer_reason="HmbBfDI has answered.")
    assert "HmbBfDI has answered." in as_(cast.anna).get("/rules/").content.decode()


def test_calls_at_night_and_permits_that_live_longer_ask_for_a_reason_too(cast, now):
    """Also where the draft was written by software that did not know them as milder."""
    version = drafted(cast, now, {"thresholds": {"contact_hours": {"monday_to_friday": ["06:00", "23:00"]}}})
    RuleSetVersion.objects.update(laxer=[])
    dora, address = as_(cast.dora), f"/rules/versions/{version.number}/release/"
    assert "Milder: Contact hours." in dora.get(address).content.decode()
    page = release(dora, address, reason="Our practice.").content.decode()
    assert "milder than the shipped default: contact_hours" in page
    release(dora, address, reason="Our practice.", laxer_reason="Night porters are called at night.")
    version.refresh_from_db()
    assert (version.state, version.laxer) == ("released", ["contact_hours"])


@pytest.mark.parametrize("change", ["settings", "cases"])
def test_the_officer_releases_what_they_have_read_and_nothing_else(cast, now, change):
    """Whoever writes on while the page of the release is open would have two pairs of eyes for what one has seen."""
    version = drafted(cast, now, MILDER)
    dora, address = as_(cast.dora), f"/rules/versions/{version.number}/release/"
    said = {"reason": "Our practice.", "laxer_reason": "HmbBfDI has answered."}
    seen = re.search(r'name="seen" value="(\w{64})"', dora.get(address).content.decode())[1]
    if change == "settings":
        settings = policy.settings_to_json(policy.settings_from_json(version.settings))
        settings["thresholds"]["approval_valid_days"] += 1
        save_rule_set(cast.adam, version=version, settings=settings, at=now)
    else:
        save_cases(cast.adam, version=version, document=json.dumps([shipped_cases()[0].to_json()]), at=now)
    for sent in (seen, ""):
        page = dora.post(address, said | {"seen": sent}).content.decode()
        assert "The draft was changed after you opened this page." in page
        version.refresh_from_db()
        assert version.state == "draft"
    release(dora, address, **said)
    version.refresh_from_db()
    assert version.state == "released"


def test_who_wrote_in_the_draft_is_told_that_somebody_else_must_release_it(cast, now):
    version = drafted(cast, now)
    dora = as_(cast.dora)
    dora.post(f"/rules/versions/{version.number}/edit/", filled(version, child_age="15"))
    page = dora.get(f"/rules/versions/{version.number}/release/").content.decode()
    assert "Another data protection officer must read and release it." in page
    assert "Release this rule set" not in page


def test_the_history_says_where_each_version_stands(cast, now):
    now = timezone.now()
    released(cast, now, STRICTER)
    released(cast, now, {"thresholds": {"inbound_window_days": 7}}, effective_from=now + timedelta(days=9))
    drafted(cast, now)
    page = as_(cast.rita).get("/rules/versions/").content.decode()
    cells = re.findall(r"Rule set (\d+)(?:</a>)?</td>.*?data-label=\"State\">(.*?)</td>", page, re.S)
    words = {int(number): re.sub(r"<[^>]+>", "", word).strip() for number, word in cells}
    assert words == {4: "Draft", 3: "Not yet in force", 2: "In force", 1: "Replaced"}
    assert "Prepare the next rule set" not in page


def test_a_draft_is_no_concern_of_people_who_only_ask(cast, now):
    version = drafted(cast, now, STRICTER)
    book = as_(cast.anna).get("/rules/").content.decode()
    assert "Rule set 1: 68 rules" in book and f"/rules/versions/{version.number}/" not in book
    assert "Draft" not in book
