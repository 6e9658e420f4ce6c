"""The older Kantara Consent Receipt 1.1.0 (2018), which earlier tools still read. Pure functions.

It knows no life after the giving: how a consent ended stands in `termination`. `publicKey` is left out, for receipts
are not signed.
"""

from __future__ import annotations

from typing import Any

from consent.receipts.grant import Company, Grant
from consent.receipts.terms import KANTARA_DATA, KANTARA_PURPOSES

VERSION = "KI-CR-v1.1.0"


def receipt(grant: Grant, company: Company, *, receipt_id: str) -> dict[str, Any]:
    """Raises ValueError for a consent that was never given: there is no act to receipt."""
    if grant.given_at is None:
        raise ValueError("a consent that was never given has no receipt")
    return {
        "version": VERSION,
        "jurisdiction": company.country,
        "consentTimestamp": int(grant.given_at.timestamp()),
        "collectionMethod": grant.given_how_words,
        "consentReceiptID": receipt_id,
        "language": grant.language,
        "piiPrincipalId": grant.principal_id,
        "piiControllers": [_controller(company)],
        "policyUrl": company.policy_url or company.page,
        "services": [{"service": grant.words.way, "purposes": [_purpose(grant)]}],
        "sensitive": False,
        "spiCat": [],
    }


def _controller(company: Company) -> dict[str, Any]:
    """What the company has not set is left out."""
    told: dict[str, Any] = {"piiController": company.name, "onBehalf": False, "piiControllerUrl": company.page}
    if company.address:
        told["address"] = {"streetAddress": company.address, "addressCountry": company.country}
    contact = {"contact": company.name, "email": company.email, "phone": company.phone}
    return told | {name: value for name, value in contact.items() if value}


def _purpose(grant: Grant) -> dict[str, Any]:
    purpose: dict[str, Any] = {
        "purpose": grant.words.purpose,
        "purposeCategory": [KANTARA_PURPOSES[grant.purpose]],
        # “If consent was not explicit, a description of the consent method”: nobody can show that this one was.
        "consentType": "EXPLICIT" if grant.proof else grant.words.unproven,
        "piiCategory": ["1 - Biographical", KANTARA_DATA[grant.channel]],
        "primaryPurpose": True,
        "termination": grant.words.termination,
        "thirdPartyDisclosure": bool(grant.platform),
    }
    return purpose | ({"thirdPartyName": grant.words.third_party} if grant.platform else {})
