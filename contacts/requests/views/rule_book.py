"""The rule book: every rule as the engine holds it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.requests.presenting import in_german
from contacts.rulebook.selectors import rule_set_in_force


@require_GET
def rule_book(request: HttpRequest) -> HttpResponse:
    rules = rule_set_in_force(timezone.now())
    return render(request, "requests/rule_book.html", {"rule_set": rules, "german": in_german()})
