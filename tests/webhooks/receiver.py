"""A real receiver in a thread: it keeps what it got and answers as the test says."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

from standardwebhooks import Webhook


@dataclass
class Got:
    """One message, as it came over the line."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict:
        return json.loads(self.body)

    def verify(self, secret: str) -> dict:
        """By the library of the specification; raises where the signature does not fit."""
        return Webhook(secret).verify(self.body, self.headers)


class _Server(ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@dataclass
class Receiver:
    """`answer` is given each message and says the status; 200 without it."""

    answer: Callable[[Got], int] = lambda _got: 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[Got] = field(default_factory=list)

    def __enter__(self) -> Receiver:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                receiver.got.append(got)
                self.send_response(receiver.answer(got))
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None:
                """Tests have nothing to say to the terminal."""

        # Not HTTPServer: that one asks the resolver for its own name.
        self.server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/hooks"

    @property
    def customers(self) -> list[int | None]:
        return [one.told["data"].get("customer_id") for one in self.got]


class Raw:
    """A receiver that writes these bytes, whatever it is asked, and then says nothing; `drip` seconds between bytes."""

    def __init__(self, answer: bytes, *, drip: float = 0.0, then_close: bool = True) -> None:
        self.answer, self.drip, self.then_close = answer, drip, then_close
        self.calls, self.written, self.over = 0, 0, threading.Event()

    def __enter__(self) -> Raw:
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.socket.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/hooks"

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                line, _peer = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            with line:
                try:
                    line.recv(65536)
                    self._write(line)
                    if not self.then_close:
                        self.over.wait(30)
                except OSError:
                    pass

    def _write(self, line: socket.socket) -> None:
        if not self.drip:
            line.sendall(self.answer)
            self.written = len(self.answer)
            return
        for byte in self.answer:
            line.sendall(bytes([byte]))
            self.written += 1
            time.sleep(self.drip)
            if self.over.is_set():
                return
