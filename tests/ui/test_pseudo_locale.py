"""Every text 40 % longer: nothing may run over the edge of a phone or a desk."""

import os

import pytest

from contacts.requests.services import permits, reviewing, submitting
from portal.people.models import User
from portal.pseudo import GROWTH, longer
from tests.requests.scenes import permit_for, reminder_by_sms, report_by_mail, service_by_mail
from tests.ui import pseudo, stills

WIDTHS = (320, 1280)
OVERFLOWS = """() => {
    const room = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > room)
        for (const one of document.querySelectorAll("body *"))
            if (one.getBoundingClientRect().right > room + 1 && !one.closest("[role=region], .trap, .visually-hidden"))
                found.push(one.outerHTML.slice(0, 160));
    // A word that is cut off inside its button or badge makes no page wider.
    for (const one of document.querySelectorAll(".btn, .badge-word, .tool, .tabs a, h1, h2"))
        if (one.clientWidth && one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).display !== "inline")
            found.push(`cut off: ${one.outerHTML.slice(0, 160)}`);
    return found.slice(-3);
}"""


@pytest.mark.parametrize(
    ("text", "grown"),
    [
        ("Send", "⟦Señdéñ⟧"),
        ("%(count)s requests", "⟦%(count)s réqúéštšéqúé⟧"),
        ("A [permit](#permit) ends", "⟦A [péřmítéřm](#permit) éñdšñd⟧".replace("ř", "r")),
        ("<b>Stop</b>\n", "⟦<b>Štópto</b>⟧\n"),
        ("", ""),
    ],
)
def test_what_the_pseudo_locale_does_to_a_text(text, grown):
    plain = longer(text)
    assert plain.count("⟦") == plain.count("⟧") == (1 if text else 0)
    for kept in ("%(count)s", "](#permit)", "<b>", "</b>"):
        assert (kept in text) == (kept in plain)
    assert text.endswith("\n") == plain.endswith("\n")


def test_words_grow_by_two_fifths():
    assert GROWTH == 0.4
    for word in ("Send", "Approval", "Datenschutz", "ok"):
        assert len(longer(word)) - 2 >= len(word) * 1.4


@pytest.fixture
def most_used(cast, customer, accounts, now) -> dict[User, list[str]]:
    draft = service_by_mail(cast, customer, accounts, now)
    waiting = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    return {
        cast.anna: [
            *("/", "/check/customers/4711/", f"/check/{draft.number}/", "/customers/", "/customers/4711/"),
            *("/requests/", f"/requests/{waiting.number}/", f"/permits/{permit.number}/", "/training/", "/help/"),
        ],
        cast.mona: ["/inbox/"],
    }


@pytest.fixture
def long_words(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    pseudo.speak(settings, tmp_path / "locale")


def look(browser, pictures: stills.Stills) -> list[str]:
    page, faults = stills.open_page(browser, pictures), []
    for path in pictures:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if width == WIDTHS[0]:
                page.goto(path)
            faults += [f"{width} {path}: {fault}" for fault in page.evaluate(OVERFLOWS)]
    page.context.close()
    return faults


@pytest.mark.django_db
@pytest.mark.journey
def test_the_most_used_pages_hold_texts_that_are_two_fifths_longer(long_words, most_used, in_browser):
    User.objects.update(language="de")
    pictures: stills.Stills = {}
    for user, paths in most_used.items():
        user.refresh_from_db()
        pictures |= stills.render(user, paths)
    assert all("⟦" in html for html in pictures.values())
    faults = in_browser(look, pictures)
    assert not faults, "\n".join(faults)


@pytest.mark.django_db
@pytest.mark.journey
@pytest.mark.skipif(not os.environ.get("KONTAKTKLAR_LONG"), reason="all pages take minutes: KONTAKTKLAR_LONG=1")
def test_all_pages_hold_texts_that_are_two_fifths_longer(long_words, cast, customer, accounts, now, in_browser):
    from tests.ui.crawling import crawl

    submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    sensitive = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    reviewing.review(cast.mona, request=sensitive, verdict="approved", reason="", at=now)
    permits.redeem(cast.anna, permit=permit_for(service_by_mail(cast, customer, accounts, now), cast, now), at=now)
    User.objects.update(language="de")
    pictures = {visit.path: visit.html for visit in crawl(User.objects.order_by("pk"))}
    assert len(pictures) > 60
    faults = in_browser(look, pictures)
    assert not faults, "\n".join(faults)
