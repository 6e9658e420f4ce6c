"""Every way that is offered is gone to its end: what was promised is what one gets, and it is never forbidden."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from consent.models import Consent
from consent.services import give_consent
from contacts import policy
from contacts.calendar import next_contact_hours, quiet_hours
from contacts.customers.models import Customer, InboundContact
from contacts.customers.services import record_objection
from contacts.policy import RULE_SET_1
from contacts.requests.deciding import answer
from contacts.requests.models import CompanyAccount, ContactRequest, PlatformRegistration
from contacts.requests.services import asking, submitting
from contacts.requests.ways import all_ways, ways
from contacts.requests.ways.prefilling import form_of
from contacts.requests.ways.steps import ACTS, LEVERS, TAKEABLE
from contacts.requests.ways.words import notes_of, places_of, title_of
from portal.access.roles import Role
from tests.browsing import form, links, words
from tests.cast import account, certify, make_customer, person, point, wording
from tests.requests.scenes import as_, ask

HOURS = RULE_SET_1.thresholds.contact_hours
pytestmark = pytest.mark.django_db
PROMOTING = "Ihr Gerät ist repariert.\n\nJetzt neu: 20 % Rabatt auf alle Filter! Bitte holen Sie es bis Freitag ab."
PURPOSES = [purpose for purpose in policy.Purpose if purpose not in ("private", "doi_confirmation")]
SEVERITY = ["allowed", "needs_manager_approval", "needs_dpo_approval", "forbidden"]


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def world(cast, customer, accounts, now):
    """A customer with addresses of every kind, a business contact, a child; somebody trained and somebody not."""
    firm = make_customer(now, number="4712", kind="business_contact", relationship="prospect")
    child = make_customer(now, number="4713", birth_date=now.date() - timedelta(days=365 * 14))
    for someone in (customer, firm, child):
        point(someone, "sms", f"0171 555{someone.number}", now=now, source="referral")
        point(someone, "messenger", f"+49 171 444{someone.number}", now=now, platform="whatsapp")
        point(someone, "messenger", f"+49 171 333{someone.number}", now=now, platform="signal", source="data_subject")
        point(someone, "email", f"zwei.{someone.number}@kundin.example", now=now, source="data_subject")
    account("Diensthandy", "messenger", cast, now, platform="signal", kind="company_shared_device")
    PlatformRegistration.objects.filter(platform="signal").update(status="under_review")
    agree(cast, customer, "marketing", "email", now)
    record_objection(cast.clara, customer=firm, scope="marketing_objection", channel="phone", how="spoken", at=now)
    newcomer = person("nora", Role.EMPLOYEE, manager=cast.mona)
    return [customer, firm, child], [cast.anna, newcomer]


def agree(cast, customer, purpose, channel, now, platform=""):
    text = wording(purpose, channel, platform)
    told = {"how": "paper", "evidence": "Formular 12", "text": text, "given_at": now - timedelta(days=1), "at": now}
    give_consent(cast.clara, customer=customer, purpose=purpose, channel=channel, platform=platform, **told)


def questions(world, now, *, count, seed) -> list[ContactRequest]:
    """Drawn over everything that one can ask; kept as drafts."""
    customers, people = world
    chance = random.Random(seed)
    night = now + timedelta(hours=11)
    asked = []
    while len(asked) < count:
        customer = chance.choice(customers)
        address = chance.choice(list(customer.contact_points.all()))
        private = chance.random() < 0.3
        official = CompanyAccount.objects.filter(channel=address.channel, platform=address.platform).first()
        flags = {name: chance.random() < 0.25 for name in ("contains_promotion", "special_category", "automated_call")}
        flags |= {name: chance.random() < 0.75 for name in ("sender_clear", "caller_id_shown", "opt_out_included")}
        request, given = asking.ask(
            chance.choice(people),
            customer=customer,
            contact_point=address,
            account=None if private else official,
            private_account=private,
            purpose=str(chance.choice(PURPOSES)),
            draft_text=chance.choice(["", "Bitte rufen Sie uns zurück.", PROMOTING]),
            planned_at=chance.choice([None, None, night]),
            at=now,
            **flags,
        )
        if given.outcome != "allowed":
            asked.append(request)
    return asked


def act(key, way, cast, requester, now):
    """What the way asks somebody to do elsewhere, done."""
    customer, address = way.point.customer, way.point
    match key:
        case "finish_training":
            certify(requester, until=now.date() + timedelta(days=300), by=cast.tom)
        case "verify_identity":
            type(address).objects.filter(pk=address.pk).update(verified_at=now)
        case "get_consent":
            question = way.question
            purpose = policy.effective_purpose(policy.Purpose(question.purpose), question.contains_promotion)
            agree(cast, customer, str(purpose), address.channel, now, address.platform)
        case "customer_writes_first":
            InboundContact.objects.create(
                customer=customer, channel=address.channel, platform=address.platform, at=now, recorded_by=cast.clara
            )
        case "parental_consent":
            Customer.objects.filter(pk=customer.pk).update(parental_consent=True)
        case "company_presence":
            account("Neu", address.channel, cast, now, platform=address.platform)
        case "approve_platform":
            PlatformRegistration.objects.filter(platform=address.platform).update(status="approved")
        case "isolate_address_book":
            CompanyAccount.objects.filter(platform=address.platform).update(address_book_isolated=True)
        case "document_presumed_consent":
            pass
        case _:
            raise AssertionError(key)


class Undo(Exception):
    """Takes back what was done to try one way."""


def go(way, request, cast, now, client) -> str:
    """Do what is to be done elsewhere, open the form that the way leads to, and send it as it is."""
    for step in way.acts:
        act(step.key, way, cast, request.requester, now)
    path = form_of(way, request)
    fields = form(client.get(path)).fields
    if "document_presumed_consent" in way.keys:
        fields["presumed_consent"] = "Hat auf der Messe um ein Gespräch über Filter gebeten."
    response = client.post(path, fields)
    assert response.status_code == 302, response.context["form"].errors
    return ContactRequest.objects.get(pk=request.pk).outcome


def test_every_offered_way_gets_the_answer_that_was_promised(world, cast, accounts, now):
    seen, pairs = Counter(), 0
    at_night = ask(cast.anna, world[0][0], "phone", accounts.phone, at=now, planned_at=now + timedelta(hours=11))
    for request in [at_night, *questions(world, now, count=14, seed=71)]:
        given, client = answer(request, at=now), as_(request.requester)
        for way in all_ways(given)[:14]:
            try:
                with transaction.atomic():
                    got = go(way, request, cast, now, client)
                    assert got == way.outcome != "forbidden", (request.pk, way.keys, given.facts)
                    assert SEVERITY.index(got) < SEVERITY.index(given.outcome)
                    raise Undo
            except Undo:
                seen.update(way.keys)
                pairs += len(way.keys) == 2
    assert pairs > 15
    assert {"address", "company_account", "remove_promotion", "wait_for_contact_hours", "finish_training"} <= set(seen)


def naive(given) -> set[tuple[str, str, frozenset[str]]]:
    """Ways by brute force over addresses and fields: address, outcome, and what else changes."""
    context, asked = given.context, given.question
    waits = next_contact_hours(context.at, context.zone, HOURS)
    planned = asked.planned_at or context.at
    if quiet_hours(planned, context.zone, HOURS):
        waits = next_contact_hours(planned, context.zone, HOURS)
    changes = {"remove_promotion": {"contains_promotion": False, "promotion_disputed": False}}
    changes |= {key: fields for key, fields in TAKEABLE.items() if key != "remove_promotion"}
    if quiet_hours(planned, context.zone, HOURS):
        changes["wait_for_contact_hours"] = {"planned_at": waits}
    if asked.purpose != "marketing_similar_products":
        del changes["own_similar_products"]
    changes = {key: f for key, f in changes.items() if any(getattr(asked, n) != v for n, v in f.items())}
    homes = [(None, asked)]
    for address in context.points:
        there = {"point": address, "account": context.default_account(address), "private_account": False}
        homes.append((address.pk, replace(asked, **there)))
    homes = [home for home in homes if home[0] is None or home[1] != asked]

    def rank(question, acts):
        facts = context.facts(question)
        for key in acts:
            sets = LEVERS[key].change(facts)
            if not sets:
                return None
            facts = replace(facts, **sets)
        found = policy.decide(facts, policy.RULE_SET_1).outcome
        return max(SEVERITY.index(found), 1 if question.promotion_disputed else 0)

    base, everything = rank(asked, ()), {}
    for home, question in homes:
        for extra in [(), *[(k,) for k in (*changes, *ACTS)], *pairs_of((*changes, *ACTS))]:
            if len(extra) + (home is not None) in (1, 2):
                there = question
                for key in extra:
                    there = replace(there, **changes.get(key, {}))
                everything[home, frozenset(extra)] = rank(there, [key for key in extra if key in ACTS])
    found = set()
    for (home, extra), got in everything.items():
        if got is None or got >= base:
            continue
        parts = [(None, frozenset([key])) for key in extra] + ([(home, frozenset())] if home is not None else [])
        alone = [everything.get(part) for part in parts] if len(parts) == 2 else []
        if all(part is None or part > got for part in alone):
            found.add((home, SEVERITY[got], extra))
    return found


def pairs_of(keys):
    about = {key: LEVERS[key].about for key in keys}
    return [(a, b) for i, a in enumerate(keys) for b in keys[i + 1 :] if not about[a] & about[b]]


def test_nothing_is_missing_and_nothing_too_much(world, now):
    found = 0
    for request in questions(world, now, count=80, seed=72):
        given = answer(request, at=now)
        offered = set()
        for way in all_ways(given):
            home = way.point.pk if way.moves else None
            offered.add((home, way.outcome, frozenset(way.keys) - {"address", "company_account"}))
        assert offered == naive(given), given.facts
        assert len(offered) == len(all_ways(given))
        found += len(offered)
    assert found > 150


def test_the_better_answer_comes_first_then_the_smaller_change_and_five_are_shown(world, now):
    for request in questions(world, now, count=40, seed=73):
        given = answer(request, at=now)
        found = all_ways(given)
        orders = [
            (SEVERITY.index(way.outcome), sum(step.effort for step in way.steps), len(way.steps)) for way in found
        ]
        assert orders == sorted(orders)
        assert ways(given) == found[:5]


def test_every_way_says_what_to_do_where_and_links_to_it(world, now):
    seen = set()
    for request in questions(world, now, count=50, seed=74):
        given = answer(request, at=now)
        for way in all_ways(given):
            assert title_of(way, given.context) and notes_of(way)
            places = places_of(way, given.context, form_of(way, request))
            assert len(places) == len(way.acts)
            assert all(place.label and place.url.startswith("/") for place in places)
            seen.update(way.keys)
    assert {"finish_training", "get_consent", "verify_identity"} <= seen


@pytest.mark.parametrize("key", ACTS)
@pytest.mark.parametrize("who", ["anna", "clara", "dora"])
def test_the_place_of_every_act_opens_for_those_who_are_sent_there(world, cast, now, key, who):
    from contacts.requests.context import Question, load
    from contacts.requests.ways.searching import Way
    from contacts.requests.ways.words import place_of

    customer, user = world[0][0], getattr(cast, who)
    for address in customer.contact_points.all():
        question = Question(point=address, account=None, purpose="service")
        way = Way(question, question, "allowed", ())
        place = place_of(key, way, load(customer, user, at=now), reverse("check_form", args=[customer.number]))
        assert as_(user).get(place.url).status_code == 200


# --- one by one


def test_a_letter_without_the_advertising_is_one_way(cast, customer, accounts, now):
    customer.robinson_listed = True
    customer.save(update_fields=["robinson_listed"])
    asked = ask(cast.anna, customer, "social_dm", None, at=now, draft_text=PROMOTING, special_category=True)
    found = {way.keys: way for way in all_ways(answer(asked, at=now)) if way.point.channel == "phone"}
    assert ("address", "remove_promotion") in found


def test_the_text_comes_without_the_sentence_that_advertises_and_the_page_says_so(cast, customer, accounts, now):
    asked = ask(cast.anna, customer, "email", accounts.email, at=now, draft_text=PROMOTING)
    anna = as_(cast.anna)
    (link,) = [one for one in links(anna.get(f"/check/{asked.number}/")) if one.endswith("?change=remove_promotion")]
    page = anna.get(link)
    assert "The sentences that advertise are left out." in words(page)
    text = form(page).fields["draft_text"].replace("\r\n", "\n")
    assert text == "Ihr Gerät ist repariert.\n\nBitte holen Sie es bis Freitag ab."
    asked.refresh_from_db()
    assert asked.draft_text == PROMOTING
    anna.post(link, form(page).fields)
    asked.refresh_from_db()
    assert asked.outcome == "allowed"


def test_waiting_says_until_when_and_fills_in_that_time(cast, customer, accounts, now):
    friday_night = now + timedelta(days=3, hours=12)
    asked = ask(cast.anna, customer, "phone", accounts.phone, at=now, planned_at=friday_night)
    anna = as_(cast.anna)
    page = anna.get(f"/check/{asked.number}/")
    assert "Wait until Saturday, 28 Nov 2026, 09:00, the customer's local time" in words(page)
    assert "This would be allowed: Wait until Saturday" in words(page)
    assert "to be used at once" not in words(page)
    (link,) = [one for one in links(page) if one.endswith("?change=wait_for_contact_hours")]
    assert form(anna.get(link)).fields["planned_at"] == "2026-11-28T09:00"


def test_a_planned_time_that_has_passed_is_not_taken_over(cast, customer, accounts, now):
    asked = ask(cast.anna, customer, "social_dm", None, at=now, planned_at=now + timedelta(hours=1))
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        letter = customer.contact_points.get(channel="letter").pk
        as_(cast.anna).post(f"/check/{asked.number}/take/", {"contact_point": letter})
    asked.refresh_from_db()
    assert (asked.planned_at, asked.outcome) == (None, "allowed")


def test_a_link_can_bring_several_changes_and_changes_nothing(cast, customer, accounts, now):
    asked = ask(cast.anna, customer, "email", accounts.email, at=now, contains_promotion=True, special_category=True)
    phone = customer.contact_points.get(channel="phone").pk
    query = f"?change=remove_promotion&change=no_special_category&contact_point={phone}&account_choice=company"
    fields = form(as_(cast.anna).get(f"/check/{asked.number}/edit/{query}")).fields
    assert (fields["contact_point"], fields["account_choice"]) == (str(phone), "company")
    assert not {"contains_promotion", "special_category"} & set(fields)
    before = asked.decisions.count()
    asked.refresh_from_db()
    assert (asked.contains_promotion, asked.decisions.count()) == (True, before)


@pytest.mark.parametrize("chosen", ["0", "x", ""])
def test_an_address_that_is_not_the_customers_changes_nothing_in_the_form(cast, customer, accounts, now, chosen):
    asked = ask(cast.anna, customer, "email", accounts.email, at=now)
    fields = form(as_(cast.anna).get(f"/check/{asked.number}/edit/?contact_point={chosen}")).fields
    assert fields["contact_point"] == str(asked.contact_point_id)


def test_a_refused_question_leads_to_a_new_one_with_two_changes(cast, customer, accounts, now):
    point(customer, "sms", "0171 5550000", now=now)
    asked = ask(cast.anna, customer, "social_dm", None, at=now, draft_text=PROMOTING)
    refused = submitting.submit(cast.anna, request=asked, at=now)
    way = next(way for way in all_ways(answer(refused, at=now)) if way.keys == ("address", "remove_promotion"))
    query = parse_qs(urlsplit(form_of(way, refused)).query)
    assert query["again"] == [refused.number]
    anna, path = as_(cast.anna), form_of(way, refused)
    anna.post(path, form(anna.get(path)).fields)
    new = ContactRequest.objects.latest("pk")
    assert (new.pk != refused.pk, new.outcome, new.contact_point_id) == (True, way.outcome, way.point.pk)


def test_the_consent_office_is_led_to_the_double_opt_in_and_others_to_the_customer(cast, customer, accounts, now):
    for who, where in (("clara", "/customers/4711/sign-up/"), ("anna", "/customers/4711/")):
        asked = ask(getattr(cast, who), customer, "email", accounts.email, at=now, purpose="marketing")
        given = answer(asked, at=now)
        way = next(way for way in all_ways(given) if "get_consent" in way.keys and way.point.channel == "email")
        assert where in [place.url for place in places_of(way, given.context, "/x/")]
    assert not Consent.objects.exists()


# --- when contact hours begin


@pytest.mark.parametrize(
    ("local", "opens"),
    [
        ("2026-11-24T07:59", "2026-11-24T08:00"),
        ("2026-11-24T08:00", "2026-11-25T08:00"),
        ("2026-11-24T21:00", "2026-11-25T08:00"),
        ("2026-11-27T20:00", "2026-11-28T09:00"),
        ("2026-11-28T18:00", "2026-11-30T08:00"),
        ("2026-12-24T21:00", "2026-12-28T08:00"),
        ("2027-03-27T19:00", "2027-03-30T08:00"),
    ],
)
def test_contact_hours_begin_on_the_next_day_that_has_some(local, opens):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    found = next_contact_hours(datetime.fromisoformat(local).replace(tzinfo=berlin), berlin, HOURS)
    assert found.astimezone(berlin).strftime("%Y-%m-%dT%H:%M") == opens
    assert not quiet_hours(found, berlin, HOURS)
    assert quiet_hours(found - timedelta(seconds=1), berlin, HOURS)
