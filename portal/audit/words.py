"""What the trail says, in the reader's language. A verb without a word would be shown as its code (a test finds it)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str | Promise] = {
    "account.approved": _("Company account approved"),
    "account.changed": _("Company account changed"),
    "account.closed": _("Company account closed"),
    "account.created": _("Company account created"),
    "assignment.created": _("Course assigned"),
    "assignment.ended": _("Assignment ended"),
    "certificate.issued": _("Certificate issued"),
    "certificate.recorded": _("Certificate recorded"),
    "consent.confirmed": _("Consent confirmed"),
    "consent.expired": _("Consent expired"),
    "consent.given": _("Consent given"),
    "consent.imported": _("Consent taken over"),
    "consent.renewed": _("Consent renewed"),
    "consent.requested": _("Consent asked for"),
    "consent.used": _("Consent used"),
    "consent.went_stale": _("Consent went stale"),
    "consent.withdrawn": _("Consent withdrawn"),
    "contact.logged": _("Contact logged"),
    "contact_point.added": _("Address added"),
    "contact_point.retired": _("Address retired"),
    "contact_point.verified": _("Address verified"),
    "course.changed": _("Draft of a course changed"),
    "course.created": _("Course created"),
    "course.draft_created": _("Draft of a course created"),
    "course.draft_discarded": _("Draft of a course discarded"),
    "course.published": _("Course published"),
    "course.retired": _("Course retired"),
    "course.withdrawn": _("Version of a course withdrawn"),
    "customer.changed": _("Customer changed"),
    "customer.created": _("Customer created"),
    "department.created": _("Department created"),
    "import.done": _("Import finished"),
    "import.failed": _("Import refused"),
    "import.received": _("Import received"),
    "inbound.recorded": _("Customer got in touch"),
    "more_time.given": _("More time given"),
    "objection.recorded": _("Objection recorded"),
    "permit.expired": _("Permit expired"),
    "permit.granted": _("Permit granted"),
    "permit.revoked": _("Permit revoked"),
    "permit.used": _("Permit used"),
    "person.changed": _("Person changed"),
    "person.created": _("Person created"),
    "picture.added": _("Picture added"),
    "platform.reviewed": _("Platform reviewed"),
    "request.asked": _("Question asked"),
    "request.cancelled": _("Request cancelled"),
    "request.edited": _("Question changed"),
    "request.lapsed": _("Request lapsed"),
    "request.review_approved": _("Request approved"),
    "request.review_changes_asked": _("Changes asked for"),
    "request.review_refused": _("Request refused"),
    "request.submitted": _("Request handed in"),
}
SUBJECTS: dict[str, str | Promise] = {
    "account": _("Company account"),
    "assignment": _("Assignment"),
    "certificate": _("Certificate"),
    "consent": _("Consent"),
    "contact": _("Contact"),
    "contact_point": _("Address"),
    "course": _("Course"),
    "customer": _("Customer"),
    "department": _("Department"),
    "import": _("Import"),
    "inbound": _("Customer got in touch"),
    "objection": _("Objection"),
    "permit": _("Permit"),
    "person": _("Person"),
    "picture": _("Picture"),
    "platform": _("Platform"),
    "request": _("Request"),
}


def word(verb: str) -> str:
    return str(VERBS.get(verb, verb))


def subject_word(subject_type: str) -> str:
    return str(SUBJECTS.get(subject_type, subject_type))
