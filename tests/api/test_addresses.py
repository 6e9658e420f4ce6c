"""What is at no address, asked with the wrong method or for another kind of answer: told as problem details."""

import pytest

from tests.api.conftest import problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["", "nothing", "customers/", "customers/4711/secrets", "decisions/7", "v2/x", "a%0Ab", "x%0A"]
)
@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_an_unknown_address_is_told_as_a_problem(call, path, method):
    problem(call({}, path, method=method), 404, "nothing at this address")


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("customers", "delete", {"GET", "POST"}),
        ("customers/4711", "put", {"GET", "PATCH"}),
        ("requests/R-1/submit", "patch", {"POST"}),
        ("permits", "post", {"GET"}),
    ],
)
def test_another_method_is_told_which_ones_serve(call, path, method, allowed):
    answer = call({}, path, method=method)
    problem(answer, 405, "Send this with")
    assert {one.strip() for one in answer["Allow"].split(",")} == allowed


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*"])
def test_answers_are_json_and_nothing_else(speak, accept):
    problem(speak("anna", "get", "customers", accept=accept), 406, "application/json")


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, application/json;q=0.1"])
def test_who_takes_json_among_others_gets_it(speak, accept):
    assert speak("anna", "get", "customers", accept=accept).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_bodies_are_json_and_nothing_else(speak, customer, kind):
    problem(speak("anna", "post", "customers/4711/objections", "{}", content_type=kind), 415, "application/json")


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "7", "null"])
def test_a_body_that_is_no_object_is_refused(speak, customer, body):
    answer = speak("anna", "post", "customers/4711/objections", body)
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)
