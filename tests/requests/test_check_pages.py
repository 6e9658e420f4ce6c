"""“May I contact?” as pages: find the customer, ask, read the answer, take a better way; looking costs and changes
nothing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape

from consent.services import give_consent, request_opt_in
from contacts.customers.models import Customer
from contacts.customers.services import record_objection
from contacts.requests.models import ContactRequest
from contacts.requests.services import permits, submitting
from portal.audit.models import AuditEntry
from tests.browsing import form, links, words
from tests.cast import account, make_customer, point, wording
from tests.desk.reading import nothing_written
from tests.requests.scenes import ask, permit_for, reminder_by_sms, report_by_mail, service_by_mail

pytestmark = pytest.mark.django_db
TEXT = "Sehr geehrte Frau Mustermann,\r\n\r\ndie Rechnung <4711> & Mahnung vom Oktober ist noch offen."


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def anna(client, cast) -> Client:
    client.force_login(cast.anna)
    return client


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def found(response) -> list[str]:
    return [customer.number for customer in response.context["hits"]]


def fill(client: Client, path: str, **entered) -> tuple[str, dict]:
    """What a browser sends when a person opens the form and changes only these fields; None unticks."""
    fields = form(client.get(path)).fields | entered
    return path, {name: value for name, value in fields.items() if value is not None}


def over(customer, channel: str, **entered) -> dict:
    return {"contact_point": customer.contact_points.get(channel=channel).pk, **entered}


@pytest.fixture
def forbidden(cast, customer, accounts, now) -> ContactRequest:
    """The accountant's question: an open invoice over a profile that she looked up, from her private account."""
    return ask(cast.anna, customer, "social_dm", None, at=now, purpose="debt_collection", draft_text=TEXT)


# --- find the customer


@pytest.mark.parametrize(
    "entered",
    [
        "Mustermann",
        "  muster  ERIKA ",
        "4711",
        "erika.4711@kundin.example",
        "ERIKA.4711@Kundin.example",
        "0221 5554711",
        "+49 221 555-4711",
        "@erika_4711",
        "https://instagram.com/erika_4711/",
    ],
)
def test_a_customer_is_found_by_name_number_and_address_in_any_spelling(anna, customer, now, entered):
    make_customer(now, number="4712", first_name="Jörg", last_name="Großmann")
    response = anna.get("/check/", {"q": entered})
    assert found(response) == ["4711"]
    assert "One customer found" in words(response)
    assert "/check/customers/4711/" in links(response)


def test_customers_of_one_name_stand_side_by_side_with_their_numbers(anna, customer, now):
    make_customer(now, number="4712", first_name="Adam")
    response = anna.get("/check/", {"q": "muster"})
    assert found(response) == ["4712", "4711"]
    assert "2 customers found" in words(response)
    assert "4712 · Consumer · Customer" in words(response)


def test_an_address_that_is_no_longer_used_finds_nobody(anna, customer, now):
    customer.contact_points.filter(channel="email").update(retired_at=now)
    assert found(anna.get("/check/", {"q": "erika.4711@kundin.example"})) == []


@pytest.mark.parametrize("entered", ["Niemand", "<script>alert(1)</script>", "%", "\x00", "x" * 500])
def test_a_search_without_a_hit_says_so_and_offers_the_list(anna, customer, entered):
    response = anna.get("/check/", {"q": entered})
    assert found(response) == []
    assert "Nobody found Check the spelling, or look through the list of customers." in words(response)
    assert "/customers/" in links(response)
    assert "<script>alert" not in response.content.decode()


def test_without_words_nothing_is_searched_and_nothing_is_missing(anna, customer):
    response = anna.get("/check/", {"q": "  "})
    assert found(response) == []
    assert "Nobody found" not in words(response)


def test_what_was_searched_stays_in_the_field(anna, customer):
    assert 'value="Muster &quot;Erika&quot;"' in anna.get("/check/", {"q": 'Muster "Erika"'}).content.decode()


# --- ask


def test_the_form_offers_each_address_with_its_source_and_no_reason_that_only_the_portal_has(anna, customer):
    page = anna.get("/check/customers/4711/")
    assert "E-mail: erika.4711@kundin.example · From the contract" in words(page)
    assert "Instagram: erika_4711 · Searched out by an employee" in words(page)
    assert 'value="debt_collection"' in page.content.decode()
    assert "doi_confirmation" not in page.content.decode()


