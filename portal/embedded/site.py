"""The portal's own processes: job worker, clock and web server."""

import http.client
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from portal.embedded import processes
from portal.embedded.paths import Places
from portal.embedded.ports import HOST

#: Requests served at once; each thread holds one database connection.
WEB_THREADS = 4
#: Jobs done at once: a long one must not keep the short ones waiting.
WORKER_PROCESSES = 2


def worker(places: Places, environment: Mapping[str, str], port: int) -> processes.Child:
    """The Celery worker; asked to end it finishes the job in hand."""
    options = ["--loglevel", "INFO", "--concurrency", str(WORKER_PROCESSES), "--hostname", f"up-{port}@%h"]
    command = [*celery(), "worker", *options, "--without-gossip", "--without-mingle"]
    return begin("worker", command, places, environment, patience=20)


def beat(places: Places, environment: Mapping[str, str]) -> processes.Child:
    """Celery's clock. There is exactly one, because one launcher runs per checkout."""
    schedule = places.folder("beat") / "schedule"
    return begin(
        "beat", [*celery(), "beat", "--loglevel", "INFO", "--schedule", schedule, "--pidfile="], places, environment
    )


def web(places: Places, environment: Mapping[str, str], port: int) -> processes.Child:
    """The web server, for this machine's browser only."""
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "1", "--no-ws"]
    threads = ["--blocking-threads", str(WEB_THREADS), "--workers-kill-timeout", "5"]
    command = [sys.executable, "-m", "granian", *options, *threads, "portal.wsgi:application"]
    return begin("web", command, places, environment)


def celery() -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "portal"]


def begin(
    name: str, command: Sequence[str | Path], places: Places, environment: Mapping[str, str], patience: float = 10
) -> processes.Child:
    """Starts one of them in the checkout, with a log of its own."""
    log = places.folder("log") / f"{name}.log"
    return processes.start(name, command, log=log, cwd=places.root, env=environment, patience=patience)


def healthy(port: int, environment: Mapping[str, str]) -> bool:
    """Whether the web server answers /healthz with 200."""
    return ask("/healthz", port, environment)[0] == 200


def silent_parts(port: int, environment: Mapping[str, str]) -> set[str] | None:
    """Which of worker and beat have left no sign of life for too long, as /readyz tells; None if it cannot be asked
    or while Redis or the database is away: silence tells nothing then, and no restart helps."""
    try:
        words = json.loads(ask("/readyz", port, environment)[1])
    except ValueError:
        return None
    if words.get("redis") != "ok" or words.get("database") != "ok":
        return None
    return {name for name in ("worker", "beat") if words.get(name) == "silent"}


def ask(path: str, port: int, environment: Mapping[str, str]) -> tuple[int, bytes]:
    """Status and body of one page, asked the way a proxy in front of it would ask; 0 when nobody answers."""
    site = urlsplit(environment.get("SITE_URL", ""))
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    headers = {"Host": site.netloc or f"{HOST}:{port}", "X-Forwarded-Proto": site.scheme or "http"}
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
