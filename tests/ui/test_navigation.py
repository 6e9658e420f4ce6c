"""The frame's navigation: few entries, the same order for everybody, nothing lost."""

import re

import pytest
from django.utils import timezone

from portal.access.roles import Role
from portal.audit.models import SignedHead
from portal.ui.navigation import ENTRIES, MOST_ON_TOP, QUESTION, Entry, areas_of, navigation_of

ORDER = ["start", "check", "customers", "requests", "training", "reports", "protection", "administration"]
RECORD = ["Data protection", "Record of processing activities"]
ABOUT = "Deciding about contacts, and proving it (this portal)"


def entries_of(*roles):
    return [entry for entry in ENTRIES if not entry.roles or set(roles) & set(entry.roles)]


@pytest.mark.parametrize("roles", [*([role] for role in Role), [*Role]], ids=str)
def test_nobody_sees_more_than_five_areas_on_top_beside_the_question(roles):
    shown = navigation_of(entries_of(*roles), "")
    assert 1 <= len([area for area in shown.top if area.key != QUESTION]) <= MOST_ON_TOP


@pytest.mark.parametrize("roles", [*([role] for role in Role), [*Role]], ids=str)
def test_every_page_a_person_may_open_stands_somewhere_once(roles):
    shown = navigation_of(entries_of(*roles), "")
    assert sorted(entry.name for area in (*shown.top, *shown.more) for entry in area.entries) == sorted(
        entry.name for entry in entries_of(*roles)
    )


@pytest.mark.parametrize("roles", [*([role] for role in Role), [*Role]], ids=str)
def test_the_order_is_the_same_for_every_role(roles):
    shown = navigation_of(entries_of(*roles), "")
    places = [ORDER.index(area.key) for area in (*shown.top, *shown.more) if area.key in ORDER]
    assert places == sorted(places)


def test_a_page_knows_its_area_and_its_entry():
    shown = navigation_of(entries_of(Role.DPO), "rights")
    assert (shown.area.key, shown.here.name) == ("protection", "rights")


@pytest.mark.parametrize(
    ("path", "reader", "area", "here", "crumbs"),
    [
        ("/saved-views/", "anna", "customers", "customers", ["Customers"]),
        ("/register/processing/", "dora", "protection", "register", None),
        ("/register/processing/new/", "dora", "protection", "register", RECORD),
        ("/register/processing/portal/", "dora", "protection", "register", RECORD),
        ("/register/processing/portal/change/", "dora", "protection", "register", [*RECORD, ABOUT]),
    ],
)
@pytest.mark.django_db
def test_new_pages_stand_in_their_area_and_say_where(cast, client, path, reader, area, here, crumbs):
    client.force_login(getattr(cast, reader))
    page = client.get(path)
    shown = page.context["navigation"]
    assert (shown.area.key, shown.here.name) == (area, here)
    found = re.search(r'<nav class="crumbs".*?</nav>', page.content.decode(), re.S)
    assert crumbs == (re.findall(r"<li>(?:<a[^>]*>)?([^<]+)", found.group()) if found else None)


def test_a_page_outside_every_area_is_nowhere():
    shown = navigation_of(entries_of(Role.DPO), "messages")
    assert (shown.area, shown.here) == (None, None)


def test_an_area_of_one_page_is_called_like_that_page():
    auditor = {area.key: str(area.label) for area in areas_of(entries_of(Role.AUDITOR))}
    assert auditor["administration"] == str(next(entry.label for entry in ENTRIES if entry.name == "routing"))


def test_a_page_without_an_area_stands_for_itself():
    alone = Entry("somewhere", "Somewhere", "somewhere")
    assert [(area.key, area.label) for area in areas_of([alone])] == [("somewhere", "Somewhere")]


def test_the_question_never_takes_the_place_of_an_area():
    shown = navigation_of(entries_of(*Role), "")
    assert QUESTION in [area.key for area in shown.top]
    assert len(shown.top) == MOST_ON_TOP + 1


@pytest.mark.django_db
def test_the_row_of_an_area_names_its_pages_and_marks_the_one_in_view(cast, client):
    client.force_login(cast.dora)
    page = client.get("/rights/", headers={"accept-language": "en"}).content.decode()
    row = page[page.index('class="subnav"') : page.index("</nav>", page.index('class="subnav"'))]
    assert row.count("<a ") == len(navigation_of(entries_of(Role.DPO), "rights").area.entries) > 5
    assert row.count("aria-current") == 1
    assert '<a href="/rights/" aria-current="true">' in row


@pytest.mark.django_db
def test_an_area_of_one_page_has_no_second_row(cast, client):
    client.force_login(cast.anna)
    assert 'class="subnav"' not in client.get("/").content.decode()


@pytest.mark.django_db
def test_the_foot_shows_the_newest_head_of_the_trail_without_a_query_of_its_own(
    cast, client, django_assert_max_num_queries
):
    client.force_login(cast.anna)
    assert "newest head" not in client.get("/check/", headers={"accept-language": "en"}).content.decode()
    root = bytes.fromhex("9f3c" + "00" * 30)
    SignedHead.objects.create(
        tree_size=1, root=root, at=timezone.now(), key=b"k" * 32, signature=b"s" * 64, last_entry=1
    )
    with django_assert_max_num_queries(3) as asked:
        page = client.get("/check/").content.decode()
    assert "9f3c0000" in page
    assert sum("signedhead" in query["sql"] for query in asked.captured_queries) == 1
