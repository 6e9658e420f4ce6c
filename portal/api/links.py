"""What can be called next with what an answer says (OpenAPI 3.1, Link Object): for readers, and for tests that follow
the links."""

from __future__ import annotations

from typing import Any

_CUSTOMERS, _CONSENTS = "contacts_customers_api_", "consent_rest_"
_REQUESTS, _PERMITS, _DECISIONS = (
    "contacts_requests_requests_api_",
    "contacts_requests_permits_api_",
    "contacts_requests_api_",
)
_MADE = {"number": "$response.body#/number"}
_SAME = {"number": "$request.path.number"}
_TAG = {"header.If-Match": "$response.header.ETag"}
_POINT = {**_SAME, "point": "$response.body#/id"}
_CONSENT = {**_SAME, "consent": "$response.body#/id"}
_ASKED = {"customer": "$request.path.number", "contact_point": "$response.body#/id", "purpose": "service"}
_USED = {"number": "$response.body#/permit", "use": "$response.body#/use"}

#: Operation and status, then the operations that follow, each with its parameters and, where it takes one, a body.
_FOLLOWING: dict[tuple[str, str], tuple[tuple[str, dict[str, str], dict[str, Any] | None], ...]] = {
    (f"{_CUSTOMERS}customer_create", "201"): (
        (f"{_CUSTOMERS}customer", _MADE, None),
        (f"{_CUSTOMERS}customer_change", {**_MADE, **_TAG}, {"company": "Nordlicht GmbH"}),
        (f"{_CUSTOMERS}contact_points", _MADE, None),
        (f"{_CUSTOMERS}objections", _MADE, None),
        (f"{_CONSENTS}consents", _MADE, None),
    ),
    (f"{_CUSTOMERS}customer", "200"): (
        (f"{_CUSTOMERS}customer_change", {**_SAME, **_TAG}, {"company": "Nordlicht GmbH"}),
    ),
    (f"{_CUSTOMERS}contact_point_add", "201"): (
        (f"{_CUSTOMERS}contact_point", _POINT, None),
        (f"{_CUSTOMERS}contact_point_verify", _POINT, None),
        (f"{_CUSTOMERS}contact_point_retire", _POINT, None),
        (f"{_REQUESTS}request_draft", {}, _ASKED),
    ),
    (f"{_CONSENTS}consent_give", "201"): (
        (f"{_CONSENTS}consent", _CONSENT, None),
        (f"{_CONSENTS}history", _CONSENT, None),
        (f"{_CONSENTS}receipt", _CONSENT, None),
        (f"{_CONSENTS}consent_withdraw", _CONSENT, {"how": "spoken"}),
    ),
    (f"{_REQUESTS}request_draft", "201"): (
        (f"{_REQUESTS}request_read", _MADE, None),
        (f"{_REQUESTS}request_answer", _MADE, None),
        (f"{_REQUESTS}request_change", {**_MADE, **_TAG}, {"draft_text": "Ihr Gerät ist fertig."}),
        (f"{_REQUESTS}request_submit", _MADE, None),
        (f"{_REQUESTS}request_cancel", _MADE, None),
    ),
    (f"{_REQUESTS}request_submit", "200"): (
        (f"{_PERMITS}permit", {"number": "$response.body#/permit"}, None),
        (f"{_PERMITS}permit_redeem", {"number": "$response.body#/permit"}, {"conditions_read": True}),
    ),
    (f"{_PERMITS}permit_redeem", "201"): ((f"{_PERMITS}permit_outcome", _USED, {"result": "sent"}),),
    (f"{_DECISIONS}decide", "200"): (
        (f"{_DECISIONS}decision", {"number": "$response.body#/id"}, None),
        (f"{_DECISIONS}replay", {"number": "$response.body#/id"}, None),
    ),
}


def add_links(operations: list[dict[str, Any]]) -> None:
    """Write the links into the operations; every list leads to its next page."""
    for operation in operations:
        for status, answer in operation["responses"].items():
            links = dict(_following(operation["operationId"], str(status)))
            if str(status) == "200" and any(one["name"] == "cursor" for one in operation["parameters"]):
                links["next_page"] = _next_page(operation)
            if links:
                answer["links"] = links


def _following(name: str, status: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            target.rpartition("api_")[2].removeprefix(_CONSENTS),
            {"operationId": target, "parameters": parameters, **({"requestBody": body} if body is not None else {})},
        )
        for target, parameters, body in _FOLLOWING.get((name, status), ())
    ]


def _next_page(operation: dict[str, Any]) -> dict[str, Any]:
    same = {one["name"]: f"$request.path.{one['name']}" for one in operation["parameters"] if one["in"] == "path"}
    parameters = {**same, "cursor": "$response.body#/next_cursor"}
    return {"operationId": operation["operationId"], "parameters": parameters}
