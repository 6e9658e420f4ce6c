"""The frozen input of one decision. Names and values are those of the JSON and of the rule book.

Nothing has a hidden default: whoever builds Facts says everything. `RISKIEST` holds the value that a missing input
takes (deny by default, Art. 25 GDPR); only `codec` uses it.
"""

from dataclasses import dataclass
from enum import StrEnum


class CustomerKind(StrEnum):
    CONSUMER = "consumer"
    BUSINESS_CONTACT = "business_contact"


class Relationship(StrEnum):
    PROSPECT = "prospect"
    ACTIVE_CUSTOMER = "active_customer"
    FORMER_CUSTOMER = "former_customer"


class Purpose(StrEnum):
    CONTRACT_PERFORMANCE = "contract_performance"
    SERVICE = "service"
    INQUIRY_REPLY = "inquiry_reply"
    LEGAL_OBLIGATION = "legal_obligation"
    DEBT_COLLECTION = "debt_collection"
    SATISFACTION_SURVEY = "satisfaction_survey"
    MARKETING = "marketing"
    MARKETING_SIMILAR_PRODUCTS = "marketing_similar_products"
    EVENT_INVITATION = "event_invitation"
    WINBACK = "winback"
    GOODWILL_GREETING = "goodwill_greeting"
    CONSENT_REQUEST = "consent_request"
    DOI_CONFIRMATION = "doi_confirmation"
    RECRUITMENT = "recruitment"
    PRIVATE = "private"


class Channel(StrEnum):
    LETTER = "letter"
    PHONE = "phone"
    EMAIL = "email"
    SMS = "sms"
    MESSENGER = "messenger"
    SOCIAL_DM = "social_dm"


class Platform(StrEnum):
    WHATSAPP = "whatsapp"
    SIGNAL = "signal"
    TELEGRAM = "telegram"
    THREEMA = "threema"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    X = "x"
    LINKEDIN = "linkedin"
    XING = "xing"


class ConsentState(StrEnum):
    NONE = "none"
    PENDING_DOI = "pending_doi"
    ACTIVE = "active"
    STALE = "stale"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Objection(StrEnum):
    NONE = "none"
    MARKETING_OBJECTION = "marketing_objection"
    FULL_BLOCK = "full_block"


class ContactSource(StrEnum):
    DATA_SUBJECT = "data_subject"
    CONTRACT_RECORD = "contract_record"
    PUBLIC_DIRECTORY = "public_directory"
    SEARCHED_BY_EMPLOYEE = "searched_by_employee"
    BOUGHT_LIST = "bought_list"
    REFERRAL = "referral"


class SendingAccount(StrEnum):
    COMPANY_ACCOUNT_VERIFIED = "company_account_verified"
    COMPANY_SHARED_DEVICE = "company_shared_device"
    PRIVATE_ACCOUNT = "private_account"


class PlatformStatus(StrEnum):
    APPROVED = "approved"
    UNDER_REVIEW = "under_review"
    NOT_APPROVED = "not_approved"


class Training(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    NONE = "none"


class Minor(StrEnum):
    NO = "no"
    UNDER_16 = "under_16"
    AGE_16_17 = "age_16_17"


class Urgency(StrEnum):
    NORMAL = "normal"
    IMMINENT_DANGER = "imminent_danger"


@dataclass(frozen=True, slots=True)
class Section73:
    """The four conditions of § 7 (3) UWG, the exception for existing customers; all must hold."""

    address_from_sale: bool
    own_similar_products: bool
    not_objected: bool
    notice_at_collection_and_each_use: bool

    def all_met(self) -> bool:
        return (
            self.address_from_sale
            and self.own_similar_products
            and self.not_objected
            and self.notice_at_collection_and_each_use
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a decision may depend on. `months_since_last_transaction` None = unknown, the riskier value."""

    customer_kind: CustomerKind
    relationship: Relationship
    purpose: Purpose
    contains_promotion: bool
    channel: Channel
    platform: Platform | None
    consent_state: ConsentState
    consent_proof: bool
    customer_initiated_on_channel: bool
    presumed_consent_documented: bool
    s7_3: Section73
    months_since_last_transaction: int | None
    objection: Objection
    robinson_listed: bool
    contact_source: ContactSource
    identity_verified: bool
    sending_account: SendingAccount
    company_present_on_platform: bool
    platform_status: PlatformStatus
    address_book_isolated: bool
    requester_training: Training
    minor: Minor
    parental_consent: bool
    quiet_hours: bool
    special_category: bool
    automated_call: bool
    sender_identity_clear: bool
    caller_id_shown: bool
    opt_out_included: bool
    alternative_channel_available: bool
    urgency: Urgency
    jurisdiction: str = "DE"
    requester_department: str = ""


NO_SECTION_73 = Section73(False, False, False, False)

# The value that a missing input takes. Where no value is riskier in every case (the channel, a promotion, danger), the
# one that grants least is taken; of every other input the value here is never answered more mildly than another.
RISKIEST: dict[str, object] = {
    "customer_kind": CustomerKind.CONSUMER,
    "relationship": Relationship.PROSPECT,
    "purpose": Purpose.PRIVATE,
    "contains_promotion": True,
    "channel": Channel.SOCIAL_DM,
    "platform": None,
    "consent_state": ConsentState.WITHDRAWN,
    "consent_proof": False,
    "customer_initiated_on_channel": False,
    "presumed_consent_documented": False,
    "s7_3": NO_SECTION_73,
    "months_since_last_transaction": None,
    "objection": Objection.FULL_BLOCK,
    "robinson_listed": True,
    "contact_source": ContactSource.SEARCHED_BY_EMPLOYEE,
    "identity_verified": False,
    "sending_account": SendingAccount.PRIVATE_ACCOUNT,
    "company_present_on_platform": False,
    "platform_status": PlatformStatus.NOT_APPROVED,
    "address_book_isolated": False,
    "requester_training": Training.NONE,
    "minor": Minor.UNDER_16,
    "parental_consent": False,
    "quiet_hours": True,
    "special_category": True,
    "automated_call": True,
    "sender_identity_clear": False,
    "caller_id_shown": False,
    "opt_out_included": False,
    "alternative_channel_available": True,
    "urgency": Urgency.NORMAL,
}
