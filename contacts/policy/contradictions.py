"""Facts that cannot all be true of one contact. The rules answer them too, but nobody learns anything from the answer.

Only the sandbox asks: facts from the records of the portal never contradict each other this way. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from contacts.policy.derived import ON_PLATFORM
from contacts.policy.facts import Channel, ConsentState, Facts, Objection, Platform, Relationship

MESSENGERS = frozenset({Platform.WHATSAPP, Platform.SIGNAL, Platform.TELEGRAM, Platform.THREEMA})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A key for its sentence, and the input beside which the sentence stands: the one that is easier to change."""

    key: str
    about: str


_Holds = Callable[[Facts], bool]
_ALL: tuple[tuple[str, str, _Holds], ...] = (
    ("platform_without_channel", "platform", lambda f: f.platform is not None and f.channel not in ON_PLATFORM),
    (
        "no_messenger",
        "platform",
        lambda f: f.channel is Channel.MESSENGER and f.platform is not None and f.platform not in MESSENGERS,
    ),
    ("no_network", "platform", lambda f: f.channel is Channel.SOCIAL_DM and f.platform in MESSENGERS),
    (
        "proof_of_nothing",
        "consent_proof",
        lambda f: f.consent_proof and f.consent_state in (ConsentState.NONE, ConsentState.PENDING_DOI),
    ),
    ("machine_without_call", "automated_call", lambda f: f.automated_call and f.channel is not Channel.PHONE),
    ("objected_all_the_same", "not_objected", lambda f: f.s7_3.not_objected and f.objection is not Objection.NONE),
    (
        "sale_to_nobody",
        "address_from_sale",
        lambda f: f.s7_3.address_from_sale and f.relationship is Relationship.PROSPECT,
    ),
)
KEYS = tuple(key for key, _about, _holds in _ALL)


def contradictions(facts: Facts) -> tuple[Contradiction, ...]:
    """What cannot be true together, in a fixed order; empty for facts that somebody could meet."""
    return tuple(Contradiction(key, about) for key, about, holds in _ALL if holds(facts))


def changed_with(facts: Facts, **changes: Any) -> Facts:
    """The facts with changes, and without what another channel leaves behind: a platform it does not have, and the
    machine that calls. What is dropped here no rule reads on that channel, but for TEL-05, which forbids it."""
    there = replace(facts, **changes)
    dropped: dict[str, Any] = {}
    if {one.key for one in contradictions(there)} & {"platform_without_channel", "no_messenger", "no_network"}:
        dropped["platform"] = None
    if there.automated_call and there.channel is not Channel.PHONE:
        dropped["automated_call"] = False
    return replace(there, **dropped) if dropped else there
