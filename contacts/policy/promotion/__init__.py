"""Disguised marketing: promotional wording in a draft, with the rule that says so. Standard library only."""

from contacts.policy.promotion.finding import Hit, find_promotion
from contacts.policy.promotion.leaving_out import without_promotion
from contacts.policy.promotion.marking import Piece, marked
from contacts.policy.promotion.rule import PromotionRule
from contacts.policy.promotion.rules import RULES

__all__ = ["RULES", "Hit", "Piece", "PromotionRule", "find_promotion", "marked", "without_promotion"]
