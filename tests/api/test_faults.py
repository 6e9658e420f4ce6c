"""What is our own fault, and what is far too large, is told as everything else: as problem details."""

import io
import logging

import pytest
from django.conf import settings
from django.test import Client

from contacts.customers import services
from contacts.customers.models import ContactPoint
from tests.api.conftest import EVERYTHING, problem, token_for
from tests.api.test_once import REFUSED, WHERE

pytestmark = pytest.mark.django_db


def broken(*_args, **_fields):
    raise RuntimeError("secret words")


def test_a_fault_of_ours_is_told_as_problem_details_and_logged(speak, customer, monkeypatch, caplog):
    monkeypatch.setattr(services, "record_objection", broken)
    with caplog.at_level(logging.ERROR):
        answer = speak("anna", "post", WHERE, REFUSED)
    assert "secret words" not in str(problem(answer, 500, "went wrong on our side"))
    assert "secret words" in caplog.text


def test_a_fault_of_ours_behind_the_door_is_told_as_problem_details(speak, customer, monkeypatch, caplog):
    monkeypatch.setattr("portal.machines.door._once", broken)
    sent = {"customer": "4711", "scope": "full_block", "origin": "shop-1"}
    answer = speak("anna", "post", "objections", sent)
    assert "secret words" not in str(problem(answer, 500, "went wrong on our side")) and "secret words" in caplog.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [("decisions", "application/json"), ("withdrawals", "application/json"), ("screenings", "text/csv")],
)
def test_a_body_that_comes_in_pieces_is_not_taken_for_an_empty_one(call, cast, now, path, kind):
    """As granian hands it on: a stream with an end, and no length."""
    environment = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    headers = {"authorization": f"Bearer {token_for(cast, now, 'all', EVERYTHING)}", "accept-language": "en"}
    answer = Client().post(f"/api/v1/{path}?purpose=service&channel=email", b"{}", kind, headers=headers, **environment)
    problem(answer, 411, "Content-Length")


class Broken(io.BytesIO):
    def read(self, *_size):
        raise OSError("the line is dead")


@pytest.mark.parametrize("path", ["decisions", "customers/4711/consents", "withdrawals"])
def test_a_body_far_too_large_or_broken_off_is_no_fault_of_ours(speak, customer, path):
    large = b'{"customer": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    problem(speak("clara", "post", path, large), 413, "The body is larger than")
    problem(speak("clara", "post", path, {}, environment={"wsgi.input": Broken()}), 400, "broke off")


def test_a_call_without_a_body_needs_no_length(speak, customer):
    place = f"customers/4711/contact-points/{customer.contact_points.get(channel='email').pk}/retire"
    environment = {"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": ""}
    assert speak("clara", "post", place, environment=environment).status_code == 200


@pytest.mark.parametrize("size", [64 * 1024 + 1, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1])
@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "crm-1"}], ids=["without a key", "with a key"])
def test_a_call_that_takes_no_body_takes_no_large_one(speak, customer, size, headers):
    place = f"customers/4711/contact-points/{customer.contact_points.get(channel='email').pk}/retire"
    problem(speak("clara", "post", place, b"x" * size, **headers), 413, "larger than 64 KB")
    assert not ContactPoint.objects.filter(retired_at__isnull=False).exists()
