"""The roof's tables: which functions hear which event of the outbox, who writes which letter to customers, who knows of
contacts that were made, and which kinds of lists can be imported.

Handlers are idempotent.
"""

from datetime import datetime

from consent import letters
from consent.contacts_made import Source
from consent.importing.kind import CONSENTS
from consent.models import Consent
from consent.services import follow_customer, record_use, send_asked_link
from contacts.customers.importing.customers.kind import CUSTOMERS
from contacts.customers.importing.kinds import Kind
from contacts.requests.selectors import contacts_with
from contacts.requests.services import permits
from portal.audit.services import Job
from portal.outbox.delivery import Handler
from portal.outbox.letters import Composer


def use_consent(*, consent_id: int, evidence: str, at: datetime, used_at: str = "") -> None:
    """A permit that rested on a consent was used: the ledger keeps the use (§ 7a UWG), once per evidence, at its own
    time: hearing of it late must not make it later than a withdrawal."""
    consent = Consent.objects.select_related("customer").get(pk=consent_id)
    if not consent.events.filter(kind="used", evidence=evidence).exists():
        used = datetime.fromisoformat(used_at) if used_at else at
        record_use(Job("permit.used"), consent=consent, evidence=evidence, at=max(at, used), used_at=used)


HANDLERS: dict[str, tuple[Handler, ...]] = {
    "customer.grounds_changed": (permits.recheck_customer, follow_customer),
    "customers.grounds_changed": (permits.recheck_customers,),
    "account.closed": (permits.recheck_account,),
    "platform.changed": (permits.recheck_platform,),
    "person.grounds_changed": (permits.recheck_person,),
    "permit.grounds_changed": (permits.recheck_permit,),
    "permit.used": (use_consent,),
    "consent.link_asked": (send_asked_link,),
}

LETTERS: dict[str, Composer] = {
    "consent.opt_in": letters.confirm_sign_up,
    "consent.preference_link": letters.preference_link,
    "consent.choices_saved": letters.choices_saved,
}

CONTACTS_OF: tuple[Source, ...] = (contacts_with,)
IMPORT_KINDS: dict[str, Kind] = {"customers": CUSTOMERS, "consents": CONSENTS}
