"""A key that acts for a person opens nothing until this person has said yes, and nothing after they have said no."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from contacts.requests.models import Permit, Review
from contacts.requests.reviewers import reviewers_of
from contacts.requests.services import reviewing
from portal.audit.models import AuditEntry
from portal.machines.models import ApiToken
from portal.machines.services import confirm_token, make_token, revoke_token
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.api.conftest import ASKED, EVERYTHING, problem
from tests.cast import point

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(cast, now):
    """Adam has made a key for Anna, who has not looked yet."""
    end = now + timedelta(days=30)
    values = {"name": "sales", "scopes": EVERYTHING, "expires_at": end, "acts_for": cast.anna}
    return make_token(cast.adam, at=now, **values)


def page(who, name, token=None):
    client = Client()
    client.force_login(who)
    return client.get("/my-systems/") if token is None else client.post(f"/my-systems/{token.pk}/{name}/")


@pytest.mark.parametrize("path", ["customers", "requests", "permits", "accounts"])
def test_it_opens_nothing_before_the_person_has_confirmed_it(call, made, path):
    problem(call(path=path, key=made[1], method="get"), 403, "not confirmed it yet")


def test_it_decides_nothing_either(call, made):
    problem(call(ASKED, key=made[1]), 403, "not confirmed it yet")


def test_it_opens_what_it_names_once_the_person_has_pressed_the_button(call, made, cast):
    assert page(cast.anna, "confirm", made[0]).status_code == 302
    assert call(path="customers", key=made[1], method="get").status_code == 200


def test_the_person_hears_of_it_with_its_making(made, cast):
    told = OutboxMessage.objects.get(topic="key_to_confirm")
    assert (told.recipient, told.payload["system"], told.payload["maker"]) == (cast.anna, "sales", str(cast.adam))


def test_the_mail_names_system_maker_and_page(made, cast, now, mail_folder):
    cast.anna.language = "en"
    cast.anna.save()
    deliver_due(at=now)
    (mail,) = mail_folder.iterdir()
    words = message_from_bytes(mail.read_bytes(), policy=default)
    body = words.get_body(("plain",)).get_content()
    assert words["To"] == cast.anna.email and words["Subject"] == "sales wants to act in your name"
    assert str(cast.adam) in body and "/my-systems/" in body


def test_the_person_sees_who_made_it_and_what_it_may_do(made, cast):
    cast.anna.language = "en"
    cast.anna.save()
    words = page(cast.anna, "").content.decode()
    assert "sales" in words and str(cast.adam) in words and "Use permits" in words and "Waits to be confirmed" in words
    assert "sales" not in page(cast.max, "").content.decode()


def test_the_person_ends_it_at_any_time(call, made, cast, now):
    confirm_token(cast.anna, token=made[0], at=now)
    assert page(cast.anna, "revoke", made[0]).status_code == 302
    problem(call(path="customers", key=made[1], method="get"), 401)
    assert AuditEntry.objects.filter(verb="api_token.revoked", actor=cast.anna).count() == 1


@pytest.mark.parametrize("name", ["adam", "mona", "dora"])
def test_nobody_else_confirms_it(made, cast, now, name):
    with pytest.raises(PermissionDenied):
        confirm_token(getattr(cast, name), token=made[0], at=now)
    assert ApiToken.objects.get(pk=made[0].pk).confirmed_at is None


def test_what_has_ended_is_not_confirmed(made, cast, now):
    revoke_token(cast.anna, token=made[0], at=now)
    with pytest.raises(ValidationError, match="Ask an administrator for another one"):
        confirm_token(cast.anna, token=made[0], at=now)


def test_confirmed_twice_is_told_once(made, cast, now):
    for _ in range(2):
        confirm_token(cast.anna, token=made[0], at=now)
    assert AuditEntry.objects.filter(verb="api_token.confirmed").count() == 1


@pytest.mark.parametrize("field", ["acts_for", "created_by"])
def test_the_database_keeps_whom_it_acts_for_and_who_made_it(made, cast, field):
    """Else a key that Anna has confirmed could be turned to somebody else."""
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=made[0].pk).update(**{field: cast.dora})


def test_the_database_knows_no_confirmed_key_of_nobody(cast, now):
    end = now + timedelta(days=3)
    token, _secret = make_token(cast.adam, name="shop", scopes=["decisions:write"], expires_at=end, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(confirmed_at=now)


def test_the_manager_who_made_the_key_does_not_judge_what_came_in_through_it(call, cast, now, customer):
    """Mona makes a key for Anna, asks with it, and would grant it to herself."""
    cast.mona.roles = [*cast.mona.roles, "administrator"]
    cast.mona.save()
    end = now + timedelta(days=30)
    token, key = make_token(cast.mona, name="mine", scopes=EVERYTHING, expires_at=end, acts_for=cast.anna, at=now)
    confirm_token(cast.anna, token=token, at=now)
    number = point(customer, "sms", "0171 5550000", now=now).pk
    sent = {"customer": "4711", "contact_point": number, "purpose": "debt_collection", "draft_text": "Bitte zahlen."}
    number = call(sent, "requests", key=key).json()["number"]
    assert call(None, f"requests/{number}/submit", key=key).json()["state"] == "with_dpo"
    request = cast.anna.requests.get()
    assert cast.mona not in reviewers_of(request, at=now)
    with pytest.raises(PermissionDenied):
        reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    assert not (Review.objects.exists() or Permit.objects.exists())
