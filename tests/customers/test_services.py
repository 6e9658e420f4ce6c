"""The verbs about customers: what they write, what they refuse in which words, and refusals that outlive spelling."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from contacts.customers import services
from contacts.customers.models import ContactPoint, Customer, InboundContact, Objection, SuppressionEntry
from contacts.customers.selectors import customer_initiated, digest_of, normalise_address, objection_against
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, point
from tests.requests.scenes import ask

pytestmark = pytest.mark.django_db
KEEPERS = ["clara", "dora"]
RECORDERS = ["anna", "sven", "mona", "clara", "dora"]
READ_ONLY = ["rita", "adam", "tom"]


def create(cast, now, by="clara", **fields) -> Customer:
    values = {"number": "9001", "last_name": "Neumann"} | fields
    return services.create_customer(getattr(cast, by), at=now, **values)


def add(cast, customer, now, by="anna", **fields) -> ContactPoint:
    values = {"channel": "email", "value": "neu@kundin.example", "source": "data_subject"} | fields
    values.setdefault("collected_on", now.date())
    return services.add_contact_point(getattr(cast, by), customer=customer, at=now, **values)


def inbound(cast, customer, now, by="anna", **fields) -> InboundContact:
    values = {"channel": "email", "platform": "", "at": now, "note": "fragt nach der Lieferung", "now": now} | fields
    return services.record_inbound(getattr(cast, by), customer=customer, **values)


def object_(cast, customer, now, by="anna", **fields) -> Objection:
    values = {"scope": "marketing_objection", "how": "spoken"} | fields
    return services.record_objection(getattr(cast, by), customer=customer, at=now, **values)


def refusal(call, *arguments, **fields) -> dict[str, list[str]]:
    """The sentences of a refusal by field."""
    with pytest.raises(ValidationError) as refused:
        call(*arguments, **fields)
    return refused.value.message_dict


def rechecks() -> list[dict]:
    events = OutboxMessage.objects.filter(topic="customer.grounds_changed").order_by("pk")
    return list(events.values_list("payload", flat=True))


# --- create


def test_a_new_customer_is_there_with_what_was_said(cast, now):
    created = create(cast, now, company="Neumann GmbH", kind="business_contact", robinson_listed=True)
    kept = Customer.objects.get(number="9001")
    assert kept == created
    assert (kept.display_name, kept.kind, kept.robinson_listed) == ("Neumann, Neumann GmbH", "business_contact", True)
    assert (kept.language, kept.timezone, kept.relationship) == ("de", "Europe/Berlin", "prospect")


def test_the_number_is_kept_without_blanks_around_it(cast, now):
    assert create(cast, now, number="  9001 ").number == "9001"


@pytest.mark.parametrize("number", ["9001", " 9001", "KD-7", "kd-7"])
def test_a_number_that_is_taken_is_refused_whatever_its_case(cast, now, number):
    create(cast, now, number="9001")
    create(cast, now, number="Kd-7")
    sentence = "There is a customer with this number already. Search for it instead."
    assert refusal(create, cast, now, number=number) == {"number": [sentence]}
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"number": ""}, "number", "This field cannot be blank."),
        ({"number": "   "}, "number", "This field cannot be blank."),
        ({"number": "9" * 41}, "number", "Ensure this value has at most 40 characters (it has 41)."),
        ({"last_name": ""}, "__all__", "Constraint “customer_has_a_name” is violated."),
        ({"last_name": "x" * 101}, "last_name", "Ensure this value has at most 100 characters (it has 101)."),
        ({"kind": "dog"}, "kind", "Value 'dog' is not a valid choice."),
        ({"relationship": "friend"}, "relationship", "Value 'friend' is not a valid choice."),
        ({"birth_date": "gestern"}, "birth_date", "“gestern” value has an invalid date format."),
    ],
    ids=str,
)
def test_a_new_customer_that_cannot_be_is_refused_and_nothing_is_written(cast, now, fields, field, sentence):
    (said,) = refusal(create, cast, now, **fields)[field]
    assert said.startswith(sentence)
    assert not Customer.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_company_needs_no_last_name(cast, now):
    assert create(cast, now, last_name="", company="Neumann GmbH").display_name == "Neumann GmbH"


def test_a_field_that_does_not_exist_is_a_mistake_of_the_caller(cast, now):
    with pytest.raises(TypeError, match="anonymised_at"):
        create(cast, now, anonymised_at=now)


@pytest.mark.parametrize("name", ["anna", "mona", *READ_ONLY])
def test_only_those_who_keep_the_data_create_and_change_customers(cast, customer, now, name):
    with pytest.raises(PermissionDenied):
        create(cast, now, by=name)
    with pytest.raises(PermissionDenied):
        services.update_customer(getattr(cast, name), customer=customer, at=now, last_name="Neu")
    with pytest.raises(PermissionDenied):
        services.verify_contact_point(getattr(cast, name), point=customer.contact_points.first(), at=now)
    with pytest.raises(PermissionDenied):
        services.retire_contact_point(getattr(cast, name), point=customer.contact_points.first(), at=now)


@pytest.mark.parametrize("name", KEEPERS)
def test_the_consent_officer_and_the_dpo_do(cast, now, name):
    created = create(cast, now, by=name)
    services.update_customer(getattr(cast, name), customer=created, at=now, last_name="Altmann")
    assert Customer.objects.get().last_name == "Altmann"


# --- update


def test_a_change_writes_the_changed_fields_and_no_others(cast, customer, now):
    """What somebody else changed since this row was read stays."""
    Customer.objects.filter(pk=customer.pk).update(company="Von anderer Hand GmbH")
    services.update_customer(cast.clara, customer=customer, at=now, last_name="Neumann")
    kept = Customer.objects.get(pk=customer.pk)
    assert (kept.last_name, kept.company) == ("Neumann", "Von anderer Hand GmbH")


def test_a_change_is_told_with_before_and_after(cast, customer, now):
    services.update_customer(cast.clara, customer=customer, at=now, last_name="Neumann", first_name="Erika")
    entry = AuditEntry.objects.get(verb="customer.changed")
    assert (entry.before, entry.after) == ({"last_name": "Mustermann"}, {"last_name": "Neumann"})


def test_a_change_has_the_permits_looked_at_again(cast, customer, now):
    services.update_customer(cast.clara, customer=customer, at=now, birth_date=date(2012, 1, 1))
    assert [payload["customer_id"] for payload in rechecks()] == [customer.pk]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"last_name": ""}, "__all__"), ({"kind": "dog"}, "kind"), ({"salutation": "x" * 21}, "salutation")],
    ids=str,
)
def test_a_change_that_cannot_be_is_refused_and_nothing_is_written(cast, customer, now, fields, field):
    assert field in refusal(services.update_customer, cast.clara, customer=customer, at=now, **fields)
    assert Customer.objects.get().last_name == "Mustermann"
    assert not AuditEntry.objects.filter(verb="customer.changed").exists()


def test_the_number_of_a_customer_never_changes(cast, customer, now):
    with pytest.raises(TypeError, match="number"):
        services.update_customer(cast.clara, customer=customer, at=now, number="1")


# --- addresses


@pytest.mark.parametrize("name", RECORDERS)
def test_everybody_who_works_with_customers_records_an_address_with_its_source(cast, customer, now, name):
    added = add(cast, customer, now, by=name, source="searched_by_employee", source_note="Instagram-Suche")
    kept = ContactPoint.objects.get(pk=added.pk)
    assert (kept.source, kept.source_note, kept.collected_by) == (
        "searched_by_employee",
        "Instagram-Suche",
        getattr(cast, name),
    )
    assert (kept.collected_on, kept.verified_at, kept.retired_at) == (now.date(), None, None)


@pytest.mark.parametrize("name", READ_ONLY)
def test_who_only_reads_records_nothing(cast, customer, now, name):
    for call in (add, inbound, object_):
        with pytest.raises(PermissionDenied):
            call(cast, customer, now, by=name)


SAME = "This customer has this address already, in use or no longer used."


@pytest.mark.parametrize(
    ("channel", "platform", "value"),
    [
        ("email", "", "erika.4711@kundin.example"),
        ("email", "", "  Erika.4711@KUNDIN.example "),
        ("phone", "", "0221 5554711"),
        ("phone", "", "+49 (0)221 / 555-4711"),
        ("social_dm", "instagram", "@Erika_4711"),
        ("social_dm", "instagram", "https://www.instagram.com/erika_4711/"),
        ("letter", "", "heidestraße 17,  51147 KÖLN"),
    ],
)
def test_a_second_copy_is_refused_in_every_spelling(cast, customer, now, channel, platform, value):
    fields = {"channel": channel, "platform": platform, "value": value}
    assert refusal(add, cast, customer, now, **fields) == {"value": [SAME]}
    assert customer.contact_points.count() == 4


def test_a_retired_address_is_not_entered_a_second_time_either(cast, customer, now):
    old = customer.contact_points.get(channel="email")
    services.retire_contact_point(cast.clara, point=old, at=now)
    assert refusal(add, cast, customer, now, value=old.value) == {"value": [SAME]}


def test_two_customers_may_share_an_address(cast, customer, now):
    other = make_customer(now, "4712")
    shared = add(cast, other, now, value="erika.4711@kundin.example")
    assert shared.digest == customer.contact_points.get(channel="email").digest


def test_the_same_number_for_calls_and_for_sms_is_two_addresses(cast, customer, now):
    assert add(cast, customer, now, channel="sms", value="0221 5554711").pk


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"value": ""}, "value", "This field cannot be blank."),
        ({"value": "   "}, "value", "This field cannot be blank."),
        ({"value": "x" * 501}, "value", "Ensure this value has at most 500 characters (it has 501)."),
        ({"channel": "pigeon"}, "channel", "Value 'pigeon' is not a valid choice."),
        ({"source": "hearsay"}, "source", "Value 'hearsay' is not a valid choice."),
        ({"source": ""}, "source", "This field cannot be blank."),
        ({"collected_on": None}, "collected_on", "This field cannot be null."),
        ({"channel": "messenger"}, "__all__", "Constraint “contact_point_platform_fits” is violated."),
        ({"platform": "whatsapp"}, "__all__", "Constraint “contact_point_platform_fits” is violated."),
        ({"label": "x" * 61}, "label", "Ensure this value has at most 60 characters (it has 61)."),
    ],
    ids=str,
)
def test_an_address_that_cannot_be_is_refused_and_nothing_is_written(cast, customer, now, fields, field, sentence):
    assert sentence in refusal(add, cast, customer, now, **fields)[field]
    assert customer.contact_points.count() == 4
    assert not AuditEntry.objects.filter(verb="contact_point.added").exists()


def test_verifying_says_who_and_when(cast, customer, now):
    found = customer.contact_points.get(channel="social_dm")
    services.verify_contact_point(cast.clara, point=found, at=now)
    found.refresh_from_db()
    assert (found.verified_at, found.verified_by) == (now, cast.clara)


def test_the_first_to_verify_an_address_remains_named(cast, customer, now):
    found = customer.contact_points.get(channel="social_dm")
    services.verify_contact_point(cast.clara, point=found, at=now)
    services.verify_contact_point(cast.dora, point=found, at=now + timedelta(days=1))
    found.refresh_from_db()
    assert (found.verified_at, found.verified_by) == (now, cast.clara)


def test_a_retired_address_is_kept_with_its_day_and_offered_no_more(cast, customer, accounts, now):
    old = customer.contact_points.get(channel="email")
    services.retire_contact_point(cast.clara, point=old, at=now)
    services.retire_contact_point(cast.clara, point=old, at=now + timedelta(days=1))
    old.refresh_from_db()
    assert old.retired_at == now
    assert len(rechecks()) == 1
    with pytest.raises(ValidationError, match="no longer used"):
        ask(cast.anna, customer, "email", accounts.email, at=now)


# --- the customer got in touch


@pytest.mark.parametrize("name", RECORDERS)
def test_a_first_contact_by_the_customer_opens_its_own_channel(cast, customer, now, name):
    inbound(cast, customer, now, by=name)
    mail, phone = (customer.contact_points.get(channel=channel) for channel in ("email", "phone"))
    assert customer_initiated(mail, at=now, window_days=30)
    assert not customer_initiated(phone, at=now, window_days=30)


def test_a_first_contact_on_one_platform_opens_no_other(cast, customer, now):
    inbound(cast, customer, now, channel="social_dm", platform="facebook")
    assert not customer_initiated(customer.contact_points.get(channel="social_dm"), at=now, window_days=30)


def test_a_first_contact_opens_the_channel_for_its_days_and_not_before(cast, customer, now):
    inbound(cast, customer, now)
    mail, tick = customer.contact_points.get(channel="email"), timedelta(microseconds=1)
    assert not customer_initiated(mail, at=now - tick, window_days=30)
    assert customer_initiated(mail, at=now + timedelta(days=30) - tick, window_days=30)
    assert not customer_initiated(mail, at=now + timedelta(days=30), window_days=30)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"channel": "pigeon"}, "channel", "Value 'pigeon' is not a valid choice."),
        ({"channel": "messenger"}, "__all__", "Constraint “inbound_platform_fits” is violated."),
        ({"platform": "whatsapp"}, "__all__", "Constraint “inbound_platform_fits” is violated."),
        ({"note": "x" * 301}, "note", "Ensure this value has at most 300 characters (it has 301)."),
    ],
    ids=str,
)
def test_a_first_contact_that_cannot_be_is_refused(cast, customer, now, fields, field, sentence):
    assert sentence in refusal(inbound, cast, customer, now, **fields)[field]
    assert not InboundContact.objects.exists()


def test_a_first_contact_of_tomorrow_is_refused(cast, customer, now):
    said = refusal(inbound, cast, customer, now, at=now + timedelta(microseconds=1))
    assert said == {"at": ["The time lies in the future. Enter when the customer got in touch."]}


# --- objections


@pytest.mark.parametrize("name", RECORDERS)
@pytest.mark.parametrize("scope", ["marketing_objection", "full_block"])
def test_an_objection_binds_every_address_and_suppresses_it(cast, customer, now, name, scope):
    object_(cast, customer, now, by=name, scope=scope)
    assert {objection_against(one) for one in customer.contact_points.all()} == {scope}
    suppressed = set(SuppressionEntry.objects.values_list("digest", "scope"))
    assert suppressed == {(one.digest, scope) for one in customer.contact_points.all()}


def test_an_objection_binds_an_address_that_comes_later(cast, customer, now):
    object_(cast, customer, now)
    assert objection_against(add(cast, customer, now)) == "marketing_objection"


def kept(point: ContactPoint) -> set[str]:
    """How the address itself would be refused, whoever had it: what is left after erasure and before a list."""
    return set(SuppressionEntry.objects.filter(digest=point.digest).values_list("scope", flat=True))


def test_an_address_that_comes_after_an_objection_is_suppressed_too(cast, customer, now):
    object_(cast, customer, now)
    object_(cast, customer, now, scope="full_block")
    assert kept(add(cast, customer, now)) == {"marketing_objection", "full_block"}


def test_an_address_of_another_channel_than_the_one_refused_is_not_suppressed(cast, customer, now):
    object_(cast, customer, now, channel="phone")
    mail = add(cast, customer, now, channel="email", value="neu@kundin.example")
    call = add(cast, customer, now, channel="phone", value="0221 999999")
    assert (kept(mail), kept(call)) == (set(), {"marketing_objection"})


def test_an_address_of_somebody_who_refused_nothing_is_not_suppressed(cast, customer, now):
    object_(cast, make_customer(now, "other"), now)
    assert kept(add(cast, customer, now)) == set()


def test_an_objection_suppresses_what_is_no_longer_used_too(cast, customer, now):
    retired = customer.contact_points.get(channel="email")
    services.retire_contact_point(cast.clara, point=retired, at=now)
    object_(cast, customer, now)
    assert kept(retired) == {"marketing_objection"}


def test_an_objection_against_one_channel_leaves_retired_addresses_of_others(cast, customer, now):
    retired = customer.contact_points.get(channel="email")
    services.retire_contact_point(cast.clara, point=retired, at=now)
    object_(cast, customer, now, channel="phone")
    assert kept(retired) == set()


def test_the_strictest_of_several_objections_counts(cast, customer, now):
    object_(cast, customer, now, scope="full_block", channel="phone")
    object_(cast, customer, now, scope="marketing_objection")
    by_channel = {one.channel: objection_against(one) for one in customer.contact_points.all()}
    assert by_channel["phone"] == "full_block"
    assert by_channel["email"] == "marketing_objection"


def test_the_same_objection_twice_suppresses_once(cast, customer, now):
    object_(cast, customer, now)
    object_(cast, customer, now)
    assert Objection.objects.count() == 2
    assert SuppressionEntry.objects.count() == customer.contact_points.count()


def test_the_suppression_list_holds_no_address_in_clear(cast, customer, now):
    object_(cast, customer, now)
    kept = " ".join(f"{one.digest} {one.reason}" for one in SuppressionEntry.objects.all())
    assert not [one.value for one in customer.contact_points.all() if one.normalised in kept or one.value in kept]


def test_the_suppression_list_cannot_be_read_with_another_key(customer, settings):
    mail = customer.contact_points.get(channel="email")
    settings.SUPPRESSION_KEY = "another-key-" * 4
    assert digest_of(customer, "email", "", mail.normalised) != mail.digest


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"scope": "a bit"}, "scope", "Value 'a bit' is not a valid choice."),
        ({"scope": ""}, "scope", "This field cannot be blank."),
        ({"how": "telepathy"}, "how", "Value 'telepathy' is not a valid choice."),
        ({"channel": "pigeon"}, "channel", "Value 'pigeon' is not a valid choice."),
        ({"note": "x" * 501}, "note", "Ensure this value has at most 500 characters (it has 501)."),
    ],
    ids=str,
)
def test_an_objection_that_cannot_be_is_refused_and_suppresses_nothing(cast, customer, now, fields, field, sentence):
    assert sentence in refusal(object_, cast, customer, now, **fields)[field]
    assert not Objection.objects.exists()
    assert not SuppressionEntry.objects.exists()


# --- a suppressed address is caught in every spelling, for everybody

SPELLINGS = {
    "e-mail": (
        ("email", "", "Erika@Müller.example"),
        [
            ("email", "", "erika@müller.example"),
            ("email", "", "ERIKA@MÜLLER.EXAMPLE"),
            ("email", "", "  erika@müller.example "),
            ("email", "", "erika@xn--mller-kva.example"),
            ("email", "", "Erika@XN--MLLER-KVA.example"),
            ("email", "", "erika@mu\u0308ller.example"),
        ],
    ),
    "number": (
        ("phone", "", "0171 2345678"),
        [
            ("phone", "", "+49 171 2345678"),
            ("phone", "", "0049171/2345678"),
            ("phone", "", "+49 (0)171 234-56-78"),
            ("phone", "", "(0171) 23 45 678"),
            ("sms", "", "01712345678"),
            ("messenger", "whatsapp", "+491712345678"),
            ("messenger", "signal", "0171 2345678"),
        ],
    ),
    "profile": (
        ("social_dm", "instagram", "erika.m"),
        [
            ("social_dm", "instagram", "@erika.m"),
            ("social_dm", "instagram", "Erika.M"),
            ("social_dm", "instagram", "https://www.instagram.com/erika.m/"),
            ("social_dm", "instagram", "instagram.com/erika.m?igsh=abc123"),
            ("social_dm", "instagram", "https://instagram.com/Erika.M/#"),
            ("social_dm", "instagram", "https://instagram.com/erika.m#top"),
        ],
    ),
    "profile by number": (
        ("social_dm", "facebook", "https://www.facebook.com/profile.php?id=100012345"),
        [
            ("social_dm", "facebook", "facebook.com/profile.php?id=100012345&sk=about"),
            ("social_dm", "facebook", "https://m.facebook.com/profile.php?sk=about&id=100012345"),
        ],
    ),
    "letter": (
        ("letter", "", "Heidestraße 18, 51147 Köln"),
        [
            ("letter", "", "HEIDESTRASSE 18, 51147 KÖLN"),
            ("letter", "", "  Heidestraße  18,  51147 Köln "),
        ],
    ),
}
CASES = [(kind, first, again) for kind, (first, others) in SPELLINGS.items() for again in others]


def named(cast, now, number: str) -> Customer:
    """Nobody knows yet that it is the same person: another number, another row."""
    return create(cast, now, number=number, first_name="Erika", last_name="Mustermann")


def enter(cast, customer, now, way) -> ContactPoint:
    channel, platform, value = way
    return add(cast, customer, now, channel=channel, platform=platform, value=value)


@pytest.mark.parametrize(("kind", "first", "again"), CASES, ids=[f"{kind}: {again[2]}" for kind, _f, again in CASES])
def test_a_suppressed_address_is_caught_again_for_a_new_customer(cast, now, kind, first, again):
    before = named(cast, now, "A-1")
    enter(cast, before, now, first)
    object_(cast, before, now, scope="full_block")
    assert objection_against(enter(cast, named(cast, now, "A-2"), now, again)) == "full_block"


OTHERS = [
    (("email", "", "erika@müller.example"), ("email", "", "erika@mueller.example")),
    (("email", "", "erika@kundin.example"), ("email", "", "erika.m@kundin.example")),
    (("phone", "", "0171 2345678"), ("phone", "", "0171 2345679")),
    (("phone", "", "0171 2345678"), ("phone", "", "+43 171 2345678")),
    (("social_dm", "instagram", "erika"), ("social_dm", "tiktok", "erika")),
    (("social_dm", "instagram", "erika"), ("social_dm", "instagram", "erika_")),
    (
        ("social_dm", "facebook", "https://www.facebook.com/profile.php?id=1"),
        ("social_dm", "facebook", "https://www.facebook.com/profile.php?id=2"),
    ),
]


@pytest.mark.parametrize(("first", "other"), OTHERS, ids=str)
def test_a_neighbouring_address_is_not_caught(cast, now, first, other):
    before = named(cast, now, "A-1")
    enter(cast, before, now, first)
    object_(cast, before, now, scope="full_block")
    assert objection_against(enter(cast, named(cast, now, "A-2"), now, other)) == "none"


def test_a_letter_to_somebody_else_in_the_same_house_is_not_caught(cast, now):
    house = ("letter", "", "Heidestraße 18, 51147 Köln")
    before = named(cast, now, "A-1")
    enter(cast, before, now, house)
    object_(cast, before, now, scope="full_block")
    neighbour = create(cast, now, number="A-2", first_name="Otto", last_name="Nachbar")
    assert objection_against(enter(cast, neighbour, now, house)) == "none"


def test_an_objection_to_advertising_alone_is_carried_over_as_that(cast, now):
    before = named(cast, now, "A-1")
    enter(cast, before, now, ("email", "", "erika@kundin.example"))
    object_(cast, before, now, scope="marketing_objection")
    again = enter(cast, named(cast, now, "A-2"), now, ("email", "", "ERIKA@kundin.example"))
    assert objection_against(again) == "marketing_objection"


def test_a_question_about_a_suppressed_address_of_a_new_customer_is_refused(cast, accounts, now):
    before = named(cast, now, "A-1")
    enter(cast, before, now, ("email", "", "erika@kundin.example"))
    object_(cast, before, now, scope="full_block")
    later = named(cast, now, "A-2")
    enter(cast, later, now, ("email", "", "Erika@Kundin.Example"))
    with time_machine.travel(now, tick=False):
        assert ask(cast.anna, later, "email", accounts.email, at=now).outcome == "forbidden"


def test_an_address_outlives_the_spelling_it_was_typed_in(customer, now):
    """What is shown is what was typed; what is compared is one spelling."""
    typed = point(customer, "phone", "0171 / 23 45 678", now=now)
    assert (typed.value, typed.normalised) == ("0171 / 23 45 678", "+491712345678")
    assert normalise_address("phone", "", typed.normalised) == typed.normalised
