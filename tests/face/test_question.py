"""What `python -m benchmarks face` times is what people do."""

from benchmarks.face import question
from tests.cast import make_customer
from tests.requests.scenes import as_


def test_the_question_that_is_timed_is_answered(cast, accounts, now, time_machine):
    time_machine.move_to(now)
    make_customer(now)
    browser, path = as_(cast.anna), "/check/customers/4711/"
    answer = browser.post(path, question(browser.get(path).content), follow=True)
    assert answer.status_code == 200 and b"verdict" in answer.content
    assert answer.redirect_chain
