"""The customer's page: what is possible, what was agreed and refused, where each address came from."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from consent.selectors import ConsentAnswer
from contacts.customers.models import ContactPoint
from contacts.customers.selectors import get_customer
from contacts.requests.another_day import GRID
from contacts.requests.context import Context, Question, load
from contacts.requests.deciding import answer_question
from contacts.requests.standing_words import standing_words
from contacts.requests.timeline import kept_about, timeline_of
from portal.access.person import person
from portal.access.roles import Role
from portal.vocabulary import Purpose


@dataclass(frozen=True)
class GridRow:
    """One address with the answers for the usual reasons from the official account, and how it may be asked."""

    point: ContactPoint
    cells: tuple[tuple[Purpose, str], ...]


@require_GET
def customer(request: HttpRequest, number: str) -> HttpResponse:
    user, at = person(request), timezone.now()
    mine = get_customer(user, number)
    context = load(mine, user, at=at)
    rows, consents, kept = grid(context), _consents(context), kept_about(mine.pk, user)
    happened = timeline_of(mine, consents=consents, kept=kept)
    return render(
        request,
        "requests/customer.html",
        {
            "customer": mine,
            "now": context.at,
            "grid": rows,
            "standing": standing_words(rows, blocked=_blocked(context)),
            "purposes": GRID,
            "consents": consents,
            "sign_ups": context.sign_ups,
            "objections": kept.objections,
            "restricted": context.restricted,
            "happened": happened,
            "may_keep": user.has_role(Role.CONSENT_OFFICER, Role.DPO),
            "may_prove": user.has_role(Role.DPO, Role.AUDITOR),
            "may_record": user.has_role(Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER, Role.DPO),
        },
    )


def grid(context: Context) -> list[GridRow]:
    """Each address by each usual reason, decided from one reading."""
    return [GridRow(point, _cells(context, point)) for point in context.points]


def _blocked(context: Context) -> bool:
    """Whether all contact was refused, over every way, or processing is restricted (Art. 18 GDPR)."""
    said = ((scope, channel) for scope, channel, _since in context.objections)
    return context.restricted or any(scope == "full_block" and not channel for scope, channel in said)


def _cells(context: Context, point: ContactPoint) -> tuple[tuple[Purpose, str], ...]:
    account = context.default_account(point)
    questions = {
        purpose: Question(point=point, account=account, purpose=purpose, opt_out_included=True) for purpose in GRID
    }
    return tuple((purpose, answer_question(context, asked).outcome) for purpose, asked in questions.items())


def _consents(context: Context) -> list[ConsentAnswer]:
    """What was agreed to. A sign-up that waits is no consent, and stands by itself."""
    agreed = [answer for answer in context.consents.values() if answer.consent is not None]
    return sorted(agreed, key=lambda answer: str(answer.consent))
