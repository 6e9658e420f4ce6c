"""Names are seen by two roles, with a reason, for some hours, and every look leaves an entry."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from portal.access.roles import Role
from portal.audit.models import AuditEntry
from portal.people.masking import names_hidden_from, pseudonym
from portal.retention import unmasking as verbs
from portal.retention.models import Unmasking
from tests.cast import person
from tests.requests.scenes import as_, permit_for, reminder_by_sms

pytestmark = pytest.mark.django_db


def asked(cast, at, **fields) -> Unmasking:
    values = {"scope": "log", "person": cast.anna, "reason": "Beschwerde eines Kunden", "hours": 2} | fields
    return verbs.ask_unmasking(cast.dora, at=at, **values)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": " "}, "Give a concrete reason"),
        ({"hours": 73}, "from 1 to 72 hours"),
        ({"person": None}, "Name the person whose log is meant"),
        ({"scope": "trail"}, "nobody for the whole trail"),
    ],
)
def test_what_is_asked_for_must_be_concrete(cast, now, fields, said):
    with pytest.raises(ValidationError, match=said):
        asked(cast, now, **fields)
    assert not Unmasking.objects.exists()


def test_only_the_other_role_agrees_and_never_whom_it_is_about(cast, now):
    both = person("beides", Role.DPO, Role.AUDITOR)
    own = verbs.ask_unmasking(both, scope="trail", person=None, reason="Probe", hours=1, at=now)
    about = asked(cast, now, person=cast.rita)
    for who, what in ((both, own), (cast.dora, own), (cast.adam, own), (cast.rita, about)):
        with pytest.raises(PermissionDenied):
            verbs.agree_unmasking(who, unmasking=what, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        row = {"agreed_by": both, "agreed_at": now, "ends_at": now + timedelta(hours=1)}
        Unmasking.objects.filter(pk=own.pk).update(**row)
    assert not Unmasking.objects.exclude(agreed_at=None).exists()


def test_the_log_is_shown_for_the_hours_asked_for_and_each_look_leaves_an_entry(
    cast, customer, accounts, now, time_machine
):
    time_machine.move_to(now)
    permit = permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    dora, rita, page = as_(cast.dora), as_(cast.rita), f"/unmaskings/{asked(cast, now).pk}/"
    assert dora.post(f"{page}log/").status_code == 403
    rita.post(f"{page}agree/")
    looked = AuditEntry.objects.filter(verb="unmasking.looked")
    assert permit.request.number not in dora.get(page).text and not looked.exists()

    shown = dora.post(f"{page}log/").text

    assert permit.request.number in shown and customer.last_name not in shown
    assert looked.get().actor == cast.dora
    # The session was left alone for so long that it is over, too.
    time_machine.move_to(now + timedelta(hours=2, minutes=1))
    assert as_(cast.dora).post(f"{page}log/").status_code == 403
    assert looked.count() == 1


def test_what_was_refused_or_ended_shows_nothing(cast, now, time_machine):
    time_machine.move_to(now)
    refused, other = asked(cast, now), asked(cast, now)
    rita = as_(cast.rita)
    rita.post(f"/unmaskings/{refused.pk}/refuse/")
    rita.post(f"/unmaskings/{other.pk}/agree/")
    rita.post(f"/unmaskings/{other.pk}/end/")
    time_machine.move_to(now + timedelta(minutes=1))
    for one in (refused, other):
        assert as_(cast.dora).post(f"/unmaskings/{one.pk}/log/").status_code == 403
    with pytest.raises(ValidationError, match="answered already"):
        verbs.agree_unmasking(cast.rita, unmasking=refused, at=now)
    with pytest.raises(ValidationError, match="Nothing is shown under this number"):
        verbs.end_unmasking(cast.rita, unmasking=other, at=now + timedelta(hours=1))


# --- the mode in which auditors read pseudonyms


@pytest.fixture
def told(cast, customer, accounts, now, settings):
    """A trail with Anna in it, in works council mode; Adam has changed Sven's name."""
    from portal.people.services import update_person

    settings.WORKS_COUNCIL_MODE = True
    permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    update_person(cast.adam, person=cast.sven, at=now, last_name="Sonderling")
    return cast


def test_auditors_read_pseudonyms_and_officers_names(told):
    hidden, shown = as_(told.rita).get("/audit/").text, as_(told.dora).get("/audit/").text
    for name in ("Anna Beispiel", "Mona Beispiel", "Sonderling"):
        assert name not in hidden and name in shown
    assert pseudonym(told.anna.pk) in hidden and "As stored" not in hidden
    assert "Anna" not in as_(told.rita).get("/requests/").text
    assert "Rita" in as_(told.rita).get("/").text


def test_nobody_is_found_by_a_name_that_is_not_shown(told):
    rita, verb = as_(told.rita), "Request handed in"
    found = [rita.get("/audit/", {"who": words}).text for words in ("Anna", told.anna.email, pseudonym(told.anna.pk))]
    rows = [page.count('data-label="Who"') for page in found]
    assert rows[:2] == [0, 0] and rows[2] > 0, verb


def test_an_unmasking_of_the_trail_shows_names_until_it_is_over(told, now, time_machine):
    time_machine.move_to(now)
    made = asked(told, now, scope="trail", person=None)
    verbs.agree_unmasking(told.rita, unmasking=made, at=now)
    assert "Anna Beispiel" in as_(told.rita).get("/audit/").text
    time_machine.move_to(now + timedelta(hours=2, minutes=1))
    assert "Anna Beispiel" not in as_(told.rita).get("/audit/").text


def test_without_the_mode_auditors_read_names(told, settings):
    settings.WORKS_COUNCIL_MODE = False
    assert "Anna Beispiel" in as_(told.rita).get("/audit/").text


def test_a_pseudonym_is_the_same_on_every_page_and_another_for_everybody(cast):
    assert len({pseudonym(one.pk) for one in cast}) == 10
    with names_hidden_from(cast.rita.pk):
        assert str(cast.anna) == pseudonym(cast.anna.pk) and str(cast.rita) == "Rita Beispiel"
    assert str(cast.anna) == "Anna Beispiel"
