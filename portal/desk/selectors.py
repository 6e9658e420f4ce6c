"""What waits for a person: the task list of the start page, gathered from the rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.customers.suppression.models import overdue_among
from contacts.incidents.models import Incident
from contacts.incidents.presenting import time_left
from contacts.requests.models import ContactRequest, Permit
from contacts.requests.reviewers import after_reviews_for
from contacts.requests.reviewers import waiting_for as deciding
from contacts.requests.rules import LOG_WITHIN
from contacts.requests.selectors import ENDING_WITHIN
from portal.access.roles import Role
from portal.desk.processing.selectors import due_sentence, missing_sentences, standing_at
from portal.desk.waiting import SHOWN_PER_KIND, Waiting, waiting_for
from training.models import CourseKind
from training.rules import Standing, standing
from training.selectors import ends_of
from training.selectors.duties import Duty, duties_under

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list: the whole line is the link; `tone` colours the word, which says it as well."""

    title: str
    detail: str
    url: str
    word: str
    tone: str = "manager"


def own_standing(user: User, *, today: date) -> Standing:
    """How it stands with this person's training."""
    return standing(ends_of(user.pk, today=today)[CourseKind.BASIC], today)


def tasks_of(user: User, trained: Standing, *, at: datetime) -> list[Task]:
    """Everything that waits for this person, the most pressing kind first. One query; more only for courses that were
    assigned to anybody, and for decisions that may be this person's."""
    waiting = waiting_for(user, at=at)
    return [
        *_orders(waiting),
        *_incidents(waiting),
        *_training_and_courses(waiting, trained),
        *_dangers(waiting),
        *_reviews(waiting),
        *_lists(waiting),
        *_processing(user, at),
        *_uses_to_log(waiting),
        *_questions(waiting),
        *_permits(waiting),
    ]


def _training(trained: Standing) -> list[Task]:
    if trained.word == "valid":
        return []
    titles = {
        "due": _("Renew your training"),
        "overdue": _("Your training has ended: renew it"),
        "none": _("Complete your first training"),
    }
    detail = _("Without a valid training you may contact customers only with approval, or not at all.")
    if trained.valid_until is not None and trained.word == "due":
        detail = _("Valid until %(day)s.") % {"day": _day(trained.valid_until)}
    words = {"due": _("Due"), "overdue": _("Overdue"), "none": _("Missing")}
    tone = "manager" if trained.word == "due" else "forbidden"
    return [Task(titles[trained.word], detail, reverse("training"), words[trained.word], tone)]


def _training_and_courses(waiting: Waiting, trained: Standing) -> list[Task]:
    """How it stands with the training, and the courses to pass by a day; a basic course with a day says both."""
    user, today = waiting.user, localtime(waiting.at).date()
    duties = duties_under(waiting.assignments, [user], today=today)[user.pk]
    is_told = trained.word != "due" and any(duty.version.course.kind == CourseKind.BASIC for duty in duties)
    courses = [_course(duty, duty.standing(today).word) for duty in duties[:SHOWN_PER_KIND]]
    return courses if is_told else [*_training(trained), *courses]


def _course(duty: Duty, word: str) -> Task:
    title = _("Finish training: %(title)s") % {"title": duty.version.title}
    detail = _("By %(day)s.") % {"day": _day(duty.due_on)}
    if duty.assignment.because:
        detail = f"{detail} {duty.assignment.because}"
    url = reverse("course", args=[duty.version.course.slug]) + ("?way=refresher" if duty.refresher else "")
    words = {"due": (_("Due"), "manager"), "overdue": (_("Overdue"), "forbidden")}
    return Task(title, detail, url, *words[word])


def _reviews(waiting: Waiting) -> list[Task]:
    count = len(deciding(waiting.user, at=waiting.at)) if waiting.may_decide else 0
    if count == 0:
        return []
    title = ngettext("One request waits for your decision", "%(count)d requests wait for your decision", count) % {
        "count": count
    }
    return [Task(title, _("Without a decision a request lapses."), reverse("inbox"), _("Waiting"))]


def _dangers(waiting: Waiting) -> list[Task]:
    """Acts in imminent danger that this person may look at afterwards."""
    at = waiting.at
    rows = after_reviews_for(waiting.user, at=at) if waiting.may_look else []
    return [
        Task(
            _("Look at an act in imminent danger: %(number)s") % {"number": row.request.number},
            _("By %(day)s.") % {"day": _day(localtime(row.due_at).date())},
            reverse("request", args=[row.request.number]),
            _("Overdue") if row.due_at <= at else _("Waiting"),
            "forbidden" if row.due_at <= at else "manager",
        )
        for row in rows[:SHOWN_PER_KIND]
    ]


