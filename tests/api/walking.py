"""Following the links of the description (OpenAPI 3.1, Link Object) by its own words, each from a call that works."""

from __future__ import annotations

from typing import Any

from django.db import transaction

CUSTOMER = {"number": "4711"}
POINT = {"channel": "email", "value": "neu@post.example", "source": "contract_record", "collected_on": "2026-11-20"}
CONSENT = {"purpose": "event_invitation", "channel": "letter", "given_at": "2026-11-20T10:00:00+01:00", "how": "paper"}
NEXT_PAGE = "next_page"


def starts(point: int) -> dict[str, tuple[dict[str, str], Any]]:
    """Path parameters and a body that is taken over, by the end of an operation's name; `point`: an address of 4711."""
    return {
        "customer_create": ({}, {"number": "8000", "last_name": "Neumann"}),
        "api_customer": (CUSTOMER, None),
        "contact_point_add": (CUSTOMER, POINT),
        "consent_give": (CUSTOMER, CONSENT | {"evidence": "Formular 12/2026"}),
        "request_draft": ({}, {"customer": "4711", "contact_point": point, "purpose": "service"}),
        "api_decide": ({}, {"customer": "4711", "purpose": "service", "channel": "email"}),
    }


class Walk:
    """One description, and how to get to the operations in it."""

    def __init__(self, api: Any, bearer: str, document: dict[str, Any], point: int) -> None:
        self.api, self.bearer, self.starts = api, bearer, starts(point)
        self.links = {
            operation["operationId"]: [
                (int(status), link)
                for status, answer in operation["responses"].items()
                for name, link in answer.get("links", {}).items()
                if name != NEXT_PAGE
            ]
            for methods in document["paths"].values()
            for operation in methods.values()
        }

    def follow_all(self) -> list[tuple[str, str, int]]:
        """From where, to where, and how that was answered; each beginning with the same data."""
        found = []
        for source, links in self.links.items():
            for status, link in links:
                before = transaction.savepoint()
                case, answer = self.arrive(source)
                assert answer.status_code == status, (source, answer.text)
                target, answer = self.follow(link, case, answer)
                target.validate_response(answer)
                found.append((source, link["operationId"], answer.status_code))
                transaction.savepoint_rollback(before)
        return found

    def arrive(self, name: str) -> tuple[Any, Any]:
        """Call an operation so that it works: from a start, or by the link that leads to it."""
        for end, (path, body) in self.starts.items():
            if name.endswith(end):
                return self.call(name, path, body=body)
        source, link = next(
            (source, link) for source, links in self.links.items() for _, link in links if link["operationId"] == name
        )
        return self.follow(link, *self.arrive(source))

    def follow(self, link: dict[str, Any], case: Any, answer: Any) -> tuple[Any, Any]:
        path, headers = {}, {}
        for name, words in link["parameters"].items():
            place, _, header = name.partition("header.")
            (headers if header else path)[header or place] = _meant(words, case, answer)
        body = link.get("requestBody")
        if isinstance(body, dict):
            body = {name: _meant(words, case, answer) for name, words in body.items()}
        return self.call(link["operationId"], path, headers, body)

    def call(self, name: str, path: Any, headers: Any = None, body: Any = None) -> tuple[Any, Any]:
        sent = {"body": body, "media_type": "application/json"} if body is not None else {}
        said = {"Authorization": f"Bearer {self.bearer}", **(headers or {})}
        case = self.api.find_operation_by_id(name).Case(path_parameters=path, headers=said, **sent)
        return case, case.call()


def _meant(words: Any, case: Any, answer: Any) -> Any:
    """A runtime expression (OpenAPI 3.1, 4.8.20.4) of the three kinds that are used here; else the value itself."""
    where, _, name = str(words).rpartition("#/" if "#/" in str(words) else ".")
    if where == "$response.body":
        return answer.json()[name]
    if where == "$response.header":
        return answer.headers[name.lower()][0]
    return case.path_parameters[name] if where == "$request.path" else words
