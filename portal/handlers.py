"""The roof's tables: which functions hear which event of the outbox, and which kinds of lists can be imported.

Handlers are idempotent.
"""

from datetime import datetime

from consent.importing.kind import CONSENTS
from consent.models import Consent
from consent.services import record_use
from contacts.customers.importing.customers.kind import CUSTOMERS
from contacts.customers.importing.kinds import Kind
from contacts.requests.services import permits
from portal.audit.services import Job
from portal.outbox.delivery import Handler


def use_consent(*, consent_id: int, evidence: str, at: datetime) -> None:
    """A permit that rested on a consent was used: the ledger keeps the use (§ 7a UWG), once per evidence."""
    consent = Consent.objects.select_related("customer").get(pk=consent_id)
    if not consent.events.filter(kind="used", evidence=evidence).exists():
        record_use(Job("permit.used"), consent=consent, evidence=evidence, at=at)


HANDLERS: dict[str, tuple[Handler, ...]] = {
    "customer.grounds_changed": (permits.recheck_customer,),
    "account.closed": (permits.recheck_account,),
    "platform.changed": (permits.recheck_platform,),
    "person.grounds_changed": (permits.recheck_person,),
    "permit.used": (use_consent,),
}

IMPORT_KINDS: dict[str, Kind] = {"customers": CUSTOMERS, "consents": CONSENTS}
