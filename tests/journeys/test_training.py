"""An accountant does the course on a phone with the keyboard only, loses the connection at question 5, resumes,
passes, gets the document, and may now do what was refused for want of training."""

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from consent.services import give_consent
from contacts.requests.models import Permit
from tests.cast import make_customer, person, point, wording
from tests.journeys.keyboard import choose, pick, press, reach, tick
from training.models import Answer, Attempt, Certificate
from training.presenting.masks import Masks
from training.questions import Case, Matching, Multiple, Ordering, Single, TrueFalse, from_json, right_answer
from training.services.loading import CONTENT, load_courses

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True}


@pytest.fixture
def accountant(company, tmp_path):
    """Olga, never trained; Erika, who agreed to service over WhatsApp; the shipped basic course alone."""
    cast, _accounts = company
    now = timezone.now()
    (tmp_path / "basic").symlink_to(CONTENT / "basic")
    load_courses(at=now, folder=tmp_path)
    erika = make_customer(now)
    point(erika, "messenger", "0171 5550001", now=now, platform="whatsapp")
    give_consent(
        cast.clara,
        customer=erika,
        purpose="service",
        channel="messenger",
        platform="whatsapp",
        how="paper",
        text=wording("service", "messenger", "whatsapp"),
        evidence="Formular 3",
        given_at=now,
        at=now,
    )
    return person("olga", "employee", department=cast.anna.department, manager=cast.mona)


def test_from_the_refusal_over_the_course_to_the_permit(accountant, visit):
    olga = visit("olga", **PHONE)
    refused(olga)
    read_the_lessons(olga)
    answer_until_the_connection_is_lost(olga, accountant)
    resume_and_submit(olga, accountant)
    take_the_document(olga, accountant)
    now_granted(olga)
    olga.faults = [fault for fault in olga.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def answer(page: Page, body: dict, seed: int) -> None:
    """The right answer, as a hand on the keyboard gives it."""
    question = from_json(body)
    right, value = right_answer(question), Masks(question, seed).hide
    match question:
        case Single():
            choose(page, "chosen", value(right["chosen"]))
        case TrueFalse():
            choose(page, "chosen", str(right["chosen"]).lower())
        case Multiple():
            tick(page, "chosen", [value(key) for key in right["chosen"]])
        case Matching():
            for number, key in enumerate(right["pairs"].values(), start=1):
                pick(page, f"pair-{number}", value(key))
        case Ordering():
            for number, key in enumerate(right["order"], start=1):
                pick(page, f"place-{number}", value(key))
        case Case():
            choose(page, "outcome", right["outcome"])
            tick(page, "why", [value(key) for key in right["why"]])
        case _:
            field = page.locator("form.quiz input.form-control")
            reach(field)
            page.keyboard.type(str(right.get("value", right.get("text"))))


def fits_the_screen(page: Page) -> None:
    """No sideways scrolling, on a phone of 375 pixels nor on the narrowest, of 320 (WCAG 1.4.10)."""
    for width in (320, 375):
        page.set_viewport_size({"width": width, "height": 667})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def saved(page: Page) -> Locator:
    return page.locator(".save-status")


# --- the story


def refused(olga) -> None:
    page = olga.page
    ask_about_whatsapp(page)
    expect(page.locator(".verdict")).to_contain_text("Not allowed")
    expect(page.locator("main")).to_contain_text("Your training is not valid")
    olga.shot("11-refused-untrained")
    press(page.get_by_role("link", name="To my training"))
    expect(page.get_by_role("heading", level=1)).to_have_text("My training")


def ask_about_whatsapp(page: Page) -> None:
    page.goto("/check/customers/4711/?purpose=service")
    page.get_by_label("WhatsApp").check()
    page.get_by_role("button", name="Get the answer").click()


def read_the_lessons(olga) -> None:
    page = olga.page
    press(page.get_by_role("link", name="Customer contact and data protection").first)
    olga.shot("12-course")
    press(page.get_by_role("link", name="Begin"))
    count = 8
    for number in range(1, count + 1):
        expect(page.locator("main")).to_contain_text(f"{number} of {count}")
        fits_the_screen(page)
        if number == 1:
            olga.shot("13-lesson")
        press(page.locator("main form button"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Quiz")
    expect(page.locator("main")).to_contain_text("80 percent")
    olga.shot("14-rules")
    press(page.get_by_role("button", name="Begin the quiz"))


def answer_until_the_connection_is_lost(olga, accountant) -> None:
    page = olga.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("Question 1 of")
    attempt = Attempt.objects.get(person=accountant)
    for number, body in enumerate(attempt.questions[:4], start=1):
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Question {number} of")
        fits_the_screen(page)
        answer(page, body, attempt.seed)
        expect(saved(page)).to_contain_text("Saved")
        press(page.get_by_role("button", name="Next question"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Question 5 of")
    olga.context.set_offline(True)
    answer(page, attempt.questions[4], attempt.seed)
    expect(saved(page)).to_contain_text("No connection")
    press(page.get_by_role("button", name="Next question"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Question 5 of")
    olga.shot("15-offline")
    assert Answer.objects.filter(attempt=attempt).count() == 4
    olga.context.set_offline(False)
    expect(saved(page)).to_contain_text("Saved", timeout=20_000)
    assert Answer.objects.filter(attempt=attempt).count() == 5


def resume_and_submit(olga, accountant) -> None:
    """The tab is closed; a new one goes on where she left off."""
    attempt = Attempt.objects.get(person=accountant)
    olga.page.goto("about:blank")
    olga.page.goto("/training/courses/basic/quiz/")
    page = olga.page
    press(page.get_by_role("button", name="Go on with the quiz"))
    for number, body in enumerate(attempt.questions[5:], start=6):
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Question {number} of")
        fits_the_screen(page)
        answer(page, body, attempt.seed)
        if number == 6:
            press(page.get_by_label("Look at this question again"), "Space")
            expect(page.locator(".quiz-number[aria-current]")).to_contain_text("⚑")
            olga.shot("16-question")
        press(
            page.get_by_role("button", name="Next question")
            .or_(page.get_by_role("button", name="To the summary"))
            .first
        )
    expect(page.locator("main")).to_contain_text("All questions are answered")
    expect(page.locator("main")).to_contain_text("flagged")
    fits_the_screen(page)
    olga.shot("17-summary")
    press(page.get_by_role("button", name="Submit and see the result"))
    expect(page.locator(".verdict")).to_contain_text("Passed")
    expect(page.get_by_role("heading", level=1)).to_contain_text("100 percent")
    fits_the_screen(page)
    olga.shot("18-passed")
    assert not Answer.objects.filter(attempt=attempt).exists()


def take_the_document(olga, accountant) -> None:
    certificate = Certificate.objects.get(person=accountant)
    with olga.page.expect_download() as download:
        press(olga.page.get_by_role("link", name="Certificate as PDF"))
    assert download.value.suggested_filename == f"{certificate.number}.pdf"
    content = download.value.path().read_bytes()
    assert content.startswith(b"%PDF-") and b"pdfuaid:part" in content


def now_granted(olga) -> None:
    page = olga.page
    ask_about_whatsapp(page)
    expect(page.locator(".verdict")).to_contain_text("Allowed")
    press(page.get_by_role("button", name="Get the permit"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Permit P-")
    olga.shot("19-granted")
    assert Permit.objects.get().holder.first_name == "Olga"
