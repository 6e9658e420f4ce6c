"""What a phone does: the code of a key at an instant, by RFC 6238 over RFC 4226, apart from the code that checks it."""

import base64
import hashlib
import hmac


def code_at(secret: str, seconds: float) -> str:
    """Six digits; HMAC-SHA1 over the number of the half minute."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, (int(seconds) // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