def test_a_link_can_fill_in_reason_and_address(anna, customer):
    address = customer.contact_points.get(channel="letter").pk
    page = anna.get("/check/customers/4711/", {"purpose": "service", "contact_point": address})
    assert form(page).fields["purpose"] == "service"
    assert form(page).fields["contact_point"] == str(address)


def test_a_customer_without_an_address_has_no_form_but_the_next_step(anna, now):
    Customer.objects.create(number="9", last_name="Ohne", relationship="prospect")
    page = anna.get("/check/customers/9/")
    assert "No address on record" in words(page)
    assert "Get the answer" not in words(page)
    assert "/customers/9/" in links(page)


def test_an_unknown_customer_does_not_exist(anna, customer):
    assert anna.get("/check/customers/815/").status_code == 404


def test_an_empty_form_names_what_is_missing_in_whole_sentences_with_links_to_the_fields(anna, customer):
    page = anna.post(*fill(anna, "/check/customers/4711/", purpose="", contact_point=None))
    assert page.context["form"].errors.keys() == {"purpose", "contact_point"}
    summary = re.search(r'<div class="errors".*?</div>', page.content.decode(), re.DOTALL).group()
    told = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert [text for _target, text in told] == [
        "Reason: Choose why you want to make contact.",
        "Over which address? Choose the address over which you want to make contact.",
    ]
    for target, _text in told:
        assert f'id="{target}"' in page.content.decode()
    assert "<title>Error: May I make contact?" in page.content.decode()
    assert not ContactRequest.objects.exists()


