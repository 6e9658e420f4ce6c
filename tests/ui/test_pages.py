"""Every main page as its people see it, in a real browser: both languages, both themes, a phone and a desk."""

import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from consent.services import give_consent
from contacts.customers.importing.run import receive
from contacts.customers.importing.working import run_waiting
from contacts.customers.services import record_objection
from contacts.requests.services import permits, reviewing, submitting
from portal.people.models import User
from tests.cast import make_customer, point, wording
from tests.journeys.conftest import Visitor
from tests.requests.scenes import ask, permit_for, reminder_by_sms, report_by_mail

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente"
WIDTHS = (1280, 320)
LIST = f"Kundennummer;Nachname;Herkunft;E-Mail\n900001;{LONG};Kunde;x\n900002;Muster;;\n".encode("cp1252")
# What a page must fulfil, asked in the browser; each answer that is not empty is a fault.
FAULTS = """(language) => {
    const root = document.documentElement;
    const told = [];
    if (root.scrollWidth > root.clientWidth) {
        const wide = [...document.querySelectorAll("body *")].filter(
            (one) => one.getBoundingClientRect().right > root.clientWidth + 1
        );
        told.push(`wider by ${root.scrollWidth - root.clientWidth}: ${wide.at(-1)?.outerHTML.slice(0, 120)}`);
    }
    if (root.lang !== language) told.push(`speaks ${root.lang}`);
    const heads = document.querySelectorAll("h1").length;
    if (heads !== 1) told.push(`${heads} h1`);
    for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        const named = field.labels.length || field.ariaLabel || field.getAttribute("aria-labelledby");
        if (!named) told.push(`no label: ${field.name}`);
    }
    for (const button of document.querySelectorAll("button, a[href]"))
        if (!button.textContent.trim()) told.push(`no words: ${button.outerHTML}`);
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) told.push(`twice: #${id}`);
    return told;
}"""


@pytest.fixture
def pages(company) -> dict[str, list[str]]:
    """Addresses by visitor; the things on them are as long as things get."""
    cast, accounts = company
    now = timezone.now()
    erika = make_customer(now, last_name=LONG, company="")
    point(erika, "email", f"{LONG.lower()}@{LONG.lower()}.example".replace("ä", "ae"), now=now, label=LONG)
    text = f"Sehr geehrte Frau {LONG},\n\n{'x' * 300}\n\nhttps://firma.example/{'pfad-' * 40}"
    other = make_customer(now, number="4712")
    consent = give_consent(
        cast.clara,
        customer=erika,
        purpose="marketing",
        channel="email",
        how="paper",
        text=wording("marketing", "email"),
        evidence=f"Formular {LONG * 3}",
        given_at=now - timedelta(days=9),
        at=now,
    )
    draft = ask(cast.anna, erika, "social_dm", None, at=now, purpose="debt_collection", draft_text=text)
    waiting = submitting.submit(cast.anna, request=reminder_by_sms(cast, erika, accounts, now), at=now)
    sensitive = submitting.submit(cast.anna, request=report_by_mail(cast, other, accounts, now), at=now)
    reviewing.review(cast.mona, request=sensitive, verdict="approved", reason="", at=now)
    used = permit_for(ask(cast.anna, erika, "letter", accounts.letter, at=now, draft_text=text), cast, now)
    use = permits.redeem(cast.anna, permit=used, at=now).use
    fresh = permit_for(ask(cast.anna, other, "letter", accounts.letter, at=now), cast, now)
    record_objection(
        cast.clara, customer=erika, scope="marketing_objection", channel="phone", how="spoken", note=LONG * 4, at=now
    )
    imported = receive(cast.clara, SimpleUploadedFile(f"{LONG}.csv", LIST), kind="customers", default_source="", at=now)
    run_waiting(at=now)
    return {
        "nobody": ["/login/", "/password/reset/"],
        "anna": [
            "/",
            "/check/",
            "/check/?q=erika",
            "/check/?q=niemand",
            "/check/customers/4711/",
            f"/check/{draft.number}/",
            f"/check/{draft.number}/edit/",
            "/customers/",
            "/customers/4711/",
            "/customers/4711/addresses/new/",
            "/customers/4711/stop/",
            "/customers/4711/inbound/",
            f"/customers/4711/consents/{consent.pk}/",
            f"/customers/4711/consents/{consent.pk}/withdraw/",
            "/requests/",
            f"/requests/{waiting.number}/",
            "/permits/",
            f"/permits/{fresh.number}/",
            f"/permits/{used.number}/uses/{use.use_number}/",
            "/training/",
            "/rules/",
            "/accounts/",
            "/password/change/",
        ],
        "mona": ["/", "/inbox/", f"/inbox/{waiting.number}/", "/team/", f"/permits/{fresh.number}/revoke/"],
        "dora": [
            "/",
            "/inbox/",
            f"/inbox/{sensitive.number}/",
            "/audit/",
            "/evidence/?number=4711",
            f"/customers/4711/on/?day={now:%Y-%m-%d}",
            f"/requests/{waiting.number}/decisions/",
            "/accounts/",
            "/training/certificates/",
            "/training/certificates/new/",
        ],
        "clara": [
            "/customers/4711/",
            "/customers/new/",
            "/customers/4711/edit/",
            "/customers/4711/consents/new/",
            "/imports/",
            f"/imports/{imported.pk}/",
        ],
        "adam": ["/people/", "/people/new/", "/people/departments/", "/accounts/new/"],
    }


#: Of every page in every look, tests/face tells; here things are as long as they get, in two looks or all four.
LOOKS = [("de", "light"), ("en", "dark"), ("de", "dark"), ("en", "light")]


@pytest.mark.parametrize(("language", "theme"), LOOKS[: 4 if os.environ.get("KONTAKTKLAR_LONG") == "1" else 2])
def test_every_page_fits_speaks_the_language_and_breaks_no_rule(pages, in_browser, live_server, language, theme):
    User.objects.update(language=language, theme=theme)
    cookies = {name: {"theme": theme} | session_of(name) for name in pages}
    faults = in_browser(walk, live_server.url, pages, cookies, language, theme)
    assert not faults, "\n".join(faults)


def session_of(name: str) -> dict[str, str]:
    """The cookies of somebody who has signed in; that this works in the browser is shown by the journeys."""
    client = Client()
    if name != "nobody":
        client.force_login(User.objects.get(email=f"{name}@firma.example"))
    return {cookie: morsel.value for cookie, morsel in client.cookies.items()}


def walk(browser, base: str, pages, cookies, language: str, theme: str) -> list[str]:
    """Every fault of every page, with who saw it where."""
    faults: list[str] = []
    for name, paths in pages.items():
        visitor = Visitor(browser, base, name, locale=language)
        visitor.context.add_cookies(
            [{"name": key, "value": value, "url": base} for key, value in cookies[name].items()]
        )
        for path in paths:
            faults += [f"{name} {fault}" for fault in look(visitor, path, language, theme)]
        visitor.context.close()
    return faults


def look(visitor: Visitor, path: str, language: str, theme: str) -> list[str]:
    """The faults of one page: what the browser complains about, then what it answers at each width."""
    page, faults = visitor.page, []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if width == WIDTHS[0]:
            page.goto(path)
        faults += [f"{width} {path}: {fault}" for fault in page.evaluate(FAULTS, language)]
    if page.evaluate("document.documentElement.dataset.bsTheme") != theme:
        faults.append(f"{path}: is not {theme}")
    faults += [f"{path}: {fault}" for fault in visitor.faults]
    visitor.faults.clear()
    return faults
