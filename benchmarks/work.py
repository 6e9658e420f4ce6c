"""How much work a page is: processor time of the portal and of the database for one call, against a bare page's.

On a busy machine the clock tells of the others; the processor's time does not. The portal is called in this process,
without a web server; the server process of its database connection counts itself (`/proc/PID/schedstat`, Linux).
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from benchmarks.scratch import told
from benchmarks.table import Row
from benchmarks.timing import in_turns, percentile

WARM = 40
Call = Callable[[str], None]


def rows(cookies: dict[str, str], pages: dict[str, tuple[str, str]], numbers: Sequence[str], bare: str) -> list[Row]:
    """The 95th percentile of each page. It takes turns with the bare one as the same person, after some calls that do
    not count. There is no bar: the bar is the clock's, in `benchmarks.face`. Each page is told on stderr as it is done:
    a run takes minutes, and silence looks like standing still."""
    settings.ROOT_URLCONF = "benchmarks.served"
    # As a web server loads it, the collector of circles told to leave alone what was loaded: without that one call of
    # some hundred took 150 ms longer, whichever page it met.
    from portal.wsgi import application as portal

    found = []
    for name, (reader, path) in pages.items():
        with told(f"page: {name}"):
            calls = [_caller(portal, cookies[reader], address) for address in (bare, path)]
            first, behind = [partial(_worked, call) for call in calls]
            in_turns(first, behind, numbers[:WARM])
            floor, ours = in_turns(first, behind, numbers)
        found.append(Row(f"work: {name}, p95", percentile(ours, 95), "ms", floor=percentile(floor, 95)))
    return found


def _worked(call: Call, number: str) -> float:
    """Milliseconds of processor time, of this process and of the database's."""
    served, began = _of_the_database(), time.process_time()
    call(number)
    return (time.process_time() - began) * 1000 + _of_the_database() - served


def _of_the_database() -> float:
    if sys.platform != "linux":
        return 0.0
    connection.ensure_connection()
    return int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1_000_000


def _caller(portal: WSGIHandler, cookie: str, path: str) -> Call:
    """One GET by somebody who is signed in, as a web server hands it over."""
    words = {
        "REQUEST_METHOD": "GET",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "testserver",
        "HTTP_COOKIE": f"session={cookie}",
        "HTTP_ACCEPT_LANGUAGE": "de",
    }

    def call(number: str) -> None:
        where, _mark, asked = path.format(number=number).partition("?")
        told: list[Any] = []
        asking = words | {
            "PATH_INFO": where,
            "QUERY_STRING": asked,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        answer = portal(asking, lambda *status: told.append(status))
        b"".join(answer)
        answer.close()
        if not told[0][0].startswith("200"):
            raise RuntimeError(f"{path} answered {told[0][0]}")

    return call
