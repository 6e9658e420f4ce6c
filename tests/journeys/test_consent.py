"""What customers do, in a browser of a phone's size: sign up and confirm from the real mail, and take it back."""

import email
import email.policy
import re
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from consent import services
from consent.models import Consent, ConsentEvent, OptIn
from consent.services import links
from tests.cast import make_customer, wording
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 320, "height": 640}, "locale": "en-GB", "has_touch": True}


@pytest.fixture
def outside(browser, live_server, settings):
    """`outside()` opens a window of somebody without an account; faults of a page are faults of the test."""
    settings.SITE_URL = live_server.url
    visitors: list[Visitor] = []

    def open_window(**context: object) -> Visitor:
        visitors.append(Visitor(browser, live_server.url, "somebody", **(PHONE | context)))
        return visitors[-1]

    yield open_window
    cache.clear()
    for visitor in visitors:
        visitor.close()


def link_from_mail(folder, to: str) -> str:
    """The path behind the first link in the newest mail to somebody, once the worker has delivered it."""
    for _ in range(60):
        for path in sorted(folder.glob("*.eml")) if folder.exists() else []:
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if mail["To"] == to:
                text = mail.get_body(preferencelist=("plain",)).get_content()
                return re.search(r"https?://[^/\s]+(/\S+)", text).group(1)
        time.sleep(0.5)
    raise AssertionError(f"no mail to {to}")


def fits(page) -> bool:
    """Nothing is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_double_opt_in_from_the_real_mail(company, worker, outside, mail_folder):
    wording("marketing", "email", language="en")
    visitor = outside()
    page = visitor.page
    page.goto("/opt-in/marketing-email/")
    assert fits(page)
    expect(page.get_by_label("I agree to this wording")).not_to_be_checked()
    page.get_by_label("E-mail address").fill("ida@post.example")
    page.get_by_label("I agree to this wording").check()
    visitor.shot("consent-1-sign-up")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")
    path = link_from_mail(mail_folder, "ida@post.example")
    for _ in range(3):
        page.goto(path)
    assert not Consent.objects.exists(), "looking confirms nothing"
    assert fits(page)
    visitor.shot("consent-2-confirm")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmed")
    visitor.shot("consent-3-confirmed")
    consent = Consent.objects.get()
    assert (consent.recorded_state, consent.proof, consent.channel) == ("active", True, "email")


class OtherSite:
    """Somebody's web site with one page, at an origin of its own."""

    def __init__(self, body: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def other_site(live_server):
    frame = f'<iframe src="{live_server.url}/opt-in/marketing-email/?embed=1&amp;lang=en" title="Sign up"></iframe>'
    site = OtherSite(f'<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">{frame}</html>')
    yield site
    site.close()


def test_the_form_works_in_a_frame_of_a_named_site(company, outside, other_site, settings):
    wording("marketing", "email", language="en")
    settings.OPT_IN_FRAME_ANCESTORS = [other_site.address]
    visitor = outside(viewport={"width": 800, "height": 900})
    visitor.page.goto(other_site.address)
    frame = visitor.page.frame_locator("iframe")
    frame.get_by_label("E-mail address").fill("ida@post.example")
    frame.get_by_label("I agree to this wording").check()
    frame.get_by_role("button", name="Sign up").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")
    assert OptIn.objects.get().address == "ida@post.example"


def test_a_site_that_is_not_named_cannot_hold_the_form(company, outside, other_site, settings):
    wording("marketing", "email", language="en")
    settings.OPT_IN_FRAME_ANCESTORS = ["https://www.somebody-else.example"]
    visitor = outside()
    with visitor.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        visitor.page.goto(other_site.address)
    expect(visitor.page.frame_locator("iframe").get_by_label("E-mail address")).to_have_count(0)
    visitor.context.close()  # what the browser says late about the frame is said by then
    assert all("frame-ancestors" in fault or "ERR_BLOCKED_BY_RESPONSE" in fault for fault in visitor.faults)
    visitor.faults.clear()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_withdrawal_on_a_phone_in_two_clicks(company, outside, script):
    now = timezone.now()
    cast, _accounts = company
    customer = make_customer(now, language="en")
    consent = services.give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="email",
        how="paper",
        evidence="Formular 7",
        text=wording("marketing", "email"),
        given_at=now - timedelta(days=30),
        at=now,
    )
    link = links.preference_link(customer=customer, point=customer.contact_points.get(channel="email"), at=now)
    visitor = outside(java_script_enabled=script)
    page = visitor.page
    page.goto(f"/p/{links.token_of_link(link)}/")  # the first click: the link in the mail
    assert page.url.endswith("/p/")
    if script:
        assert fits(page)
    visitor.shot(f"consent-4-own-page{'' if script else '-without-script'}")
    page.get_by_role("button", name="Switch off Advertising, E-mail").click()  # the second
    expect(page.get_by_role("heading", level=1)).to_have_text("Your choices are saved")
    visitor.shot(f"consent-5-done{'' if script else '-without-script'}")
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
    assert ConsentEvent.objects.get(kind="withdrawn").how == "preferences"


def test_stopping_everything_takes_two_clicks_on_the_page(company, outside):
    now = timezone.now()
    customer = make_customer(now, language="en")
    link = links.preference_link(customer=customer, point=customer.contact_points.get(channel="email"), at=now)
    page = outside(java_script_enabled=False).page
    page.goto(f"/p/{links.token_of_link(link)}/")
    stop = page.get_by_role("link", name="Stop all contact").bounding_box()
    other = page.get_by_role("link", name="No advertising").bounding_box()
    assert stop["y"] < other["y"] and stop["height"] >= other["height"] >= 44 and stop["width"] >= other["width"]
    page.get_by_role("link", name="Stop all contact").click()
    page.get_by_role("button", name="Yes, stop all contact").click()
    expect(page.locator("main")).to_contain_text("All contact is stopped.")
    assert customer.objections.get().scope == "full_block"
