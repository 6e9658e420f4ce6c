"""What is our own fault, and what is far too large, is told as everything else: as problem details."""

import logging

import pytest
from django.conf import settings

from contacts.customers import services
from contacts.customers.models import ContactPoint
from tests.api.conftest import problem
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


@pytest.mark.parametrize("size", [64 * 1024 + 1, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1])
@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "crm-1"}], ids=["without a key", "with a key"])
def test_a_call_that_takes_no_body_takes_no_large_one(speak, customer, size, headers):
    place = f"customers/4711/contact-points/{customer.contact_points.get(channel='email').pk}/retire"
    problem(speak("clara", "post", place, b"x" * size, **headers), 413, "larger than 64 KB")
    assert not ContactPoint.objects.filter(retired_at__isnull=False).exists()
