"""Our words in the terms of the W3C Data Privacy Vocabulary (DPV 2), and in the categories of Kantara 1.1.

Only terms that DPV has. From dpv: the purposes CustomerCare, CommunicationForCustomerCare, DirectMarketing, Marketing,
PublicRelations, FulfilmentOfContractualObligation, LegalCompliance, PaymentManagement, PersonnelHiring, Verification;
the consent types Consent, ExpressedConsent, ExplicitlyExpressedConsent; the statuses ConsentRequested, ConsentGiven,
RenewedConsentGiven, ConsentWithdrawn, ConsentExpired, ConsentUnknown. From pd: Name, PhysicalAddress, TelephoneNumber,
EmailAddress, Contact, SocialMediaCommunication. From legal/eu/gdpr: A6-1-a and the rights A7-3, A15, A16, A17, A20,
A21, A77. DPV has no word for a consent that is stale, that was used or that was corrected: a stale one is still a
given one with its end, uses are left out, and a correction shows in the entry that it corrects.
"""

from __future__ import annotations

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    # Values of these are terms or addresses, not text.
    "dpv:hasApplicableLaw": {"@type": "@id"},
    "dpv:hasDataController": {"@type": "@id"},
    "dpv:hasJurisdiction": {"@type": "@id"},
    "dpv:hasLegalBasis": {"@type": "@id"},
    "dpv:hasLocation": {"@type": "@id"},
    "dpv:hasNotice": {"@type": "@id"},
    "dpv:hasPersonalData": {"@type": "@id"},
    "dpv:hasProcessing": {"@type": "@id"},
    "dpv:hasRecipient": {"@type": "@id"},
    "dpv:isExercisedAt": {"@type": "@id"},
    "dpv:isIndicatedBy": {"@type": "@id"},
    "dct:conformsTo": {"@type": "@id"},
    "dct:publisher": {"@type": "@id"},
    "skos:broader": {"@type": "@id"},
}

PURPOSES = {
    "contract_performance": "dpv:FulfilmentOfContractualObligation",
    "service": "dpv:CustomerCare",
    "inquiry_reply": "dpv:CommunicationForCustomerCare",
    "legal_obligation": "dpv:LegalCompliance",
    "debt_collection": "dpv:PaymentManagement",
    "satisfaction_survey": "dpv:Marketing",
    "marketing": "dpv:DirectMarketing",
    "marketing_similar_products": "dpv:DirectMarketing",
    "event_invitation": "dpv:DirectMarketing",
    "winback": "dpv:DirectMarketing",
    "goodwill_greeting": "dpv:PublicRelations",
    "consent_request": "dpv:DirectMarketing",
    "doi_confirmation": "dpv:Verification",
    "recruitment": "dpv:PersonnelHiring",
    "private": "dpv:Purpose",
}

PERSONAL_DATA = {
    "letter": "pd:PhysicalAddress",
    "phone": "pd:TelephoneNumber",
    "email": "pd:EmailAddress",
    "sms": "pd:TelephoneNumber",
    "messenger": "pd:Contact",
    "social_dm": "pd:SocialMediaCommunication",
}

STATUSES = {
    "requested": "dpv:ConsentRequested",
    "confirmed": "dpv:ConsentGiven",
    "given": "dpv:ConsentGiven",
    "imported": "dpv:ConsentGiven",
    "renewed": "dpv:RenewedConsentGiven",
    "withdrawn": "dpv:ConsentWithdrawn",
    "expired": "dpv:ConsentExpired",
}

#: Acts whose only content is the decision: a button or a signature about nothing else.
SOLELY_ABOUT_CONSENT = frozenset({"double_opt_in", "preferences"})

RIGHTS = ("A7-3", "A15", "A16", "A17", "A20", "A21", "A77")


def consent_type(how: str, proof: bool) -> str:
    """How strong the act was; plain dpv:Consent where nobody can show it."""
    if not proof:
        return "dpv:Consent"
    return "dpv:ExplicitlyExpressedConsent" if how in SOLELY_ABOUT_CONSENT else "dpv:ExpressedConsent"


#: Kantara 1.1 names categories by number and word; those that fit.
KANTARA_PURPOSES = {
    "contract_performance": "2 - Contracted Service",
    "service": "2 - Contracted Service",
    "inquiry_reply": "4 - Contact Requested",
    "legal_obligation": "1 - Core Function",
    "debt_collection": "1 - Core Function",
    "satisfaction_survey": "6 - Marketing",
    "marketing": "6 - Marketing",
    "marketing_similar_products": "6 - Marketing",
    "event_invitation": "6 - Marketing",
    "winback": "6 - Marketing",
    "goodwill_greeting": "6 - Marketing",
    "consent_request": "6 - Marketing",
    "doi_confirmation": "1 - Core Function",
    "recruitment": "4 - Contact Requested",
    "private": "4 - Contact Requested",
}
KANTARA_DATA = dict.fromkeys(("letter", "phone", "email", "sms"), "2 - Contact") | {
    "messenger": "4 - Communications/Social",
    "social_dm": "4 - Communications/Social",
}
