"""One attempt to sign in at the company's service, kept in the session of the browser that began it, for one return."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase

KEPT = "oidc_flow"
MINUTES = 10


@dataclass(frozen=True, slots=True)
class Flow:
    """`state` binds the return to the browser, `nonce` the token to the attempt, `verifier` the code to us (PKCE)."""

    state: str
    nonce: str
    verifier: str
    next: str
    begun: float

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin(session: SessionBase, *, back: str, at: datetime) -> Flow:
    """A new attempt; one that was begun before in this browser is forgotten."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _part in range(3))
    flow = Flow(state, nonce, verifier, next=back, begun=at.timestamp())
    session[KEPT] = asdict(flow)
    return flow


def take(session: SessionBase, *, state: str, at: datetime) -> Flow | None:
    """The attempt that this state belongs to, once; None where there is none, another, or one of long ago."""
    kept = session.pop(KEPT, None)
    if kept is None:
        return None
    flow = Flow(**kept)
    fits = hmac.compare_digest(flow.state.encode(), state.encode("utf-8", "replace"))
    return flow if fits and 0 <= at.timestamp() - flow.begun < MINUTES * 60 else None
