"""My training: what can be taken, what is passed, and the manager's view of the team."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.access.person import person
from portal.access.roles import Role, role_required
from training.models import Certificate, CourseKind
from training.rules import standing
from training.selectors import ends_of, offers_for, team_of
from training.selectors.duties import duties_of
from training.services.reminding import remind_member
from training.views.certificates import KEEPERS


@require_GET
def training(request: HttpRequest) -> HttpResponse:
    """How it stands with one's own training, and every course there is."""
    user, today = person(request), timezone.localdate()
    ends = ends_of(user.pk, today=today)
    context = {
        "standing": standing(ends[CourseKind.BASIC], today),
        "offers": offers_for(user, ends, today=today),
        "duties": [(duty, duty.standing(today)) for duty in duties_of([user], today=today)[user.pk]],
        "certificates": Certificate.objects.filter(person=user).select_related("revocation"),
        "may_keep": user.has_role(*KEEPERS),
    }
    return render(request, "training/training.html", context)


@require_GET
@role_required(Role.MANAGER)
def team(request: HttpRequest) -> HttpResponse:
    """A manager sees name, course, state and last day of the own people, never a result (GDPR: necessity)."""
    rows = team_of(person(request), today=timezone.localdate())
    page = {"rows": rows, "people": [row.person for row in rows], "overdue": sum(row.is_overdue for row in rows)}
    return render(request, "training/team.html", page)


@require_POST
@role_required(Role.MANAGER)
def team_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """One press, one mail: what is due for somebody of the own team."""
    user = person(request)
    member = get_object_or_404(user.reports.filter(is_active=True), pk=pk)
    try:
        remind_member(user, person=member, at=timezone.now())
        messages.success(request, _("%(name)s gets a reminder by mail.") % {"name": member})
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("team")
