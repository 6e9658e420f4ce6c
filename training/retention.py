"""How long what employees have learned and answered is kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import STORAGE_LIMITATION, About, Bounds, Period, Retention, Rule, Unit, table

_CERTIFIED = "EXISTS (SELECT FROM training_certificate c WHERE c.attempt_id = t.id)"
NEEDS_PERSON = ("EXISTS (SELECT FROM training_certificate n WHERE n.person_id = t.id)",)
RULES = (
    Rule(
        key="training.certificate",
        data=_("Certificates and their revocations"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the end of the certificate"),
        basis=STORAGE_LIMITATION,
        head="training_certificate",
        since="greatest(t.recorded_at, (t.valid_until + 1)::timestamptz)",
        goes=(
            "DELETE FROM training_certificaterevocation WHERE certificate_id = ANY (%(ids)s)",
            "DELETE FROM training_certificate WHERE id = ANY (%(ids)s)",
        ),
    ),
    Rule(
        key="training.answer",
        data=_("Answers in quizzes"),
        about=About.EMPLOYEE,
        period=Period(Unit.DAYS, 365, Bounds(1, 365)),
        begins=_("deleted at once with the pass; of who has not passed, from the submission"),
        basis=STORAGE_LIMITATION,
        head="training_answer",
        since="(SELECT a.submitted_at FROM training_attempt a WHERE a.id = t.attempt_id)",
        goes=("DELETE FROM training_answer WHERE id = ANY (%(ids)s)",),
    ),
    Rule(
        key="training.attempt",
        data=_("Attempts at quizzes: when, which questions, how many points"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the submission, once no certificate rests on it"),
        basis=STORAGE_LIMITATION,
        head="training_attempt",
        since="t.submitted_at",
        ready=f"NOT {_CERTIFIED} AND NOT EXISTS (SELECT FROM training_answer n WHERE n.attempt_id = t.id)",
        goes=("DELETE FROM training_attempt WHERE id = ANY (%(ids)s)",),
    ),
    Rule(
        key="training.read",
        data=_("Which lessons an employee has marked as read"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the reading"),
        basis=STORAGE_LIMITATION,
        head="training_lessonread",
        since="t.read_at",
        goes=("DELETE FROM training_lessonread WHERE id = ANY (%(ids)s)",),
    ),
    Rule(
        key="training.reminded",
        data=_("That an employee was reminded of a course"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(3, 10)),
        begins=_("from the reminder"),
        basis=STORAGE_LIMITATION,
        head="training_reminded",
        since="t.at",
        goes=("DELETE FROM training_reminded WHERE id = ANY (%(ids)s)",),
    ),
    Rule(
        key="training.assignment",
        data=_("Courses that were assigned to one employee, with the reason"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the end of the assignment or of the account"),
        basis=STORAGE_LIMITATION,
        head="training_assignment",
        since="CASE WHEN t.ended_at IS NOT NULL THEN t.ended_at ELSE t.created_at END",
        ready="t.person_id IS NOT NULL AND (t.ended_at IS NOT NULL"
        " OR EXISTS (SELECT FROM people_user u WHERE u.id = t.person_id AND NOT u.is_active))",
        goes=("DELETE FROM training_assignment WHERE id = ANY (%(ids)s)",),
    ),
    Rule(
        key="training.more_time",
        data=_("That an employee gets more time in quizzes"),
        about=About.EMPLOYEE,
        period=Period(Unit.DAYS, 0),
        begins=_("as long as the account is open"),
        basis=STORAGE_LIMITATION,
        head="training_timeextension",
        since="t.given_at",
        ready="EXISTS (SELECT FROM people_user u WHERE u.id = t.person_id AND NOT u.is_active)",
        job="training.forget_more_time",
    ),
)
TABLES = (
    table("training_answer", "id", training__answer="attempt question_key answer flagged saved_at"),
    table(
        "training_assignment",
        "id course department role rule refresher due_days",
        training__assignment="person because cause created_at ended_at",
        people__account="created_by",
    ),
    table(
        "training_attempt",
        "id version refresher seed",
        training__attempt="person ordinal questions verdicts started_at deadline_at submitted_at score passed withheld",
    ),
    table(
        "training_bankimport",
        "id version name format language content received_at done_at taken",
        people__account="received_by",
    ),
    table(
        "training_certificate",
        "id version",
        training__certificate="number person course kind attempt passed_on valid_until recorded_by recorded_at",
    ),
    table("training_certificaterevocation", "id", training__certificate="certificate reason revoked_by revoked_at"),
    table("training_course", "id slug kind created_at retired_at"),
    table(
        "training_courseversion",
        "id course number state title_de title_en summary_de summary_en minutes pass_mark validity_kind validity_months recert_window_days attempts_allowed waiting_hours time_limit_minutes draw refresher_draw created_at published_at requires_recertification recertify_by retired_at withdrawn_at",
        people__account="published_by",
    ),
    table("training_courseversion_writers", "id courseversion", people__account="user"),
    table(
        "training_itemsum",
        "id version question_key counted share compared compared_share share_squares rest rest_squares products picks",
    ),
    table("training_lesson", "id version position slug title_de title_en body_de body_en refresher"),
    table(
        "training_lessonpicture", "id digest name media_type alt_de alt_en data added_at", people__account="added_by"
    ),
    table("training_lessonread", "id lesson", training__read="person read_at"),
    table("training_question", "id version position key category kind body recorded_outcome recorded_rules"),
    table("training_reminded", "id", training__reminded="key person at"),
    table("training_timeextension", "id", training__more_time="person percent given_by given_at"),
)

RETENTION = Retention(RULES, TABLES)
