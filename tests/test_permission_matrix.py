"""Who gets which answer, as a table a data protection officer could read. It stands apart from the code it judges.

Columns: nobody signed in; Anna (employee, whose things these are); her colleague in another team; Mona (Anna's
manager); Max (another manager); DPO; consent officer; training author; auditor; administrator.
200 = page, 302 = sent on (to the sign-in, or after the act), 403 = may not, 404 = does not exist for you,
405 = not with this method.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from consent.services import give_consent
from contacts.requests.services import permits, submitting
from tests.cast import point
from tests.requests.scenes import permit_for, reminder_by_sms, report_by_mail, service_by_mail

COLUMNS = ("nobody", "anna", "stranger", "mona", "max", "dora", "clara", "tom", "rita", "adam")

# fmt: off
MATRIX = [
    # address                      method  nobody anna stranger mona max dpo officer author auditor admin
    ("healthz",                    "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("readyz",                     "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("start",                      "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("set_language",               "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("set_language",               "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("theme",                      "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("theme",                      "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("mails",                      "GET",  "302   404  404      404  404 404 404     404    404     404"),
    ("mail",                       "GET",  "302   404  404      404  404 404 404     404    404     404"),
    ("mail_html",                  "GET",  "302   404  404      404  404 404 404     404    404     404"),
    ("account_login",              "GET",  "200   302  302      302  302 302 302     302    302     302"),
    ("account_logout",             "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("account_logout",             "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("account_inactive",           "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("account_change_password",    "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("account_reset_password",     "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("account_reset_password_done", "GET", "200   200  200      200  200 200 200     200    200     200"),
    ("account_reset_password_from_key", "GET", "200 200 200     200  200 200 200     200    200     200"),
    ("account_reset_password_from_key_done", "GET", "200 200 200 200 200 200 200     200    200     200"),
    ("account_reauthenticate",     "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("account_signup",             "GET",  "302   302  302      302  302 302 302     302    302     302"),
    # asking
    ("check",                      "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("check_form",                 "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("check_form",                 "POST", "302   200  200      200  200 200 200     403    403     403"),
    ("check_answer",               "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("check_edit",                 "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("check_edit",                 "POST", "302   200  404      404  404 404 404     404    404     404"),
    ("check_take",                 "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("check_take",                 "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # requests: `request` waits for the manager, `request_dpo` for the DPO
    ("requests",                   "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("request",                    "GET",  "302   200  404      200  404 200 404     404    200     404"),
    ("request_submit",             "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("request_cancel",             "POST", "302   302  404      403  404 403 404     404    403     404"),
    ("inbox",                      "GET",  "302   403  403      200  200 200 403     403    403     403"),
    ("review",                     "GET",  "302   403  403      200  404 302 403     403    403     403"),
    ("review",                     "POST", "302   403  403      302  404 403 403     403    403     403"),
    # permits
    ("permits",                    "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("permit",                     "GET",  "302   200  404      200  404 200 404     404    200     404"),
    ("permit_redeem",              "POST", "302   302  404      403  404 403 404     404    403     404"),
    ("permit_redeem",              "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("contact_log",                "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("contact_log",                "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("permit_revoke",              "GET",  "302   403  404      200  404 200 404     404    403     404"),
    ("permit_revoke",              "POST", "302   403  404      302  404 302 404     404    403     404"),
    ("rule_book",                  "GET",  "302   200  200      200  200 200 200     200    200     200"),
    # customers
    ("customers",                  "GET",  "302   200  200      200  200 200 200     403    200     403"),
    ("customer",                   "GET",  "302   200  200      200  200 200 200     404    200     404"),
    ("customer_create",            "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("customer_create",            "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("customer_edit",              "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("customer_edit",              "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("contact_point_create",       "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("contact_point_create",       "POST", "302   200  200      200  200 200 200     403    403     403"),
    ("contact_point_verify",       "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("contact_point_retire",       "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("contact_point_retire",       "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("objection_create",           "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("objection_create",           "POST", "302   200  200      200  200 200 200     403    403     403"),
    ("inbound_create",             "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("inbound_create",             "POST", "302   200  200      200  200 200 200     403    403     403"),
    ("imports",                    "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("imports",                    "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("import_run",                 "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("import_errors",              "GET",  "302   403  403      403  403 404 404     403    403     403"),
    ("import_template",            "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("import_start",               "POST", "302   403  403      403  403 302 302     403    403     403"),
    # consents
    ("consent",                    "GET",  "302   200  200      200  200 200 200     404    200     404"),
    ("consent_give",               "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("consent_give",               "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("consent_withdraw",           "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("consent_withdraw",           "POST", "302   302  302      302  302 302 302     403    403     403"),
    # training
    ("training",                   "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("team",                       "GET",  "302   403  403      200  200 403 403     403    403     403"),
    ("certificates",               "GET",  "302   403  403      403  403 200 403     200    200     403"),
    ("certificate_create",         "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("certificate_create",         "POST", "302   403  403      403  403 200 403     200    403     403"),
    ("certificate",                "GET",  "302   200  404      200  404 200 404     200    200     404"),
    ("verify",                     "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("verify_number",              "GET",  "200   200  200      200  200 200 200     200    200     200"),
    # courses: everybody is trained; `attempt` is Anna's, and nobody else's at all
    ("course",                     "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("lesson",                     "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("lesson",                     "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("lesson_picture",             "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("quiz_start",                 "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("quiz_start",                 "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("attempt",                    "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("attempt_question",           "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("attempt_question",           "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("attempt_save",               "POST", "302   200  404      404  404 404 404     404    404     404"),
    ("attempt_save",               "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("attempt_submit",             "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("attempt_submit",             "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # writing courses: the author writes, the DPO reads; drafts are nobody else's. Rows about a draft, unless said
    ("author_courses",             "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_course",              "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_course_create",       "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_course_create",       "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_draft_create",        "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_draft_create",        "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("author_course_retire",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_version",             "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_version_edit",        "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_version_edit",        "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_publish",             "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_publish",             "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_withdraw",            "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_draft_discard",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_statistics",          "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_lesson_create",       "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_lesson_create",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_lesson",              "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_lesson",              "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_lesson_preview",      "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_lesson_move",         "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_lesson_move",         "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("author_lesson_remove",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_questions",           "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_question_create",     "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_question_create",     "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_question",            "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_question",            "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_question_preview",    "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_question_remove",     "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_import",              "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_import",              "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_import_report",       "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_import_report",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_export",              "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_pictures",            "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_pictures",            "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_assignments",         "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_assignments",         "POST", "302   403  403      403  403 302 403     302    403     403"),
    ("author_assignment_end",      "POST", "302   403  403      403  403 302 403     302    403     403"),
    ("author_more_time",           "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_more_time",           "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_completions",         "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("training_rates",             "GET",  "302   403  403      403  403 200 403     403    403     403"),
    # evidence and administration
    ("audit",                      "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("people",                     "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("person_create",              "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("person_create",              "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("person_edit",                "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("person_edit",                "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("departments",                "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("departments",                "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("company_accounts",           "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("company_account_create",     "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("company_account_create",     "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("company_account_edit",       "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("company_account_edit",       "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("company_account_approve",    "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("company_account_close",      "POST", "302   403  403      403  403 302 403     403    403     302"),
    ("platform_update",            "POST", "302   403  403      403  403 302 403     403    403     403"),
]
# fmt: on


@pytest.fixture
def scene(cast, customer, accounts, now):
    """Anna's draft, her waiting request, a permit with a use that is not logged yet; one consent of the customer."""
    draft = service_by_mail(cast, customer, accounts, now)
    waiting = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    permit = permit_for(report_by_mail(cast, customer, accounts, now), cast, now)
    use = permits.redeem(cast.anna, permit=permit, at=now).use
    fresh = permit_for(_by_phone(cast, customer, accounts, now), cast, now)
    consent = give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="email",
        how="paper",
        evidence="Formular 7",
        given_at=now,
        at=now,
    )
    spare = point(customer, "email", "zweit@kundin.example", now=now)
    return {
        "draft": draft,
        "waiting": waiting,
        "used": permit,
        "use": use,
        "fresh": fresh,
        "consent": consent,
        "customer": customer,
        "spare": spare,
        "accounts": accounts,
        "cast": cast,
        "now": now,
    }


