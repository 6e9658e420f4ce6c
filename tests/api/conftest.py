"""A system with a key that asks in Anna's place."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import resolve

from portal.api.document import document
from portal.machines.models import Scope
from portal.machines.services import confirm_token, make_token

BOTH = ["decisions:write", "decisions:read"]
ASKED = {"customer": "4711", "purpose": "service", "channel": "email"}


def token_for(cast, now, name="crm", scopes=BOTH, acts_for=None):
    end = now + timedelta(days=30)
    token, secret = make_token(cast.adam, name=name, scopes=scopes, expires_at=end, acts_for=acts_for, at=now)
    if acts_for is not None:
        confirm_token(acts_for, token=token, at=now)
    return secret


@pytest.fixture
def key(cast, now):
    return token_for(cast, now, acts_for=cast.anna)


@pytest.fixture
def call(key, customer, accounts, now, time_machine):
    time_machine.move_to(now, tick=False)

    def call(body=None, path="decisions", *, key=key, method="post", environment=None, **headers):
        kind = headers.pop("content_type", "application/json")
        headers = {"authorization": f"Bearer {key}", "accept-language": "en"} | headers
        client = Client(enforce_csrf_checks=True)
        path = path if path.startswith("/") else f"/api/v1/{path}"
        if method == "get":
            return headers_as_described(method, path, client.get(path, headers=headers))
        raw = body if isinstance(body, (str, bytes)) else json.dumps(body) if body is not None else ""
        sent = {"content_type": kind, "headers": headers, **(environment or {})}
        return headers_as_described(method, path, getattr(client, method)(path, raw, **sent))

    return call


DOCUMENT = document()
HEADERS = {"ETag", "Location"}


def headers_as_described(method, path, answer):
    """Whoever makes a client of the description finds the version and the place that the answer has."""
    if answer.status_code < 300:
        route = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", resolve(path.partition("?")[0]).route)
        described = DOCUMENT["paths"][route][method]["responses"][str(answer.status_code)].get("headers", {})
        assert set(described) == HEADERS & set(answer.headers), (method, route)
    return answer


EVERYTHING = [str(scope) for scope in Scope]


@pytest.fixture
def speak(call, cast, now):
    """Call in the place of one of the cast, with a key that may do everything."""
    keys = {}

    def speak(name, method, path, body=None, **headers):
        if name not in keys:
            keys[name] = token_for(cast, now, f"for-{name}", EVERYTHING, acts_for=getattr(cast, name))
        return call(body, path, key=keys[name], method=method, **headers)

    return speak


def problem(answer, status, words=""):
    """RFC 9457, in a whole sentence."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json" and answer["Cache-Control"] == "no-store"
    told = answer.json()
    assert told["status"] == status and told["title"] and told["detail"].endswith(".")
    assert words in json.dumps(told, ensure_ascii=False)
    for sentences in told.get("errors", {}).values():
        assert all(sentence.endswith(".") for sentence in sentences)
    return told
