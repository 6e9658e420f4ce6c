"""What is printed looks meant: a heading with the moment and the address, the reference, and nothing to press."""

import io

import pypdf
import pytest

from contacts.requests.services import submitting
from portal.people.models import User
from tests.requests.scenes import ask, permit_for, reminder_by_sms, service_by_mail
from tests.rights.scenes import entered
from tests.ui import stills

pytestmark = [pytest.mark.django_db, pytest.mark.journey]
PRESSED = """() => [...document.querySelectorAll(
    "nav, .topbar, .foot, .btn, button, input:not([type=hidden]), select, textarea, .page-help, .first-visit, .why")]
    .filter((one) => one.getClientRects().length).map((one) => one.outerHTML.slice(0, 120))"""
LINKS = """() => [...document.querySelectorAll('main a[href^="http"]')]
    .map((one) => getComputedStyle(one, "::after").content)"""
PALE = """() => getComputedStyle(document.body).backgroundColor"""


@pytest.fixture
def sheets(cast, customer, accounts, now, settings):
    """Who prints what: the page, and what must stand on the paper."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.DPO_CONTACT = "Dora Beispiel, Tel. 4711"
    User.objects.update(theme="dark")
    draft = service_by_mail(cast, customer, accounts, now)
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    spoken = ask(cast.anna, customer, "email", accounts.email, at=now, draft_text="Ihr Termin ist am Montag.")
    permit = permit_for(spoken, cast, now)
    asks = entered(cast, customer, now)
    return {
        f"/check/{draft.number}/": (cast.anna, draft.customer.number),
        f"/requests/{asked.number}/": (cast.anna, asked.number),
        f"/permits/{permit.number}/": (cast.anna, spoken.draft_text),
        "/author/rates/": (cast.dora, "%"),
        "/audit/": (cast.dora, "Audit trail"),
        f"/rights/{asks.number}/": (cast.dora, asks.number),
        "/help/glossary/": (cast.anna, "Permit"),
    }


def print_all(browser, pictures):
    """What stands on the paper and what must not, by address."""
    page, found = stills.open_page(browser, pictures), {}
    for path in pictures:
        page.goto(path)
        page.emulate_media(media="print")
        seen = {name: page.evaluate(asked) for name, asked in (("pressed", PRESSED), ("links", LINKS), ("pale", PALE))}
        seen["pdf"] = page.pdf(prefer_css_page_size=True, print_background=True)
        seen["wide"] = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found[path] = seen
        page.emulate_media(media="screen")
    page.context.close()
    return found


def test_printed_pages_have_head_and_reference_and_nothing_to_press(sheets, in_browser):
    pictures: stills.Stills = {}
    for path, (user, _reference) in sheets.items():
        user.refresh_from_db()
        pictures |= stills.render(user, [path])
    faults = []
    for path, seen in in_browser(print_all, pictures).items():
        paper = pypdf.PdfReader(io.BytesIO(seen["pdf"]))
        text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
        faults += [f"{path}: can be pressed: {one}" for one in seen["pressed"]]
        faults += [f"{path}: {word!r} is not on the paper" for word in _wanted(path, sheets) if word not in text]
        faults += [f"{path}: a link does not say where it leads" for shown in seen["links"] if "http" not in shown]
        faults += [f"{path}: dark paper {seen['pale']}"] if seen["pale"] != "rgb(255, 255, 255)" else []
        width, height = (round(float(side) / 72 * 25.4) for side in paper.pages[0].mediabox[2:])
        faults += [f"{path}: {width} x {height} mm"] if (width, height) != (210, 297) else []
    assert not faults, "\n".join(faults)


def _wanted(path, sheets):
    return ("Kontaktklar", f"testserver{path}", "as of ", "1 / ", sheets[path][1])
