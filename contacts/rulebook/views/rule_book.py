"""The rule book: every rule in words, one rule on its own, the golden cases, and which rule set counted when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts import policy
from contacts.rulebook.book import BookFilter, entries
from contacts.rulebook.cases import CasePage, case_pages
from contacts.rulebook.checking import cases_of
from contacts.rulebook.drawn import drawn
from contacts.rulebook.models import READERS, RuleSetVersion
from contacts.rulebook.presenting import history
from contacts.rulebook.rule_page import chapters, spoken_in
from contacts.rulebook.selectors import rule_set_in_force
from contacts.rulebook.wording import WORDINGS, wording
from portal.access.person import person

#: So many versions are read at most.
MOST_VERSIONS = 100


@dataclass(frozen=True)
class Book:
    """The rule set in force with its version, and the released versions, the newest first."""

    at: datetime
    rules: policy.RuleSet
    released: list[RuleSetVersion]

    @property
    def version(self) -> RuleSetVersion | None:
        return next((row for row in self.released if row.number == self.rules.number), None)

    @property
    def pages(self) -> list[CasePage]:
        return case_pages(self.version, self.rules)


def book_at(at: datetime) -> Book:
    return Book(at, rule_set_in_force(at), list(RuleSetVersion.objects.released()[:MOST_VERSIONS]))


@require_GET
def rule_book(request: HttpRequest) -> HttpResponse:
    """For everybody who works here; drafts, and who wrote and released, are for those who answer for the rules."""
    book = book_at(timezone.now())
    form, content = BookFilter(request.GET), drawn(book.rules)
    context = {
        "rule_set": book.rules,
        "form": form,
        "entries": form.among(content.rules),
        "wordings": WORDINGS,
        "obligations": content.obligations,
        "version": book.version,
        "rows": history(book.released, book.at),
        "cases": len(cases_of(book.version)),
        "may_see_drafts": person(request).has_role(*READERS),
    }
    return render(request, "rulebook/rule_book.html", context)


@require_GET
def rule(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule: when it speaks, where it comes from, the cases in which it speaks, and its history; or one about
    wording, which no rule set changes."""
    if about_words := wording(rule):
        return render(request, "rulebook/wording.html", {"entry": about_words})
    book = book_at(timezone.now())
    found = entries(book.rules)
    entry = next((one for one in found if one.id == rule), None)
    if entry is None:
        raise Http404
    context = {
        "entry": entry,
        "spoken": spoken_in(entry.id, book.pages),
        "chapters": chapters(entry.rule, book.released, book.at),
        "rule_set": book.rules,
    }
    return render(request, "rulebook/rule.html", context)


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The golden cases of the rule set in force, with the answer that everybody agreed on."""
    book = book_at(timezone.now())
    return render(request, "rulebook/golden_cases.html", {"pages": book.pages, "rule_set": book.rules})


@require_GET
def case(request: HttpRequest, slug: str) -> HttpResponse:
    """One golden case: the contact in words, the expected answer, and every rule that speaks."""
    book = book_at(timezone.now())
    page = next((one for one in book.pages if one.slug == slug), None)
    if page is None:
        raise Http404
    known = {entry.id: entry for entry in entries(book.rules)}
    deciding = {finding.rule.id for finding in page.decision.deciding}
    speaking = [(known[finding.rule.id], finding.rule.id in deciding) for finding in page.decision.findings]
    return render(request, "rulebook/golden_case.html", {"page": page, "speaking": speaking, "rule_set": book.rules})
