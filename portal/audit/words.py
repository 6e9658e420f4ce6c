"""What the trail says, in the reader's language. A verb without a word would be shown as its code (a test finds it)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str | Promise] = {
    "account.approved": _("Company account approved"),
    "account.changed": _("Company account changed"),
    "account.closed": _("Company account closed"),
    "account.created": _("Company account created"),
    "certificate.recorded": _("Certificate recorded"),
    "consent.confirmed": _("Consent confirmed"),
    "consent.corrected": _("Consent corrected"),
    "consent.expired": _("Consent expired"),
    "consent.given": _("Consent given"),
    "consent.imported": _("Consent taken over"),
    "consent.rebuilt": _("Consent computed anew from its events"),
    "consent.renewed": _("Consent renewed"),
    "consent.requested": _("Consent asked for"),
    "consent.thresholds_applied": _("Thresholds for consents applied"),
    "consent.thresholds_set": _("Thresholds for consents set"),
    "consent.used": _("Consent used"),
    "consent.went_stale": _("Consent went stale"),
    "consent.withdrawn": _("Consent withdrawn"),
    "consent_text.drafted": _("Wording drafted"),
    "consent_text.edited": _("Draft of a wording changed"),
    "consent_text.published": _("Wording published"),
    "contact.logged": _("Contact logged"),
    "contact_point.added": _("Address added"),
    "contact_point.retired": _("Address retired"),
    "contact_point.verified": _("Address verified"),
    "customer.changed": _("Customer changed"),
    "customer.created": _("Customer created"),
    "department.created": _("Department created"),
    "evidence_file.added": _("Evidence filed"),
    "import.done": _("Import finished"),
    "import.failed": _("Import refused"),
    "import.received": _("Import received"),
    "inbound.recorded": _("Customer got in touch"),
    "objection.recorded": _("Objection recorded"),
    "opt_in.deleted": _("Sign-up deleted after its time"),
    "opt_in.requested": _("Sign-up waits for its confirmation"),
    "permit.expired": _("Permit expired"),
    "permit.granted": _("Permit granted"),
    "permit.revoked": _("Permit revoked"),
    "permit.used": _("Permit used"),
    "person.changed": _("Person changed"),
    "person.created": _("Person created"),
    "platform.reviewed": _("Platform reviewed"),
    "preference_link.sent": _("Link to the customer's own page sent"),
    "request.asked": _("Question asked"),
    "request.cancelled": _("Request cancelled"),
    "request.edited": _("Question changed"),
    "request.lapsed": _("Request lapsed"),
    "request.review_approved": _("Request approved"),
    "request.review_changes_asked": _("Changes asked for"),
    "request.review_refused": _("Request refused"),
    "request.submitted": _("Request handed in"),
    "unsubscribe_link.made": _("Unsubscribe link made"),
}
SUBJECTS: dict[str, str | Promise] = {
    "account": _("Company account"),
    "certificate": _("Certificate"),
    "consent": _("Consent"),
    "consent_text": _("Wording"),
    "contact": _("Contact"),
    "contact_point": _("Address"),
    "customer": _("Customer"),
    "department": _("Department"),
    "evidence_file": _("Evidence"),
    "import": _("Import"),
    "inbound": _("Customer got in touch"),
    "objection": _("Objection"),
    "opt_in": _("Sign-up"),
    "permit": _("Permit"),
    "person": _("Person"),
    "platform": _("Platform"),
    "request": _("Request"),
    "thresholds": _("Thresholds"),
}

JOBS: dict[str, str | Promise] = {
    "consent.record_passage": _("Clock: consents"),
    "demo": _("Loading of the demo company"),
    "import_customers": _("Import at the command line"),
    "permit.used": _("Use of a permit"),
    "requests.end_permits": _("Clock: end of permits"),
    "requests.lapse": _("Clock: requests nobody decided"),
    "requests.recheck": _("Check after an event"),
}
FIELDS: dict[str, str | Promise] = {
    "address_book_isolated": _("address book kept apart"),
    "addresses": _("addresses"),
    "addresses_added": _("new addresses"),
    "approved": _("approved"),
    "at": _("when"),
    "birth_date": _("date of birth"),
    "changed": _("changed"),
    "channel": _("channel"),
    "closed_at": _("closed"),
    "company": _("company"),
    "contact_point": _("address"),
    "course": _("course"),
    "created": _("new"),
    "department": _("department"),
    "email": _("e-mail address"),
    "event": _("entry of the consent"),
    "fine": _("rows without fault"),
    "first_name": _("first name"),
    "how": _("how"),
    "is_active": _("account active"),
    "kind": _("kind"),
    "language": _("language"),
    "last_name": _("last name"),
    "last_transaction_on": _("last purchase"),
    "manager": _("manager"),
    "name": _("name"),
    "note": _("note"),
    "number": _("number"),
    "outcome": _("answer"),
    "outcome_before": _("answer before"),
    "owner": _("owner"),
    "parental_consent": _("parents have consented"),
    "person": _("person"),
    "person_number": _("personnel number"),
    "platform": _("platform"),
    "processor_contract": _("processor contract"),
    "purpose": _("reason for contact"),
    "reason": _("why"),
    "refusal": _("why"),
    "refused": _("refused"),
    "relationship": _("relationship"),
    "released": _("released as"),
    "request": _("request"),
    "result": _("what happened"),
    "retired_at": _("no longer used"),
    "robinson_listed": _("on a Robinson list"),
    "roles": _("roles"),
    "rows": _("rows"),
    "rules": _("rules"),
    "salutation": _("salutation"),
    "same": _("unchanged"),
    "scope": _("what is refused"),
    "sha256": _("fingerprint of the file"),
    "source": _("source"),
    "stage": _("who decided"),
    "state": _("state"),
    "status": _("status"),
    "suppressed": _("suppressed"),
    "timezone": _("time zone"),
    "use": _("use number"),
    "valid_from": _("valid from"),
    "valid_until": _("valid until"),
    "verified_at": _("verified"),
}


def word(verb: str) -> str:
    return str(VERBS.get(verb, verb))


def subject_word(subject_type: str) -> str:
    return str(SUBJECTS.get(subject_type, subject_type))


def job_word(job: str) -> str:
    return str(JOBS.get(job, job))


def jobs_called(words: str) -> list[str]:
    """The jobs whose name in the reader's language has these words in it."""
    return [job for job, name in JOBS.items() if words.casefold() in str(name).casefold()]


def field_word(name: str) -> str:
    return str(FIELDS.get(name, name))