def _by_phone(cast, customer, accounts, now):
    from tests.requests.scenes import ask

    return ask(cast.anna, customer, "phone", accounts.phone, at=now, purpose="contract_performance")


def address(name: str, scene: dict) -> str:
    """The address of a row, about Anna's things."""
    number = scene["customer"].number
    arguments = {
        "mail": ["0" * 32],
        "mail_html": ["0" * 32],
        "account_reset_password_from_key": ["1", "set-password"],
        "check_form": [number],
        "check_answer": [scene["draft"].number],
        "check_edit": [scene["draft"].number],
        "check_take": [scene["draft"].number],
        "request": [scene["waiting"].number],
        "request_submit": [scene["draft"].number],
        "request_cancel": [scene["waiting"].number],
        "review": [scene["waiting"].number],
        "permit": [scene["fresh"].number],
        "permit_redeem": [scene["fresh"].number],
        "permit_revoke": [scene["fresh"].number],
        "contact_log": [scene["used"].number, scene["use"].use_number],
        "customer": [number],
        "customer_edit": [number],
        "contact_point_create": [number],
        "contact_point_verify": [number, scene["spare"].pk],
        "contact_point_retire": [number, scene["spare"].pk],
        "objection_create": [number],
        "inbound_create": [number],
        "consent_give": [number],
        "consent": [number, scene["consent"].pk],
        "consent_withdraw": [number, scene["consent"].pk],
        "person_edit": [scene["cast"].anna.pk],
        "company_account_edit": [scene["accounts"].email.pk],
        "company_account_approve": [scene["accounts"].email.pk],
        "company_account_close": [scene["accounts"].email.pk],
        "platform_update": ["whatsapp"],
    }
    if name.startswith("author_"):
        return reverse(name, args=_author_arguments(name, scene))
    if name in TRAINING:
        return reverse(name, args=_training_arguments(name, scene))
    if name in ("import_run", "import_errors", "import_start"):
        return reverse(name, args=[_import_run(scene).pk])
    return reverse(name, args=arguments.get(name, []))