def test_a_time_that_has_passed_is_refused_with_what_to_do(anna, customer, now):
    past = (now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    page = anna.post(
        *fill(anna, "/check/customers/4711/", **over(customer, "email", purpose="service", planned_at=past))
    )
    assert page.context["form"].errors == {
        "planned_at": ["This time has passed. Leave the field empty to ask about now."]
    }


def test_an_account_that_does_not_reach_the_address_is_refused_by_name(anna, cast, customer, accounts, now):
    phone = account("Diensthandy", "messenger", cast, now, platform="signal", kind="company_shared_device")
    entered = over(customer, "email", purpose="service", account_choice=phone.pk)
    page = anna.post(*fill(anna, "/check/customers/4711/", **entered))
    assert page.context["form"].errors == {
        "account_choice": ["“Diensthandy” does not reach this address. Choose the official account for the channel."]
    }


def test_an_address_of_somebody_else_is_not_on_offer(anna, customer, now):
    other = make_customer(now, number="4712")
    page = anna.post(*fill(anna, "/check/customers/4711/", **over(other, "email", purpose="service")))
    assert page.context["form"].errors.keys() == {"contact_point"}


def test_nothing_that_was_entered_is_lost_when_something_is_wrong(anna, customer, accounts):
    entered = {
        "purpose": "debt_collection",
        "account_choice": "private",
        "draft_text": TEXT,
        "contains_promotion": "on",
        "special_category": "on",
        "sender_clear": None,
        "presumed_consent": "Anfrage vom Mai",
        "planned_at": "2026-12-24T10:30",
        "urgency": "imminent_danger",
    }
    path, sent = fill(anna, "/check/customers/4711/", **entered)
    page = anna.post(path, sent | {"contact_point": ""})
    assert page.context["form"].errors.keys() == {"contact_point"}
    kept = form(page).fields
    kept.pop("csrfmiddlewaretoken")
    assert kept.pop("draft_text").replace("\r\n", "\n") == TEXT.replace("\r\n", "\n")
    del sent["csrfmiddlewaretoken"], sent["draft_text"]
    assert kept == sent
    assert "<4711>" not in page.content.decode()


def test_a_complete_question_is_kept_as_a_draft_and_answered(anna, cast, customer, accounts):
    entered = over(customer, "email", purpose="service", draft_text=TEXT)
    response = anna.post(*fill(anna, "/check/customers/4711/", **entered))
    asked = ContactRequest.objects.get()
    assert response["Location"] == f"/check/{asked.number}/"
    assert (asked.requester, asked.state, asked.account, asked.draft_text) == (cast.anna, "draft", accounts.email, TEXT)


# --- the verdict card


@pytest.mark.parametrize(
    ("scene", "outcome", "sentence", "button"),
    [
        ("mail", "allowed", "Yes, over E-mail, for: Service.", "Get the permit"),
        (
            "sms",
            "needs_manager_approval",
            "Perhaps: your manager decides about SMS for: Open invoice.",
            "Ask for approval",
        ),
        (
            "report",
            "needs_dpo_approval",
            "Perhaps: the data protection officer decides about E-mail for: Service.",
            "Ask for approval",
        ),
        ("invoice", "forbidden", "No, not over Instagram from your private account.", None),
    ],
)
def test_the_answer_is_one_sentence_and_offers_what_follows(
    anna, cast, customer, accounts, now, forbidden, scene, outcome, sentence, button
):
    asked = {
        "mail": lambda: service_by_mail(cast, customer, accounts, now),
        "sms": lambda: reminder_by_sms(cast, customer, accounts, now),
        "report": lambda: report_by_mail(cast, customer, accounts, now),
        "invoice": lambda: forbidden,
    }[scene]()
    page = anna.get(f"/check/{asked.number}/")
    assert page.context["outcome"] == outcome
    assert f'<h2 id="verdict" class="mt-2 mb-2">{sentence}</h2>' in page.content.decode()
    assert f"<title>{sentence}" in page.content.decode()
    offered = [word for word in ("Get the permit", "Ask for approval") if word in words(page)]
    assert offered == ([button] if button else [])


def lights(page) -> list[tuple[str, str, str, str]]:
    """Title, tone, icon and word of every factor, as the page shows them."""
    pattern = (
        r'<div class="factor tone-(\w+)">\s*<div><h3>([^<]+)</h3><span class="badge-word tone-(\w+)">'
        r'<svg class="icon" aria-hidden="true"><use href="[^"#]+#([\w-]+)"></use></svg> ([^<]+)</span>'
    )
    rows = re.findall(pattern, page.content.decode())
    assert all(row[0] == row[2] for row in rows)
    return [(title, tone, icon, word) for tone, title, _tone, icon, word in rows]


def test_the_four_factors_are_lights_with_word_and_icon(anna, forbidden):
    page = anna.get(f"/check/{forbidden.number}/")
    assert lights(page) == [
        ("Reason", "forbidden", "x-octagon-fill", "Stop"),
        ("Consent", "quiet", "dash-lg", "Not asked for"),
        ("Source", "forbidden", "x-octagon-fill", "Stop"),
        ("Account", "forbidden", "x-octagon-fill", "Stop"),
    ]


def test_lights_differ_in_shape_and_word_not_only_in_colour(anna, cast, customer, accounts, now):
    drafts = [
        service_by_mail(cast, customer, accounts, now),
        reminder_by_sms(cast, customer, accounts, now),
        report_by_mail(cast, customer, accounts, now),
        ask(cast.anna, customer, "email", accounts.email, at=now, purpose="private"),
    ]
    seen = {
        tone: (icon, word) for one in drafts for _title, tone, icon, word in lights(anna.get(f"/check/{one.number}/"))
    }
    assert seen == {
        "allowed": ("check-circle-fill", "Fine"),
        "manager": ("hourglass-split", "Approval"),
        "dpo": ("shield-lock-fill", "Check"),
        "forbidden": ("x-octagon-fill", "Stop"),
        "quiet": ("dash-lg", "Not asked for"),
    }


def test_what_else_counts_has_its_light_where_it_has_something_to_say(anna, cast, customer, accounts, now):
    night = ask(cast.anna, customer, "phone", accounts.phone, at=now, planned_at=now + timedelta(hours=12))
    titles = [title for title, *_rest in lights(anna.get(f"/check/{night.number}/"))]
    assert titles == ["Reason", "Consent", "Source", "Account", "Time"]


def test_every_finding_stands_there_with_its_reason_its_number_and_its_source(anna, forbidden):
    page = anna.get(f"/check/{forbidden.number}/")
    findings = page.context["given"].decision.findings
    assert {"DEB-04", "SRC-01", "ACC-01"} <= {finding.rule.id for finding in findings}
    for finding in findings:
        rule = finding.rule
        assert escape(rule.reason_en) in page.content.decode()
        named = f'Source<span class="visually-hidden">: {rule.id}</span></summary>{escape(rule.citation)}'
        assert named in page.content.decode() and f'href="/rules/{rule.id}/"' in page.content.decode()


def test_disputed_law_and_house_rules_are_told_apart(anna, cast, customer, accounts, now, forbidden):
    assert "House rule." in words(anna.get(f"/check/{forbidden.number}/"))
    assert "House rule." not in words(anna.get(f"/check/{service_by_mail(cast, customer, accounts, now).number}/"))


def test_obligations_stand_there_with_their_source(anna, cast, customer, accounts, now):
    page = anna.get(f"/check/{reminder_by_sms(cast, customer, accounts, now).number}/")
    obligations = page.context["given"].decision.obligations
    assert obligations
    for duty in obligations:
        assert f'<li>{escape(duty.text_en)} <span class="eyebrow">{escape(duty.citation)}</span></li>' in (
            page.content.decode()
        )


def test_a_forbidden_contact_has_no_obligations(anna, forbidden):
    assert "Mind this" not in words(anna.get(f"/check/{forbidden.number}/"))


def test_the_page_speaks_german_to_those_who_do(anna, cast, forbidden):
    cast.anna.language = "de"
    cast.anna.save(update_fields=["language"])
    page = anna.get(f"/check/{forbidden.number}/")
    assert "Nein, nicht per Instagram von Ihrem privaten Konto." in words(page)
    assert [word for *_rest, word in lights(page)] == ["Stopp", "Nicht gefragt", "Stopp", "Stopp"]
    for finding in page.context["given"].decision.findings:
        assert escape(finding.rule.reason_de) in page.content.decode()


def test_the_answer_is_given_anew_whenever_the_page_is_opened(anna, cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    record_objection(cast.clara, customer=customer, scope="full_block", how="spoken", at=now)
    page = anna.get(f"/check/{asked.number}/")
    assert page.context["outcome"] == "forbidden"
    assert "Get the permit" not in words(page)
    assert page.context["ways"] == []


# --- the ways


def test_a_forbidden_question_is_followed_by_the_ways_that_are_allowed(anna, forbidden):
    page = anna.get(f"/check/{forbidden.number}/")
    shown = [(way.point.channel, way.outcome, way.changed) for way in page.context["ways"]]
    assert shown == [
        ("letter", "allowed", ("channel", "account")),
        ("email", "allowed", ("channel", "account")),
        ("phone", "allowed", ("channel", "account")),
    ]
    assert "This is possible at once: Letter: Rechnungsadresse ." in words(page)
    assert "Different: another channel, the official account" in words(page)


def test_an_allowed_question_offers_no_other_way(anna, cast, customer, accounts, now):
    page = anna.get(f"/check/{service_by_mail(cast, customer, accounts, now).number}/")
    assert page.context["ways"] == []
    assert "Take this way" not in words(page)


def test_single_steps_that_would_help_are_named_with_their_answer(anna, cast, customer, accounts, now):
    asked = ask(cast.anna, customer, "email", accounts.email, at=now, contains_promotion=True, opt_out_included=True)
    page = anna.get(f"/check/{asked.number}/")
    steps = {way.keys: way.outcome for way in page.context["ways"]}
    assert steps["remove_promotion",] == "allowed"
    assert "Take the promotion out of the text In the text of the question Allowed" in words(page)


def take(client: Client, request: ContactRequest, channel: str):
    """Press “Take this way” beside the way over a channel."""
    page = client.get(f"/check/{request.number}/")
    wanted = str(request.customer.contact_points.get(channel=channel).pk)
    action = f"/check/{request.number}/take/"
    offered = re.findall(rf'<form method="post" action="{action}">.*?name="contact_point" value="(\d+)"', page.text)
    assert wanted in offered
    return client.post(action, {"contact_point": wanted})


def test_taking_a_way_leads_to_the_changed_draft_which_is_allowed(anna, accounts, forbidden):
    response = take(anna, forbidden, "letter")
    assert response["Location"] == f"/check/{forbidden.number}/"
    page = anna.get(response["Location"])
    assert "Yes, over Letter, for: Open invoice." in words(page)
    assert "Get the permit" in words(page)
    forbidden.refresh_from_db()
    assert (forbidden.account, forbidden.private_account, forbidden.state) == (accounts.letter, False, "draft")


def test_taking_a_way_loses_neither_the_text_nor_the_rest_of_the_question(anna, forbidden):
    before = ContactRequest.objects.filter(pk=forbidden.pk).values().get()
    take(anna, forbidden, "letter")
    after = ContactRequest.objects.filter(pk=forbidden.pk).values().get()
    assert {name for name in before if before[name] != after[name]} == {
        "contact_point_id",
        "account_id",
        "private_account",
        "outcome",
    }
    page = anna.get(f"/check/{forbidden.number}/")
    assert escape(TEXT.splitlines()[2]) in page.content.decode()
    assert form(anna.get(f"/check/{forbidden.number}/edit/")).fields["draft_text"].splitlines() == TEXT.splitlines()


def test_taking_a_way_is_decided_kept_and_told_to_the_audit_trail(anna, cast, forbidden):
    take(anna, forbidden, "email")
    assert list(forbidden.decisions.order_by("pk").values_list("stage", "outcome")) == [
        ("ask", "forbidden"),
        ("ask", "allowed"),
    ]
    entries = AuditEntry.objects.filter(subject_id=forbidden.number).order_by("pk")
    assert list(entries.values_list("verb", "actor")) == [
        ("request.asked", cast.anna.pk),
        ("request.edited", cast.anna.pk),
    ]


@pytest.mark.parametrize("whose", ["somebody's", "retired", "nothing"])
def test_a_way_that_is_not_there_any_more_changes_nothing_and_says_so(anna, forbidden, now, whose):
    other = make_customer(now, number="4712").contact_points.get(channel="email").pk
    mine = forbidden.customer.contact_points.get(channel="email")
    if whose == "retired":
        mine.retired_at = now
        mine.save(update_fields=["retired_at"])
    chosen = {"somebody's": other, "retired": mine.pk, "nothing": "x"}[whose]
    page = anna.post(f"/check/{forbidden.number}/take/", {"contact_point": chosen}, follow=True)
    assert "This address is no longer used. Choose another way." in words(page)
    assert page.context["outcome"] == "forbidden"
    assert forbidden.decisions.count() == 1


# --- change the question


def test_every_line_of_the_question_leads_to_the_form_with_what_was_asked(anna, forbidden):
    page = anna.get(f"/check/{forbidden.number}/")
    assert links(page).count(f"/check/{forbidden.number}/change/reason/") == 1
    assert links(page).count(f"/check/{forbidden.number}/change/address/") == 2
    assert links(page).count(f"/check/{forbidden.number}/edit/") == 1
    fields = form(anna.get(f"/check/{forbidden.number}/edit/")).fields
    assert fields["purpose"] == "debt_collection"
    assert fields["account_choice"] == "private"
    assert fields["contact_point"] == str(forbidden.contact_point_id)
    assert fields["draft_text"].splitlines() == TEXT.splitlines()


def test_a_changed_question_is_answered_anew(anna, forbidden):
    path, sent = fill(anna, f"/check/{forbidden.number}/edit/", purpose="service", account_choice="company")
    page = anna.post(path, sent | over(forbidden.customer, "email"), follow=True)
    assert page.redirect_chain == [(f"/check/{forbidden.number}/", 302)]
    assert "Yes, over E-mail, for: Service." in words(page)
    assert ContactRequest.objects.count() == 1


def test_a_change_with_an_error_keeps_the_draft_as_it_was(anna, forbidden):
    before = ContactRequest.objects.values().get()
    page = anna.post(*fill(anna, f"/check/{forbidden.number}/edit/", purpose="", draft_text="neu"))
    assert page.context["form"].errors.keys() == {"purpose"}
    assert form(page).fields["draft_text"] == "neu"
    assert ContactRequest.objects.values().get() == before


def test_a_question_that_was_handed_in_shows_as_a_request(anna, cast, customer, accounts, now):
    asked = reminder_by_sms(cast, customer, accounts, now)
    submitting.submit(cast.anna, request=asked, at=now)
    assert anna.get(f"/check/{asked.number}/")["Location"] == f"/requests/{asked.number}/"


@pytest.mark.parametrize("way", ["edit", "take"])
def test_a_question_that_was_handed_in_elsewhere_cannot_be_changed_and_says_so(
    anna, cast, customer, accounts, now, way
):
    asked = reminder_by_sms(cast, customer, accounts, now)
    _path, sent = fill(anna, f"/check/{asked.number}/edit/", purpose="service")
    submitting.submit(cast.anna, request=asked, at=now)
    sent |= {"contact_point": customer.contact_points.get(channel="letter").pk}
    page = anna.post(f"/check/{asked.number}/{way}/", sent, follow=True)
    assert page.redirect_chain[-1][0] == f"/requests/{asked.number}/"
    assert f"{asked.number} has moved on in the meantime." in words(page)
    asked.refresh_from_db()
    assert (asked.purpose, asked.contact_point.channel) == ("debt_collection", "sms")


# --- other people's drafts


@pytest.mark.parametrize("name", ["sven", "mona", "max", "dora", "clara", "tom", "rita", "adam"])
def test_a_draft_is_nobody_elses_business(cast, forbidden, name):
    client, before = as_(getattr(cast, name)), ContactRequest.objects.values().get()
    letter = forbidden.customer.contact_points.get(channel="letter").pk
    assert client.get(f"/check/{forbidden.number}/").status_code == 404
    assert client.get(f"/check/{forbidden.number}/edit/").status_code == 404
    assert client.post(f"/check/{forbidden.number}/edit/", {"purpose": "service"}).status_code == 404
    assert client.post(f"/check/{forbidden.number}/take/", {"contact_point": letter}).status_code == 404
    assert ContactRequest.objects.values().get() == before


@pytest.mark.parametrize("number", ["R-0", "R-999999", "R-x", "1001 OR 1=1", "R-" + "9" * 40])
def test_a_number_that_is_none_does_not_exist(anna, forbidden, number):
    assert anna.get(f"/check/{number}/").status_code == 404


# --- what looking costs, and that it changes nothing


PURPOSES = ("marketing", "winback", "satisfaction_survey")


def crowd(cast, customer, accounts, now) -> None:
    """More of everything that the pages read."""
    for turn in range(3):
        asked = ask(cast.sven, customer, "letter", accounts.letter, at=now, draft_text=f"Text {turn}")
        permits.redeem(cast.sven, permit=permit_for(asked, cast, now), at=now)
        service_by_mail(cast, customer, accounts, now)
        record_objection(
            cast.clara, customer=customer, scope="marketing_objection", channel="sms", how="spoken", at=now
        )
    for number in range(5000, 5015):
        make_customer(now, number=str(number), first_name=f"Erika{number}")
    for turn in range(12):
        point(customer, "email", f"e{turn}@kundin.example", now=now)
        account(f"Weiteres Konto {turn}", "email", cast, now)
        purpose, channel = PURPOSES[turn % 3], ("email", "phone", "sms", "letter")[turn % 4]
        give_consent(
            cast.clara,
            customer=customer,
            purpose=purpose,
            channel=channel,
            how="paper",
            text=wording(purpose, channel),
            evidence=f"Formular {turn}",
            given_at=now - timedelta(days=30),
            at=now,
        )
        request_opt_in(
            cast.clara,
            address=f"neu{turn}@kundin.example",
            text=wording(purpose, "email"),
            via="officer",
            customer=customer,
            at=now,
        )


PAGES = {
    "check": ("anna", "/check/?q=erika", 4),
    "form": ("anna", "/check/customers/4711/", 6),
    "answer": ("anna", "/check/{asked}/", 6),
    "edit": ("anna", "/check/{asked}/edit/", 6),
    "customer": ("anna", "/customers/4711/", 7),
    # One more than for others: what was reported about this customer, which only officers see.
    "customer as the DPO": ("dora", "/customers/4711/", 8),
    "customers": ("anna", "/customers/", 5),
    "customers for a reason": ("anna", "/customers/?purpose=service", 18),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_the_same_queries_however_much_there_is(
    cast, customer, accounts, now, forbidden, django_assert_num_queries, page
):
    name, address, queries = PAGES[page]
    client, path = as_(getattr(cast, name)), address.format(asked=forbidden.number)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200
    crowd(cast, customer, accounts, now)
    with django_assert_num_queries(queries):
        client.get(path)


@pytest.mark.parametrize("page", PAGES)
def test_looking_changes_nothing(cast, forbidden, page):
    name, address, _queries = PAGES[page]
    client = as_(getattr(cast, name))
    with nothing_written():
        assert client.get(address.format(asked=forbidden.number)).status_code == 200
    assert forbidden.decisions.count() == 1
