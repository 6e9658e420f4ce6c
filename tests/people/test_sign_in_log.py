"""Each sign-in leaves a line in the log, and each one that failed; who it was stands there as a number."""

import logging

import pytest
from django.test import Client

from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
LOGGER = "portal.people.sign_in"


def lines(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == LOGGER]


def try_it(email: str, password: str) -> None:
    Client().post("/login/", {"login": email, "password": password}, REMOTE_ADDR="192.0.2.9")


def test_a_sign_in_leaves_a_line(cast, caplog):
    caplog.set_level(logging.INFO, LOGGER)
    try_it("anna@firma.example", PASSWORD)
    assert lines(caplog) == [f"Signed in: account {cast.anna.pk}, network 192.0.2.0/24, by password."]


def test_one_that_failed_leaves_a_line_and_no_address(cast, caplog):
    try_it("anna@firma.example", "falsch-falsch-falsch")
    try_it("nobody@firma.example", "falsch-falsch-falsch")
    assert lines(caplog) == [
        f"Sign-in refused: account {cast.anna.pk}, network 192.0.2.0/24.",
        "Sign-in refused: account unknown, network 192.0.2.0/24.",
    ]
    assert "firma.example" not in caplog.text
