"""One attempt in two tabs, with script: the older page shows the newer answer instead of bringing its own back."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.cast import person
from tests.training import courses
from training.models import Answer
from training.presenting.masks import Masks
from training.questions import from_json
from training.services import quiz

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def question(key):
    options = [{"key": one, "text": courses.text(f"Option {one}"), "right": one == "b"} for one in "abc"]
    asked = courses.question(key, kind="single", options=options)
    asked.pop("right", None)
    return asked


@pytest.fixture
def attempt(company):
    cast, _accounts = company
    bank = [question("q1"), question("q2")]
    now = timezone.now()
    version = courses.course(now, slug="tabs", questions=bank, draw={"reason": 2}, refresher_draw={})
    olga = person("olga", "employee", manager=cast.mona)
    return quiz.start(olga, version=version, refresher=False, at=now)


def option(page, attempt, key):
    value = Masks(from_json(attempt.questions[0]), attempt.seed).hide(key)
    return page.locator(f"input[name=chosen][value='{value}']")


def kept(attempt):
    return Answer.objects.get(attempt=attempt, question_key=attempt.questions[0]["key"])


def two_tabs(attempt, visit):
    """The first shows option a, which was saved; the second has changed it to b and flagged it."""
    first = visit("olga").page
    first.goto(f"/training/attempts/{attempt.pk}/1/")
    option(first, attempt, "a").check()
    expect(first.locator(".save-status")).to_contain_text("Saved")
    first.reload()
    second = first.context.new_page()
    second.goto(f"/training/attempts/{attempt.pk}/1/")
    with second.expect_response("**/save/"):
        option(second, attempt, "b").check()
    with second.expect_response("**/save/"):
        second.get_by_label("Look at this question again").check()
    return first


def test_going_on_from_the_older_page_keeps_the_newer_answer(attempt, visit):
    first = two_tabs(attempt, visit)
    first.get_by_role("button", name="Next question").click()
    expect(first.locator(".save-status")).to_contain_text("changed in another tab")
    expect(option(first, attempt, "b")).to_be_checked()
    expect(first.get_by_label("Look at this question again")).to_be_checked()
    first.get_by_role("button", name="Next question").click()
    expect(first.get_by_role("heading", level=1)).to_contain_text("Question 2 of")
    assert (kept(attempt).answer, kept(attempt).flagged) == ({"chosen": "b"}, True)


def test_what_is_chosen_on_the_older_page_counts_and_the_flag_stays(attempt, visit):
    first = two_tabs(attempt, visit)
    option(first, attempt, "c").check()
    expect(first.get_by_label("Look at this question again")).to_be_checked()
    first.get_by_role("button", name="Next question").click()
    expect(first.get_by_role("heading", level=1)).to_contain_text("Question 2 of")
    assert (kept(attempt).answer, kept(attempt).flagged) == ({"chosen": "c"}, True)


def test_an_answer_taken_back_after_a_lost_confirmation_is_taken_back(attempt, visit):
    """The server saved b, its confirmation was lost, and the learner goes back to a: a counts."""
    page = visit("olga")
    tab = page.page
    tab.goto(f"/training/attempts/{attempt.pk}/1/")
    option(tab, attempt, "a").check()
    expect(tab.locator(".save-status")).to_contain_text("Saved")
    tab.route("**/save/", lambda route: (route.fetch(), route.abort()))
    option(tab, attempt, "b").check()
    expect(tab.locator(".save-status")).to_contain_text("No connection")
    assert kept(attempt).answer == {"chosen": "b"}
    tab.unroute("**/save/")
    option(tab, attempt, "a").check()
    tab.get_by_role("button", name="Next question").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Question 2 of")
    assert kept(attempt).answer == {"chosen": "a"}
    page.faults = [fault for fault in page.faults if "ERR_FAILED" not in fault]