def _orders(waiting: Waiting) -> list[Task]:
    """Letters of the data protection officer that wait to be read and confirmed."""
    return [
        Task(
            _("Read the letter about %(number)s") % {"number": order.incident.number},
            _("The data protection officer has written down what holds from now on. Please confirm it."),
            reverse("incident_order", args=[order.incident.number]),
            _("To confirm"),
        )
        for order in waiting.orders
    ]


def _incidents(waiting: Waiting) -> list[Task]:
    """For officers the incidents whose clock runs; for reporters the steps that help."""
    if waiting.user.has_role(Role.DPO):
        urgent = [one for one in waiting.incidents if one.settled_at is None]
        return [_incident(one, time_left(one.clock(waiting.at)), "forbidden") for one in urgent]
    return [_incident(one, _("Steps are open"), "manager") for one in waiting.incidents]


def _incident(incident: Incident, word: str, tone: str) -> Task:
    title = _("Incident %(number)s") % {"number": incident.number}
    return Task(title, str(incident.get_kind_display()), reverse("incident", args=[incident.number]), word, tone)


def _lists(waiting: Waiting) -> list[Task]:
    """External lists whose refresh is overdue: whoever keeps them may refresh them."""
    return [
        Task(
            _("Refresh the list “%(name)s”") % {"name": found.name},
            _("It was to be refreshed by %(day)s. People who have put themselves on it since are missing.")
            % {"day": _day(found.due_on)},
            reverse("suppression_list", args=[found.pk]),
            _("Overdue"),
            "forbidden",
        )
        for found in overdue_among(waiting.lists, waiting.at)[:SHOWN_PER_KIND]
    ]


def _processing(user: User, at: datetime) -> list[Task]:
    """For officers: what the record of processing activities lacks, and what nobody has looked at for a year."""
    if not user.has_role(Role.DPO):
        return []
    standing, url = standing_at(user, at), reverse("processing")
    missing = missing_sentences(standing)
    due = due_sentence(standing, localtime(at).date())
    complete = Task(_("Complete the record of processing activities"), " ".join(missing), url, _("Missing"))
    review = Task(_("Look again at the record of processing activities"), due, url, _("Due"))
    return [*([complete] if missing else []), *([review] if due else [])]


def _uses_to_log(waiting: Waiting) -> list[Task]:
    late = waiting.at - LOG_WITHIN
    return [
        Task(
            _("Say what happened with permit %(number)s") % {"number": use.permit.number},
            use.permit.customer.display_name,
            reverse("contact_log", args=[use.permit.number, use.use_number]),
            _("To log") if use.at > late else _("Overdue"),
            "manager" if use.at > late else "forbidden",
        )
        for use in waiting.uses
    ]


def _questions(waiting: Waiting) -> list[Task]:
    """Drafts sent back by a reviewer first, then the newest that were not handed in."""
    return [
        *(
            _question(draft, _("Changes are asked for: %(number)s"), _("Changes asked for"))
            for draft in waiting.sent_back
        ),
        *(_question(draft, _("Not handed in yet: %(number)s"), _("Draft")) for draft in waiting.drafts),
    ]


def _question(draft: ContactRequest, title: str, word: str) -> Task:
    detail = f"{draft.customer.display_name}, {draft.get_purpose_display()}"
    return Task(title % {"number": draft.number}, detail, reverse("check_answer", args=[draft.number]), word)


def _permits(waiting: Waiting) -> list[Task]:
    """Permits that end soon: one by its number, several by how many there are."""
    ending = waiting.permits
    if len(ending) < 2:
        return [_permit(permit) for permit in ending]
    words = {"count": len(ending), "days": ENDING_WITHIN.days}
    title = ngettext(
        "%(count)d permit ends within %(days)d days", "%(count)d permits end within %(days)d days", len(ending)
    )
    first = _("The first ends on %(day)s.") % {"day": _day(localtime(ending[0].valid_until).date())}
    return [Task(title % words, first, reverse("permits") + "?show=ending", _("Usable"), "allowed")]


def _permit(permit: Permit) -> Task:
    day = _day(localtime(permit.valid_until).date())
    title = _("Permit %(number)s ends on %(day)s") % {"number": permit.number, "day": day}
    detail = f"{permit.customer.display_name}, {permit.get_purpose_display()}"
    return Task(title, detail, reverse("permit", args=[permit.number]), _("Usable"), "allowed")


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
