"""The training room's part of the table in test_audit_of_verbs: how each verb is called, and what the trail says."""

import pkgutil
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from importlib import import_module

import training.services as services_of_training
from portal.audit.services import Job
from portal.handlers import REMEDIAL
from tests.cast import certify, person
from tests.rulebook.sets import STRICTER, released
from tests.training import courses
from tests.training.quiz import answer, begin, take
from training.models import Course, CourseVersion
from training.services import (
    assigning,
    authoring,
    certificates,
    exporting,
    flips,
    loading,
    more_time,
    publishing,
    quiz,
    reading,
    reminding,
)
from training.services.authoring import common

MODULES = tuple(
    import_module(one.name)
    for one in pkgutil.walk_packages(services_of_training.__path__, "training.services.")
    if not one.ispkg
)
GIFT = b"// [id:new-one]\n::new-one::Is it new?{TRUE}\n"
CHAT = {"purpose": "service", "channel": "messenger", "platform": "whatsapp"}
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 13 + b"IEND\xaeB`\x82"


def edition(s) -> CourseVersion:
    """A draft beside what is published."""
    return authoring.new_draft(s.cast.tom, course=courses.course(s.now).course, at=s.now)


def lesson(s):
    return edition(s).lessons.get(slug="rule")


def answered(s, *, right: int | None = None, **fields: object):
    """An attempt of Anna's with all its answers."""
    attempt = begin(s.cast.anna, courses.course(s.now, **fields), s.now)
    answer(s.cast.anna, attempt, s.now, right=right)
    return attempt


def received(s):
    values = {"name": "bank.txt", "content": GIFT, "format": "gift", "language": "en"}
    return authoring.receive_bank(s.cast.tom, version=edition(s), at=s.now, **values)


# --- assignments


def assign(s):
    values = {"course": courses.course(s.now).course, "due_days": 30, "department": s.cast.anna.department}
    return partial(assigning.assign, s.cast.tom, at=s.now, **values)


def assign_to_whoever_wants_messengers(s):
    values = {"course": courses.course(s.now, kind="messenger").course, "due_days": 30, "rule": "messenger"}
    return partial(assigning.assign, s.cast.tom, at=s.now, **values)


def assign_to_everybody(s):
    course = courses.course(s.now).course
    return partial(assigning.assign_to_everybody, Job("training.load_courses"), course=course, at=s.now)


def end_assignment(s):
    return partial(assigning.end_assignment, s.cast.dora, assignment=assign(s)(), at=s.now)


def offer_licence(s):
    assign_to_whoever_wants_messengers(s)()
    return partial(assigning.offer_licence, person=s.cast.sven, at=s.now)


def offer_licence_to_whoever_holds_it(s):
    rule = assign_to_whoever_wants_messengers(s)()
    take(s.cast.sven, rule.course.versions.get(), s.now)
    return partial(assigning.offer_licence, person=s.cast.sven, at=s.now)


def assign_refresher(s):
    courses.course(s.now)
    values = {"because": "Because of %(number)s.", "values": {"number": "R-1"}, "cause": "request:R-1"}
    return partial(assigning.assign_refresher, REMEDIAL, person=s.cast.anna, at=s.now, **values)


def assign_refresher_again(s):
    """Of something else, but soon after."""
    assign_refresher(s)()
    values = {"because": "Because of %(number)s.", "values": {"number": "R-2"}, "cause": "request:R-2"}
    return partial(assigning.assign_refresher, REMEDIAL, person=s.cast.anna, at=s.now, **values)


# --- certificates


def record_certificate(s):
    values = {"person": s.cast.anna, "course": "Datenschutz", "passed_on": s.now.date()}
    until = s.now.date() + timedelta(days=365)
    return partial(certificates.record_certificate, s.cast.tom, valid_until=until, at=s.now, **values)


def revoke_certificate(s):
    found = s.cast.anna.certificates.get()
    return partial(certificates.revoke_certificate, s.cast.dora, certificate=found, reason="Verwechselt.", at=s.now)


def issue_certificate(s):
    attempt = answered(s)
    attempt.submitted_at, attempt.score, attempt.passed = s.now, 100, True
    attempt.save()
    return partial(certificates.issue_certificate, s.cast.anna, attempt=attempt, at=s.now)


