"""Talking to the company's sign-in service: OpenID Connect Core 1.0 with the authorization code flow and PKCE.

Every answer is checked by itself, also what came over TLS from the service: signature, issuer, audience, time, nonce.
The algorithms are ours to name (RFC 8725, 3.1), so neither "none" nor a key of another kind gets in.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from django.conf import settings

from portal.directory.oidc.flow import Flow

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
LEEWAY_SECONDS = 60
PATIENCE = (5, 10)
LARGEST = 512 * 1024


class Refused(Exception):
    """The service said no, or something that cannot be trusted; the words are for the log."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What is believed about who has signed in."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    groups: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service's doors are, as it says itself under its well-known address."""

    issuer: str
    authorize: str
    token: str
    keys: str

    @classmethod
    def discover(cls) -> Service:
        """Raises Refused for a service that is not reached, or that is another than the one that was set."""
        said = _get(f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != settings.OIDC_ISSUER:
            raise Refused("the service has another issuer than OIDC_ISSUER")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        doors = [str(said.get(name, "")) for name in names]
        if not all(_is_safe(door) for door in doors):
            raise Refused("an address of the service is missing or not https")
        return cls(settings.OIDC_ISSUER, *doors)

    def address(self, flow: Flow) -> str:
        """Where the browser is sent to."""
        asked = {
            "response_type": "code",
            "client_id": settings.OIDC_CLIENT_ID,
            "redirect_uri": redirect_uri(),
            "scope": " ".join(settings.OIDC_SCOPES),
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.authorize}{'&' if '?' in self.authorize else '?'}{urlencode(asked)}"

    def claims(self, code: str, flow: Flow) -> Claims:
        """Exchange the code and believe what the ID token says. Raises Refused."""
        token = self._exchange(code, flow)
        return read_token(token, issuer=self.issuer, keys=_get(self.keys), nonce=flow.nonce)

    def _exchange(self, code: str, flow: Flow) -> str:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri(),
            "code_verifier": flow.verifier,
            "client_id": settings.OIDC_CLIENT_ID,
            "client_secret": settings.OIDC_CLIENT_SECRET,
        }
        answer = _call("POST", self.token, data=sent)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Refused("the service gave no ID token")
        return token


def read_token(token: str, *, issuer: str, keys: dict[str, Any], nonce: str) -> Claims:
    """The claims of an ID token, once everything about it has been checked (OpenID Connect Core 1.0, 3.1.3.7)."""
    try:
        header = jwt.get_unverified_header(token)
        key = _key_for(header, keys)
        said = jwt.decode(
            token,
            key=key,
            algorithms=[header["alg"]],
            audience=settings.OIDC_CLIENT_ID,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": NEEDED, "strict_aud": False},
        )
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise Refused(f"the ID token is not valid: {type(error).__name__}") from error
    if not hmac.compare_digest(str(said["nonce"]).encode(), nonce.encode()):
        raise Refused("the ID token answers another question (nonce)")
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if (several or "azp" in said) and said.get("azp") != settings.OIDC_CLIENT_ID:
        raise Refused("the ID token is for another client (azp)")
    return _claims(said)


def redirect_uri() -> str:
    return f"{settings.SITE_URL}/login/company/return/"


def _key_for(header: dict[str, Any], keys: dict[str, Any]) -> Any:
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise ValueError("an algorithm that is not allowed")
    for one in keys.get("keys", []):
        if one.get("kid") == header.get("kid") and one.get("use", "sig") == "sig":
            return jwt.PyJWK(one, algorithm=algorithm).key
    raise ValueError("no key of that name")


def _claims(said: dict[str, Any]) -> Claims:
    groups: tuple[str, ...] | None = None
    if settings.OIDC_GROUPS_CLAIM:
        given = said.get(settings.OIDC_GROUPS_CLAIM) or []
        groups = tuple(str(one) for one in ([given] if isinstance(given, str) else given))
    verified = said.get("email_verified") is True or settings.OIDC_TRUSTS_EMAIL
    email = said.get("email")
    return Claims(said["iss"], str(said["sub"]), email if isinstance(email, str) else "", verified, groups)


def _get(address: str) -> dict[str, Any]:
    return _call("GET", address)


def _call(method: str, address: str, **more: Any) -> dict[str, Any]:
    """A JSON object from the service, without following it elsewhere. Raises Refused."""
    if not _is_safe(address):
        raise Refused("an address of the service is not https")
    try:
        with requests.request(
            method, address, timeout=PATIENCE, allow_redirects=False, stream=True, headers=_headers(), **more
        ) as answer:
            raw = answer.raw.read(LARGEST + 1, decode_content=True)
            found = json.loads(raw) if answer.status_code == 200 and len(raw) <= LARGEST else None
    except (requests.RequestException, ValueError, OSError) as error:
        raise Refused(f"the service did not answer: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise Refused(f"the service answered {answer.status_code}")
    return found


def _headers() -> dict[str, str]:
    return {"Accept": "application/json"}


def _is_safe(address: str) -> bool:
    """https, or this very machine, where nobody listens in between."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))
