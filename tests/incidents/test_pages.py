"""The pages: who sees what, what is prefilled, what is refused, and that looking writes nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.incidents.models import Incident, Order
from contacts.incidents.services import containing, judging
from contacts.incidents.services.reporting import open_from_contact
from portal.access.roles import Role
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from portal.people.models import User
from tests.browsing import form, links, words
from tests.cast import make_customer, person
from tests.desk.reading import nothing_written
from tests.incidents.scenes import ASSESSED, assessed, closed, decide, reported, settle_steps, wrong_person
from tests.requests.scenes import as_, permit_for, reminder_by_sms, service_by_mail
from tests.training import courses
from training.models import Assignment
from training.services.assigning import end_assignment

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _at(time_machine, now):
    time_machine.move_to(now)


def look(user, path):
    browser = as_(user)
    with nothing_written():
        response = browser.get(path)
    assert response.status_code == 200
    return response


def filled(user, path="/incidents/report/", **values):
    """The report form as the browser would send it, with these answers."""
    said = form(look(user, path)).fields
    moment = timezone.localtime() - HOUR
    return said | {"kind": "private_account", "happened_at": f"{moment:%Y-%m-%dT%H:%M}", "description": "x"} | values


def problem(response):
    assert response.status_code == 200
    return words(response)


# --- reporting


def test_the_words_blame_nobody_and_say_who_reads_it(cast):
    text = words(look(cast.anna, "/incidents/report/"))
    assert "That can happen to anybody." in text
    assert "Only you and the data protection officers see this report." in text


def test_a_report_needs_what_and_when_and_a_few_words(cast, customer):
    answers = filled(cast.anna, customer_number="4711", way="messenger:whatsapp", categories=["name", "child"])
    response = as_(cast.anna).post("/incidents/report/", answers, follow=True)
    made = Incident.objects.get()
    assert response.request["PATH_INFO"] == f"/incidents/{made.number}/"
    assert "Thank you for reporting it." in words(response)
    assert (made.channel, made.platform, made.customer) == ("messenger", "whatsapp", customer)
    assert made.data == ["name", "child"]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"customer_number": "9999"}, "There is no customer with this number."),
        ({"happened_at": "2027-01-01T10:00"}, "This lies in the future."),
        ({"noticed_at": "0026-11-24T09:00"}, "Enter a valid date/time."),
        ({"noticed_at": "2026-11-01T09:00"}, "This is later than it was noticed."),
        ({"description": ""}, "This field is required."),
        ({"kind": "nonsense"}, "Select a valid choice."),
        ({"key": "nonsense"}, "Enter a valid UUID."),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(cast, answers, sentence):
    said = filled(cast.anna, person_note="a stranger", **answers)
    response = as_(cast.anna).post("/incidents/report/", said)
    assert sentence in problem(response)
    assert form(response).fields["person_note"] == "a stranger"
    assert not Incident.objects.exists()


def test_a_double_press_reports_once(cast):
    answers = filled(cast.anna)
    browser = as_(cast.anna)
    first, second = (browser.post("/incidents/report/", answers) for _press in range(2))
    assert first.url == second.url
    assert Incident.objects.count() == 1


def test_whoever_may_see_no_customers_finds_none_by_their_number(cast, customer):
    response = as_(cast.tom).post("/incidents/report/", filled(cast.tom, customer_number="4711"))
    assert "There is no customer with this number." in problem(response)


def test_a_permit_prefills_the_report_and_is_linked_both_ways(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    path = f"/incidents/report/?permit={permit.number}"
    assert path in links(look(cast.anna, f"/permits/{permit.number}/"))
    answers = filled(cast.anna, path)
    assert (answers["customer_number"], answers["way"]) == ("4711", "email")
    as_(cast.anna).post(path, answers)
    made = Incident.objects.get()
    assert (made.permit, made.request) == (permit, permit.request)
    page = f"/incidents/{made.number}/"
    assert f"/permits/{permit.number}/" in links(look(cast.anna, page))
    assert page in links(look(cast.anna, f"/permits/{permit.number}/"))
    assert page in links(look(cast.anna, f"/requests/{permit.request.number}/"))
    for other in (cast.mona, cast.rita):
        assert page not in links(look(other, f"/permits/{permit.number}/"))


def test_another_customer_than_that_of_the_permit_is_refused_at_its_field(cast, customer, accounts, now):
    make_customer(now, number="4712")
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    path = f"/incidents/report/?permit={permit.number}"
    response = as_(cast.anna).post(path, filled(cast.anna, path, customer_number="4712"))
    assert f"{permit.number} is about customer 4711." in problem(response)
    assert "customer_number" in response.context["form"].errors


def test_a_request_from_a_private_account_prefills_what_happened(cast, customer, accounts, now):
    from tests.requests.scenes import ask

    asked = ask(cast.anna, customer, "phone", None, at=now)
    answers = form(look(cast.anna, f"/incidents/report/?request={asked.number}")).fields
    assert answers["kind"] == "private_account"


def test_nobody_reports_about_what_they_may_not_see(cast, customer, accounts, now):
    asked = reminder_by_sms(cast, customer, accounts, now)
    assert as_(cast.sven).get(f"/incidents/report/?request={asked.number}").status_code == 404
    assert as_(cast.sven).post(f"/incidents/report/?request={asked.number}").status_code == 404
    assert as_(cast.tom).get("/incidents/report/?customer=4711").status_code == 404


@pytest.mark.parametrize("path", ["/", "/check/"])
def test_it_already_happened_is_offered_where_people_begin(cast, path):
    assert {"/incidents/report/", "/incidents/mine/"} <= set(links(look(cast.anna, path)))


# --- who sees what


def test_the_reporter_and_the_officers_see_an_incident_and_nobody_else(cast, customer, now):
    doris = person("doris", Role.DPO)
    made = reported(cast, now, customer=customer)
    allowed = {"anna", "dora", "doris"}
    for name, someone in (vars(cast) | {"doris": doris}).items():
        status = as_(someone).get(f"/incidents/{made.number}/").status_code
        assert status == (200 if name in allowed else 404), name


def test_the_customers_page_tells_officers_alone(cast, customer, now):
    made = reported(cast, now, customer=customer)
    assert f"/incidents/{made.number}/" in links(look(cast.dora, "/customers/4711/"))
    for other in (cast.anna, cast.mona, cast.rita, cast.clara):
        assert made.number not in look(other, "/customers/4711/").content.decode()


def test_the_trail_tells_officers_alone(cast, customer, now):
    courses.course(now)
    made = reported(cast, now, customer=customer)
    deliver_due(at=now)
    (refresher,) = Assignment.objects.filter(person=cast.anna, cause=f"incident:{made.number}")
    assert made.number in words(look(cast.dora, "/audit/"))
    assert "Refresher" in words(look(cast.dora, f"/audit/?subject={refresher.pk}"))
    assert "Anna" not in words(look(cast.rita, "/audit/"))
    end_assignment(cast.tom, assignment=refresher, at=now)
    assert not AuditEntry.objects.visible_to(cast.rita).filter(verb="assignment.ended").exists()
    for path in ("/audit/", f"/audit/?subject={made.number}", "/audit/?who=anna@firma.example"):
        assert made.number not in words(look(cast.rita, path)).replace(path, "")
    assert AuditEntry.objects.visible_to(cast.rita).filter(subject_type="incident").count() == 0


def test_an_officer_reads_no_more_of_the_own_report_than_any_reporter(cast, now):
    doris, made = person("doris", Role.DPO), reported(cast, now, by=cast.dora)
    judging.assess(doris, incident=made, at=now, **ASSESSED)
    decided = {"about": "person", "answer": False, "reason": "He knows her."}
    judging.decide(doris, incident=made, at=now, **decided)
    own, others = (words(look(who, f"/incidents/{made.number}/")) for who in (cast.dora, doris))
    for word in (ASSESSED["reason"], decided["reason"]):
        assert word in others and word not in own
    assert "another officer assesses it" in own and "another officer assesses it" not in others


@pytest.mark.parametrize("how", ["reported", "opened", "by_another_account"])
def test_the_trail_hides_from_an_officer_what_was_said_about_the_own_report(cast, customer, accounts, now, how):
    doris = person("doris", Role.DPO)
    if how == "opened":
        contact = wrong_person(cast, customer, accounts, now)
        (made,) = open_from_contact(permit=contact.use.permit.number, at=now)
        reader = cast.anna
        User.objects.filter(pk=reader.pk).update(roles=[Role.DPO])
    else:
        made, reader = reported(cast, now, by=cast.dora), cast.dora
    if how == "by_another_account":
        reader = person("dora2", Role.DPO)
        User.objects.filter(pk=reader.pk).update(person_number=cast.dora.person_number.lower())
    judging.assess(doris, incident=made, at=now, **ASSESSED)

    def told(who):
        about = AuditEntry.objects.visible_to(User.objects.get(pk=who.pk)).filter(subject_id=made.number)
        return list(about.order_by("pk").values_list("verb", flat=True))

    first = "incident.opened" if how == "opened" else "incident.reported"
    assert told(doris) == [first, "incident.assessed"]
    assert told(reader) == [first]


def test_the_only_officer_reads_the_trail_of_the_own_report(cast, now):
    made = reported(cast, now, by=cast.dora)
    judging.assess(cast.dora, incident=made, at=now, **ASSESSED)
    assert "incident.assessed" in AuditEntry.objects.visible_to(cast.dora).values_list("verb", flat=True)


def test_the_reporter_is_addressed_and_the_officer_reads_about_the_reporter(cast, now):
    made = reported(cast, now)
    own, officers = (words(look(who, f"/incidents/{made.number}/")) for who in (cast.anna, cast.dora))
    assert "In your own words" in own and "In your own words" not in officers
    assert "In the words of the reporter" in officers


def test_the_reporter_does_not_read_the_assessment(cast, now):
    made = assessed(cast, now)
    assert ASSESSED["reason"] in words(look(cast.dora, f"/incidents/{made.number}/"))
    assert ASSESSED["reason"] not in words(look(cast.anna, f"/incidents/{made.number}/"))


# --- lists


def test_the_most_urgent_stands_first(cast, now):
    later = reported(cast, now)
    urgent = reported(cast, now, happened_at=now - 50 * HOUR, noticed_at=now - 39.5 * HOUR)
    settled = assessed(cast, now, "none", happened_at=now - 90 * HOUR, noticed_at=now - 80 * HOUR)
    decide(cast, settled, "authority", False, now)
    over = closed(cast, now)
    page = look(cast.dora, "/incidents/")
    assert [one.pk for one in page.context["page"]] == [urgent.pk, later.pk, settled.pk]
    assert "32 hours left" in words(page) and "71 hours left" in words(page)
    assert [one.pk for one in look(cast.dora, "/incidents/?tab=closed").context["page"]] == [over.pk]


def test_own_reports_are_ones_own(cast, now):
    mine, other = reported(cast, now), reported(cast, now, by=cast.sven)
    text = words(look(cast.anna, "/incidents/mine/"))
    assert mine.number in text and other.number not in text
    assert "You have reported nothing" in words(look(cast.mona, "/incidents/mine/"))


@pytest.mark.parametrize(("path", "queries"), [("/incidents/", 3), ("/incidents/?tab=closed", 3)])
def test_the_list_asks_the_same_number_of_questions_whatever_there_is(
    cast, customer, now, django_assert_num_queries, path, queries
):
    browser = as_(cast.dora)
    for _round in range(2):
        with django_assert_num_queries(queries):
            browser.get(path)
        for _one in range(4):
            reported(cast, now, customer=customer)
            closed(cast, now, customer=customer)


@pytest.mark.parametrize(("who", "queries"), [("anna", 8), ("dora", 7)])
def test_the_page_asks_the_same_number_of_questions_whatever_there_is(
    cast, customer, accounts, now, django_assert_num_queries, who, queries
):
    contact = wrong_person(cast, customer, accounts, now)
    (made,) = open_from_contact(permit=contact.use.permit.number, at=now)
    browser = as_(getattr(cast, who))
    for _round in range(2):
        with django_assert_num_queries(queries):
            assert browser.get(f"/incidents/{made.number}/").status_code == 200
        settle_steps(made, cast.anna, now)
        for _one in range(3):
            containing.add_note(cast.anna, incident=made, text="More", at=now)


# --- acting


def test_steps_are_ticked_on_the_page(cast, now):
    made = reported(cast, now)
    path = f"/incidents/{made.number}/"
    browser = as_(cast.anna)
    for step in ("tell_nobody", "hand_over", "delete_chat", "delete_contact"):
        answer = browser.post(f"{path}step/", {"step": step, "needed": "yes"}, follow=True)
    assert "All steps are settled." in words(answer)
    assert Incident.objects.get().state == "contained"


@pytest.mark.parametrize("sent", [{}, {"step": "x", "needed": "yes"}, {"step": "hand_over", "needed": "perhaps"}])
def test_a_step_that_is_none_is_refused(cast, now, sent):
    made = reported(cast, now)
    answer = as_(cast.anna).post(f"/incidents/{made.number}/step/", sent, follow=True)
    assert "Choose one of the steps" in words(answer)


def test_a_step_before_its_turn_is_refused_with_what_to_do(cast, now):
    made = reported(cast, now)
    sent = {"step": "delete_chat", "needed": "yes"}
    assert "First hand over" in words(as_(cast.anna).post(f"/incidents/{made.number}/step/", sent, follow=True))


def test_a_note_is_kept_and_an_empty_one_is_not(cast, now):
    made = reported(cast, now)
    path = f"/incidents/{made.number}/note/"
    assert "This field is required." in problem(as_(cast.anna).post(path, {"text": " "}))
    assert "He has called." in words(as_(cast.anna).post(path, {"text": "He has called."}, follow=True))


def test_an_officer_goes_the_whole_way(cast, customer, now):
    made = reported(cast, now, customer=customer)
    path = f"/incidents/{made.number}/"
    dora, anna = as_(cast.dora), as_(cast.anna)
    assert "Before it can be closed" in words(dora.get(path))
    dora.post(f"{path}assess/", ASSESSED)
    moment = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    told = {"answer": "yes", "reason": "There is a risk.", "carried_out_at": moment, "reference": "LDI 7"}
    dora.post(f"{path}tell/authority/", told)
    dora.post(f"{path}tell/person/", {"answer": "no", "reason": "No high risk."})
    order = form(dora.get(f"{path}order/issue/")).fields
    assert "Anna Beispiel" in order["body"]
    dora.post(f"{path}order/issue/", order)
    assert "A letter for you" in words(anna.get(path))
    assert "Thank you." in words(anna.post(f"{path}order/acknowledge/", follow=True))
    assert f"{path}order/" in links(anna.get(path)), "the letter can be read again"
    for step in ("tell_nobody", "hand_over", "delete_chat", "delete_contact"):
        anna.post(f"{path}step/", {"step": step, "needed": "no"})
    assert "is closed" in words(dora.post(f"{path}close/", follow=True))
    assert Incident.objects.get().state == "closed"
    assert Order.objects.get().acknowledged_at is not None


def test_a_form_of_the_officer_keeps_what_was_typed(cast, now):
    made = reported(cast, now)
    answer = as_(cast.dora).post(f"/incidents/{made.number}/assess/", ASSESSED | {"reason": " "})
    assert "This field is required." in problem(answer)
    assert form(answer).fields["nature"] == ASSESSED["nature"]
    made = assessed(cast, now)
    answer = as_(cast.dora).post(
        f"/incidents/{made.number}/tell/authority/", {"answer": "no", "reason": "So", "reference": "7"}
    )
    assert "where nobody is told" in problem(answer)
    assert form(answer).fields["reason"] == "So"


@pytest.mark.parametrize(("about", "asked"), [("authority", True), ("person", False)])
def test_the_file_number_of_the_authority_is_asked_for_where_the_authority_is_told(cast, now, about, asked):
    fields = form(look(cast.dora, f"/incidents/{assessed(cast, now).number}/tell/{about}/")).fields
    assert ("reference" in fields) == asked


@pytest.mark.parametrize(
    ("risk", "about", "asked"), [("high", "person", True), ("risk", "person", False), ("high", "authority", False)]
)
def test_an_exception_is_asked_for_where_one_can_apply(cast, now, risk, about, asked):
    made = assessed(cast, now, risk)
    path = f"/incidents/{made.number}/tell/{about}/"
    assert ("exception" in form(look(cast.dora, path)).fields) == asked
    answer = as_(cast.dora).post(path, {"answer": "no", "reason": "So"}, follow=True)
    assert ("say which exception applies and why" in words(answer)) == asked


def test_a_no_about_the_authority_in_spite_of_a_risk_is_refused_with_what_to_do(cast, now):
    made = assessed(cast, now)
    path = f"/incidents/{made.number}/tell/authority/"
    assert "It may be left only where there is no risk." in words(look(cast.dora, path))
    answer = as_(cast.dora).post(path, {"answer": "no", "reason": "So"})
    assert "Assess anew, or tell the authority" in problem(answer)
    assert form(answer).fields["reason"] == "So"


def test_deciding_before_assessing_leads_back_with_a_word(cast, now):
    made = reported(cast, now)
    path = f"/incidents/{made.number}/tell/authority/"
    assert as_(cast.dora).get(path).status_code == 302
    answer = as_(cast.dora).post(path, {"answer": "no", "reason": "So"}, follow=True)
    assert "first: every decision rests on the assessment" in words(answer)
    assert as_(cast.dora).get(f"/incidents/{made.number}/tell/press/").status_code == 404


def test_the_reporter_may_not_what_officers_do(cast, now):
    made = assessed(cast, now)
    for path in ("assess/", "tell/authority/", "order/issue/"):
        assert as_(cast.anna).get(f"/incidents/{made.number}/{path}").status_code == 403
    for path in ("close/", "export/pdf/"):
        assert as_(cast.anna).post(f"/incidents/{made.number}/{path}").status_code == 403


@pytest.mark.parametrize("number", ["I-1", "I-²", "I-99999999999999999999", "x", "1000"])
def test_odd_numbers_are_not_there(cast, number):
    assert as_(cast.dora).get(f"/incidents/{number}/").status_code == 404


def test_an_incident_about_somebody_erased_can_still_be_read(cast, now):
    from contacts.customers.services import erase_customer

    gone = make_customer(now, number="4712")
    made = reported(cast, now, customer=gone)
    erase_customer(cast.dora, customer=gone, at=now)
    for someone in (cast.anna, cast.dora):
        assert "4712" in words(look(someone, f"/incidents/{made.number}/"))
