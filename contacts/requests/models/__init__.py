from contacts.requests.models.account import CompanyAccount, PlatformRegistration
from contacts.requests.models.permit import Contact, Permit, PermitUse
from contacts.requests.models.promotion import PromotionDispute, PromotionOverride
from contacts.requests.models.request import ContactRequest, DecisionRecord, Review

__all__ = [
    "CompanyAccount",
    "Contact",
    "ContactRequest",
    "DecisionRecord",
    "Permit",
    "PermitUse",
    "PlatformRegistration",
    "PromotionDispute",
    "PromotionOverride",
    "Review",
]
