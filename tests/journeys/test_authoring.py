"""An author writes a new version without script: lesson, case, check, publish; every page in a narrow window."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from training.models import CourseVersion
from training.services.loading import CONTENT, load_courses

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NARROW = {"viewport": {"width": 320, "height": 800}, "java_script_enabled": False}


@pytest.fixture
def author(company, tmp_path, visit):
    (tmp_path / "messenger").symlink_to(CONTENT / "messenger")
    load_courses(at=timezone.now(), folder=tmp_path)
    return visit("tom", **NARROW)


def fits(page: Page) -> None:
    """No sideways scrolling."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url


def test_from_the_draft_to_the_publication(author):
    page = author.page
    slug = CourseVersion.objects.get().course.slug
    page.goto(f"/author/courses/{slug}/")
    page.get_by_role("button", name="New draft").click()
    page.goto(f"/author/courses/{slug}/2/")
    fits(page)
    page.get_by_role("button", name="Down").first.click()
    page.get_by_role("link", name="New lesson").click()
    page.get_by_label("Title (German)").fill("Zum Schluss")
    page.get_by_label("Text (German)").fill("Ein *Satz*.")
    fits(page)
    page.get_by_role("button", name="Save the lesson").click()
    expect(page.get_by_text("English is missing")).to_have_count(1)
    page.get_by_role("link", name="Check and publish").click()
    expect(page.get_by_role("alert")).to_contain_text("lacks title.en, body.en")
    fits(page)
    page.goto(f"/author/courses/{slug}/2/lessons/zum-schluss/")
    page.get_by_label("Title (English)").fill("At the end")
    page.get_by_label("Text (English)").fill("One *sentence*.")
    page.get_by_role("button", name="Save the lesson").click()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_text("One sentence.")).to_be_visible()
    page.goto(f"/author/courses/{slug}/2/new-question/case/")
    fits(page)
    page.get_by_label("Question (German)").fill("Darf das sein?")
    page.get_by_label("Question (English)").fill("May this be?")
    page.get_by_label("Explanation (German)").fill("Nein.")
    page.get_by_label("Explanation (English)").fill("No.")
    page.get_by_label("Category").fill("cases")
    page.get_by_label("Reason for the contact").select_option('"private"')
    page.locator("#fact-channel").select_option('"messenger"')
    page.get_by_label("Platform", exact=True).select_option('"whatsapp"')
    page.get_by_role("button", name="Ask the rules again").click()
    expect(page.get_by_role("status")).to_contain_text("Not allowed")
    author.shot("20-case")
    page.locator("#why-1").select_option("CON-01")
    page.locator("#why-2").select_option("TEL-01")
    page.get_by_role("button", name="Save the question").last.click()
    expect(page.get_by_text("The question is saved.")).to_be_visible()
    for path in ("2/questions/", "2/settings/", "2/import/", "1/statistics/", "1/"):
        page.goto(f"/author/courses/{slug}/{path}")
        fits(page)
    for path in ("courses/", "assignments/", "pictures/", "more-time/"):
        page.goto(f"/author/{path}")
        fits(page)
    page.goto(f"/author/courses/{slug}/2/publish/")
    expect(page.get_by_text("Everything is there in both languages")).to_be_visible()
    page.get_by_label("No. Certificates of earlier versions").check()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("Published", exact=True)).to_be_visible()
    assert CourseVersion.objects.get(number=2).state == "published"
    author.shot("21-version")
