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

from contacts.customers.suppression.lists import overdue_lists
from contacts.incidents.models import Incident
from contacts.incidents.presenting import time_left
from contacts.incidents.selectors import open_incidents, order_to_acknowledge
from contacts.requests.models import ContactRequest, Permit, PermitUse
from contacts.requests.reviewers import after_reviews_for
from contacts.requests.rules import LOG_WITHIN, State
from contacts.requests.selectors import ENDING_WITHIN, ending_permits
from portal.access.roles import Role
from portal.desk.processing.selectors import due_sentence, missing_sentences, standing_at
from training.models import CourseKind
from training.rules import Standing, standing
from training.selectors import ends_by_kind
from training.selectors.duties import Duty, duties_of

if TYPE_CHECKING:
    from portal.people.models import User

SHOWN_PER_KIND = 5


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
    return standing(ends_by_kind([user.pk], today=today)[user.pk][CourseKind.BASIC], today)


def tasks_of(user: User, trained: Standing, *, at: datetime) -> list[Task]:
    """Everything that waits for this person, the most pressing kind first. A fixed number of queries."""
    return [
        *_orders(user),
        *_incidents(user, at),
        *_training_and_courses(user, trained, at),
        *_dangers(user, at),
        *_reviews(user),
        *_lists(user, at),
        *_processing(user, at),
        *_uses_to_log(user, at),
        *_questions(user),
        *_permits(user, at),
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


def _training_and_courses(user: User, trained: Standing, at: datetime) -> list[Task]:
    """How it stands with the training, and the courses to pass by a day; a basic course with a day says both."""
    today = localtime(at).date()
    duties = duties_of([user], today=today)[user.pk]
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


def _reviews(user: User) -> list[Task]:
    if not user.has_role(Role.MANAGER, Role.DPO):
        return []
    count = ContactRequest.objects.to_review_by(user).count()
    if count == 0:
        return []
    title = ngettext("One request waits for your decision", "%(count)d requests wait for your decision", count) % {
        "count": count
    }
    return [Task(title, _("Without a decision a request lapses."), reverse("inbox"), _("Waiting"))]


def _dangers(user: User, at: datetime) -> list[Task]:
    """Acts in imminent danger that this person may look at afterwards."""
    return [
        Task(
            _("Look at an act in imminent danger: %(number)s") % {"number": row.request.number},
            _("By %(day)s.") % {"day": _day(localtime(row.due_at).date())},
            reverse("request", args=[row.request.number]),
            _("Overdue") if row.due_at <= at else _("Waiting"),
            "forbidden" if row.due_at <= at else "manager",
        )
        for row in after_reviews_for(user, at=at)[:SHOWN_PER_KIND]
    ]


def _orders(user: User) -> list[Task]:
    """Letters of the data protection officer that wait to be read and confirmed."""
    return [
        Task(
            _("Read the letter about %(number)s") % {"number": order.incident.number},
            _("The data protection officer has written down what holds from now on. Please confirm it."),
            reverse("incident_order", args=[order.incident.number]),
            _("To confirm"),
        )
        for order in order_to_acknowledge(user)[:SHOWN_PER_KIND]
    ]


def _incidents(user: User, at: datetime) -> list[Task]:
    """For officers the incidents whose clock runs; for reporters the steps that help."""
    if user.has_role(Role.DPO):
        urgent = [one for one in open_incidents(user)[:SHOWN_PER_KIND] if one.settled_at is None]
        return [_incident(one, time_left(one.clock(at)), "forbidden") for one in urgent]
    mine = Incident.objects.filter(reporter=user, state="reported").order_by("-pk")[:SHOWN_PER_KIND]
    return [_incident(one, _("Steps are open"), "manager") for one in mine]


def _incident(incident: Incident, word: str, tone: str) -> Task:
    title = _("Incident %(number)s") % {"number": incident.number}
    return Task(title, str(incident.get_kind_display()), reverse("incident", args=[incident.number]), word, tone)


def _lists(user: User, at: datetime) -> list[Task]:
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
        for found in overdue_lists(user, at=at)[:SHOWN_PER_KIND]
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


def _uses_to_log(user: User, at: datetime) -> list[Task]:
    uses = PermitUse.objects.filter(used_by=user, contact__isnull=True).select_related("permit__customer")
    return [
        Task(
            _("Say what happened with permit %(number)s") % {"number": use.permit.number},
            use.permit.customer.display_name,
            reverse("contact_log", args=[use.permit.number, use.use_number]),
            _("To log") if use.at > at - LOG_WITHIN else _("Overdue"),
            "manager" if use.at > at - LOG_WITHIN else "forbidden",
        )
        for use in uses.order_by("at")[:SHOWN_PER_KIND]
    ]


def _questions(user: User) -> list[Task]:
    """Drafts sent back by a reviewer first, then the newest that were not handed in."""
    drafts = ContactRequest.objects.filter(requester=user, state=State.DRAFT).select_related("customer")
    back = drafts.filter(submitted_at__isnull=False).order_by("-pk")[:SHOWN_PER_KIND]
    own = drafts.filter(submitted_at__isnull=True).order_by("-pk")[:SHOWN_PER_KIND]
    return [
        *(_question(draft, _("Changes are asked for: %(number)s"), _("Changes asked for")) for draft in back),
        *(_question(draft, _("Not handed in yet: %(number)s"), _("Draft")) for draft in own),
    ]


def _question(draft: ContactRequest, title: str, word: str) -> Task:
    detail = f"{draft.customer.display_name}, {draft.get_purpose_display()}"
    return Task(title % {"number": draft.number}, detail, reverse("check_answer", args=[draft.number]), word)


def _permits(user: User, at: datetime) -> list[Task]:
    """Permits that end soon: one by its number, several by how many there are."""
    ending = list(ending_permits(user, at=at).select_related("customer").order_by("valid_until"))
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
