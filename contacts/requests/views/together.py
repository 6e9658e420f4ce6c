"""Deciding about several equal requests: first the page that shows them all, then one press."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.requests.alike import Marked, read_marked
from contacts.requests.deciders import alone_words, result_words
from contacts.requests.numbers import request_key, request_number
from contacts.requests.presenting import reasons_by_id
from contacts.requests.services.deciding_together import Shown, decide_together
from contacts.requests.together_forms import TogetherForm
from portal.access.person import person
from portal.access.roles import Role, role_required
from training.selectors import course_before_reviewing


@require_http_methods(["GET", "POST"])
@role_required(Role.MANAGER, Role.DPO)
def together(request: HttpRequest) -> HttpResponse:
    """What was marked: what can be decided together, with its hash, and what cannot, with the reason."""
    shown = list(_shown(request))
    form = TogetherForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            results = decide_together(person(request), shown=shown, at=timezone.now(), **form.cleaned_data)
            context = {"results": [(one, *result_words(one)) for one in results]}
            return render(request, "requests/together/results.html", context)
        except ValidationError as refusal:
            form.refuse(refusal)
    return _check_page(request, form, [one.request for one in shown] or list(_marked(request)))


def _check_page(request: HttpRequest, form: TogetherForm, keys: list[int]) -> HttpResponse:
    user, now = person(request), timezone.now()
    if not keys:
        messages.warning(request, _("Mark at least two requests in the list."))
        return redirect("inbox")
    there = read_marked(user, keys, at=now)
    first = there.rows[0] if there.rows else None
    context = {
        "form": form,
        "rows": there.rows,
        "first": first,
        "reasons": [reason for row in there.rows[:1] for reason in _reasons(row)],
        "left_out": [(asked, alone_words(out)) for asked, out in there.left_out],
        "gone": [request_number(key) for key in there.gone],
        "course": course_before_reviewing(user.pk, today=timezone.localdate()),
    }
    return render(request, "requests/together/check.html", context)


def _reasons(row: Marked) -> list[str]:
    rules = row.snapshot.content["decision"]["rules"]
    return reasons_by_id(", ".join(rules)) if rules else []


def _marked(request: HttpRequest) -> Iterator[int]:
    """The keys behind `?request=R-1042&request=R-1043`; nonsense is left out."""
    for number in request.GET.getlist("request"):
        key = request_key(number)
        if key is not None and key > 0:
            yield key


def _shown(request: HttpRequest) -> Iterator[Shown]:
    """What the check page says that it showed."""
    for value in request.POST.getlist("shown"):
        key, _colon, rest = value.partition(":")
        number, _colon, sha256 = rest.partition(":")
        if _is_key(key) and _is_key(number):
            yield Shown(int(key), int(number), sha256)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 15