def export_completions(s):
    return partial(exporting.export_completions, s.cast.tom, kind="csv", at=s.now)


def remind_training(s):
    newcomer = person("neu", "employee", manager=s.cast.mona)
    certify(newcomer, until=s.now.date() + timedelta(days=7), by=s.cast.tom)
    return partial(reminding.remind_training, at=s.now)


def remind_member(s):
    newcomer = person("neu", "employee", manager=s.cast.mona)
    certify(newcomer, until=s.now.date() + timedelta(days=7), by=s.cast.tom)
    return partial(reminding.remind_member, s.cast.mona, person=newcomer, at=s.now)


# --- more time


def give_more_time(s):
    return partial(more_time.give_more_time, s.cast.tom, person=s.cast.anna, percent=50, at=s.now)


def forget_more_time(s):
    give_more_time(s)()
    s.cast.anna.is_active = False
    s.cast.anna.save()
    return partial(more_time.forget_more_time, at=s.now)


# --- learning


def mark_read(s):
    first = courses.course(s.now).lessons.first()
    return partial(reading.mark_read, s.cast.anna, lesson=first, at=s.now)


def start(s):
    return partial(quiz.start, s.cast.anna, version=courses.course(s.now), refresher=False, at=s.now)


def start_when_the_time_of_the_last_attempt_is_over(s):
    version = answered(s, time_limit_minutes=20).version
    at = s.now + timedelta(hours=1)
    return partial(quiz.start, s.cast.anna, version=version, refresher=False, at=at)


def save_answer(s):
    attempt = begin(s.cast.anna, courses.course(s.now), s.now)
    values = {"key": attempt.questions[0]["key"], "given": {"chosen": True}, "flagged": False}
    return partial(quiz.save_answer, s.cast.anna, attempt=attempt, at=s.now, **values)


def submit(s):
    return partial(quiz.submit, s.cast.anna, attempt=answered(s), at=s.now)


def submit_what_does_not_suffice(s):
    return partial(quiz.submit, s.cast.anna, attempt=answered(s, right=1), at=s.now)


def close_overdue(s):
    answered(s, time_limit_minutes=20)
    return partial(quiz.close_overdue, at=s.now + timedelta(hours=1))


def close_what_does_not_suffice(s):
    answered(s, right=1, time_limit_minutes=20)
    return partial(quiz.close_overdue, at=s.now + timedelta(hours=1))


# --- publishing


def load_courses(s):
    return partial(loading.load_courses, at=s.now)


def publish(s):
    course = Course.objects.create(slug="new", kind="approver")
    return partial(publishing.publish, s.cast.tom, version=courses.draft(course), at=s.now)


def withdraw(s):
    return partial(publishing.withdraw, s.cast.tom, version=courses.course(s.now), at=s.now)


def retire_course(s):
    return partial(publishing.retire_course, s.cast.tom, course=courses.course(s.now).course, at=s.now)


def check_cases(s):
    case = courses.question("case", kind="case", facts=CHAT, why=["SRV-03", "CON-01", "TEL-01"])
    case.pop("right")
    courses.course(s.now, questions=[case], draw={"reason": 1}, refresher_draw={})
    released(s.cast, s.now, STRICTER)
    return partial(flips.check_cases, at=s.now)


# --- writing


def create_course(s):
    values = {"slug": "new", "kind": "basic", "title_de": "Neu", "title_en": "New"}
    return partial(authoring.create_course, s.cast.tom, at=s.now, **values)


def new_draft(s):
    return partial(authoring.new_draft, s.cast.tom, course=courses.course(s.now).course, at=s.now)


def discard_draft(s):
    return partial(authoring.discard_draft, s.cast.tom, version=edition(s), at=s.now)


def change_version(s):
    return partial(authoring.change_version, s.cast.tom, version=edition(s), pass_mark=90, at=s.now)


def add_lesson(s):
    return partial(authoring.add_lesson, s.cast.tom, version=edition(s), title_en="New", at=s.now)


def change_lesson(s):
    return partial(authoring.change_lesson, s.cast.tom, lesson=lesson(s), body_de="Neu.", at=s.now)


