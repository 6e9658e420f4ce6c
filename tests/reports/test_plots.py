"""Each plot against a small world that was counted by hand: numbers, sentence, what is hidden, drawing and CSV."""

import csv
import io
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from consent import services
from contacts.reports.plots import KINDS
from contacts.reports.scope import Look, scope_of
from portal.people.models import Department
from tests.cast import certify, make_customer
from tests.requests.scenes import as_
from training.analysis import Mark, sums_of
from training.services.quiz.counting import add

DRAW = {kind.key: kind.draw for kind in KINDS}
FEW = None


def drawn(key, who, now, **chosen):
    return DRAW[key](scope_of(who), Look(now, **chosen))


def table(report) -> dict:
    return {row.label: row.values for row in report.rows}


@pytest.fixture
def team(world, cast):
    return world.people(6, manager=cast.mona)


@pytest.fixture
def week(now):
    """A day of the last whole week."""
    return now - timedelta(days=6)


# --- 1: in force


def test_permits_in_force_are_counted_at_each_monday_by_what_they_rest_on(world, cast, team, week, now):
    for one in team:
        world.permit(one, begins=week, until=now + timedelta(days=40), basis="GDPR Art. 6(1)(b),(f)")
        world.permit(one, begins=week, until=now + timedelta(days=1), consent=True, purpose="marketing")
    world.permit(team[0], begins=week, until=now + timedelta(days=9), state="revoked", purpose="winback")
    report = drawn("in-force", cast.dora, now)
    assert report.head == (
        "Beginning of the week", "Contract (Art. 6(1)(b) GDPR)", "Consent (Art. 6(1)(a) GDPR)", "Total",
    )  # fmt: skip
    assert [row.values for row in report.rows][-2:] == [(0, 0, 0), (6, 6, 12)]
    assert report.title == (
        "12 permits were in force on 23 Nov 2026, most of them by one basis: Contract (Art. 6(1)(b) GDPR) (6)"
    )


def test_a_permit_that_is_used_up_is_in_force_until_its_last_use(world, cast, team, now):
    for one in team:
        permit = world.permit(one, begins=now - timedelta(days=20), until=now + timedelta(days=9), state="used")
        world.used(permit, at=now - timedelta(days=10))
    report = drawn("in-force", cast.dora, now)
    assert [row.values for row in report.rows][-3:] == [(6,), (0,), (0,)]
    assert report.title == "No permit was in force on 23 Nov 2026"


def test_a_basis_of_few_people_is_put_together_with_another(world, cast, team, week, now):
    for number, one in enumerate(team):
        world.permit(one, begins=week, until=now + timedelta(days=40), consent=number < 2)
        world.permit(one, begins=week, until=now + timedelta(days=40), basis="UWG §7(3)", purpose="winback")
    report = drawn("in-force", cast.dora, now)
    assert report.rows[-1].values == (12,) and "Consent" not in str(report.head)


# --- 2: ending


def test_endings_are_counted_by_month_and_the_peak_is_the_title(world, cast, team, now):
    for one in team:
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=40))
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=100), channel="phone")
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=101), purpose="marketing")
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=700), purpose="winback")
    report = drawn("ending", cast.mona, now)
    numbers = table(report)
    assert (numbers["January 2027"], numbers["March 2027"], numbers["Later"]) == ((6,), (12,), (6,))
    assert numbers["Total"] == (24,) and len(report.rows) == 15
    assert report.title == "12 permits end in March 2027, most of all months"
    assert table(drawn("ending", cast.mona, now, channel="phone"))["March 2027"] == (6,)


def test_a_month_of_few_people_is_hidden_with_the_smallest_of_the_others(world, cast, team, now):
    for number, one in enumerate(team):
        if number < 2:
            world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=40))
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=70), purpose="marketing")
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=100), purpose="winback")
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=100), purpose="recruitment")
    report = drawn("ending", cast.mona, now)
    numbers = table(report)
    assert numbers["January 2027"] == (FEW,) and numbers["February 2027"] == (FEW,), "not to be had from the total"
    assert (numbers["March 2027"], numbers["Total"]) == ((12,), (20,))
    assert report.title == "12 permits end in March 2027, most of the months shown"


