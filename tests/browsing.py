"""Pages as a person reads them: links to click, and forms with what stands in them, ready for the press of a button."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from re import sub


def words(response) -> str:
    """The page's text without markup, as one line."""
    return " ".join(unescape(sub(r"<[^>]+>", " ", response.content.decode())).split())


@dataclass
class Form:
    """A form that posts: where to, and what the browser would send if nobody touched it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Knows what the portal's own forms are made of; a field without a value is sent empty, as browsers do."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._text = self._choice = ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._form = Form(given.get("action", ""))
            if given.get("method") == "post":
                self.forms.append(self._form)
        if self._form is not None and (name := given.get("name", self._choice)):
            self._field(tag, name, given)

    def _field(self, tag, name, given):
        fields = self._form.fields
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                fields[name] = given.get("value", "on")
        elif tag == "input":
            fields[name] = given.get("value") or ""
        elif tag == "select":
            self._choice = name
        elif tag == "option" and (name not in fields or "selected" in given):
            fields[name] = given["value"]
        elif tag == "textarea":
            self._text, fields[name] = name, ""

    def handle_data(self, data):
        if self._text:
            self._form.fields[self._text] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "select":
            self._choice = ""
        if tag == "textarea":
            self._text = ""


def links(response) -> list[str]:
    return _read(response).links


def form(response, action: str = "") -> Form:
    """The one form of the page that posts to `action` (empty: to the page itself), logging out aside."""
    (found,) = (one for one in _read(response).forms if one.action == action)
    return found


def _read(response) -> _Reader:
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader


#: New in each answer: the nonce of the policy, the token against forgery, the number of the request.
_ONCE = re.compile(rb'nonce="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"|<code>[0-9a-f]{32}</code>')


def lasting(answer) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer, without what is new in each."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    policy = headers.get("Content-Security-Policy", "")
    headers["Content-Security-Policy"] = re.sub(r"'nonce-[^']+'", "", policy)
    return answer.status_code, headers, _ONCE.sub(b"", answer.content)
