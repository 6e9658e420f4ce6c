"""Stop in two clicks for everybody who works with customers; the unsubscribe link that an advertising mail carries."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from consent import services
from consent.models import Consent, PreferenceLink
from consent.services.handing import make_unsubscribe_link
from consent.services.stopping import stop_contact
from contacts.customers.models import Objection, SuppressionEntry
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, wording
from tests.requests.scenes import advertising_permit, permit_for, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def give(cast, customer, now):
    def give(purpose, channel, platform=""):
        text = wording(purpose, channel, platform)
        values = {"purpose": purpose, "channel": channel, "platform": platform, "how": "paper", "evidence": "7"}
        return services.give_consent(cast.clara, customer=customer, given_at=now, at=now, text=text, **values)

    return give


def form(**changes):
    return {"what": "marketing_objection", "channel": "", "how": "spoken", "note": ""} | changes


def withdrawn():
    found = Consent.objects.filter(withdrawn_at__isnull=False)
    return sorted(found.values_list("purpose", "channel"))


@pytest.mark.parametrize("name", ["anna", "mona", "clara", "dora"])
def test_everybody_who_works_with_customers_stops_contact_in_two_clicks(client, cast, customer, give, name):
    give("marketing", "email")
    client.force_login(getattr(cast, name))
    url = reverse("consent_stop", args=[customer.number])
    assert url in client.get(reverse("customer", args=[customer.number])).content.decode()
    second = client.get(url).content.decode()
    assert "checked" in second and "btn-stop" in second and not Objection.objects.exists()
    page = client.post(url, form(), follow=True).content.decode()
    assert "The objection counts from now on" in page and "1 consent is withdrawn." in page
    assert Objection.objects.get().recorded_by == getattr(cast, name)
    assert withdrawn() == [("marketing", "email")]


@pytest.mark.parametrize(
    ("what", "channel", "ended"),
    [
        ("marketing_objection", "", [("marketing", "email"), ("marketing", "phone"), ("winback", "phone")]),
        ("marketing_objection", "phone", [("marketing", "phone"), ("winback", "phone")]),
        ("full_block", "phone", [("marketing", "phone"), ("service", "phone"), ("winback", "phone")]),
        (
            "full_block",
            "",
            [("marketing", "email"), ("marketing", "phone"), ("service", "phone"), ("winback", "phone")],
        ),
    ],
)
def test_the_stop_ends_exactly_what_it_covers(client, cast, customer, give, now, what, channel, ended):
    for purpose, way in (("marketing", "email"), ("marketing", "phone"), ("winback", "phone"), ("service", "phone")):
        give(purpose, way)
    client.force_login(cast.anna)
    client.post(reverse("consent_stop", args=[customer.number]), form(what=what, channel=channel, note="am Telefon"))
    assert withdrawn() == ended
    said = Objection.objects.get()
    assert (said.scope, said.channel, said.note) == (what, channel, "am Telefon")
    entries = AuditEntry.objects.filter(verb__in=["consent.withdrawn", "objection.recorded"], actor=cast.anna)
    assert entries.count() == len(ended) + 1
    assert SuppressionEntry.objects.filter(scope=what).exists()
    assert OutboxMessage.objects.filter(topic="customer.grounds_changed").exists()
    assert list(services.differences(at=now)) == []


def test_one_consent_alone_can_be_withdrawn_from_the_same_page(client, cast, customer, give):
    mine, _other = give("marketing", "email"), give("service", "phone")
    client.force_login(cast.anna)
    url = reverse("consent_stop", args=[customer.number])
    assert "Withdraw one consent: Advertising / E-mail" in client.get(url).content.decode()
    wrong = client.post(url, form(what=f"consent-{mine.pk}", channel="phone")).content.decode()
    assert "This consent is about another channel" in wrong and withdrawn() == []
    client.post(url, form(what=f"consent-{mine.pk}"))
    assert withdrawn() == [("marketing", "email")] and not Objection.objects.exists()


def test_consents_of_others_and_ended_ones_cannot_be_chosen(client, cast, customer, give, now):
    mine = give("marketing", "email")
    services.withdraw_consent(cast.anna, consent=mine, how="spoken", at=now)
    other = make_customer(now, "9999")
    theirs = services.give_consent(
        cast.clara, customer=other, purpose="service", channel="email", how="paper", evidence="7", given_at=now, at=now
    )
    client.force_login(cast.anna)
    for consent in (mine, theirs):
        page = client.post(
            reverse("consent_stop", args=[customer.number]), form(what=f"consent-{consent.pk}")
        ).content.decode()
        assert "Select a valid choice" in page
    theirs.refresh_from_db()
    assert theirs.withdrawn_at is None


def test_a_permit_is_dead_with_the_stop(client, cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now)
    client.force_login(permit.holder)
    assert "Make contact now" in client.get(reverse("permit", args=[permit.number])).content.decode()
    client.post(reverse("consent_stop", args=[customer.number]), form())
    assert "Make contact now" not in client.get(reverse("permit", args=[permit.number])).content.decode()


def test_a_later_consent_lifts_the_stop_for_what_it_says(cast, customer, give, now):
    from consent.selectors import consents_of

    give("marketing", "email")
    stop_contact(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    later = now + timedelta(hours=1)
    text = wording("marketing", "email")
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "8", "text": text}
    services.give_consent(cast.clara, customer=customer, given_at=later, at=later, **values)
    answer = consents_of(customer.pk, at=later, zone=Consent.objects.get().zone(), thresholds=services.DEFAULT)
    assert answer["marketing", "email", ""].lifts(now)


@pytest.mark.parametrize("name", ["tom", "rita", "adam"])
def test_who_does_not_talk_to_customers_stops_nothing(cast, customer, now, name):
    with pytest.raises(PermissionDenied):
        stop_contact(getattr(cast, name), customer=customer, scope="full_block", how="spoken", at=now)


# --- the unsubscribe link


def test_an_advertising_permit_by_mail_leads_to_the_two_headers(client, cast, customer, accounts, now, settings):
    permit = advertising_permit(cast, customer, accounts, now)
    client.force_login(permit.holder)
    point = permit.contact_point
    url = reverse("unsubscribe_headers", args=[customer.number, "marketing", point.pk])
    assert url in client.get(reverse("permit", args=[permit.number])).content.decode()
    assert "List-Unsubscribe" not in client.get(url).content.decode()
    assert not PreferenceLink.objects.exists(), "looking makes no link"
    page = client.post(url, follow=True).content.decode()
    link = PreferenceLink.objects.get()
    from consent.services.links import token_of_link

    address = f"{settings.SITE_URL}{reverse('unsubscribe', args=[token_of_link(link)])}"
    assert f"List-Unsubscribe: &lt;{address}&gt;" in page
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in page
    assert AuditEntry.objects.get(verb="unsubscribe_link.made").actor == permit.holder


def test_the_link_that_was_handed_out_unsubscribes(client, cast, customer, give, now):
    from consent.services.links import token_of_link

    give("marketing", "email")
    point = customer.contact_points.get(channel="email")
    link = make_unsubscribe_link(cast.anna, point=point, purpose="marketing", at=now)
    answer = client.post(reverse("unsubscribe", args=[token_of_link(link)]), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and withdrawn() == [("marketing", "email")]


def test_a_service_mail_has_no_such_link(client, cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    client.force_login(cast.anna)
    assert "Unsubscribe link" not in client.get(reverse("permit", args=[permit.number])).content.decode()


def test_only_mail_addresses_and_advertising_have_such_a_page(client, cast, customer, now):
    client.force_login(cast.anna)
    email, phone = customer.contact_points.get(channel="email"), customer.contact_points.get(channel="phone")
    theirs = make_customer(now, "9999").contact_points.get(channel="email")
    for purpose, pk in (("service", email.pk), ("x", email.pk), ("marketing", phone.pk), ("marketing", theirs.pk)):
        assert client.post(reverse("unsubscribe_headers", args=[customer.number, purpose, pk])).status_code == 404
    email.retired_at = timezone.now()
    email.save(update_fields=["retired_at"])
    assert client.get(reverse("unsubscribe_headers", args=[customer.number, "marketing", email.pk])).status_code == 404


def test_a_link_of_another_address_is_not_shown(client, cast, customer, now):
    mine = customer.contact_points.get(channel="email")
    theirs = make_customer(now, "9999").contact_points.get(channel="email")
    link = make_unsubscribe_link(cast.anna, point=theirs, purpose="marketing", at=now)
    client.force_login(cast.anna)
    url = reverse("unsubscribe_headers", args=[customer.number, "marketing", mine.pk])
    for key in (link.pk, "x", "9" * 30):
        assert "List-Unsubscribe" not in client.get(url, {"link": key}).content.decode()
