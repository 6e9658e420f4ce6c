"""One POST to a receiver: to an address that was judged, within a time in total, reading a few kilobytes at most.

The standard library's client would resolve the name a second time, follow a proxy of the environment, and count its
time limit anew with every byte.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from portal.webhooks import rules
from portal.webhooks.addresses import Address, Network, is_named, may_be_called

MOST_BYTES = 8 * 1024
#: How long the rest of an answer is waited for, so that the receiver sees no connection torn down. It counts nothing.
FAREWELL_SECONDS = 0.5
#: Given a host and a port; every address that the connection could go to.
Resolver = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. `status` is None where no answer came; then `problem` says why, as a code."""

    status: int | None
    problem: str = ""
    wish: timedelta | None = None


class _Failure(Exception):
    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def resolve(host: str, port: int) -> list[str]:
    """What the machine's own resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    seconds: float,
    allowed: Iterable[Network] = (),
    resolver: Resolver = resolve,
    trust: ssl.SSLContext | None = None,
) -> Result:
    """Send it once; no redirect is followed. Never raises for what a receiver or the network does."""
    deadline = time.monotonic() + seconds
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = _judged(_looked_up(resolver, parts.hostname or "", port, deadline), parts.scheme, tuple(allowed))
        with _connection(addresses, port, parts, deadline, trust) as line:
            _send(line, _request(parts, body, headers), deadline)
            status, head = _answer(line, deadline)
            _farewell(line, deadline)
        return Result(status, wish=rules.retry_after(head.get("retry-after")))
    except _Failure as failure:
        return Result(None, failure.problem)
    except TimeoutError:
        return Result(None, "timeout")
    except ssl.SSLError:
        return Result(None, "tls")
    except (OSError, ValueError):
        return Result(None, "no_connection")


def _looked_up(resolver: Resolver, host: str, port: int, deadline: float) -> list[str]:
    """The resolver has no time limit of its own, so it is asked in a thread that is left behind if need be."""
    found: list[list[str]] = []

    def ask() -> None:
        try:
            found.append(resolver(host, port))
        except (OSError, UnicodeError):
            found.append([])

    asking = threading.Thread(target=ask, daemon=True, name="webhook-resolver")
    asking.start()
    asking.join(_left(deadline))
    if not found:
        raise TimeoutError
    if not found[0]:
        raise _Failure("unresolved")
    return found[0]


def _judged(found: list[str], scheme: str, allowed: tuple[Network, ...]) -> list[Address]:
    """All of them, or none: a name that also leads inside is not called at all. Without TLS only networks that the
    settings name."""
    addresses: list[Address] = [ip_address(one) for one in found]
    if not all(may_be_called(one, allowed) for one in addresses):
        raise _Failure("unsafe_address")
    if scheme != "https" and not all(is_named(one, allowed) for one in addresses):
        raise _Failure("unsafe_address")
    return addresses


def _connection(
    addresses: list[Address], port: int, parts: SplitResult, deadline: float, trust: ssl.SSLContext | None
) -> socket.socket:
    line = _first_that_answers(addresses, port, deadline)
    if parts.scheme != "https":
        return line
    try:
        line.settimeout(_left(deadline))
        context = trust or ssl.create_default_context()
        return context.wrap_socket(line, server_hostname=parts.hostname)
    except BaseException:
        line.close()
        raise


def _first_that_answers(addresses: list[Address], port: int, deadline: float) -> socket.socket:
    for number, address in enumerate(addresses):
        share = _left(deadline) / (len(addresses) - number)
        try:
            return socket.create_connection((str(address), port), timeout=share)
        except OSError:
            if number == len(addresses) - 1:
                raise
    raise _Failure("unresolved")


def _request(parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    told = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": "Kontaktklar",
        "Accept": "*/*",
        "Connection": "close",
        **headers,
    }
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    if any(not line.isascii() or not line.isprintable() for line in lines):
        raise _Failure("unsafe_address")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _send(line: socket.socket, data: bytes, deadline: float) -> None:
    line.settimeout(_left(deadline))
    line.sendall(data)


def _answer(line: socket.socket, deadline: float) -> tuple[int, dict[str, str]]:
    """Status and header fields, as far as they come within the time and the first kilobytes."""
    seen, read = b"", 0
    while True:
        head, found, rest = seen.partition(b"\r\n\r\n")
        if found:
            status, fields = _read_head(head)
            if status >= 200:
                return status, fields
            seen = rest  # 1xx: the answer itself comes after it (RFC 9110, 15.2)
            continue
        if read >= MOST_BYTES:
            raise _Failure("garbage")
        line.settimeout(_left(deadline))
        more = line.recv(MOST_BYTES - read)
        if not more:
            raise _Failure("garbage" if read else "no_connection")
        seen, read = seen + more, read + len(more)


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _blank, after = first.partition(" ")
    code = after[:3]
    if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit() and len(code) == 3):
        raise _Failure("garbage")
    if not 100 <= int(code) <= 599 or after[3:4] not in ("", " "):
        raise _Failure("garbage")
    fields = (line.partition(":") for line in lines)
    return int(code), {name.strip().lower(): value.strip() for name, _colon, value in fields}


def _farewell(line: socket.socket, deadline: float) -> None:
    """What else the receiver says is read away and forgotten, a few kilobytes of it."""
    until, read = min(deadline, time.monotonic() + FAREWELL_SECONDS), 0
    try:
        while read < MOST_BYTES:
            line.settimeout(_left(until))
            more = line.recv(MOST_BYTES)
            if not more:
                return
            read += len(more)
    except OSError:
        return


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
