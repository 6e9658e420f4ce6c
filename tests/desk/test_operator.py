"""The operator's pages under /admin/: what they show, that each act is a verb of its room, and their browser policy."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import unfold
from django.contrib.admin.models import LogEntry
from django.contrib.staticfiles import finders
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from portal.audit.models import AuditEntry
from portal.desk.operator.condition import Part, condition, worst
from portal.desk.operator.site import site
from portal.desk.operator.words import OF_UNFOLD
from portal.machines.models import ApiToken
from portal.machines.services import make_token
from portal.operations.models import Success
from portal.operations.successes import note_success
from portal.outbox.models import OutboxMessage
from tests.desk.reading import nothing_written

pytestmark = pytest.mark.django_db
LISTS = (
    "outbox_outboxmessage",
    "webhooks_delivery",
    "machines_apitoken",
    "customers_importrun",
    "screening_screening",
    "people_user",
)


@pytest.fixture
def desk(cast) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.adam)
    return client


@pytest.fixture
def parked(now) -> OutboxMessage:
    return OutboxMessage.objects.create(
        kind="event",
        key="k",
        topic="customer.grounds_changed",
        due_at=now,
        attempts=10,
        parked_at=now,
        last_error="X: y",
    )


def act(desk, name: str, action: str, *rows):
    posted = {"action": action, "_selected_action": [row.pk for row in rows]}
    return desk.post(reverse(f"admin:{name}_changelist"), posted, follow=True)


def by_name(parts) -> dict[str, Part]:
    return {str(part.name): part for part in parts}


def test_the_first_page_says_in_a_sentence_what_needs_a_look(desk):
    page = desk.get("/admin/").content.decode()
    assert worst(condition_now(desk)) in page
    for words in ("Last backup", "Never yet", "Worker", "Messages in trouble"):
        assert words in page, words


def condition_now(desk):
    return desk.get("/admin/").context["parts"]


def test_what_went_well_lately_is_in_order_and_what_is_long_ago_is_not(now):
    note_success(Success.Kind.BACKUP, at=now - timedelta(hours=25), figures={})
    note_success(Success.Kind.RESTORE, at=now - timedelta(days=9), figures={})
    parts = by_name(condition(at=now))
    assert parts["Last backup"].word == "ok"
    assert parts["Last restore that was tested"].word == "old"
    assert parts["Last time the audit trail was verified"].word == "never"


def test_nothing_wrong_is_said_in_three_words():
    assert worst([Part("a", "ok"), Part("b", "ok")]) == "Everything is in order."
    assert worst([Part("a", "ok"), Part("b", "away")]) == "1 part needs a look."


@pytest.mark.parametrize("name", LISTS)
def test_every_list_can_be_read_and_looking_writes_nothing(desk, parked, name):
    with nothing_written():
        assert desk.get(reverse(f"admin:{name}_changelist")).status_code == 200


def test_a_parked_message_is_tried_again_by_the_verb_and_the_trail_knows(desk, cast, parked):
    act(desk, "outbox_outboxmessage", "try_again", parked)
    parked.refresh_from_db()
    assert parked.parked_at is None
    assert AuditEntry.objects.filter(actor=cast.adam, verb="outbox.tried_again").count() == 1


def test_what_cannot_be_tried_again_is_told_and_stops_nothing_else(desk, parked, now):
    late = OutboxMessage.objects.create(kind="event", key="l", topic="t", due_at=now - timedelta(hours=1))
    page = act(desk, "outbox_outboxmessage", "try_again", late, parked).content.decode()
    assert "Done for 1 row." in page
    parked.refresh_from_db()
    assert parked.parked_at is None


def test_a_key_is_revoked_by_the_verb(desk, cast, now):
    token, _secret = make_token(
        cast.adam, name="crm", scopes=["decisions:write"], expires_at=now + timedelta(days=30), at=now
    )
    assert "crm" in desk.get(reverse("admin:machines_apitoken_changelist")).content.decode()
    act(desk, "machines_apitoken", "revoke", token)
    assert ApiToken.objects.get().revoked_at is not None
    assert AuditEntry.objects.filter(actor=cast.adam, verb="api_token.revoked").count() == 1


def test_no_page_adds_changes_or_deletes_by_a_form_of_the_admin(desk, parked):
    for path in ("add/", f"{parked.pk}/change/", f"{parked.pk}/delete/", f"{parked.pk}/history/"):
        assert desk.get(f"/admin/outbox/outboxmessage/{path}").status_code == 404
    act(desk, "outbox_outboxmessage", "delete_selected", parked)
    assert OutboxMessage.objects.filter(pk=parked.pk).exists()


def test_the_admins_own_log_takes_nothing(cast):
    with pytest.raises(DatabaseError, match="The audit trail is the only log"), transaction.atomic():
        LogEntry.objects.create(user=cast.adam, object_repr="x", action_flag=1)


def test_these_pages_alone_may_evaluate_and_none_may_load_from_elsewhere(desk):
    policy = desk.get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval';" in policy and "default-src 'none'" in policy
    assert "unsafe" not in desk.get("/people/")["Content-Security-Policy"]


def test_messages_show_nothing_of_what_they_say(desk, cast, now):
    OutboxMessage.objects.create(
        kind="mail", key="m", topic="incident_reported", recipient=cast.dora, payload={"secret": "canary-4711"},
        due_at=now, attempts=10, parked_at=now, last_error="SMTPError: canary-4712",
    )  # fmt: skip
    page = desk.get(reverse("admin:outbox_outboxmessage_changelist")).content.decode()
    assert "incident_reported" in page and "canary" not in page and "Dora" not in page


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_the_title_from_the_menu_and_not_the_name_of_its_table(cast, name):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.adam)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", client.get(reverse(f"admin:{name}_changelist")).content.decode(), re.S)
    assert strip_tags(heading[1]).strip().split("\n")[0] == str(site.titles()[f"{name}_changelist"])


def test_the_number_of_rows_is_told_without_the_name_of_the_table(desk, cast):
    page = desk.get(reverse("admin:people_user_changelist")).content.decode()
    assert re.search(r"\b\d+ rows\b", page)
    assert not re.search(r"\b\d+ users\b", page)


def test_fonts_and_charts_of_the_library_are_left_out():
    """Ours stand before the library's in the order in which static files are found."""
    for name in ("unfold/js/chart/chart.js", "unfold/fonts/inter/styles.css"):
        assert Path(finders.find(name)).stat().st_size < 300


def test_the_words_named_for_the_catalogue_are_words_of_the_library():
    """A word that the library no longer says would stand in the catalogue for nothing."""
    files = [path for path in Path(unfold.__file__).parent.rglob("*") if path.suffix in (".py", ".html")]
    source = "".join(path.read_text("utf-8") for path in files)
    assert [word for word in OF_UNFOLD if word not in source] == []


def test_a_list_loads_the_script_that_marks_rows_and_none_for_forms(desk, parked):
    page = desk.get(reverse("admin:outbox_outboxmessage_changelist")).content.decode()
    assert "admin/js/actions" in page
    assert "jquery" not in page
    assert "xregexp" not in page