def test_a_filter_that_leaves_few_people_outside_tells_nothing(world, cast, team, now):
    for one in team:
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=40))
    world.permit(team[0], begins=now - timedelta(days=1), until=now + timedelta(days=40), channel="phone")
    assert table(drawn("ending", cast.mona, now))["January 2027"] == (7,)
    assert table(drawn("ending", cast.mona, now, channel="email"))["January 2027"] == (FEW,), "7 - 6 is one person"


def test_a_column_leads_to_the_list_of_its_permits_and_a_hidden_one_to_none(world, cast, team, now):
    for number, one in enumerate(team):
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=40))
        if number < 2:
            world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=70), purpose="winback")
    world.permit(cast.stranger, begins=now - timedelta(days=1), until=now + timedelta(days=40))
    client = as_(cast.mona)
    address = reverse("report_ending", args=["2027-01"])
    assert address not in str(drawn("ending", cast.mona, now).svg), "hidden with the small one"
    world.permit(team[0], begins=now - timedelta(days=1), until=now + timedelta(days=90), purpose="recruitment")
    text = client.get(reverse("report_ending", args=["2027-02"])).content.decode()
    assert "Fewer than 5 people are behind this number" in text and "/permits/P-" not in text
    for month in ("2029-01", "2027-13", "x"):
        assert client.get(reverse("report_ending", args=[month])).status_code == 404


def test_a_list_holds_what_its_column_counts_and_nobody_elses(world, cast, team, now):
    for one in [*team, cast.stranger]:
        world.permit(one, begins=now - timedelta(days=1), until=now + timedelta(days=40))
    report = drawn("ending", cast.mona, now)
    address = next(row.url for row in report.rows if row.label == "January 2027")
    assert address in str(report.svg)
    text = as_(cast.mona).get(address).content.decode()
    assert len(set(re.findall(r"/permits/(P-[\d-]+)/", text))) == 6


# --- 3: decisions


def test_half_and_nine_of_ten_of_the_decisions_of_a_week(world, cast, team, week, now):
    for hours, one in zip((1, 2, 3, 5, 9, 20), team, strict=True):
        world.reviewed(one, cast.mona, at=week, hours=hours)
    report = drawn("decisions", cast.mona, now)
    assert report.rows[-1].values == (6, 4.0, 14.5, 24.0)
    assert report.rows[0].values == (0, "", "", "")
    assert report.title == "In the week of 16 Nov nine of ten decisions took at most 14.5 hours; the target is 24"


def test_a_missed_target_is_said(world, cast, team, week, now):
    for one in team:
        world.reviewed(one, cast.mona, at=week, hours=30)
    assert drawn("decisions", cast.mona, now).title == (
        "In the week of 16 Nov half of the decisions took longer than the target of 24 hours"
    )


def test_over_all_one_deciding_person_is_hidden_and_the_manager_sees_only_own_decisions(world, cast, team, week, now):
    for one in team:
        world.reviewed(one, cast.mona, at=week, hours=3)
        world.reviewed(one, cast.dora, at=week, hours=90, purpose="marketing")
    over_all = drawn("decisions", cast.rita, now)
    assert over_all.rows[-1].values == (None, None, None, None) and not over_all.svg, "no empty field is drawn"
    text = as_(cast.rita).get(reverse("reports")).content.decode()
    section = text[text.index('id="decisions-heading"') : text.index('id="outcomes-heading"')]
    assert "plot-field" not in section and "<table" in section
    assert drawn("decisions", cast.mona, now).rows[-1].values == (6, 3.0, 3.0, 24.0)


# --- 4: outcomes


