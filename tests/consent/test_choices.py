"""The customer's own page tells the truth: it says “on” exactly where advertising may reach them."""

from datetime import timedelta

import pytest

from consent import services
from consent.choices import choices_of, find_choice
from consent.rules import ADVERTISING
from contacts import policy
from contacts.customers.models import Customer, Objection
from contacts.customers.services import record_objection, retire_contact_point
from contacts.policy.evaluate import decide
from contacts.requests.context import Question, load
from tests.cast import point, wording
from tests.consent.outside import open_page

pytestmark = pytest.mark.django_db
FROM_SALE = {"address_from_sale": True, "notice_at_collection": True}
SIMILAR = "marketing_similar_products"


def is_on(customer, purpose, channel, platform="", *, at) -> bool:
    choice = find_choice(choices_of(customer, at=at, language="en"), purpose, channel, platform)
    return choice is not None and choice.state == "on"


def may_reach(context, address, purpose) -> bool:
    """Whether the rules forbid it even where everything that an employee can do is done."""
    question = Question(
        point=address, account=context.default_account(address), purpose=purpose, opt_out_included=True,
        own_similar_products=True,
    )  # fmt: skip
    return str(decide(context.facts(question), policy.RULE_SET_1).outcome) != "forbidden"


@pytest.mark.parametrize("relationship", ["active_customer", "former_customer", "prospect"])
@pytest.mark.parametrize(
    ("flags", "source", "robinson"),
    [
        (FROM_SALE, "contract_record", False),
        (FROM_SALE, "data_subject", True),
        (FROM_SALE, "bought_list", False),
        ({"address_from_sale": True}, "contract_record", False),
        ({"notice_at_collection": True}, "contract_record", True),
    ],
)
@pytest.mark.parametrize("said", ["nothing", "no by mail", "no advertising", "no similar products"])
def test_it_is_on_exactly_where_the_rules_let_it_through(
    cast, customer, accounts, now, relationship, flags, source, robinson, said
):
    customer.relationship, customer.robinson_listed = relationship, robinson
    customer.save(update_fields=["relationship", "robinson_listed"])
    customer.contact_points.filter(channel__in=["email", "letter"]).update(source=source, **flags)
    point(customer, "sms", "0171 5550001", now=now, source=source, **flags)
    point(customer, "messenger", "0171 5550001", now=now, platform="whatsapp", source=source, **flags)
    match said:
        case "no by mail":
            record_objection(
                cast.anna, customer=customer, scope="marketing_objection", channel="email", how="spoken", at=now
            )
        case "no advertising":
            record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
        case "no similar products":
            services.withdraw_by_customer(customer, purpose=SIMILAR, channel="sms", at=now)
    context = load(Customer.objects.get(pk=customer.pk), cast.sven, at=now)
    shown = {(c.purpose, c.channel, c.platform): c.state for c in choices_of(customer, at=now, language="en")}
    for address in context.points:
        for purpose in ADVERTISING:
            on = shown.get((purpose, address.channel, address.platform)) == "on"
            assert on == may_reach(context, address, purpose), (purpose, address)


def test_what_needs_no_consent_has_a_switch_that_says_what_it_does(cast, customer, accounts, now):
    mail = customer.contact_points.get(channel="email")
    customer.contact_points.filter(pk=mail.pk).update(**FROM_SALE)
    Customer.objects.filter(pk=customer.pk).update(language="en")
    page = open_page(customer, mail, at=now)
    shown = page.get("/p/").content.decode()
    assert "no advertising at all reaches you over this way" in shown
    assert is_on(customer, SIMILAR, "email", at=now) and is_on(customer, "event_invitation", "letter", at=now)
    page.post("/p/off/", {"purpose": SIMILAR, "channel": "email", "platform": ""})
    page.post("/p/off/", {"purpose": "event_invitation", "channel": "letter", "platform": ""})
    said = set(Objection.objects.values_list("scope", "channel", "how"))
    assert said == {("marketing_objection", way, "preferences") for way in ("email", "letter")}
    later = now + timedelta(seconds=1)
    for purpose in ADVERTISING:
        assert not is_on(customer, purpose, "email", at=later) and not is_on(customer, purpose, "letter", at=later)
    assert "Letter" in page.get("/p/done/").content.decode()


def test_a_sign_up_that_waits_hides_nothing_that_is_sent_without_it(cast, customer, now):
    mail = customer.contact_points.get(channel="email")
    customer.contact_points.filter(pk=mail.pk).update(**FROM_SALE)
    for purpose in (SIMILAR, "winback"):
        services.request_opt_in(
            cast.clara, address=mail.value, customer=customer, text=wording(purpose, "email"), via="officer",
            at=now + timedelta(minutes=11 * (purpose == "winback")),
        )  # fmt: skip
    later = now + timedelta(minutes=12)
    rows = choices_of(customer, at=later, language="en")
    assert find_choice(rows, SIMILAR, "email", "").state == "on"
    assert find_choice(rows, "winback", "email", "").state == "waiting"


def test_everything_that_is_held_is_shown(cast, customer, now):
    mail, phone = (customer.contact_points.get(channel=channel) for channel in ("email", "phone"))
    retire_contact_point(cast.clara, point=phone, at=now)
    Customer.objects.filter(pk=customer.pk).update(birth_date="1980-03-09", language="en")
    shown = open_page(customer, mail, at=now).get("/p/").content.decode()
    held = shown[shown.index("What we hold about you") :]
    assert phone.value in held and "no longer used" in held
    assert "1980-03-09" in held and "Last purchase:" in held
    assert held.index(mail.value) < held.index(phone.value)
