"""`POST /api/v1/decisions` through the real web server, against a view that reads one row and inserts one, by Django's
models (the floor) and by bare SQL (told beside it)."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.served import TABLE
from benchmarks.table import Row
from benchmarks.timing import percentile
from portal.embedded.site import WEB_THREADS

#: Floor and ours take turns after so many calls of each client, so that a slow moment of the machine meets both.
TURN = 5
#: So many calls to each warm the server up and do not count: words of answers are remembered by what occurs.
WARM = 400
BRACKETS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
MOST_P50, MOST_P99, MOST_STATEMENTS = 2.0, 2.5, 6


def rows(cast: Any, numbers: Sequence[str], *, rounds: int) -> list[Row]:
    """Medians and 99th percentiles for one client and eight, each as a ratio to the floor; and the statements."""
    keys = [key_of(cast) for _number in range(4)]
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    found = []
    with server() as port:
        for clients in (1, 8):
            floor, sql, ours = _in_turns(port, keys, numbers, clients, rounds)
            what = f"POST /api/v1/decisions, {clients} at once"
            found += [
                _row(f"{what}, p50", floor, ours, 50, MOST_P50),
                _row(f"{what}, p99", floor, ours, 99, MOST_P99),
                _row(f"{what}, p50 against bare SQL", sql, ours, 50),
                _row(f"{what}, p99 against bare SQL", sql, ours, 99),
            ]
    return [*found, *_statements(keys[0], numbers[:200])]


def _row(what: str, floor: list[float], ours: list[float], hundredth: int, most: float | None = None) -> Row:
    return Row(what, percentile(ours, hundredth), "ms", floor=percentile(floor, hundredth), most=most)


def _statements(key: str, numbers: Sequence[str]) -> list[Row]:
    """The most statements that a decision took, and by how many its cheapest differs."""
    client, counts = Client(), []
    for number in numbers:
        with CaptureQueriesContext(connection) as captured:
            post(client, key, number)
        counts.append(
            sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for query in captured)
        )
    return [
        Row("SQL statements for one decision", max(counts), "", most=MOST_STATEMENTS),
        Row("SQL statements, difference between customers", max(counts) - min(counts), "", most=0),
    ]


def post(client: Client, key: str, number: str) -> None:
    answer = client.post("/api/v1/decisions", _body(number), content_type="application/json", headers=_headers(key))
    if answer.status_code != 200:
        raise RuntimeError(answer.content)


def key_of(cast: Any) -> str:
    """The key of a system that asks in Anna's place. A thousandth of a second makes its name."""
    from portal.machines.services import confirm_token, make_token

    now, end = timezone.now(), timezone.now() + timedelta(days=1)
    name = f"bench-{time.time_ns() // 1_000_000}"
    values = {"name": name, "scopes": ["decisions:write"], "expires_at": end, "acts_for": cast.anna}
    token, secret = make_token(cast.adam, at=now, **values)
    confirm_token(cast.anna, token=token, at=now)
    return secret


def _body(number: str) -> str:
    return json.dumps({"customer": number, "purpose": "service", "channel": "email", "opt_out_included": True})


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Accept-Language": "en", "Content-Type": "application/json"}


def _in_turns(
    port: int, keys: list[str], numbers: Sequence[str], clients: int, rounds: int
) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each call, to the floor, to bare SQL and to the API, warmed up and in turns."""
    chance, times = random.Random(7), ([], [], [])
    paths = ("/benchmark/floor", "/benchmark/bare-sql", "/api/v1/decisions")
    turn = TURN * clients
    for done in range(-WARM, rounds, turn):
        asked = [chance.choice(numbers) for _ in range(turn)]
        for path, kept in zip(paths, times, strict=True):
            took = _calls(port, path, keys[done // turn % len(keys)], asked, clients)
            if done >= 0:
                kept += took
            _rest(keys)
    return times


def _rest(keys: list[str]) -> None:
    """The limit of calls a minute is not what is measured: the count of this minute begins anew."""
    from portal.machines.models import ApiToken

    ApiToken.objects.filter(name__startswith="bench-").update(calls_in_minute=0)


def _calls(port: int, path: str, key: str, numbers: Sequence[str], clients: int) -> list[float]:
    times: list[list[float]] = [[] for _ in range(clients)]
    threads = [
        threading.Thread(target=_client, args=(port, path, key, numbers[mine::clients], times[mine]))
        for mine in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = [one for several in times for one in several]
    if len(took) != len(numbers):
        raise RuntimeError(f"{path} did not answer every call")
    return took


def _client(port: int, path: str, key: str, numbers: Sequence[str], times: list[float]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.connect()
    line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for number in numbers:
        body = _body(number)
        started = time.perf_counter()
        line.request("POST", path, body, _headers(key))
        answer = line.getresponse()
        words = answer.read()
        times.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {words!r}")
    line.close()


@contextmanager
def server() -> Iterator[int]:
    """The web server as `bin/up` starts it, on the scratch database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"BENCHMARK_DATABASE": str(connection.settings_dict["NAME"])}
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
    command = [sys.executable, "-m", "granian", *options, "--blocking-threads", str(WEB_THREADS)]
    server = subprocess.Popen([*command, "benchmarks.wsgi:application"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            line.close()
    raise RuntimeError("the web server did not start")