def test_shares_of_ends_by_reason_with_their_sums(world, cast, week, now):
    people = world.people(8)
    for one in people:
        world.asked(one, closed=week)
        world.asked(one, closed=week, purpose="marketing")
        world.asked(one, closed=week, purpose="marketing", state="refused")
    report = drawn("outcomes", cast.dora, now)
    assert report.head == ("Reason", "Approved", "Not approved", "Total")
    assert table(report) == {"Service": (8, 0, 8), "Advertising": (8, 8, 16), "All reasons": (16, 8, 24)}
    assert report.title == "67 % of 24 requests were approved"


def test_one_refusal_cannot_be_reckoned_from_the_sums(world, cast, week, now):
    people = world.people(8)
    for number, one in enumerate(people):
        world.asked(one, closed=week, state="refused" if number == 0 else "granted")
        for state in ("granted", "refused"):
            world.asked(one, closed=week, purpose="marketing", state=state)
            world.asked(one, closed=week, purpose="winback", state=state)
    numbers = table(drawn("outcomes", cast.dora, now))
    assert numbers["Service"] == (None, None, 8)
    assert [values for values in numbers.values() if values[:2] == (None, None)] != [(None, None, 8)], "another too"


def test_a_reason_of_few_people_is_told_with_others(world, cast, week, now):
    for number, one in enumerate(world.people(8)):
        world.asked(one, closed=week)
        world.asked(one, closed=week, purpose="marketing")
        if number < 3:
            world.asked(one, closed=week, purpose="winback")
    numbers = table(drawn("outcomes", cast.dora, now))
    assert set(numbers) == {"Advertising", "All other reasons", "All reasons"} or set(numbers) == {
        "Service", "All other reasons", "All reasons",
    }  # fmt: skip
    assert numbers["All other reasons"] == (11, 11) and numbers["All reasons"] == (19, 19)


def test_two_periods_must_not_differ_by_few_people(world, cast, week, now):
    for one in world.people(8):
        world.asked(one, closed=week)
    world.asked(cast.anna, closed=now - timedelta(weeks=20))
    assert drawn("outcomes", cast.dora, now).rows == (), "thirteen weeks from twenty-six would be Anna"
    assert drawn("outcomes", cast.dora, now, weeks=26).title == "100 % of 9 requests were approved"


# --- 5: withdrawals


@pytest.fixture
def take_back(cast, now):
    made = iter(range(1000))

    def take_back(count, *, at, channel="email", purpose="service"):
        for _ in range(count):
            customer = make_customer(now, number=f"T{next(made)}")
            consent = services.give_consent(
                cast.clara, customer=customer, purpose=purpose, channel=channel, how="paper", evidence="7",
                given_at=at - timedelta(days=1), at=at - timedelta(days=1),
            )  # fmt: skip
            services.withdraw_consent(cast.clara, consent=consent, how="written", at=at)

    return take_back


def test_withdrawals_are_counted_by_week_and_channel(cast, take_back, week, now):
    take_back(6, at=week)
    take_back(5, at=week, channel="phone")
    take_back(5, at=week - timedelta(days=7), channel="phone")
    report = drawn("withdrawals", cast.dora, now)
    assert report.head == ("Week from", "Phone call", "E-mail")
    assert [row.values for row in report.rows][-3:] == [(0, 0), (5, 0), (5, 6)]
    assert report.title == "11 consents were withdrawn in the week of 16 Nov, most of all weeks"


def test_weeks_of_few_customers_are_hidden(cast, take_back, week, now):
    take_back(6, at=week)
    take_back(2, at=week - timedelta(days=7))
    report = drawn("withdrawals", cast.dora, now)
    assert [row.values for row in report.rows][-2:] == [(None,), (6,)]
    assert report.title == "6 consents were withdrawn in the week of 16 Nov, most of the weeks shown"
    assert 'class="untold"' in report.svg and "fewer than 5 people" in report.legend


