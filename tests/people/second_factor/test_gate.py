"""The data protection officer and administrators reach nothing without a second factor but the page that sets it up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from portal.audit.models import AuditEntry
from tests.desk.reading import nothing_written
from tests.people.second_factor.conftest import set_up, sign_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", ["dora", "adam"])
@pytest.mark.parametrize(
    "path", ["/", "/people/", "/customers/", "/audit/", "/messages/", "/sessions/", "/password/change/", "/keys/"]
)
def test_without_one_every_page_leads_to_setting_it_up(client, cast, name, path):
    client.force_login(getattr(cast, name))
    answer = client.get(path)
    assert (answer.status_code, answer.get("Location")) in [(302, "/second-factor/"), (404, None)]


def test_without_one_no_act_is_done(client, cast):
    client.force_login(cast.adam)
    with nothing_written():
        answer = client.post("/people/departments/", {"name": "Neu"})
    assert answer["Location"] == "/second-factor/"


def test_the_page_itself_says_why_and_language_and_leaving_stay_open(client, cast):
    client.force_login(cast.dora)
    assert "until then the other pages stay closed" in client.get("/second-factor/").content.decode()
    assert client.post("/language/", {"language": "de", "next": "/second-factor/"})["Location"] == "/second-factor/"
    assert client.get("/verify/").status_code in (200, 404)
    assert client.post("/logout/")["Location"].startswith("/login/")


@pytest.mark.parametrize("name", ["anna", "mona", "clara", "tom", "rita"])
def test_other_roles_are_not_held_up(client, cast, name):
    client.force_login(getattr(cast, name))
    assert client.get("/").status_code == 200


def test_setting_it_up_opens_the_pages_at_once_and_the_trail_knows(client, cast, now):
    sign_in(client, "dora")
    set_up(client, now)
    assert client.get("/").status_code == 200
    (entry,) = AuditEntry.objects.filter(verb="second_factor.added")
    assert (entry.actor, entry.subject_id, entry.after) == (cast.dora, str(cast.dora.pk), {"factor": "totp"})


def test_taking_the_role_opens_and_giving_it_closes_with_the_next_request(client, cast):
    client.force_login(cast.anna)
    assert client.get("/").status_code == 200
    cast.anna.roles = ["employee", "administrator"]
    cast.anna.save(update_fields=["roles"])
    assert client.get("/")["Location"] == "/second-factor/"
    cast.anna.roles = ["employee"]
    cast.anna.save(update_fields=["roles"])
    assert client.get("/").status_code == 200


def test_recovery_codes_alone_are_no_factor(client, cast):
    client.force_login(cast.adam)
    answer = client.post("/second-factor/codes/", follow=True)
    assert "Set up an app or a key first" in answer.content.decode()


def test_the_gate_costs_no_query(client, cast, settings, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(cast.rita)
    client.get("/")
    with CaptureQueriesContext(connection) as with_gate:
        client.get("/")
    settings.MFA_REQUIRED_ROLES = []
    with CaptureQueriesContext(connection) as without:
        client.get("/")
    assert len(with_gate) == len(without)


@pytest.mark.parametrize(("given", "meant"), [(None, "dpo,administrator"), ("none", ""), ("auditor", "auditor")])
def test_a_server_asks_for_it_unless_it_is_told_otherwise(given, meant):
    told = "from django.conf import settings; print(','.join(settings.MFA_REQUIRED_ROLES))"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    environment.pop("MFA_REQUIRED_ROLES", None)
    if given is not None:
        environment["MFA_REQUIRED_ROLES"] = given
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode().strip() == meant


def test_an_administrator_gives_somebody_a_new_start_and_their_sessions_end(client, cast, now):
    browser = Client()
    sign_in(browser, "dora")
    set_up(browser, now)
    sign_in(client, "adam")
    set_up(client, now)
    assert client.post(f"/people/{cast.dora.pk}/second-factor/reset/").status_code == 302
    assert browser.get("/")["Location"].startswith("/login/")
    (entry,) = AuditEntry.objects.filter(verb="second_factor.reset")
    assert (entry.actor, entry.subject_id) == (cast.adam, str(cast.dora.pk))
    assert client.post(f"/people/{cast.adam.pk}/second-factor/reset/").status_code == 403
