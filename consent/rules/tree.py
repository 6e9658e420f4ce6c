"""Which purposes lie below which. A withdrawal flows down, a grant never does (Art. 7(4), rec. 43 GDPR: granular)."""

#: Everything that is advertising, at whatever place in the tree (the set ADV of the rule book).
ADVERTISING = frozenset(
    {
        "marketing",
        "marketing_similar_products",
        "event_invitation",
        "satisfaction_survey",
        "winback",
        "goodwill_greeting",
        "consent_request",
    }
)

PARENT = {
    "marketing_similar_products": "marketing",
    "event_invitation": "marketing",
    "satisfaction_survey": "marketing",
    "winback": "marketing",
    "goodwill_greeting": "marketing",
    "consent_request": "marketing",
    "contract_performance": "service",
    "inquiry_reply": "service",
}


def below(purpose: str) -> frozenset[str]:
    """The purposes below one, at any depth; not the purpose itself."""
    children = {child for child, parent in PARENT.items() if parent == purpose}
    deeper = {grandchild for child in children for grandchild in below(child)}
    return frozenset(children | deeper)


def covers(withdrawn: str, purpose: str) -> bool:
    """Whether taking back one purpose takes back another: itself, or one below it."""
    return withdrawn == purpose or purpose in below(withdrawn)
