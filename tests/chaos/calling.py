"""A client as other systems have one: it calls either web server, and where it hears nothing it calls again under the
same key. What was acknowledged stands in the ledger, against which the database is held in the end."""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

PATIENCE_SECONDS = 60.0


class Unanswered(Exception):
    """Nobody answered in time: then nothing is known of the call, and nothing is claimed."""


class Ledger:
    """What the portal acknowledged, and how the calls went."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.facts: dict[str, list[Any]] = {}
        self.answers: Counter[str] = Counter()
        self.strange: list[str] = []

    def note(self, kind: str, fact: Any) -> None:
        with self.lock:
            self.facts.setdefault(kind, []).append(fact)

    def count(self, answer: str) -> None:
        with self.lock:
            self.answers[answer] += 1

    def of(self, kind: str) -> list[Any]:
        return self.facts.get(kind, [])


class Caller:
    """Calls in one person's place."""

    def __init__(self, ports: list[int], bearer: str, ledger: Ledger, chance: random.Random) -> None:
        self.ports, self.bearer, self.ledger, self.chance = ports, bearer, ledger, chance
        self.number = 0

    def post(self, path: str, body: Any = None, *, key: str) -> tuple[int, dict[str, Any]]:
        """Status and body of the answer that counts. Raises Unanswered."""
        headers = {
            "Authorization": f"Bearer {self.bearer}",
            "Content-Type": "application/json",
            "Accept-Language": "en",
            "Idempotency-Key": key,
        }
        raw = json.dumps(body if body is not None else {})

        def send(server: http.client.HTTPConnection) -> tuple[int, bytes, Any]:
            server.request("POST", f"/api/v1/{path}", body=raw, headers=headers)
            answer = server.getresponse()
            return answer.status, answer.read(), answer.headers

        status, content, _headers = patiently(self.ports, send, self.ledger, self.chance)
        return status, json.loads(content) if content else {}


def patiently(
    ports: list[int], send: Callable[[http.client.HTTPConnection], Any], ledger: Ledger, chance: random.Random
) -> tuple[int, bytes, Any]:
    """Send to a server of one's choice until one answers for good: not a fault, not "still at it"."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        server = http.client.HTTPConnection("127.0.0.1", chance.choice(ports), timeout=15)
        try:
            status, content, headers = send(server)
        except (OSError, http.client.HTTPException) as error:
            ledger.count(type(error).__name__)
            time.sleep(0.3)
            continue
        finally:
            server.close()
        ledger.count(str(status))
        if status >= 500 or status == 429 or (status == 409 and headers.get("Retry-After")):
            if status >= 500 and not headers.get("X-Request-ID"):
                ledger.strange.append(f"a fault without a number: {content[:200]!r}")
            time.sleep(0.3)
            continue
        return status, content, headers
    raise Unanswered


class Browser:
    """A manager at the page of one request: reads it and presses the button."""

    def __init__(self, ports: list[int], session: str, ledger: Ledger, chance: random.Random) -> None:
        self.ports, self.session, self.ledger, self.chance = ports, f"session={session}", ledger, chance

    def approve(self, number: str) -> bool:
        """Whether the page said that it was done; reading and pressing may reach different servers."""
        path = f"/inbox/{number}/"
        status, content, headers = self._send("GET", path, None, {"Cookie": self.session})
        if status != 200:
            return False
        html = content.decode()
        values = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
        cookie = re.search(r"csrf=(\S+?);", headers["Set-Cookie"] or "")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        if cookie is None or token is None:
            return False
        form = urlencode(values | {"verdict": "approved", "reason": "", "csrfmiddlewaretoken": token.group(1)})
        sent = {
            "Cookie": f"{self.session}; csrf={cookie.group(1)}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self._send("POST", path, form, sent)[0] == 302

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes, Any]:
        def send(server: http.client.HTTPConnection) -> tuple[int, bytes, Any]:
            server.request(method, path, body=body, headers=headers)
            answer = server.getresponse()
            return answer.status, answer.read(), answer.headers

        return patiently(self.ports, send, self.ledger, self.chance)
