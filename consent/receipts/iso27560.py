"""Consent records and receipts after ISO/IEC TS 27560:2023, in JSON-LD with the terms of DPV.

The mapping follows the guide of the W3C Data Privacy Vocabularies group (w3id.org/dpv/guides/consent-27560): header
(schema version, record id, PII principal), notices, processing, parties, events. Where ISO has party fields the guide
takes schema.org for contact and address. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from consent.receipts.grant import Act, Company, Grant, Wording, stamp
from consent.receipts.terms import CONTEXT, PERSONAL_DATA, PURPOSES, RIGHTS, STATUSES, consent_type

SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#"
RECORD, RECEIPT = f"{SCHEMA}record", f"{SCHEMA}receipt-record"
CONTROLLER = "_:controller"
SUBJECT = "dpv:DataSubject"
GIVING = ("given", "confirmed", "renewed", "imported")
Node = dict[str, Any]


def receipt(
    grants: Sequence[Grant], company: Company, *, receipt_id: str, language: str, made_at: datetime
) -> dict[str, Any]:
    """One receipt over any number of consents of one person: a wrapper around their records."""
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{receipt_id}",
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": receipt_id,
        "dct:conformsTo": RECEIPT,
        "dct:created": stamp(made_at),
        "dct:language": language,
        "dct:publisher": CONTROLLER,
        "dpv:hasEntity": [party(company)],
        "dpv:hasRecordOfActivity": [record(grant, company, made_at=made_at) for grant in grants],
    }


def record(grant: Grant, company: Company, *, made_at: datetime) -> Node:
    """The record of one consent: what was agreed to, by whom, and everything that happened to it."""
    return {
        "@id": f"urn:uuid:{grant.record_id}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": grant.record_id,
        "dct:conformsTo": RECORD,
        "dpv:hasDataSubject": {
            "@id": f"urn:uuid:{grant.principal_id}",
            "@type": SUBJECT,
            "dct:identifier": grant.principal_id,
        },
        "dpv:hasDataController": CONTROLLER,
        "dpv:hasJurisdiction": [f"loc:{company.country}", "loc:EU"],
        "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
        "dpv:hasNotice": _notices(grant),
        "dpv:hasProcess": _process(grant, company),
        "dpv:hasConsentControl": {
            "@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent"],
            "dpv:isExercisedAt": company.page,
        },
        "dpv:hasRight": [
            {"@type": ["dpv:DataSubjectRight", f"eu-gdpr:{article}"], "dpv:isExercisedAt": company.page}
            for article in RIGHTS
        ],
        "dpv:hasConsentStatus": _events(grant, made_at),
    }


def party(company: Company) -> Node:
    """The controller; what the company has not set is left out."""
    contact = {"schema:email": company.email, "schema:telephone": company.phone, "schema:url": company.page}
    return {
        "@id": CONTROLLER,
        "@type": ["dpv:Organisation", "dpv:DataController"],
        "dpv:hasIdentifier": company.page,
        "dpv:hasName": company.name,
        "schema:contactPoint": {"@type": "schema:ContactPoint"} | {k: value for k, value in contact.items() if value},
    } | ({"dpv:hasAddress": company.address} if company.address else {})


def _process(grant: Grant, company: Company) -> Node:
    recipients: list[Any] = [CONTROLLER]
    if grant.platform:
        recipients.append({"@type": ["dpv:Recipient", "dpv:ThirdParty"], "dpv:hasName": grant.words.third_party})
    kept: Node = {"@type": "dpv:UntilEventDuration", "rdf:value": grant.words.kept}
    if grant.keep_until is not None:
        kept = {"@type": "dpv:UntilTimeDuration", "rdf:value": grant.keep_until.isoformat()}
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {
            "@type": "dpv:Purpose",
            "dct:identifier": grant.purpose,
            "dct:title": grant.words.purpose,
            "skos:broader": PURPOSES[grant.purpose],
        },
        "dpv:hasService": {"@type": "dpv:Service", "dct:title": grant.words.way},
        "dpv:hasLegalBasis": "eu-gdpr:A6-1-a",
        "dpv:hasPersonalData": ["pd:Name", PERSONAL_DATA[grant.channel]],
        "dpv:hasProcessing": ["dpv:Store", "dpv:Use"],
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": f"loc:{company.country}"},
            {"@type": "dpv:StorageDuration", "dpv:hasDuration": kept},
        ],
        "dpv:hasRecipient": recipients,
    }


def _notices(grant: Grant) -> list[Node]:
    """Every wording the person saw, word for word. A consent without one says so."""
    if not grant.wordings:
        missing = {"@type": "dpv:ConsentNotice", "dct:description": grant.words.no_wording}
        return [missing | {"dct:language": grant.language}]
    return [_notice(wording) for wording in grant.wordings]


def _notice(wording: Wording) -> Node:
    node: Node = {
        "@id": f"_:{wording.reference}",
        "@type": "dpv:ConsentNotice",
        "dct:identifier": wording.reference,
        "dct:language": wording.language,
        "dct:title": wording.title,
        "dct:description": wording.body,
        "schema:sha256": wording.sha256,
    }
    return node | ({"dct:date": stamp(wording.valid_from)} if wording.valid_from else {})


def _events(grant: Grant, made_at: datetime) -> list[Node]:
    """What happened, oldest first. An end that no job has recorded yet is there all the same."""
    acts = [act for act in grant.acts if act.kind in STATUSES]
    nodes = [_event(act, grant) for act in acts]
    told = bool(acts) and acts[-1].kind == "expired"
    if grant.state == "expired" and grant.expires_at is not None and not told:
        nodes.append(_status("dpv:ConsentExpired", grant.expires_at, CONTROLLER, _ENDLESS))
    return nodes or [_status("dpv:ConsentUnknown", made_at, CONTROLLER, _ENDLESS)]


_ENDLESS: Node = {"@type": "dpv:EndlessDuration"}


def _event(act: Act, grant: Grant) -> Node:
    by = CONTROLLER if act.kind in ("requested", "expired") else SUBJECT
    types: str | list[str] = STATUSES[act.kind]
    if act.kind in GIVING:
        types = [STATUSES[act.kind], consent_type(act.how, act.proof)]
    node = _status(types, act.at, by, _duration(act, grant)) | {"dpv:hasIndicationMethod": act.how_words}
    return node | ({"dpv:hasNotice": f"_:{act.wording}"} if act.wording else {})


def _status(types: str | list[str], at: datetime, by: str, duration: Node) -> Node:
    return {
        "@type": types,
        "dpv:isIndicatedAtTime": stamp(at),
        "dpv:isIndicatedBy": by,
        "dpv:hasDuration": duration,
    }


def _duration(act: Act, grant: Grant) -> Node:
    if act.kind == "requested":
        return {"@type": "dpv:TemporalDuration", "rdf:value": f"P{grant.doi_days}D"}
    if act.until is not None:
        return {"@type": "dpv:UntilTimeDuration", "rdf:value": stamp(act.until)}
    return _ENDLESS
