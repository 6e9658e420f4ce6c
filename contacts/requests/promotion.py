"""Whether a draft advertises: what the requester ticked, what its wording says, and who has said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from contacts.policy.derived import ADV
from contacts.policy.promotion import Hit, find_promotion
from contacts.requests.models import ContactRequest, PromotionDispute, PromotionOverride, Review
from contacts.requests.rules import State


@dataclass(frozen=True)
class PromotionReading:
    """The wording of one draft. `dispute` is about exactly this text; `outdated` tells that one was about another."""

    ticked: bool
    hits: tuple[Hit, ...]
    disputable: bool = False
    dispute: PromotionDispute | None = None
    outdated: bool = False
    overrides: tuple[PromotionOverride, ...] = ()
    in_force: bool = False

    @property
    def promotes(self) -> bool:
        """The fact `contains_promotion`."""
        return self.ticked or (bool(self.hits) and not self.in_force)

    @property
    def rules(self) -> str:
        return ", ".join(sorted({hit.rule for hit in self.hits}))


def promotion_of(request: ContactRequest) -> PromotionReading:
    """Read a request's draft. Asks the database only where wording was found that could be disputed."""
    hits = find_promotion(request.draft_text)
    disputable = bool(hits) and not request.contains_promotion and request.purpose not in ADV
    if not disputable or request.pk is None:
        return PromotionReading(request.contains_promotion, hits, disputable)
    dispute = request.promotion_disputes.select_related("said_by").first()
    about_this = dispute is not None and is_about(dispute, request.draft_text, hits)
    if dispute is None or not about_this:
        return PromotionReading(False, hits, disputable, outdated=dispute is not None)
    overrides = tuple(dispute.overrides.select_related("review__reviewer"))
    in_force = request.state != State.GRANTED or _agreed(request, overrides)
    return PromotionReading(False, hits, disputable, dispute, overrides=overrides, in_force=in_force)


def is_about(dispute: PromotionDispute, text: str, hits: tuple[Hit, ...]) -> bool:
    """The same text, and nothing found in it that was not shown when it was disputed."""
    shown = {tuple(place) for place in dispute.hits}
    return dispute.text_sha256 == fingerprint(text) and shown.issuperset(places(hits))


def fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def places(hits: tuple[Hit, ...]) -> list[tuple[str, int, int]]:
    return [(hit.rule, hit.start, hit.end) for hit in hits]


def _agreed(request: ContactRequest, overrides: tuple[PromotionOverride, ...]) -> bool:
    """Whether everybody who approved the last submission agreed to the dispute, too."""
    approved = request.reviews.filter(round=request.round, verdict=Review.Verdict.APPROVED).values_list("pk", flat=True)
    agreed = {override.review_id for override in overrides}
    return bool(approved) and agreed.issuperset(approved)
