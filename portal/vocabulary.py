"""The words that people choose from, translated. The values are those of `contacts.policy` (a test keeps them equal).

They live on the floor because every room shows them; the rules themselves need no translation and no Django.
"""

from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    LETTER = "letter", _("Letter")
    PHONE = "phone", _("Phone call")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    MESSENGER = "messenger", _("Messenger")
    SOCIAL_DM = "social_dm", _("Direct message (social network)")


class Platform(TextChoices):
    WHATSAPP = "whatsapp", "WhatsApp"
    SIGNAL = "signal", "Signal"
    TELEGRAM = "telegram", "Telegram"
    THREEMA = "threema", "Threema"
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    TIKTOK = "tiktok", "TikTok"
    X = "x", "X"
    LINKEDIN = "linkedin", "LinkedIn"
    XING = "xing", "XING"


MESSENGERS = (Platform.WHATSAPP, Platform.SIGNAL, Platform.TELEGRAM, Platform.THREEMA)
PLATFORM_CHANNELS = (Channel.MESSENGER, Channel.SOCIAL_DM)


class Purpose(TextChoices):
    CONTRACT_PERFORMANCE = "contract_performance", _("Contract: delivery, appointment, repair")
    SERVICE = "service", _("Service")
    INQUIRY_REPLY = "inquiry_reply", _("Reply to the customer's question")
    LEGAL_OBLIGATION = "legal_obligation", _("Legal duty: recall, breach notice")
    DEBT_COLLECTION = "debt_collection", _("Open invoice")
    SATISFACTION_SURVEY = "satisfaction_survey", _("Satisfaction survey")
    MARKETING = "marketing", _("Advertising")
    MARKETING_SIMILAR_PRODUCTS = "marketing_similar_products", _("Advertising for similar products")
    EVENT_INVITATION = "event_invitation", _("Invitation to an event")
    WINBACK = "winback", _("Winning a customer back")
    GOODWILL_GREETING = "goodwill_greeting", _("Greeting or congratulation")
    CONSENT_REQUEST = "consent_request", _("Asking for consent")
    DOI_CONFIRMATION = "doi_confirmation", _("Confirming an opt-in")
    RECRUITMENT = "recruitment", _("Job offer")
    PRIVATE = "private", _("Private matter")


class ContactSource(TextChoices):
    DATA_SUBJECT = "data_subject", _("From the customer")
    CONTRACT_RECORD = "contract_record", _("From the contract")
    PUBLIC_DIRECTORY = "public_directory", _("Public directory")
    SEARCHED_BY_EMPLOYEE = "searched_by_employee", _("Searched out by an employee")
    BOUGHT_LIST = "bought_list", _("Bought list")
    REFERRAL = "referral", _("Passed on by somebody else")


class CustomerKind(TextChoices):
    CONSUMER = "consumer", _("Consumer")
    BUSINESS_CONTACT = "business_contact", _("Business contact")


class Relationship(TextChoices):
    PROSPECT = "prospect", _("Prospect")
    ACTIVE_CUSTOMER = "active_customer", _("Customer")
    FORMER_CUSTOMER = "former_customer", _("Former customer")


class ConsentState(TextChoices):
    NONE = "none", _("No consent")
    PENDING_DOI = "pending_doi", _("Not confirmed yet")
    ACTIVE = "active", _("Consent given")
    STALE = "stale", _("Unused for a long time")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


class Outcome(TextChoices):
    ALLOWED = "allowed", _("Allowed")
    NEEDS_MANAGER = "needs_manager_approval", _("Approval needed")
    NEEDS_DPO = "needs_dpo_approval", _("Data protection officer decides")
    FORBIDDEN = "forbidden", _("Not allowed")


def word_of(choices: type[TextChoices], value: str) -> str:
    """What `get_..._display` of a field says, and what is none of the choices as it is. Django's own asks for the
    translation of every choice each time, because it hashes them all: too dear for what a page says fifty times."""
    return str(_labels(choices).get(value, value))


@cache
def _labels(choices: type[TextChoices]) -> dict[str, Any]:
    """Lazy: each is translated when it is said."""
    return dict(choices.choices)


def way_in_words(channel: str, platform: str = "") -> str:
    """The platform's name where there is one, else the channel's."""
    return word_of(Platform, platform) if platform else word_of(Channel, channel)
