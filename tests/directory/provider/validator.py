"""What the provider says of who signs in, and the ways in which it can be told to lie about it."""

import base64
import json
import time

from django.conf import settings
from oauth2_provider.oauth2_validators import OAuth2Validator

CHANGED = {
    "nonce": {"nonce": "another"},
    "no_nonce": {"nonce": None},
    "iss": {"iss": "https://evil.example"},
    "aud": {"aud": "another-client"},
    "several_aud": {"aud": ["portal", "another"]},
    "azp": {"azp": "another-client"},
    "expired": {"exp": int(time.time()) - 3600},
    "no_exp": {"exp": None},
}


def told() -> dict:
    """Who signs in and how to misbehave, as the test has written it."""
    return json.loads((settings.FOLDER / "told.json").read_text())


class Validator(OAuth2Validator):
    oidc_claim_scope = None

    def get_additional_claims(self, request):
        return told()["claims"]

    def get_claim_dict(self, request):
        return super().get_claim_dict(request) | {"sub": told()["sub"]}

    def get_id_token_dictionary(self, token, token_handler, request):
        claims, expires = super().get_id_token_dictionary(token, token_handler, request)
        said = claims | getattr(request, "lies", {})
        return {name: value for name, value in said.items() if name == "nonce" or value is not None}, expires

    def finalize_id_token(self, id_token, token, token_handler, request):
        mode = told().get("misbehave", "")
        request.lies = CHANGED.get(mode, {})
        if "nonce" in request.lies:
            id_token["nonce"] = request.lies["nonce"]
        signed = super().finalize_id_token(id_token, token, token_handler, request)
        head, body, signature = signed.split(".")
        if mode == "alg_none":
            return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{body}."
        if mode == "signature":
            return f"{head}.{body}.{signature[:-8]}AAAAAAAA"
        if mode == "hs256":  # the public key as a shared secret
            kid = request.client.jwk_key.thumbprint()
            return f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{body}.{signature}"
        return signed


def _part(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