TRAINING = (
    "certificate",
    "verify_number",
    "course",
    "lesson",
    "lesson_picture",
    "quiz_start",
    "attempt",
    "attempt_question",
    "attempt_save",
    "attempt_submit",
)


def _training_arguments(name: str, scene: dict) -> list[object]:
    """A course, a picture, and Anna's open attempt and certificate."""
    from tests.training.courses import course
    from training.models import LessonPicture
    from training.services import quiz

    anna, now = scene["cast"].anna, scene["now"]
    if name in ("certificate", "verify_number"):
        return [anna.certificates.get().number]
    if name == "lesson_picture":
        words = {"alt_de": "Ein Telefon", "alt_en": "A phone"}
        LessonPicture.objects.create(
            digest="a" * 64, name="a", media_type="image/png", data=b"a", added_at=now, **words
        )
        return ["a" * 64]
    version = course(now)
    if name in ("course", "quiz_start"):
        return [version.course.slug]
    if name == "lesson":
        return [version.course.slug, "story"]
    attempt = quiz.start(anna, version=version, refresher=False, at=now)
    return [attempt.pk, 1] if name in ("attempt_question", "attempt_save") else [attempt.pk]


def _author_arguments(name: str, scene: dict) -> list[object]:
    """A course whose version 1 is published and whose version 2 is a draft."""
    from tests.training.courses import course, draft
    from training.services import assigning, authoring

    tom, now = scene["cast"].tom, scene["now"]
    if name == "author_completions":
        return ["csv"]
    if name in ("author_courses", "author_course_create", "author_pictures", "author_more_time"):
        return []
    published = course(now)
    slug = published.course.slug
    if name == "author_assignments":
        POSTED[name] = {"course": published.course_id, "role": "employee", "due_days": "30"}
        return []
    if name == "author_assignment_end":
        return [assigning.assign(tom, course=published.course, role="manager", due_days=9, at=now).pk]
    if name in ("author_course", "author_draft_create", "author_course_retire"):
        return [slug]
    if name in ("author_withdraw", "author_statistics"):
        return [slug, 1]
    edition = draft(published.course, number=2)
    if name == "author_import_report":
        file = {"name": "a.txt", "content": b"Is it so?{T}", "format": "gift", "language": "en"}
        return [slug, 2, authoring.receive_bank(tom, version=edition, at=now, **file).pk]
    last = {"author_export": ["gift"], "author_question_create": ["single"]}
    if name.startswith("author_lesson") and name != "author_lesson_create":
        return [slug, 2, "story"]
    if name.startswith("author_question") and name not in ("author_questions", "author_question_create"):
        return [slug, 2, "q01"]
    return [slug, 2, *last.get(name, [])]


def _import_run(scene: dict):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from contacts.customers.importing.run import receive

    csv = "Kundennummer;Nachname;Herkunft\n900001;Muster;Kunde\n".encode("cp1252")
    return receive(scene["cast"].clara, SimpleUploadedFile("liste.csv", csv), default_source="", at=scene["now"])


POSTED = {
    "author_publish": {"certificates": "keep"},
    "author_lesson": {"title_de": "Neu"},
    "author_lesson_create": {"title_de": "Neu"},
    "author_lesson_move": {"way": "down"},
    "author_import_report": {"existing": "keep"},
    "set_language": {"language": "de"},
    "theme": {"theme": "dark"},
    "review": {"verdict": "approved", "reason": ""},
    "permit_revoke": {"reason": "erledigt"},
    "contact_log": {"result": "reached", "note": ""},
    "consent_withdraw": {"how": "written", "note": ""},
    "platform_update": {"status": "under_review", "note": ""},
}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "method", "expected"), MATRIX, ids=[f"{row[0]}-{row[1]}" for row in MATRIX])
def test_everybody_gets_the_answer_of_the_table(scene, name, method, expected, time_machine):
    time_machine.move_to(scene["now"])
    path = address(name, scene)
    answers = {}
    for column in COLUMNS:
        try:
            with transaction.atomic():
                answers[column] = str(_answer(scene, column, path, name, method))
                raise _Undo
        except _Undo:
            pass
    assert answers == dict(zip(COLUMNS, expected.split(), strict=True))


class _Undo(Exception):
    pass


def _answer(scene, column, path, name, method) -> int:
    client = Client(raise_request_exception=True)
    if column != "nobody":
        client.force_login(getattr(scene["cast"], column))
    call = client.get if method == "GET" else client.post
    return call(path, POSTED.get(name, {}) if method == "POST" else {}).status_code


def test_every_address_is_in_the_table():
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert named - {row[0] for row in MATRIX} == set()


def test_every_address_has_a_name():
    unnamed = [pattern for pattern in _patterns(get_resolver()) if not pattern.name]
    assert unnamed == []


def _patterns(resolver):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _patterns(entry)
        else:
            yield entry
