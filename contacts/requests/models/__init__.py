from contacts.requests.models.absence import Absence
from contacts.requests.models.account import CompanyAccount, PlatformRegistration
from contacts.requests.models.permit import Contact, Permit, PermitUse
from contacts.requests.models.promotion import PromotionDispute, PromotionOverride
from contacts.requests.models.request import ContactRequest, DecisionRecord, Review
from contacts.requests.models.routing import ReviewStage, RoutingRule, RoutingTable
from contacts.requests.models.saved_view import SavedView
from contacts.requests.models.year_sum import YearSum

# These stand on the others.
from contacts.requests.models.danger import AfterReview  # isort: skip
from contacts.requests.models.given import GivenDecision  # isort: skip
from contacts.requests.models.exchange import Comment, Reassignment, Snapshot  # isort: skip
from contacts.requests.models.snooze import Snooze  # isort: skip
from contacts.requests.models.stricter import Condition, Proposal  # isort: skip

__all__ = [
    "Absence",
    "AfterReview",
    "Comment",
    "CompanyAccount",
    "Condition",
    "Contact",
    "ContactRequest",
    "DecisionRecord",
    "GivenDecision",
    "Permit",
    "PermitUse",
    "PlatformRegistration",
    "PromotionDispute",
    "PromotionOverride",
    "Proposal",
    "Reassignment",
    "Review",
    "ReviewStage",
    "RoutingRule",
    "RoutingTable",
    "SavedView",
    "Snapshot",
    "Snooze",
    "YearSum",
]
