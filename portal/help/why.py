"""Why a form asks what it asks: one text for each field that needs one, in this one place.

By the form's class and the field's name. A form that builds on another one inherits its texts. A text is told beside
its field wherever the field is shown (`{% field_help %}`, templates/bootstrap5/field.html); no page has to mention it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SOURCE = _("The law asks where an address comes from, and the answer depends on it. See [source](#source).")
_CHANNEL = _("Each [channel](#channel) has rules of its own: a letter may be fine where a call is not.")
_ACCOUNT = _("From a [private account](#private-account) the company cannot protect the data. So it is never allowed.")
_HOW_SAID = _("The company must be able to show later how it came to know. A few words are enough.")
_EVIDENCE = _("The company must prove every [consent](#consent) (Art. 7(1) GDPR). Without proof it does not count.")
_REASON_READ = _("The person concerned reads it and must know what to do next. It stays in the [trail](#trail).")

WHY: dict[str, dict[str, str | Promise]] = {
    "contacts.requests.forms.AskedForm": {
        "purpose": _("The [reason](#purpose) decides most: an invoice may be written about, an offer often not."),
        "draft_text": _("Whoever decides sees what would be said. The [permit](#permit) is then for this text."),
        "contains_promotion": _("A message about a service turns into [advertising](#advertising) by one offer in it."),
        "opt_out_included": _("Without a way to say no, electronic [advertising](#advertising) is always unlawful."),
        "own_similar_products": _("Customers may get e-mails about similar goods without a [consent](#consent)."),
        "special_category": _("Health, religion and the like need more protection. Ordinary channels are too open."),
        "presumed_consent": _("Companies may be called when facts let one expect that they want it. Name the facts."),
        "caller_id_shown": _("Whoever calls to advertise must show the number."),
        "planned_at": _("Calls keep to certain hours, and a permit must last until then."),
        "uses_wanted": _("A [permit](#permit) counts every contact. So nobody is written to more often than agreed."),
        "urgency": _("In imminent danger you may warn at once. Somebody looks at it afterwards."),
    },
    "contacts.requests.forms.QuestionForm": {
        "contact_point": _("Each address has a [channel](#channel) and a [source](#source). Both change the answer."),
        "account_choice": _ACCOUNT,
    },
    "contacts.requests.several_forms.SeveralForm": {
        "way": _CHANNEL,
        "account_choice": _ACCOUNT,
    },
    "contacts.requests.list_forms.ListForm": {
        "purpose": _("Whether you may depends on the [reason](#purpose). Without one the list cannot say it."),
    },
    "contacts.requests.views.saved_views.NameForm": {
        "name": _("It becomes a link above your list of customers. Nobody else sees it."),
    },
    "portal.desk.processing.forms.EndForm": {
        "reason": _("An authority may ask later why the activity is done no more. The record keeps the answer."),
    },
    "contacts.customers.forms.ContactPointForm": {
        "source": _SOURCE,
        "source_note": _("Whoever reads it in two years can still tell where the address came from."),
        "collected_on": _("People must be told within a month that the company has their data (Art. 14 GDPR)."),
        "address_from_sale": _("Only an address from a sale may be used for similar offers without a consent."),
        "notice_at_collection": _("The customer must have been told then that one can say no."),
    },
    "contacts.customers.forms.CustomerForm": {
        "birth_date": _("Children are protected more strongly. Leave it empty if you do not know it."),
        "last_transaction_on": _("After a time without a purchase somebody is no existing customer any more."),
    },
    "contacts.customers.forms.InboundForm": {
        "channel": _CHANNEL,
        "at": _("Whoever wrote first may be answered. The answer should follow soon."),
    },
    "contacts.requests.permit_forms.LogForm": {
        "result": _("What the customer said binds at once: a no is recorded in the same moment."),
        "note": _("Keep it short and without opinions: customers may ask to read it."),
    },
    "contacts.requests.review_forms.ReviewForm": {
        "reason": _REASON_READ,
        "last_day": _("You may be stricter than the rules, never milder."),
    },
    "contacts.requests.permit_forms.RevokeForm": {"reason": _REASON_READ},
    "contacts.requests.routing_forms.AbsenceForm": {
        "deputy": _("Requests do not wait for you. Your [deputy](#deputy) decides, and the trail names both."),
    },
    "contacts.incidents.forms.ReportForm": {
        "kind": _("It decides who must hear of it. Nobody is blamed for reporting an [incident](#incident)."),
        "happened_at": _("From it follows what can still be put right."),
        "noticed_at": _("The [72 hours](#clock) may begin now. A rough time is better than none."),
        "customer_number": _("With it the officer can tell the right person quickly."),
        "person_note": _("If there is no number, a few words help to find the person."),
        "categories": _("The risk depends on the kind of data. You do not have to judge it."),
    },
    "consent.forms.consents.EvidenceForm": {
        "given_at": _("From this day on the consent counts, and it can grow stale when nobody uses it."),
        "text": _("Only what the customer read was agreed to."),
        "evidence": _EVIDENCE,
        "file": _EVIDENCE,
    },
    "consent.forms.consents.WayForm": {"channel": _CHANNEL},
    "consent.forms.consents.WithdrawalForm": {"how": _HOW_SAID},
    "consent.forms.consents.StopForm": {
        "what": _("No to advertising and no to everything are two things. Service messages go on after the first."),
        "how": _HOW_SAID,
    },
    "contacts.rights.forms.EnterForm": {
        "received_at": _("The month in which the company must answer begins with this day."),
        "how": _("From the way it came in, one can tell whether somebody else might have written it."),
    },
    "contacts.rights.forms.IdentityForm": {
        "how": _("Nobody must get somebody else's data. In doubt the company may ask for proof (Art. 12(6) GDPR)."),
    },
    "portal.people.forms.PersonForm": {
        "person_number": _("One person may have two accounts. The number keeps them from deciding on own requests."),
        "manager": _("Requests of this person go there first."),
        "roles": _("Give what the work needs and no more. Each role opens more of other people's data."),
    },
}


def why(form: BaseForm, field: str) -> str:
    """The text for a field of this form, "" where there is none."""
    kind: Any = type(form)
    return str(why_of(kind, field) or "")


@lru_cache(maxsize=1024)
def why_of(form: Any, field: str) -> str | Promise | None:
    """Of a form's class; a form that builds on another one has its texts too."""
    for kind in form.__mro__:
        told = WHY.get(f"{kind.__module__}.{kind.__qualname__}", {}).get(field)
        if told is not None:
            return told
    return None
