"""Links and cookies that stand for a person: long, for one purpose, and worthless without the server's secret."""

import base64

from django.core import signing

from portal.access.tokens import NONCE_BYTES, digest_of_token, new_nonce, token_of

NONCE = bytes(range(32))


def test_a_token_has_256_bits():
    assert NONCE_BYTES * 8 == 256
    assert len(base64.urlsafe_b64decode(token_of("a", NONCE) + "=")) * 8 == 256
    assert len({new_nonce() for _ in range(1000)}) == 1000


def test_a_token_of_one_kind_opens_nothing_of_another():
    tokens = {kind: token_of(kind, NONCE) for kind in ("consent.opt_in", "consent.preferences", "consent.unsubscribe")}
    assert len(set(tokens.values())) == len(tokens)


def test_the_key_of_tokens_comes_from_the_settings(settings):
    before, signed = token_of("a", NONCE), signing.dumps({"a": 1}, salt="x")
    settings.SECRET_KEY = "b" * 50
    assert token_of("a", NONCE) != before
    try:
        signing.loads(signed, salt="x")
    except signing.BadSignature:
        return
    raise AssertionError("a signature under another key was taken")


def test_a_changed_token_opens_nothing(client, db):
    """Each of the 43 signs counts, and so does the algorithm that nobody can choose."""
    from consent.views.session import SALT

    held = signing.dumps({"link": 1, "customer": 1, "page": "x", "since": 1}, salt=SALT)
    for changed in (held[:-1] + ("A" if held[-1] != "A" else "B"), held.replace(":", "."), "", "e30.e30.", held[:20]):
        client.cookies["customer"] = changed
        assert client.get("/p/asked/").status_code in (302, 404)
    token = token_of("a", NONCE)
    digests = {digest_of_token(token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :]) for n in range(42)}
    assert digest_of_token(token) not in digests and len(digests) == 42
