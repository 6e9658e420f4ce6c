"""A web server that hands pages out as the portal has answered them, so that a browser can look at each in peace.

Why not the live server: the things of many pages exclude each other (a second draft of one course, say), so each page
is asked for in a transaction of its own that is rolled back, by Django's test client and through all of the middleware.
What the browser gets is that answer, byte by byte with its headers, over HTTP; scripts and styles come from static/.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from django.contrib.staticfiles import finders

#: What a browser needs from an answer; its length is counted anew.
KEPT = ("content-type", "content-language", "content-security-policy", "referrer-policy", "permissions-policy")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, response) -> Answer:
        body = b"".join(response.streaming_content) if response.streaming else response.content
        kept = {name: value for name, value in response.headers.items() if name.lower() in KEPT}
        return cls(response.status_code, kept, body)

    @property
    def is_page(self) -> bool:
        """Not a file, not an answer for programs, not a part that a script puts into a page."""
        return "text/html" in self.headers.get("Content-Type", "") and b"<html" in self.body[:2000]


@dataclass
class House:
    """`base` is its address; `shows` is the page that every address answers with, `beside` what has one of its own."""

    base: str = ""
    shows: Answer | None = None
    beside: dict[str, Answer] = field(default_factory=dict)

    def answer(self, path: str) -> Answer:
        if path.startswith("/static/"):
            return _static(path.removeprefix("/static/"))
        if path in self.beside:
            return self.beside[path]
        return self.shows or Answer(204, {}, b"")


def _static(name: str) -> Answer:
    found = finders.find(name)
    if not found:
        return Answer(404, {}, b"")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Answer(200, {"Content-Type": kind, "Cache-Control": "max-age=3600"}, Path(str(found)).read_bytes())


@contextmanager
def open_house() -> Iterator[House]:
    house = House()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self._hand_out(house.answer(self.path.partition("?")[0]))

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._hand_out(Answer(204, {}, b""))

        def _hand_out(self, told: Answer):
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            if told.status != 204:
                self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, *_told):
            """Tests say what they have seen; a line for each icon helps nobody."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    house.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