def move_lesson(s):
    return partial(authoring.move_lesson, s.cast.tom, lesson=lesson(s), up=True, at=s.now)


def move_the_last_lesson_down(s):
    return partial(authoring.move_lesson, s.cast.tom, lesson=lesson(s), up=False, at=s.now)


def remove_lesson(s):
    return partial(authoring.remove_lesson, s.cast.tom, lesson=lesson(s), at=s.now)


def add_question(s):
    values = courses.question("new")
    return partial(authoring.save_question, s.cast.tom, version=edition(s), values=values, at=s.now)


def change_question(s):
    values = courses.question("q01", right=False)
    return partial(authoring.save_question, s.cast.tom, version=edition(s), values=values, key="q01", at=s.now)


def remove_question(s):
    return partial(authoring.remove_question, s.cast.tom, version=edition(s), key="q01", at=s.now)


def receive_bank(s):
    values = {"name": "bank.txt", "content": GIFT, "format": "gift", "language": "en"}
    return partial(authoring.receive_bank, s.cast.tom, version=edition(s), at=s.now, **values)


def take_bank(s):
    run = received(s)
    return partial(authoring.take_bank, s.cast.tom, run=run, existing=authoring.Existing.KEEP, at=s.now)


def add_picture(s):
    values = {"name": "bild.png", "data": PNG, "alt_de": "Ein Punkt", "alt_en": "A dot"}
    return partial(authoring.add_picture, s.cast.tom, at=s.now, **values)


def note(s):
    return partial(common.note, s.cast.tom, edition(s), "settings", at=s.now)


# --- the rows

TRAINING = "training.services"
QUIZ = f"{TRAINING}.quiz"
AUTHORING = f"{TRAINING}.authoring"
CHANGED = ["course.changed by tom"]

