"""The rules about wording, in the order of their numbers."""

from contacts.policy.promotion.rules import (
    calls,
    discounts,
    events,
    gifts,
    links,
    newsletter,
    offers,
    praise,
    recommendation,
    slogans,
    surveys,
    vouchers,
    winback,
)

RULES = (
    offers.RULE,
    discounts.RULE,
    vouchers.RULE,
    gifts.RULE,
    calls.RULE,
    praise.RULE,
    newsletter.RULE,
    recommendation.RULE,
    surveys.RULE,
    links.SHOP,
    links.CAMPAIGN,
    events.RULE,
    slogans.RULE,
    winback.WINBACK,
    winback.ASKING,
)
