"""Who sees whose figures, that few people are never told of, and that the page costs the same whatever is in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.reports.plots import kinds_for
from contacts.reports.scope import Look, scope_of
from portal.people.models import Department
from tests.requests.scenes import as_

IN_FORCE = ["in-force", "ending", "waiting", "decisions", "outcomes", "objections"]


def keys(user) -> list[str]:
    return [kind.key for kind in kinds_for(scope_of(user))]


def test_officer_and_auditor_see_all_a_manager_the_own_team_and_an_author_the_questions(cast):
    assert keys(cast.dora) == keys(cast.rita) == [*IN_FORCE, "withdrawals", "teams", "questions"]
    assert keys(cast.mona) == [*IN_FORCE, "teams"]
    assert keys(cast.tom) == ["questions"]
    assert keys(cast.anna) == keys(cast.adam) == []


def test_a_manager_counts_the_own_reports_and_nobody_elses(world, cast, now):
    own, others = world.people(6, manager=cast.mona), world.people(7, "q", manager=cast.max)
    for one in [*own, *others]:
        world.asked(one, state="with_manager", waiting_since=now)
    scope = scope_of(cast.mona)
    assert set(scope.people) == {one.pk for one in [*own, cast.anna, cast.sven]} and scope.active == 8
    assert "6 requests wait" in page(cast.mona) and "7 requests wait" in page(cast.max)
    assert "13 requests wait" in page(cast.dora)


def page(who, **chosen) -> str:
    answer = as_(who).get(reverse("reports"), chosen)
    assert answer.status_code == 200
    return answer.content.decode()


def test_of_a_team_of_fewer_than_five_nothing_is_told_not_even_by_the_csv(world, cast, now):
    for one in (cast.anna, cast.sven):
        world.asked(one, state="with_manager", waiting_since=now)
    text = page(cast.mona)
    assert "Your team has fewer than 5 people" in text and '<section class="sheet plot' not in text
    assert as_(cast.mona).get(reverse("report_csv", args=["waiting"])).status_code == 404


def test_people_who_have_left_do_not_make_a_team_large_enough(world, cast):
    world.people(5, manager=cast.max, is_active=False)
    assert not scope_of(cast.max).is_told


def test_csv_of_a_plot_that_one_may_not_see_does_not_exist(cast):
    assert as_(cast.tom).get(reverse("report_csv", args=["withdrawals"])).status_code == 404
    assert as_(cast.dora).get(reverse("report_csv", args=["nonsense"])).status_code == 404


def test_an_empty_house_says_from_when_on_there_is_data(cast):
    text = page(cast.dora)
    assert "No data yet" in text and "Data from the first decision on" in text
    assert 'id="ending-heading"' not in text and 'id="teams-heading"' in text


def test_what_was_chosen_and_finds_nothing_is_not_called_no_data_from_the_beginning(cast):
    assert "Choose a longer period" in page(cast.dora, purpose="winback")


@pytest.mark.parametrize("chosen", [{"weeks": "7"}, {"purpose": "x"}, {"channel": "fax"}])
def test_an_unknown_choice_is_refused_in_words_and_all_is_shown(cast, chosen):
    text = page(cast.dora, **chosen)
    assert "This choice is not known. Choose one from the list." in text and "<title>Error:" in text


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"weeks": "52", "channel": "email"}, ("The last 52 whole weeks", "All reasons", "E-mail")),
        ({"channel": "fax"}, ("The last 13 whole weeks", "All reasons", "All channels")),
    ],
)
def test_paper_says_what_was_chosen_because_the_form_is_not_printed(cast, chosen, said):
    words = "Period: {} · Reason for contact: {} · Channel: {}".format(*said)
    assert f'<p class="print-only">{words}</p>' in page(cast.dora, **chosen)


def test_the_page_asks_the_same_number_of_questions_whatever_is_in_it(world, cast, now):
    client = as_(cast.dora)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("reports"))
        return len(found)

    for one in world.people(6, manager=cast.mona):
        world.asked(one, closed=now, waiting_since=now)
    queries()
    before = queries()
    department = Department.objects.create(name="Werkstatt")
    for one in world.people(9, "q", department=department):
        world.asked(one, state="with_manager", waiting_since=now, purpose="winback", channel="phone")
    assert queries() == before
    # Of these the plots ask thirteen: whose figures, one statement each, three for teams, one for lists.
    assert before <= 18


def test_no_name_of_anybody_is_on_the_page(world, cast, now):
    for one in world.people(6, manager=cast.mona):
        world.asked(one, state="with_manager", waiting_since=now)
    text = page(cast.dora)
    assert not [one for one in [*cast, *world.people(0)] if one.email in text and one != cast.dora]
    assert "Anna" not in text and "P0 Beispiel" not in text


def test_a_look_ends_with_the_last_whole_week(now):
    chosen = Look(now).chosen
    assert (str(chosen.days[-1]), str(chosen.edges[-1])) == ("2026-11-16", "2026-11-23 00:00:00+01:00")
    assert len(chosen.days) == 13 and str(chosen.days[0]) == "2026-08-24"
