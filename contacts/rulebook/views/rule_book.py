"""The rule book: every rule as the engine holds it, and which rule set counted when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.rulebook.models import READERS, RuleSetVersion
from contacts.rulebook.presenting import history, set_by_company
from contacts.rulebook.selectors import rule_set_in_force
from portal.access.person import person


@require_GET
def rule_book(request: HttpRequest) -> HttpResponse:
    """For everybody who works here; drafts, and who wrote and released, are for those who answer for the rules."""
    now = timezone.now()
    rules = rule_set_in_force(now)
    released = list(RuleSetVersion.objects.released()[:100])
    context = {
        "rule_set": rules,
        "set_here": set_by_company(rules),
        "version": next((row for row in released if row.number == rules.number), None),
        "rows": history(released, now),
        "may_see_drafts": person(request).has_role(*READERS),
    }
    return render(request, "rulebook/rule_book.html", context)
