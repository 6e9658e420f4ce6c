"""What follows from the facts before any rule is asked (rule book, derived facts)."""

from dataclasses import dataclass

from contacts.policy.facts import (
    Channel,
    ConsentState,
    ContactSource,
    Facts,
    Platform,
    Purpose,
    Relationship,
    Urgency,
)

ADV = frozenset(
    {
        Purpose.MARKETING,
        Purpose.MARKETING_SIMILAR_PRODUCTS,
        Purpose.EVENT_INVITATION,
        Purpose.SATISFACTION_SURVEY,
        Purpose.WINBACK,
        Purpose.GOODWILL_GREETING,
        Purpose.CONSENT_REQUEST,
    }
)
SERVICE = frozenset({Purpose.CONTRACT_PERFORMANCE, Purpose.SERVICE, Purpose.INQUIRY_REPLY, Purpose.LEGAL_OBLIGATION})
ELECTRONIC = frozenset({Channel.EMAIL, Channel.SMS, Channel.MESSENGER, Channel.SOCIAL_DM})
ON_PLATFORM = frozenset({Channel.MESSENGER, Channel.SOCIAL_DM})
OWN_SOURCES = frozenset({ContactSource.DATA_SUBJECT, ContactSource.CONTRACT_RECORD})
NOT_IN_FORCE = frozenset({ConsentState.NONE, ConsentState.PENDING_DOI, ConsentState.STALE, ConsentState.EXPIRED})
BUSINESS_NETWORKS = frozenset({Platform.LINKEDIN, Platform.XING})
SECTION_73_ADVERTISING = frozenset({Channel.EMAIL, Channel.SMS, Channel.MESSENGER})


@dataclass(frozen=True, slots=True)
class Derived:
    """Computed once per decision and shared by all rules."""

    purpose: Purpose
    reclassified: bool
    is_adv: bool
    is_service: bool
    proven: bool
    channel_agreed: bool
    s73_path: bool
    s73_ok: bool
    emergency: bool
    electronic: bool
    on_platform: bool


def effective_purpose(purpose: Purpose, contains_promotion: bool) -> Purpose:
    """Rule PUR-01: a service message that also promotes sales is advertising as a whole."""
    return Purpose.MARKETING if contains_promotion and purpose not in ADV else purpose


def derive(f: Facts) -> Derived:
    """Derive what the rules share; pure."""
    purpose = effective_purpose(f.purpose, f.contains_promotion)
    is_adv = purpose in ADV
    proven = f.consent_state == ConsentState.ACTIVE and f.consent_proof
    s73_path = _on_s73_path(purpose, f.channel)
    return Derived(
        purpose=purpose,
        reclassified=purpose is not f.purpose,
        is_adv=is_adv,
        is_service=f.purpose in SERVICE and not is_adv,
        proven=proven,
        channel_agreed=proven or f.customer_initiated_on_channel,
        s73_path=s73_path,
        s73_ok=(
            s73_path
            and f.s7_3.all_met()
            and f.contact_source in OWN_SOURCES
            and f.relationship != Relationship.PROSPECT
        ),
        emergency=(f.purpose == Purpose.LEGAL_OBLIGATION and f.urgency == Urgency.IMMINENT_DANGER and not is_adv),
        electronic=f.channel in ELECTRONIC,
        on_platform=f.channel in ON_PLATFORM,
    )


def _on_s73_path(purpose: Purpose, channel: Channel) -> bool:
    if purpose == Purpose.MARKETING_SIMILAR_PRODUCTS:
        return channel in SECTION_73_ADVERTISING
    return purpose == Purpose.SATISFACTION_SURVEY and channel == Channel.EMAIL