Row = tuple[str, Callable, list[str]]
TABLE: list[Row] = [
    (f"{TRAINING}.assigning.assign", assign, ["assignment.created by tom"]),
    (f"{TRAINING}.assigning.assign", assign_to_whoever_wants_messengers, ["assignment.created by tom"]),
    (f"{TRAINING}.assigning.end_assignment", end_assignment, ["assignment.ended by dora"]),
    (f"{TRAINING}.assigning.offer_licence", offer_licence, ["assignment.created by the job training.by_rule"]),
    (f"{TRAINING}.assigning.offer_licence", offer_licence_to_whoever_holds_it, []),
    (f"{TRAINING}.assigning.assign_refresher", assign_refresher, ["assignment.created by the job training.remedial"]),
    (f"{TRAINING}.assigning.assign_refresher", assign_refresher_again, []),
    (f"{TRAINING}.certificates.record_certificate", record_certificate, ["certificate.recorded by tom"]),
    (f"{TRAINING}.certificates.revoke_certificate", revoke_certificate, ["certificate.revoked by dora"]),
    (f"{TRAINING}.exporting.export_completions", export_completions, ["completions.exported by tom"]),
    # Reminders are mails; the outbox keeps them.
    (f"{TRAINING}.reminding.sending.remind_training", remind_training, []),
    (f"{TRAINING}.reminding.by_manager.remind_member", remind_member, ["training.reminded by mona"]),
    (f"{TRAINING}.more_time.give_more_time", give_more_time, ["more_time.given by tom"]),
    (
        f"{TRAINING}.more_time.forget_more_time",
        forget_more_time,
        ["more_time.forgotten by the job training.forget_more_time"],
    ),
    # How somebody learns is nobody's business (works council); only the pass is told.
    (f"{TRAINING}.reading.mark_read", mark_read, []),
    (f"{QUIZ}.starting.start", start, []),
    (f"{QUIZ}.starting.start", start_when_the_time_of_the_last_attempt_is_over, ["certificate.issued by anna"]),
    (f"{QUIZ}.answering.save_answer", save_answer, []),
    (f"{QUIZ}.grading.submit", submit, ["certificate.issued by anna"]),
    (f"{QUIZ}.grading.submit", submit_what_does_not_suffice, []),
    (f"{QUIZ}.grading.close_overdue", close_overdue, ["certificate.issued by the job training.close_attempts"]),
    (f"{QUIZ}.grading.close_overdue", close_what_does_not_suffice, []),
    # Of the courses that ship the second is the basic one, which comes with everybody's duty.
    (
        f"{TRAINING}.loading.load_courses",
        load_courses,
        [
            "course.published by the job training.load_courses",
            "course.published by the job training.load_courses",
            "assignment.created by the job training.load_courses",
            "course.published by the job training.load_courses",
        ],
    ),
    (f"{TRAINING}.publishing.publish", publish, ["course.published by tom"]),
    (f"{TRAINING}.publishing.withdraw", withdraw, ["course.withdrawn by tom"]),
    (f"{TRAINING}.publishing.retire_course", retire_course, ["course.retired by tom"]),
    # A mail to the authors; nothing about a course changes.
    (f"{TRAINING}.flips.check_cases", check_cases, []),
    (f"{AUTHORING}.courses.create_course", create_course, ["course.created by tom"]),
    (f"{AUTHORING}.courses.new_draft", new_draft, ["course.draft_created by tom"]),
    (f"{AUTHORING}.courses.discard_draft", discard_draft, ["course.draft_discarded by tom"]),
    (f"{AUTHORING}.courses.change_version", change_version, CHANGED),
    (f"{AUTHORING}.lessons.add_lesson", add_lesson, CHANGED),
    (f"{AUTHORING}.lessons.change_lesson", change_lesson, CHANGED),
    (f"{AUTHORING}.lessons.move_lesson", move_lesson, CHANGED),
    (f"{AUTHORING}.lessons.move_lesson", move_the_last_lesson_down, []),
    (f"{AUTHORING}.lessons.remove_lesson", remove_lesson, CHANGED),
    (f"{AUTHORING}.questions.save_question", add_question, CHANGED),
    (f"{AUTHORING}.questions.save_question", change_question, CHANGED),
    (f"{AUTHORING}.questions.remove_question", remove_question, CHANGED),
    # A dry run: the file lies beside the draft, and the bank is as it was.
    (f"{AUTHORING}.importing.receive_bank", receive_bank, []),
    (f"{AUTHORING}.importing.take_bank", take_bank, CHANGED),
    (f"{AUTHORING}.pictures.add_picture", add_picture, ["picture.added by tom"]),
]
PARTS: list[Row] = [
    (
        f"{TRAINING}.assigning.assign_to_everybody",
        assign_to_everybody,
        ["assignment.created by the job training.load_courses"],
    ),
    (f"{TRAINING}.certificates.issue_certificate", issue_certificate, ["certificate.issued by anna"]),
    (f"{AUTHORING}.common.note", note, CHANGED),
]
WITHOUT_WRITING = {
    f"{TRAINING}.publishing.needs_second_person",
    f"{TRAINING}.publishing.problems",
    f"{TRAINING}.reminding.items.items_due",
    f"{QUIZ}.common.lock_attempt",
    f"{QUIZ}.common.version_now",
    f"{QUIZ}.starting.refusal",
    f"{QUIZ}.starting.terms_of",
    f"{AUTHORING}.common.lock_draft",
    f"{AUTHORING}.common.fingerprint",
    f"{AUTHORING}.common.demand_as_seen",
    f"{AUTHORING}.importing.report_of",
    f"{AUTHORING}.lessons.shown_values",
    f"{AUTHORING}.pictures.media_type_of",
    f"{AUTHORING}.questions.free_key",
    # It fills a row that the verb saves.
    f"{AUTHORING}.questions.write",
}
WITHOUT_A_ROW = {
    f"{TRAINING}.assigning.settle_refreshers": "part of the certificate, which has the entry",
    f"{QUIZ}.counting.count": "part of the grading: sums about questions, with nobody's name",
    f"{QUIZ}.counting.add": "part of the grading: sums about questions, with nobody's name",
}
# They go through many rows: one that fails is logged and is tried again by the next run.
FOR_MANY = (close_overdue, forget_more_time)
# A second press, or a second tab.
AGAIN = (mark_read, start, save_answer, submit, submit_what_does_not_suffice, add_picture)
ABOUT_NO_CUSTOMER = {"assignment", "certificate", "completions", "course", "picture"}
