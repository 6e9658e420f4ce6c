"""Without a mouse: an employee asks, a manager decides. And on the device nothing personal stays behind."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from contacts.requests.models import ContactRequest
from contacts.requests.services import submitting
from tests.cast import make_customer
from tests.requests.scenes import reminder_by_sms

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
KEPT = """async () => {
    await navigator.serviceWorker.ready;
    const found = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request);
            found.push([new URL(request.url).pathname, await answer.text()]);
        }
    }
    return found;
}"""


@pytest.fixture
def waiting(company):
    cast, accounts = company
    now = timezone.now()
    asked = reminder_by_sms(cast, make_customer(now), accounts, now)
    return submitting.submit(cast.anna, request=asked, at=now)


def test_an_employee_and_a_manager_work_without_a_mouse(waiting, visit):
    anna, mona = visit("anna"), visit("mona")
    page, keys = anna.page, anna.page.keyboard
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    keys.press("Escape")
    keys.press("g")
    keys.press("m")
    page.wait_for_url("**/check/")
    keys.press("/")
    keys.type("jk?")  # in a field keys are letters
    assert page.evaluate("document.activeElement.value") == "jk?"
    page.evaluate("document.activeElement.blur()")
    keys.press("Control+k")
    keys.type("erika")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Erika Mustermann")
    keys.press("Enter")
    page.wait_for_url("**/customers/4711/")
    keys.press("r")
    page.wait_for_url("**/check/customers/4711/")
    expect(page.locator("h1")).to_be_visible()
    page, keys = mona.page, mona.page.keyboard
    keys.press("g")
    keys.press("i")
    page.wait_for_url("**/inbox/")
    keys.press("j")
    keys.press("a")
    page.wait_for_url("**verdict=approved#decide")
    keys.press("a")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_focused()
    assert ContactRequest.objects.get().state == "with_manager"
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("Undo: end permit")
    assert ContactRequest.objects.get().state == "granted"
    keys.press("u")
    page.wait_for_url("**/revoke/")


def test_nothing_personal_stays_on_the_device_and_the_offline_page_comes_without_a_connection(waiting, visit):
    mona = visit("mona", **PHONE, service_workers="allow")
    page = mona.page
    for address in ("/customers/4711/", "/search/?q=erika", "/inbox/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    kept = page.evaluate(KEPT)
    assert {path for path, _text in kept} == {"/offline/", "/static/css/offline.css", "/static/img/logo.svg"}
    assert not [path for path, text in kept if "Erika" in text or "Mona" in text or "4711" in text]
    swiped(page)
    page.wait_for_url("**verdict=approved#decide")
    mona.context.set_offline(True)
    page.goto("/customers/4711/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    mona.shot("90-offline-on-a-phone")
    mona.context.set_offline(False)
    mona.faults.clear()  # the browser reports what it could not reach


def swiped(page) -> None:
    """A thumb moves over the first entry, to the right."""
    row = page.locator("[data-entry]").first
    row.evaluate(
        """(entry) => {
            const send = (name, x) => entry.dispatchEvent(new PointerEvent(name, {
                pointerId: 7, pointerType: "touch", clientX: x, clientY: 300, bubbles: true,
            }));
            send("pointerdown", 60); send("pointermove", 120); send("pointermove", 190); send("pointerup", 190);
        }"""
    )
