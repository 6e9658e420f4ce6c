"""The rule book: every rule as the engine holds it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from contacts.requests.deciding import RULE_SET
from contacts.requests.presenting import in_german


@require_GET
def rule_book(request: HttpRequest) -> HttpResponse:
    return render(request, "requests/rule_book.html", {"rule_set": RULE_SET, "german": in_german()})
