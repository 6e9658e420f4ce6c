"""The same entry delivered twice at once, and a confirmation against an erasure."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from consent import services
from consent.models import Consent, ConsentEvent
from consent.services import opt_in
from contacts.customers.models import Customer
from contacts.customers.services import erase_customer
from portal.access.tokens import token_of
from portal.audit.models import AuditEntry
from tests.cast import make_customer, wording

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


def test_an_entry_that_is_delivered_twice_at_once_is_taken_once_and_the_other_hears_why(cast, now, together):
    for number in range(ROUNDS):
        customer = make_customer(now, f"T{number}")
        give = partial(
            services.give_consent, cast.clara, customer=customer, purpose="marketing", channel="phone", how="written",
            evidence="Brief", given_at=now, at=now, origin=f"crm-{number}", text=wording("marketing", "phone"),
        )  # fmt: skip
        results = together(*[give] * 3)
        assert sum(isinstance(result, Consent) for result in results) == 1
        refused = [result for result in results if isinstance(result, Exception)]
        assert all(isinstance(one, ValidationError) and "already" in one.messages[0] for one in refused), refused
    assert ConsentEvent.objects.filter(kind="given").count() == ROUNDS


def test_a_confirmation_never_lands_on_somebody_who_was_erased_before_it(cast, now, together):
    """Either the consent came first and its owner was erased then, or it belongs to somebody new."""
    text = wording("marketing", "email")
    for number in range(ROUNDS):
        customer = make_customer(now, f"E{number}")
        row = services.request_opt_in(
            cast.clara, address=f"erika.E{number}@kundin.example", customer=customer, text=text, via="officer", at=now
        )
        results = together(
            partial(services.confirm_opt_in, token_of(opt_in.KIND, bytes(row.nonce)), at=now + timedelta(seconds=1)),
            partial(erase_customer, cast.dora, customer=customer, at=now + timedelta(seconds=1)),
        )
        assert not [result for result in results if isinstance(result, Exception)], results
        verbs = AuditEntry.objects.filter(customer_id=customer.pk).order_by("pk").values_list("verb", flat=True)
        assert [verb for verb in verbs if verb in ("consent.confirmed", "customer.erased")] in (
            ["customer.erased"], ["consent.confirmed", "customer.erased"],
        )  # fmt: skip
        assert results[0].customer_id == customer.pk or Customer.objects.get(pk=results[0].customer_id).number[0] == "O"
    assert ConsentEvent.objects.filter(kind="confirmed").count() == ROUNDS
