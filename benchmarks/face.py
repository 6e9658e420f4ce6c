"""The face: each page against a bare one, what it weighs, and what a browser and a person say of it."""

from __future__ import annotations

import http.client
import re
import sys
import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from benchmarks import decisions, eyes, scratch, searches, work
from benchmarks.pages import PAGES
from benchmarks.table import Row
from benchmarks.timing import in_turns, percentile

#: Some more of the pages that people open every day.
MORE = {
    "start": ("anna", "/"),
    "check, empty": ("anna", "/check/"),
    "training": ("anna", "/training/"),
    "rule book": ("anna", "/rules/"),
    "messages": ("anna", "/messages/"),
}
EVERY = PAGES | MORE
BARE = "/benchmark/bare/{number}/"
MOST_RATIO, MOST_MS, MOST_KB = 2.0, 200.0, 150.0
#: One customer of so many is asked about, too.
ASKED_OF = 3
#: Requests and entries of the trail there are: a page of them is full.
FULL_PAGE = 60
#: Calls before the first that counts: each thread of the server has a connection of its own, and PostgreSQL keeps the
#: plan of a statement from its sixth call on (PREPARE). With fewer the slowest twentieth was what begins.
WARM = 80


def rows(*, quick: bool) -> list[Row]:
    """Every figure of this run. Quick: 100,000 customers instead of 1,000,000, and fewer rounds."""
    return measured(100_000, 60) if quick else measured(1_000_000, 600)


def measured(customers: int, rounds: int) -> list[Row]:
    with scratch.database():
        cast, _accounts = scratch.fill(customers)
        cookies = {name: _session(getattr(cast, name)) for name in {reader for reader, _path in EVERY.values()}}
        numbers = _numbers(rounds, customers)
        with decisions.server() as port:
            found = _answers(port, cookies, numbers)
            _say("pages measured")
            found += _weights(port, cookies, numbers[0])
            if eyes.program():
                with eyes.browser() as opened:
                    found += eyes.rows(opened, f"http://127.0.0.1:{port}", cookies, EVERY, numbers[:5])
            else:
                print("No Chromium: nothing is told of a browser.", file=sys.stderr)
    return found


def work_rows(*, quick: bool) -> list[Row]:
    """What each page, and the start page of each role, takes of the processor: for a machine that others use too."""
    customers, rounds = (100_000, 60) if quick else (1_000_000, 200)
    starts = {f"start of {name}": (name, "/") for name in ("mona", "dora", "clara", "adam")}
    with scratch.database():
        cast, _accounts = scratch.fill(customers)
        cookies = {name: _session(getattr(cast, name)) for name in {reader for reader, _path in EVERY.values()}}
        scratch.ask_about(cast.anna, _numbers(FULL_PAGE, customers))
        return work.rows(cookies, EVERY | starts, _numbers(rounds, customers), BARE)


def search_rows(*, quick: bool) -> list[Row]:
    """Pages of hits, for each kind of words that people type."""
    customers = 100_000 if quick else 1_000_000
    with scratch.database():
        cast, _accounts = scratch.fill(customers)
        with decisions.server() as port:
            return _found(port, _session(cast.anna), customers)


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _session(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["session"].value


def _numbers(count: int, customers: int) -> list[str]:
    """Customers over the whole table, as `population` numbers them."""
    return [f"B{place:07d}" for place in range(0, customers, max(1, customers // count))][:count]


def _answers(port: int, cookies: dict[str, str], numbers: Sequence[str]) -> list[Row]:
    """95th percentiles over HTTP. Each page takes turns with the bare one as the same person."""
    found = []
    for name, (reader, path) in EVERY.items():
        bare, ours = _in_turns(port, cookies[reader], BARE, path, numbers)
        floor, took = percentile(bare, 95), percentile(ours, 95)
        found.append(Row(f"page: {name}, p95", took, "ms", floor=floor, most=MOST_RATIO))
    asked = _asked(port, cookies["anna"], numbers[::ASKED_OF])
    looked = [row.ours for row in found if row.what.startswith(("page: check", "page: customer page"))]
    found.append(Row("check a contact: slowest of its pages, p95", max(looked), "ms", most=MOST_MS))
    found.append(Row("check a contact: the answer to a question, p95", percentile(asked, 95), "ms", most=MOST_MS))
    return found


def _found(port: int, cookie: str, customers: int) -> list[Row]:
    """95th percentiles of whole pages of hits; the first of each is not counted."""
    line, rows = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    places = range(0, customers, customers // (searches.CALLS + 1))
    for name, typed in searches.TYPED.items():
        times = [_get(line, cookie, f"/search/?{urlencode({'q': typed(place)})}")[0] for place in places]
        rows.append(Row(f"search {name}, p95", percentile(times[1:], 95), "ms", most=searches.MOST_MS))
    line.close()
    return rows


def _in_turns(port: int, cookie: str, bare: str, ours: str, numbers: Sequence[str]) -> tuple[list[float], list[float]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def calling(path: str) -> Callable[[str], float]:
        return lambda number: _get(line, cookie, path.format(number=number))[0]

    for path in (bare, ours):
        for number in numbers[:WARM]:
            calling(path)(number)
    times = in_turns(calling(bare), calling(ours), numbers)
    line.close()
    return times


def _get(line: http.client.HTTPConnection, cookie: str, path: str) -> tuple[float, bytes]:
    """Milliseconds until the whole page is there, and the page."""
    started = time.perf_counter()
    line.request("GET", path, headers={"Cookie": f"session={cookie}", "Accept-Language": "de"})
    answer = line.getresponse()
    body = answer.read()
    took = (time.perf_counter() - started) * 1000
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return took, body


def _asked(port: int, cookie: str, numbers: Sequence[str]) -> list[float]:
    """Milliseconds from sending a question in to its answer, which is a page of its own."""
    line, times = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    for number in numbers:
        _took, form = _get(line, cookie, f"/check/customers/{number}/")
        times.append(_send(line, cookie, f"/check/customers/{number}/", form))
    line.close()
    return times


def _send(line: http.client.HTTPConnection, cookie: str, path: str, form: bytes) -> float:
    fields = question(form)
    cookies = f"session={cookie}; {settings.CSRF_COOKIE_NAME}={fields['csrfmiddlewaretoken']}"
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    started = time.perf_counter()
    line.request("POST", path, urlencode(fields), headers)
    answer = line.getresponse()
    answer.read()
    if answer.status != 302:
        raise RuntimeError(f"{path} answered {answer.status} to a question")
    _get(line, cookie, answer.headers["Location"])
    return (time.perf_counter() - started) * 1000


def question(page: bytes) -> dict[str, str]:
    """What a browser sends when somebody asks about a service contact over the first address of the page."""
    from tests.browsing import form

    point = re.findall(rb'name="contact_point"[^>]*value="(\d+)"', page)[0].decode()
    return form(SimpleNamespace(content=page)).fields | {"purpose": "service", "contact_point": point}


def _weights(port: int, cookies: dict[str, str], number: str) -> list[Row]:
    """The heaviest page and the lightest; that every page holds the bar, tests/face tells."""
    from tests.face.weight import weight

    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    weights = {
        name: weight(_get(line, cookies[reader], path.format(number=number))[1]) / 1024
        for name, (reader, path) in EVERY.items()
    }
    line.close()
    connection.close()
    heavy, light = max(weights, key=weights.__getitem__), min(weights, key=weights.__getitem__)
    return [
        Row(f"weight: {name}, first visit, compressed", weights[name], "KB", most=MOST_KB) for name in (heavy, light)
    ]
