"""Four eyes as a table: whoever has to do with a request judges it in no way, in code and in the database.

Rows: who somebody is to the request. Columns: every act that decides, chooses who decides, or looks at it later."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from contacts.requests.models import Absence, AfterReview, ContactRequest, Permit, Reassignment, Review
from contacts.requests.reviewers import after_seats, desk_of, reviewers_of, who_could
from contacts.requests.routing.people import StandIn, standing_in_for
from contacts.requests.routing.table import Step, Who
from contacts.requests.routing.terms import Terms
from contacts.requests.services import assigning, danger, reviewing, submitting
from contacts.requests.services.deciding_together import Shown, decide_together
from contacts.requests.stricter import Wish
from portal.machines.services import confirm_token, make_token, revoke_token
from portal.people.models import User
from tests.cast import person
from tests.requests.routing.test_routes import publish
from tests.requests.scenes import acted_in_danger, as_, reminder_by_sms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


def somebody(number: str) -> User:
    """An account that may decide about everything, with this personnel number."""
    made = person(f"zz{User.objects.count()}", "employee", "manager", "dpo")
    made.person_number = number
    made.save(update_fields=["person_number"])
    return made


def stands_in(whom: User, deputy: User, now, first: int = 0, last: int = 3) -> None:
    day = now.date()
    days = {"starts": day + timedelta(days=first), "ends": day + timedelta(days=last)}
    Absence.objects.create(person=whom, deputy=deputy, recorded_at=now, **days)


def requester(s):
    User.objects.filter(pk=s["cast"].anna.pk).update(roles=["employee", "manager", "dpo"])
    return User.objects.get(pk=s["cast"].anna.pk)


def second_account(s):
    return somebody("N-anna")


def second_account_in_other_letters(s):
    return somebody(" n-ANNA ")


def editor(s):
    return s["editor"]


def second_account_of_the_editor(s):
    return somebody(" N-EDITOR")


def deputy_of_the_requester(s):
    found = somebody("N-deputy")
    stands_in(s["cast"].anna, found, s["now"])
    return found


def second_account_of_the_deputy(s):
    stands_in(s["cast"].anna, somebody("N-deputy"), s["now"])
    return somebody("n-deputy ")


def deputy_of_the_requesters_second_account(s):
    found = somebody("N-deputy")
    stands_in(somebody("n-ANNA "), found, s["now"])
    return found


def deputy_of_the_editor(s):
    found = somebody("N-deputy")
    stands_in(s["editor"], found, s["now"])
    return found


def deputy_of_the_deputy(s):
    found, between = somebody("N-far"), somebody("N-between")
    stands_in(s["cast"].anna, between, s["now"])
    stands_in(between, found, s["now"], -1, 1)
    return found


def deputy_of_the_deputy_of_the_deputy_of_the_editor(s):
    found, first, second = somebody("N-far"), somebody("N-first"), somebody("N-second")
    for whom, deputy in ((s["editor"], first), (first, second), (second, found)):
        stands_in(whom, deputy, s["now"])
    return found


def key_for(whom: User, maker: User, now, *, confirmed=True):
    """The maker has let a system act for somebody."""
    User.objects.filter(pk=maker.pk).update(roles=["employee", "manager", "dpo", "administrator"])
    maker = User.objects.get(pk=maker.pk)
    values = {"name": f"crm-{whom.pk}", "scopes": ["requests:write"], "expires_at": now + timedelta(days=30)}
    token, _secret = make_token(maker, acts_for=whom, at=now, **values)
    return maker, confirm_token(whom, token=token, at=now) if confirmed else token


def maker_of_a_key_of_the_requester(s):
    return key_for(s["cast"].anna, somebody("N-maker"), s["now"])[0]


def maker_of_a_key_of_the_editor(s):
    return key_for(s["editor"], somebody("N-maker"), s["now"])[0]


def second_account_of_the_maker(s):
    key_for(s["cast"].anna, somebody("N-maker"), s["now"])
    return somebody(" n-MAKER")


def maker_of_a_key_of_the_requesters_second_account(s):
    return key_for(somebody("n-anna "), somebody("N-maker"), s["now"])[0]


def deputy_of_the_maker(s):
    maker, found = somebody("N-maker"), somebody("N-deputy")
    key_for(s["cast"].anna, maker, s["now"])
    stands_in(maker, found, s["now"])
    return found


def maker_of_a_key_that_was_revoked_while_it_waited(s):
    maker, token = key_for(s["cast"].anna, somebody("N-maker"), s["now"])
    later = s["now"] + timedelta(seconds=1)
    revoke_token(maker, token=token, at=later)
    return maker


RELATIONS = [
    maker_of_a_key_of_the_requester,
    maker_of_a_key_of_the_editor,
    second_account_of_the_maker,
    maker_of_a_key_of_the_requesters_second_account,
    deputy_of_the_maker,
    maker_of_a_key_that_was_revoked_while_it_waited,
    requester,
    second_account,
    second_account_in_other_letters,
    editor,
    second_account_of_the_editor,
    deputy_of_the_requester,
    second_account_of_the_deputy,
    deputy_of_the_requesters_second_account,
    deputy_of_the_editor,
    deputy_of_the_deputy,
    deputy_of_the_deputy_of_the_deputy_of_the_editor,
]
relations = pytest.mark.parametrize("relation", RELATIONS, ids=lambda one: one.__name__)


def written_by(request: ContactRequest, editor: User) -> ContactRequest:
    """The text was written by a colleague: drafts can be edited, what was handed in cannot."""
    ContactRequest.objects.filter(pk=request.pk).update(edited_by=editor)
    return ContactRequest.objects.get(pk=request.pk)


@pytest.fixture
def scene(cast, customer, accounts, now):
    """Anna has handed in; a colleague wrote the text last. Every manager decides who has nothing to do with it."""
    publish(cast, now, ([Step(Who.ROLE, role="manager")], {"channels": ["sms"]}))
    wrote = somebody("N-editor")
    drafted = written_by(reminder_by_sms(cast, customer, accounts, now), wrote)
    waiting = submitting.submit(cast.anna, request=drafted, at=now)
    return {"cast": cast, "customer": customer, "accounts": accounts, "now": now, "editor": wrote, "waiting": waiting}


def approve(s, who):
    reviewing.review(who, request=s["waiting"], verdict="approved", reason="", at=s["now"])


def approve_under_conditions(s, who):
    given = {"verdict": "approved", "reason": "", "terms": Terms(most_uses=1)}
    reviewing.review(who, request=s["waiting"], at=s["now"], **given)


def agree_that_it_is_no_advertising(s, who):
    given = {"verdict": "approved", "reason": "", "promotion_reason": "Gefragt."}
    reviewing.review(who, request=s["waiting"], at=s["now"], **given)


def refuse(s, who):
    reviewing.review(who, request=s["waiting"], verdict="refused", reason="Nein.", at=s["now"])


def propose(s, who):
    given = {"verdict": "changes_asked", "reason": "So.", "wish": Wish(s["waiting"].contact_point, None, "Anders.")}
    reviewing.review(who, request=s["waiting"], at=s["now"], **given)


def hand_on(s, who):
    assigning.reassign(who, request=s["waiting"], to=s["cast"].dora, reason="Urlaub.", at=s["now"])


def be_handed_to(s, who):
    """As an officer who does not decide yet."""
    User.objects.filter(pk=who.pk).update(roles=["employee", "dpo"])
    assigning.reassign(s["cast"].mona, request=s["waiting"], to=who, reason="Urlaub.", at=s["now"])


def decide_with_others(s, who):
    frozen = s["waiting"].snapshots.get()
    shown = [Shown(s["waiting"].pk, frozen.round, frozen.sha256)]
    done = decide_together(who, shown=shown, verdict="approved", reason="", at=s["now"])
    if not any(one.done for one in done):
        raise PermissionDenied


VERBS = [
    approve,
    approve_under_conditions,
    agree_that_it_is_no_advertising,
    refuse,
    propose,
    hand_on,
    be_handed_to,
    decide_with_others,
]


@relations
@pytest.mark.parametrize("verb", VERBS, ids=lambda one: one.__name__)
def test_who_has_to_do_with_it_decides_nothing_about_it(scene, verb, relation):
    who = relation(scene)
    with pytest.raises((PermissionDenied, ValidationError)):
        verb(scene, who)
    scene["waiting"].refresh_from_db()
    assert scene["waiting"].state == "with_manager"
    assert not (Review.objects.exists() or Reassignment.objects.exists() or Permit.objects.exists())


@pytest.mark.parametrize("verb", VERBS, ids=lambda one: one.__name__)
def test_who_has_nothing_to_do_with_it_decides(scene, verb):
    """What refuses the others is who they are, and nothing else about these acts."""
    verb(scene, somebody("N-other"))
    assert Review.objects.exists() or Reassignment.objects.exists()


@relations
def test_nobody_asks_who_has_to_do_with_it(scene, relation):
    """Not even as the line manager, nor above the manager once the time is over."""
    who = relation(scene)
    User.objects.filter(pk=scene["cast"].anna.pk).update(manager=who if who.pk != scene["cast"].anna.pk else None)
    for at in (scene["now"], scene["now"] + timedelta(days=2)):
        waiting = ContactRequest.objects.get(pk=scene["waiting"].pk)
        desk = desk_of(waiting, at=at)
        assert who not in reviewers_of(waiting, at=at)
        assert all(who not in who_could(desk, seat) for seat in desk.stage.seats)
        assert not ContactRequest.objects.to_review_by(who, at).exists()


@relations
def test_the_page_offers_them_nothing_to_decide(scene, relation):
    who = relation(scene)
    address = f"/requests/{scene['waiting'].number}/"
    page = as_(who).get(address).content.decode()
    assert "/inbox/R-" not in page and "/reassign/" not in page
    assert as_(who).get(f"{address}reassign/").status_code == 403
    assert as_(who).get(f"/inbox/{scene['waiting'].number}/").status_code == 302


@relations
def test_the_database_refuses_their_review(scene, relation):
    who, waiting = relation(scene), scene["waiting"]
    row = {"stage": "manager", "verdict": "approved", "round": 1, "at": scene["now"], "step": waiting.stages.get()}
    with pytest.raises(IntegrityError, match=r"nobody reviews|four_eyes"), transaction.atomic():
        decision = waiting.decisions.first()
        Review.objects.create(request=waiting, requester=scene["cast"].anna, reviewer=who, decision=decision, **row)


@relations
@pytest.mark.parametrize("part", ["to", "by"])
def test_the_database_refuses_to_hand_it_on_to_them_or_by_them(scene, relation, part):
    who, mona = relation(scene), scene["cast"].mona
    people = {"to": mona, "by": mona} | {part: who}
    with pytest.raises(IntegrityError, match="nobody reviews"), transaction.atomic():
        stage = scene["waiting"].stages.get()
        Reassignment.objects.create(stage=stage, origin=mona, reason="x", at=scene["now"], **people)


@relations
def test_an_act_in_danger_is_looked_at_by_somebody_else(cast, customer, accounts, now, relation, monkeypatch):
    wrote = somebody("N-editor")
    drafted = acted_in_danger
    from contacts.requests.services import submitting as verbs

    submit = verbs.submit
    monkeypatch.setattr(
        verbs, "submit", lambda who, *, request, at: submit(who, request=written_by(request, wrote), at=at)
    )
    review = drafted(cast, customer, accounts, now).after_review
    who = relation({"cast": cast, "now": now, "editor": wrote})
    review = AfterReview.objects.select_related("request__edited_by", "requester").get(pk=review.pk)
    assert who.pk not in {seat.person for seat in after_seats([review], at=now)[review.pk][0]}
    with pytest.raises(PermissionDenied):
        danger.review_afterwards(who, review=review, verdict="approved", reason="", at=now)
    values = {"verdict": "approved", "reviewer": who, "reviewed_at": now}
    with pytest.raises(IntegrityError, match=r"nobody reviews|four_eyes"), transaction.atomic():
        AfterReview.objects.filter(pk=review.pk).update(**values)


# --- and not more than that


def test_who_stood_in_before_or_stands_in_on_another_day_may_decide(scene):
    """Her deputy of last week, and the deputy's deputy of another day, have nothing to do with it."""
    now, cast = scene["now"], scene["cast"]
    between = somebody("N-between")
    stands_in(cast.anna, cast.mona, now, -9, -5)
    stands_in(cast.anna, between, now, 0, 1)
    stands_in(between, cast.mona, now, -4, -1)
    assert cast.mona in reviewers_of(scene["waiting"], at=now)
    approve(scene, cast.mona)
    assert Permit.objects.count() == 1