# --- 6 and 7: training


def test_valid_shares_by_department_in_the_order_of_their_names(world, cast, now):
    def ends(number: int) -> int:
        return 10 if number == 0 else 300 if number < 3 else -1

    for name, count in (("Zentrale", 5), ("Werkstatt", 6), ("Archiv", 2)):
        department = Department.objects.create(name=name)
        for number, one in enumerate(world.people(count, name.lower(), department=department, manager=cast.mona)):
            certify(one, until=now.date() + timedelta(days=ends(number)), by=cast.tom)
    numbers = table(drawn("teams", cast.dora, now))
    assert numbers["Werkstatt"] == (6, 50, 17) and numbers["Zentrale"] == (5, 60, 20)
    assert numbers["Archiv"] == numbers["Buchhaltung"] == (None, None, None)
    assert numbers["Everybody"] == (23, 78, 13), "seven people are hidden in it, so nobody is found by subtraction"
    assert list(numbers) == ["Archiv", "Buchhaltung", "Vertrieb", "Werkstatt", "Zentrale", "Without a department",
                             "Everybody"]  # fmt: skip
    assert "Without a department" not in table(drawn("teams", cast.mona, now)), "her own people alone"


def test_everybody_is_left_out_where_one_could_reckon_back_to_a_department(world, cast, now):
    world.people(4, "w", department=Department.objects.create(name="Werkstatt"), manager=cast.max)
    world.people(6, "z", department=Department.objects.create(name="Zentrale"), manager=cast.max)
    cast.stranger.manager = cast.mona
    cast.stranger.save()
    numbers = table(drawn("teams", cast.max, now))
    assert numbers["Zentrale"] == (6, 0, 0)
    assert numbers["Werkstatt"] == numbers["Everybody"] == (None, None, None)


def test_questions_by_facility_and_discrimination(cast, now):
    from tests.training import courses

    bank = [courses.question("easy"), courses.question("doubtful"), courses.question("third")]
    version = courses.course(now, questions=bank, draw={"reason": 3}, refresher_draw={})
    for number in range(20):
        good = number % 2 == 0
        shares = {"easy": float(number != 1), "third": float(good), "doubtful": float(not good)}
        total = sum(shares.values()) / 3
        add(version, {key: sums_of(Mark(key, share, total, 3, {})) for key, share in shares.items()})
    report = drawn("questions", cast.tom, now)
    (doubtful,) = (row for row in report.rows if "doubtful" in row.label)
    assert doubtful.values[:2] == (20, 50) and doubtful.values[2] < 0
    assert report.svg.count('class="stands-out"') == sum(row.values[2] < 0.2 for row in report.rows)
    weak = sum(row.values[2] < 0.2 for row in report.rows)
    assert report.title.startswith(f"{weak} of {len(report.rows)} questions deserve")


# --- 8 and 9


def test_ages_of_open_requests_are_counted_in_classes(world, cast, team, now):
    for one in team:
        world.asked(one, state="with_manager", waiting_since=now - timedelta(hours=3))
        world.asked(one, state="with_dpo", waiting_since=now - timedelta(days=2, hours=1), purpose="marketing")
        world.asked(one, state="with_dpo", waiting_since=now - timedelta(days=11), purpose="winback")
    report = drawn("waiting", cast.mona, now)
    assert table(report) == {
        "under 1 day": (6,), "1 to 2": (0,), "2 to 3": (6,), "3 to 5": (0,), "5 to 10": (0,), "over 10": (6,),
        "Total": (18,),
    }  # fmt: skip
    assert report.title == "18 requests wait for a decision, 6 of them since less than a day"
    text = as_(cast.mona).get(reverse("report_waiting", args=[2])).content.decode()
    assert len(set(re.findall(r"/requests/(R-\d+)/", text))) == 6
    assert as_(cast.mona).get(reverse("report_waiting", args=[9])).status_code == 404


