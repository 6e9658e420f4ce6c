"""Taking a quiz: rules first, one question a page, everything saved at once, a summary, one press to submit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access.person import person
from training import presenting
from training.models import Answer, Attempt
from training.questions import AnswerError, Question
from training.selectors import get_attempt, get_current, may_take_refresher, sheet_of
from training.selectors.attempts import Sheet
from training.services import quiz
from training.services.common import NotNow
from training.views.courses import takes_refresher


@require_http_methods(["GET", "POST"])
def quiz_start(request: HttpRequest, slug: str) -> HttpResponse:
    """What to expect, before it begins; the press begins it, or goes on with what is open."""
    user, at = person(request), timezone.now()
    version, refresher = get_current(user, slug), takes_refresher(request)
    if request.method == "POST":
        try:
            attempt = quiz.start(user, version=version, refresher=refresher, at=at)
            return _first_open(attempt)
        except NotNow as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect("course", slug)
    context = {
        "edition": version,
        "refresher": refresher,
        "way": "?way=refresher" if refresher else "",
        "count": sum((version.refresher_draw if refresher else version.draw).values()),
        "closed": refresher and not may_take_refresher(user, version, today=timezone.localdate(at)),
        "refusal": quiz.refusal(user, version=version, at=at),
        "open": Attempt.objects.visible_to(user).open().filter(version=version).defer("questions").first(),
    }
    return render(request, "training/quiz_start.html", context)


def _first_open(attempt: Attempt) -> HttpResponse:
    """Where one left off: the first question without an answer, else the summary."""
    open_rows = sheet_of(attempt).unanswered
    return (
        redirect("attempt_question", attempt.pk, open_rows[0].number) if open_rows else redirect("attempt", attempt.pk)
    )


@require_GET
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Running: the summary of what is answered, flagged and open. Over or submitted: what came out."""
    mine = get_attempt(person(request), pk)
    sheet = sheet_of(mine)
    if mine.submitted_at is not None:
        return render(request, "training/result.html", {"attempt": mine, **_result(request, mine, sheet)})
    context = {"attempt": mine, "sheet": sheet, "is_over": mine.is_over(timezone.now())}
    return render(request, "training/attempt.html", context)


def _result(request: HttpRequest, mine: Attempt, sheet: Sheet) -> dict[str, Any]:
    """After a pass the answers are gone; what each question earned is told once, from the session."""
    shares: Mapping[str, str] = request.session.get(_session_key(mine), {})
    return {"rows": presenting.result_rows(sheet, shares), "certificate": getattr(mine, "certificate", None)}


def _session_key(attempt: Attempt) -> str:
    return f"quiz-result-{attempt.pk}"


@require_http_methods(["GET", "POST"])
def attempt_question(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One question. Each button saves first and then goes where it says."""
    mine = get_attempt(person(request), pk)
    question = _question(mine, number)
    if mine.submitted_at is not None or (request.method == "GET" and mine.is_over(timezone.now())):
        return redirect("attempt", pk)
    if request.method == "GET":
        return _question_page(request, mine, number)
    given = presenting.given_in(request.POST, question)
    try:
        _save(request, mine, question, given)
    except AnswerError as error:
        return _question_page(request, mine, number, given, _told(error))
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("attempt", pk)
    return _go(request, mine, number)


def _question(attempt: Attempt, number: int) -> Question:
    if not 1 <= number <= len(attempt.questions):
        raise Http404
    return sheet_of(attempt, with_answers=False).questions[number - 1]


def _question_page(
    request: HttpRequest, attempt: Attempt, number: int, given: Mapping[str, Any] | None = None, error: str = ""
) -> HttpResponse:
    sheet = sheet_of(attempt)
    row = sheet.rows[number - 1]
    shown = presenting.shown(row.question, given or row.answer, seed=attempt.seed, remembered=row.answer)
    context = {"attempt": attempt, "sheet": sheet, "row": row, "shown": shown, "error": error}
    return render(request, "training/question.html", context)


def _save(request: HttpRequest, attempt: Attempt, question: Question, given: Mapping[str, Any]) -> Answer:
    presenting.demand_each_place_once(question, given)
    data = request.POST
    return quiz.save_answer(
        person(request),
        attempt=attempt,
        key=question.key,
        given=given,
        flagged="flagged" in data,
        at=timezone.now(),
        shown_flagged=data.get("shown_flagged") == "yes" if "shown_flagged" in data else None,
        **_shown(data.get("shown", "")),
    )


def _shown(text: str) -> dict[str, Any]:
    """What the page had displayed; without it every press writes."""
    try:
        shown = json.loads(text)
    except ValueError:
        return {}
    return {"shown": shown} if shown is None or isinstance(shown, dict) else {}


def _told(error: AnswerError) -> str:
    return _(error.template) % error.values


def _go(request: HttpRequest, attempt: Attempt, number: int) -> HttpResponse:
    """`go` is a question's number, or `summary`; without it the next one, and after the last the summary."""
    wanted = request.POST.get("go", "")
    target = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else number + 1
    if wanted == "summary" or not 1 <= target <= len(attempt.questions):
        return redirect("attempt", attempt.pk)
    return redirect("attempt_question", attempt.pk, target)


@require_POST
def attempt_save(request: HttpRequest, pk: int, number: int) -> JsonResponse:
    """The same for quiz.js: saved when it says 200; 409 when the attempt has ended, 400 for what no form sends."""
    mine = get_attempt(person(request), pk)
    question = _question(mine, number)
    given = presenting.given_in(request.POST, question)
    try:
        saved = _save(request, mine, question, given)
    except AnswerError as error:
        return JsonResponse({"message": _told(error)}, status=400)
    except NotNow as refusal:
        return JsonResponse({"message": refusal.messages[0]}, status=409)
    moment = time_format(timezone.localtime(saved.saved_at), "H:i") if saved.saved_at else ""
    told = {"saved": moment, "shown": saved.answer, "flagged": saved.flagged, "answered": saved.answer is not None}
    return JsonResponse(told)


@require_POST
def attempt_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Once and for all; a second press shows the same result."""
    mine = get_object_or_404(Attempt.objects.visible_to(person(request)), pk=pk)
    result = quiz.submit(person(request), attempt=mine, at=timezone.now())
    if result.shares:
        request.session[_session_key(mine)] = {key: str(share) for key, share in result.shares.items()}
    return redirect("attempt", pk)
