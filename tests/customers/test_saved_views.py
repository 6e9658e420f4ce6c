"""Filters of the list of customers that a person keeps under a name: own ones only, twenty at most, nothing foreign."""

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from contacts.requests.models import SavedView
from contacts.requests.models.saved_view import MOST
from contacts.requests.services.saved_views import delete_view, rename_view, save_view
from tests.browsing import links, words
from tests.desk.reading import nothing_written
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db
KEPT = {"kind": "business_contact", "relationship": "active_customer"}
QUERY = "kind=business_contact&relationship=active_customer"


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


def keep(user, name: str, query: str, **more):
    return as_(user).post(reverse("saved_views"), {"name": name, "query": query} | more)


def test_the_filters_of_the_list_are_kept_and_stand_above_it(cast, customer):
    listed = as_(cast.anna).get(f"{reverse('customers')}?{QUERY}&purpose=service")
    [link] = [one for one in links(listed) if one.startswith(reverse("saved_views"))]
    page = as_(cast.anna).get(link.replace("&amp;", "&"))
    assert page.context["query"] == f"{QUERY}&purpose=service"
    answer = keep(cast.anna, "Firmen im Service", page.context["query"])
    assert answer.url == f"{reverse('customers')}?{QUERY}&purpose=service"
    again = as_(cast.anna).get(answer.url)
    assert "Firmen im Service" in words(again) and 'aria-current="page">Firmen im Service' in again.content.decode()


def test_keeping_the_first_view_is_the_one_main_act(cast):
    page = as_(cast.anna).get("/saved-views/?purpose=service").content.decode()
    assert page.count("btn-primary") == 1 and "No views yet" not in page
    assert "No views yet" in as_(cast.anna).get("/saved-views/").content.decode()


def test_only_filters_that_the_list_knows_are_kept(cast):
    foreign = f"{QUERY}&after=%5B1%5D&page=7&next=https%3A%2F%2Fboese.example&//boese.example&purpose=service"
    keep(cast.anna, "Alles", foreign)
    assert SavedView.objects.get().query == f"{QUERY}&purpose=service"


@pytest.mark.parametrize("query", ["", "kind=nonsense", "next=https%3A%2F%2Fboese.example", "purpose=doi_confirmation"])
def test_without_a_filter_nothing_is_kept(cast, query):
    page = keep(cast.anna, "Nichts", query)
    assert "Nothing is filtered here." in words(page) and not SavedView.objects.exists()


def test_who_may_not_ask_keeps_no_reason(cast):
    keep(cast.rita, "Prüfung", f"{QUERY}&purpose=service&permits=any")
    assert SavedView.objects.get().query == QUERY


def test_a_name_is_used_once_whatever_its_letters(cast, now):
    save_view(cast.anna, name="Firmen", filters=KEPT, at=now)
    assert "You keep a view with this name already." in words(keep(cast.anna, "firmen", QUERY))
    save_view(cast.sven, name="Firmen", filters=KEPT, at=now)
    assert SavedView.objects.count() == 2


def test_a_view_without_a_name_is_refused(cast):
    page = keep(cast.anna, "  ", QUERY)
    assert "name" in page.context["form"].errors and not SavedView.objects.exists()


def test_the_twenty_first_is_refused_and_the_database_has_no_place_for_it(cast, now):
    for number in range(MOST):
        save_view(cast.anna, name=f"Sicht {number}", filters=KEPT, at=now)
    assert "You keep 20 views" in words(keep(cast.anna, "Eine mehr", QUERY))
    row = {"person": cast.anna, "name": "Roh", "query": QUERY, "created_at": now}
    for place in (MOST, MOST + 1, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(place=place, **row)
    delete_view(cast.anna, view=SavedView.objects.get(name="Sicht 7"))
    assert save_view(cast.anna, name="Eine mehr", filters=KEPT, at=now).place == 8


@pytest.mark.parametrize("broken", [{"name": ""}, {"query": ""}, {"name": "FIRMEN", "place": 2}])
def test_the_database_keeps_the_rules_too(cast, now, broken):
    row = {"person": cast.anna, "name": "Firmen", "query": QUERY, "place": 1, "created_at": now}
    SavedView.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(**row | {"name": "Andere", "place": 3} | broken)


def test_a_view_gets_another_name_and_goes_when_it_is_deleted(cast, now):
    view = save_view(cast.anna, name="Firmen", filters=KEPT, at=now)
    taken = save_view(cast.anna, name="Belegt", filters=KEPT, at=now)
    at = reverse("saved_view", args=[view.pk])
    assert "You keep a view with this name already." in words(as_(cast.anna).post(at, {"name": taken.name}))
    as_(cast.anna).post(at, {"name": "Kundschaft"})
    assert SavedView.objects.get(pk=view.pk).name == "Kundschaft"
    as_(cast.anna).post(reverse("saved_view_delete", args=[view.pk]))
    assert list(SavedView.objects.all()) == [taken]


def test_other_people_neither_see_nor_change_it(cast, now):
    view = save_view(cast.anna, name="Firmen", filters=KEPT, at=now)
    assert "Firmen" not in words(as_(cast.sven).get(reverse("customers")))
    for verb, more in ((rename_view, {"name": "Meine"}), (delete_view, {})):
        with pytest.raises(PermissionDenied):
            verb(cast.sven, view=view, **more)
    assert SavedView.objects.get().name == "Firmen"


def test_looking_at_the_pages_writes_nothing(cast, now):
    view = save_view(cast.anna, name="Firmen", filters=KEPT, at=now)
    browser = as_(cast.anna)
    with nothing_written():
        assert browser.get(f"{reverse('saved_views')}?{QUERY}").status_code == 200
        assert browser.get(reverse("saved_view", args=[view.pk])).status_code == 200
