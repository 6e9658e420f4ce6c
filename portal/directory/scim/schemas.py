"""What this service can do, as RFC 7643 (5 to 7) lets it say so."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from portal.directory.scim.paths import CORE, ENTERPRISE

USER, GROUP = CORE
LARGEST_PAGE = 200
Resource = dict[str, Any]


def service_provider_config() -> Resource:
    no = {"supported": False}
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": LARGEST_PAGE},
        "changePassword": no,
        "sort": no,
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer key",
                "description": "A key with the scope directory:write, made by an administrator under Machines.",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": _at("ServiceProviderConfig")},
    }


def resource_types() -> list[Resource]:
    kinds = [("User", "/Users", USER, [{"schema": ENTERPRISE, "required": False}]), ("Group", "/Groups", GROUP, [])]
    return [
        {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "schema": schema,
            **({"schemaExtensions": extensions} if extensions else {}),
            "meta": {"resourceType": "ResourceType", "location": _at(f"ResourceTypes/{name}")},
        }
        for name, endpoint, schema, extensions in kinds
    ]


def schemas() -> list[Resource]:
    person = [
        _attribute("userName", required=True, uniqueness="server"),
        _attribute("name", "complex", subs=[_attribute("givenName"), _attribute("familyName")]),
        _attribute("displayName", mutability="readOnly"),
        _attribute("emails", "complex", several=True, subs=[_attribute("value"), _attribute("type")]),
        _attribute("active", "boolean"),
        _attribute("preferredLanguage"),
        _attribute("groups", "complex", several=True, mutability="readOnly", subs=[_attribute("value")]),
    ]
    group = [
        _attribute("displayName", required=True, uniqueness="server"),
        _attribute("members", "complex", several=True, subs=[_attribute("value"), _attribute("display")]),
    ]
    work = [
        _attribute("employeeNumber"),
        _attribute("department"),
        _attribute("manager", "complex", subs=[_attribute("value")]),
    ]
    return [_schema(USER, "User", person), _schema(GROUP, "Group", group), _schema(ENTERPRISE, "EnterpriseUser", work)]


def _schema(identifier: str, name: str, attributes: list[Resource]) -> Resource:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": identifier,
        "name": name,
        "attributes": attributes,
        "meta": {"resourceType": "Schema", "location": _at(f"Schemas/{identifier}")},
    }


def _attribute(
    name: str,
    kind: str = "string",
    *,
    several: bool = False,
    required: bool = False,
    mutability: str = "readWrite",
    uniqueness: str = "none",
    subs: list[Resource] | None = None,
) -> Resource:
    made: Resource = {"name": name, "type": kind, "multiValued": several, "required": required, "caseExact": False}
    made |= {"mutability": mutability, "returned": "default", "uniqueness": uniqueness}
    return made | ({"subAttributes": subs} if subs else {})


def _at(rest: str) -> str:
    return f"{settings.SITE_URL}/scim/v2/{rest}"
