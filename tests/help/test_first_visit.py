"""The first visit: a few steps on the start page, remembered for each person."""

import pytest

from portal.access.roles import Role
from portal.help import visits
from tests.browsing import words
from tests.cast import person

pytestmark = pytest.mark.django_db


def start(client):
    return words(client.get("/"))


def press(client, act):
    return client.post("/help/first-visit/", {"act": act}, follow=True)


def test_somebody_new_is_shown_the_first_step_and_goes_on_to_the_end(client, cast):
    client.force_login(cast.anna)
    last = len(visits.steps_for(cast.anna))
    assert "First visit, step 1 of 4" in start(client)
    for step in range(2, last + 1):
        assert f"First visit, step {step} of {last}" in words(press(client, "next"))
    assert "Finish the first visit" in start(client)
    assert "First visit" not in words(press(client, "next"))
    assert "First visit" not in start(client)


def test_not_now_closes_it_and_the_help_opens_it_again(client, cast):
    client.force_login(cast.anna)
    press(client, "next")
    assert "First visit" not in words(press(client, "later"))
    assert "Show me the first visit" in words(client.get("/help/"))
    assert "First visit, step 1 of" in words(press(client, "again"))


def test_one_can_go_a_step_back_but_not_before_the_first(client, cast):
    client.force_login(cast.anna)
    press(client, "next")
    assert "step 1 of" in words(press(client, "back"))
    assert "step 1 of" in words(press(client, "back"))


def test_everybody_goes_their_own_way(client, cast):
    client.force_login(cast.anna)
    press(client, "next")
    cast.sven.refresh_from_db()
    assert cast.sven.first_visit == 1


def test_what_is_no_act_is_refused_in_a_sentence_and_changes_nothing(client, cast):
    client.force_login(cast.anna)
    assert "This step does not exist." in words(press(client, "everything"))
    cast.anna.refresh_from_db()
    assert cast.anna.first_visit == 1


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_a_few_steps(db, role):
    assert 2 <= len(visits.steps_for(person("somebody", role))) <= 5


def test_managers_see_the_inbox_and_employees_do_not(cast):
    assert "inbox" in {step.page for step in visits.steps_for(cast.mona)}
    assert "inbox" not in {step.page for step in visits.steps_for(cast.anna)}


def test_who_lost_a_role_in_the_middle_is_shown_the_last_step_left(cast):
    cast.mona.first_visit = len(visits.steps_for(cast.mona))
    cast.mona.roles = []
    assert visits.shown(cast.mona) == len(visits.steps_for(cast.mona)) == 2


def test_looking_at_it_asks_the_database_nothing(client, cast, django_assert_num_queries):
    client.force_login(cast.anna)
    with django_assert_num_queries(0):
        visits.steps_for(cast.anna)
        visits.shown(cast.anna)
