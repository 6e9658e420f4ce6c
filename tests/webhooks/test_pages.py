"""The administrators' pages about receivers."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from portal.webhooks import delivering, services
from portal.webhooks.models import Delivery, Endpoint, EventType
from tests.cast import person
from tests.webhooks.conftest import endpoint_at, say

pytestmark = pytest.mark.django_db
NEW = {"name": "crm", "url": "https://crm.example/hooks", "events": ["objection.recorded", "permit.granted"]}


@pytest.fixture
def browser(adam):
    client = Client(headers={"accept-language": "en"})
    client.force_login(adam)
    return client


def words(answer) -> str:
    return answer.content.decode()


def test_a_new_receiver_shows_its_secret_once(browser):
    shown = words(browser.post(reverse("webhooks"), NEW))
    endpoint = Endpoint.objects.get()
    assert shown.count("whsec_") == 1 and "shown only now" in shown
    assert endpoint.events == ["objection.recorded", "permit.granted"]
    secret = shown.partition("<code")[2].partition(">")[2].partition("<")[0]
    for name in ("webhooks", "webhook"):
        page = words(browser.get(reverse(name, args=[] if name == "webhooks" else [endpoint.pk])))
        assert "whsec_" not in page and secret not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"url": "ftp://crm.example/"}, "must begin with https://"),
        ({"url": "https://"}, "must begin with https://"),
        ({"url": "https://anna:geheim@crm.example/"}, "must not hold a user name"),
        ({"url": "https://10.0.0.1/"}, "does not call this address"),
        ({"url": "https://[::1]/"}, "does not call this address"),
        ({"url": "https://crm.example:0/"}, "must begin with https://"),
        ({"url": "https://crm.example:99999/"}, "This is no address."),
        ({"url": "https://crm.example/#x"}, "without a “#” part"),
        ({"url": "https://crm.example/a b"}, "without blanks"),
        ({"url": "https://kündin.example/"}, "plain letters"),
        ({"events": []}, "This field is required."),
        ({"events": ["customer.read"]}, "not one of the available choices"),
        ({"name": "a b"}, "Enter a valid"),
    ],
)
def test_what_cannot_be_a_receiver_is_refused_with_a_sentence(browser, fields, sentence):
    answer = browser.post(reverse("webhooks"), NEW | fields)
    assert answer.status_code == 200 and sentence in words(answer)
    assert not Endpoint.objects.exists()


def test_http_is_refused_where_no_network_is_named(browser, settings):
    settings.WEBHOOK_NETWORKS = []
    assert "must begin with https://" in words(browser.post(reverse("webhooks"), NEW | {"url": "http://crm.example/"}))


def test_a_name_is_given_once(browser):
    browser.post(reverse("webhooks"), NEW)
    answer = browser.post(reverse("webhooks"), NEW | {"name": "CRM"})
    assert "in the trail already" in words(answer)
    assert Endpoint.objects.count() == 1


def test_a_line_break_cannot_come_into_a_request(adam, clock):
    for url in ("https://crm.example/\r\nX: y", "https://crm.example/\n", "https://crm\t.example/"):
        with pytest.raises(ValidationError):
            services.register_endpoint(adam, at=clock, **(NEW | {"url": url}))


def test_rotating_shows_another_secret(browser):
    first = words(browser.post(reverse("webhooks"), NEW))
    endpoint = Endpoint.objects.get()
    second = words(browser.post(reverse("webhook_rotate", args=[endpoint.pk])))
    assert first.partition("whsec_")[2][:40] != second.partition("whsec_")[2][:40]
    assert "signs as well until" in second
    assert "Both secrets sign until" in words(browser.get(reverse("webhook", args=[endpoint.pk])))


def test_the_page_shows_what_was_sent_with_its_tries_and_no_content(browser, adam, receiver, clock):
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda _got: 500
    say(4711, clock)
    delivering.send_due(at=clock)
    page = words(browser.get(reverse("webhook", args=[endpoint.pk])))
    assert "Waits" in page and "C-4711" not in page
    delivery = Delivery.objects.get()
    one = words(browser.get(reverse("webhook_delivery", args=[endpoint.pk, delivery.pk])))
    assert "Not taken" in one and "500" in one and delivery.event.message_id in one and "C-4711" not in one


def test_a_delivery_of_another_receiver_is_not_there(browser, adam, clock):
    one, _secret = endpoint_at(adam, "https://a.example/", clock, name="a")
    two, _secret = endpoint_at(adam, "https://b.example/", clock, name="b", events=["permit.granted"])
    say(7, clock)
    delivering.match(at=clock)
    path = reverse("webhook_delivery", args=[two.pk, one.deliveries.get().pk])
    assert browser.get(path).status_code == 404


def test_off_and_on_and_again(browser, adam, receiver, clock):
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    say(7, clock)
    delivering.send_due(at=clock)
    again = reverse("webhook_again", args=[endpoint.pk, Delivery.objects.get().pk])
    browser.post(reverse("webhook_off", args=[endpoint.pk]))
    assert "not switched on" in words(browser.post(again, follow=True))
    browser.post(reverse("webhook_on", args=[endpoint.pk]))
    assert "under the same number" in words(browser.post(again, follow=True))
    assert "waits to be sent anyway" in words(browser.post(again, follow=True))
    delivering.send_due(at=clock + timedelta(minutes=1))
    assert len({got.id for got in receiver.got}) == 1 and len(receiver.got) == 2


@pytest.mark.parametrize("count", [2, 60])
def test_the_lists_cost_the_same_however_long_they_are(browser, adam, clock, django_assert_num_queries, count):
    endpoint, _secret = endpoint_at(adam, "https://a.example/", clock)
    for number in range(count):
        say(number, clock)
    delivering.match(at=clock)
    browser.get(reverse("webhooks"))
    with django_assert_num_queries(4):
        browser.get(reverse("webhook", args=[endpoint.pk]))


def test_only_administrators_may(db, adam, clock):
    endpoint, _secret = endpoint_at(adam, "https://a.example/", clock)
    say(7, clock, type=EventType.OBJECTION_RECORDED)
    delivering.match(at=clock)
    dora = person("dora", "dpo")
    for act in (
        lambda: services.register_endpoint(dora, at=clock, **NEW),
        lambda: services.rotate_secret(dora, endpoint=endpoint, at=clock),
        lambda: services.switch_off(dora, endpoint=endpoint, at=clock),
        lambda: services.switch_on(dora, endpoint=endpoint, at=clock),
        lambda: services.send_again(dora, delivery=Delivery.objects.get(), at=clock),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Endpoint.objects.visible_to(dora).exists()
