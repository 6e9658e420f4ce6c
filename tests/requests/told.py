"""A customer about whom people wrote wherever the room of requests lets them write."""

from contacts.requests.models import ContactRequest
from contacts.requests.routing.terms import Terms
from contacts.requests.services import assigning, permits, reviewing, submitting
from contacts.requests.stricter import Wish
from tests.requests.scenes import reminder_by_sms, report_by_mail


def told_everywhere(cast, customer, accounts, now, secret):
    """Returns the first of two requests; it was granted, used, and a contact logged."""
    first = reminder_by_sms(cast, customer, accounts, now)
    ContactRequest.objects.filter(pk=first.pk).update(draft_text=secret, presumed_consent=secret)
    first.refresh_from_db()
    first = submitting.submit(cast.anna, request=first, at=now)
    assigning.comment(cast.anna, request=first, text=secret, at=now)
    assigning.reassign(cast.mona, request=first, to=cast.dora, reason=secret, at=now)
    point = first.contact_point
    wish = Wish(contact_point=point, account=first.account, draft_text=f"{secret}, bitte melden")
    asked = {"verdict": "changes_asked", "reason": secret, "at": now, "wish": wish}
    first = reviewing.review(cast.dora, request=first, **asked)
    first = submitting.submit(cast.anna, request=first, at=now)
    terms = Terms(words=(secret,))
    first = reviewing.review(cast.mona, request=first, verdict="approved", reason=secret, terms=terms, at=now)
    use = permits.redeem(cast.anna, permit=first.permit, at=now, conditions_read=True).use
    permits.log_contact(cast.anna, use=use, result="sent", note=secret, at=now)
    second = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    reviewing.review(cast.mona, request=second, verdict="refused", reason=secret, at=now)
    return first