def test_objections_per_thousand_contacts_by_channel(world, cast, week, now):
    for one in world.people(10):
        for channel in ("email", "phone"):
            permit = world.permit(one, begins=week, until=now, channel=channel)
            unhappy = channel == "phone" and one.email < "p6"
            world.used(permit, at=week, result="objected" if unhappy else "sent")
    report = drawn("objections", cast.dora, now)
    assert table(report) == {
        "Phone call": (10, 6, 600.0), "E-mail": (10, 0, 0.0), "All channels": (20, 6, 300.0),
    }  # fmt: skip
    assert report.title == "Phone call: 600 of 1,000 contacts met an objection, most of the channels shown"


def test_objections_of_few_people_are_hidden(world, cast, week, now):
    for number, one in enumerate(world.people(10)):
        world.used(world.permit(one, begins=week, until=now), at=week, result="withdrew" if number < 2 else "sent")
    assert table(drawn("objections", cast.dora, now))["E-mail"] == (10, None, None)


# --- what holds for each


@pytest.fixture
def busy(world, cast, team, take_back, week, now):
    """Something in each plot, hidden numbers among it."""
    take_back(6, at=week)
    take_back(2, at=week - timedelta(days=14))
    for number, one in enumerate(team):
        permit = world.permit(one, begins=week, until=now + timedelta(days=40))
        world.used(permit, at=week + timedelta(hours=1), result="objected" if number < 5 else "sent")
        world.permit(one, begins=week, until=now + timedelta(days=80), consent=True, purpose="marketing")
        world.reviewed(one, cast.mona, at=week, hours=3 + number, purpose="winback")
        world.asked(one, state="refused", closed=week, purpose="winback")
        world.asked(one, state="with_manager", waiting_since=now - timedelta(days=number > 3))
    return team


def test_every_drawing_is_svg_with_a_name_and_nothing_inline(busy, cast, now):
    for kind in KINDS:
        if kind.key == "questions":
            continue
        report = drawn(kind.key, cast.dora if kind.key != "decisions" else cast.mona, now)
        drawing = ElementTree.fromstring(report.svg)
        named = {part.get("id"): part.text for part in drawing if part.get("id")}
        assert [named[part] for part in drawing.get("aria-labelledby").split()] == [report.title, report.about]
        assert drawing.get("role") == ("group" if "<a " in report.svg else "img")
        assert "style=" not in report.svg and "<script" not in report.svg and "nan" not in report.svg.lower()


def test_the_csv_has_the_numbers_of_the_table(busy, cast, now):
    client = as_(cast.mona)
    page = client.get(reverse("reports")).content.decode()
    for key in ("in-force", "ending", "waiting", "decisions", "outcomes", "objections", "teams"):
        address = reverse("report_csv", args=[key])
        assert f'href="{address}"' in page
        content = client.get(address).content
        assert content.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
        section = page[page.index(f'id="{key}-heading"') :]
        body = section[section.index("<thead>") : section.index("</table>")]
        on_page = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", body)]
        on_page = [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in on_page]
        assert [[_plain(cell) for cell in row] for row in on_page] == [[_plain(cell) for cell in row] for row in lines]


def _plain(cell: str) -> str:
    return re.sub(r"\.0$", "", cell.replace(",", "").replace("–", "").replace("&gt;", ">"))


def test_a_name_cannot_become_a_formula(world, cast, now):
    department = Department.objects.create(name="=HYPERLINK(1)")
    world.people(5, department=department)
    assert b"'=HYPERLINK(1);5" in as_(cast.dora).get(reverse("report_csv", args=["teams"])).content


def test_in_german_the_drawing_keeps_its_points(busy, cast, now):
    from django.utils import translation

    with translation.override("de"):
        report = drawn("ending", cast.mona, now)
    ElementTree.fromstring(report.svg)
    assert not re.search(r'(?:x|y|width|height)="\d+,\d', report.svg)