def test_an_absence_that_never_came_bars_nobody(scene):
    """Cancelled before it began."""
    now, cast = scene["now"], scene["cast"]
    stands_in(cast.anna, cast.mona, now, 1, 3)
    Absence.objects.update(back_at=now)
    later = now + timedelta(days=2)
    assert cast.mona in reviewers_of(scene["waiting"], at=later)
    reviewing.review(cast.mona, request=scene["waiting"], verdict="approved", reason="", at=later)
    assert Permit.objects.count() == 1


def test_a_key_that_could_never_act_on_it_bars_nobody(scene):
    """One that Anna never confirmed, one that ended before she asked, and one for somebody else."""
    now, cast = scene["now"], scene["cast"]
    key_for(cast.anna, cast.mona, now, confirmed=False)
    key_for(cast.max, cast.mona, now)
    _maker, ended = key_for(somebody("N-anna"), cast.mona, now - timedelta(days=2))
    revoke_token(cast.adam, token=ended, at=now - timedelta(days=1))
    assert cast.mona in reviewers_of(scene["waiting"], at=now)
    approve(scene, cast.mona)
    assert Permit.objects.count() == 1


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda one: one.__name__)
def test_the_database_and_the_rule_agree(scene, relation):
    who, waiting = relation(scene), scene["waiting"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT requests_barred(%s, %s, %s)", [who.pk, waiting.pk, scene["now"]])
        assert cursor.fetchone()[0] is not None
        cursor.execute("SELECT requests_barred(%s, %s, %s)", [scene["cast"].mona.pk, waiting.pk, scene["now"]])
        assert cursor.fetchone()[0] is None
    assert desk_of(waiting, at=scene["now"]).bars(who)


def test_circles_of_deputies_end(now):
    day = now.date()
    rows = [StandIn(a, b, day, day) for a, b in (("A", "B"), ("B", "C"), ("C", "B"), ("C", "A"))]
    assert standing_in_for({"A"}, rows, day) == {"A", "B", "C"}
