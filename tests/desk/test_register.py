"""The register of permits and consents: who reads it, what filters it, and the file of which the trail tells."""

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.models import ConsentEvent
from portal.audit.models import AuditEntry
from portal.desk.register import export_register
from tests.browsing import words
from tests.requests.scenes import agreed_to_advertising, as_, ask, permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def two(cast, customer, accounts, now):
    """A permit by the rules, and one that the manager released."""
    by_rules = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    return by_rules, permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)


@pytest.fixture
def agreed(cast, customer, now):
    return agreed_to_advertising(cast, customer, now)


def numbers(cast, **wanted) -> set[str]:
    return {row.number for row, _basis in as_(cast.dora).get("/register/", wanted).context["rows"]}


def test_every_permit_is_in_it(cast, two):
    assert numbers(cast) == {one.number for one in two}


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({"purpose": "service"}, {0}),
        ({"basis": "needs_manager_approval"}, {1}),
        ({"basis": "consent"}, set()),
        ({"state": "active"}, {0, 1}),
        ({"state": "revoked"}, set()),
        ({"older": "30"}, set()),
        ({"number": "4711"}, {0, 1}),
        ({"number": "4712"}, set()),
    ],
)
def test_a_filter_narrows_it(cast, two, wanted, places):
    assert numbers(cast, **wanted) == {two[place].number for place in places}


def test_what_rests_on_a_consent_is_told_so(cast, customer, accounts, agreed, now):
    asked = ask(cast.anna, customer, "email", accounts.email, at=now, purpose="marketing", opt_out_included=True)
    permit = permit_for(asked, cast, now)
    assert numbers(cast, basis="consent") == {permit.number}


def test_consents_stand_under_their_own_tab_with_how_they_were_given(cast, agreed):
    page = words(as_(cast.rita).get("/register/?what=consents"))
    row = page[page.rindex("Proof State") :]
    assert row.startswith("Proof State 4711 ")
    assert f" {agreed.get_way_display()} {ConsentEvent.How.PAPER.label} " in row


def test_a_filter_that_cannot_be_read_is_named(cast, two):
    page = as_(cast.dora).get("/register/", {"purpose": "nonsense"})
    assert "<title>Error: Register of permits" in page.content.decode()
    assert len(page.context["rows"]) == 2


def test_no_match_and_no_permit_at_all_are_told_apart(cast, two):
    assert "No entry of the register fits these filters." in words(as_(cast.dora).get("/register/?state=revoked"))
    assert "No consents yet" in words(as_(cast.dora).get("/register/?what=consents"))


def test_the_file_holds_the_filtered_rows_and_the_trail_tells_of_it(cast, two):
    answer = as_(cast.dora).post("/register/export/", {"kind": "permits", "purpose": "service"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert two[0].number in lines[1]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.after) == ("register.exported", {"rows": 1})


def test_an_auditor_reads_and_takes_no_file(cast, two, now):
    assert as_(cast.rita).get("/register/").status_code == 200
    with pytest.raises(PermissionDenied):
        export_register(cast.rita, kind="permits", wanted={}, at=now)


def test_a_long_register_costs_no_more_queries_than_a_short_one(cast, customer, accounts, two, now):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            as_(cast.dora).get("/register/")
        return len(seen)

    few = cost()
    permit_for(ask(cast.anna, customer, "letter", accounts.letter, at=now), cast, now)
    assert cost() == few
