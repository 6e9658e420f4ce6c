"""The wordings: the list of versions beside each other, one version, writing and publishing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent import services
from consent.forms.common import show_refusal
from consent.forms.texts import NewTextForm, PublishForm, WordsForm
from consent.models import Consent, ConsentText
from consent.models.text import READERS
from portal.access.person import person
from portal.access.roles import role_required

LANGUAGES = ("de", "en")


@dataclass
class VersionRow:
    """One version of one wording; `by_language` has None where a language is missing."""

    line: str
    version: int
    by_language: dict[str, tuple[ConsentText, str] | None] = field(default_factory=lambda: dict.fromkeys(LANGUAGES))

    @property
    def one(self) -> ConsentText:
        return next(found[0] for found in self.by_language.values() if found)

    @property
    def cells(self) -> list[tuple[str, tuple[ConsentText, str] | None]]:
        return list(self.by_language.items())


@require_GET
@role_required(*READERS)
def texts(request: HttpRequest) -> HttpResponse:
    """All versions, German and English beside each other, with a mark where one is missing."""
    found = ConsentText.objects.visible_to(person(request)).defer("body")
    may_write = person(request).has_role(*services.KEEPERS)
    context = {"rows": version_rows(found, timezone.now()), "may_write": may_write}
    return render(request, "consent/texts.html", context)


@require_GET
@role_required(*READERS)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as people see it, its fingerprint, and how many consents point at it."""
    mine = _text(request, pk)
    context = {
        "text": mine,
        "state": states(ConsentText.objects.filter(line=mine.line).defer("body"), timezone.now())[mine.pk],
        "consents": Consent.objects.filter(text=mine).count(),
        "siblings": ConsentText.objects.filter(line=mine.line).exclude(pk=mine.pk).defer("body"),
        "other_language": "en" if mine.language == "de" else "de",
        "may_write": person(request).has_role(*services.KEEPERS),
    }
    return render(request, "consent/text.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def text_create(request: HttpRequest) -> HttpResponse:
    """A draft: new, or (`?from=` a version, `&language=`) its next version or translation."""
    form = NewTextForm(request.POST or None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.draft_text(person(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The draft is saved. Nobody sees it before it is published."))
            return redirect("consent_text", draft.pk)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    return render(request, "consent/text_form.html", {"form": form, "title": _("New wording")})


def _initial(request: HttpRequest) -> dict[str, Any]:
    """The words of the version that the draft starts from."""
    key, language = request.GET.get("from", ""), request.GET.get("language", "")
    mine = ConsentText.objects.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if mine is None:
        return {}
    names = ("line", "purpose", "platform", "channels", "title", "body")
    values: dict[str, Any] = {name: getattr(mine, name) for name in names}
    return values | {"language": language if language in LANGUAGES else mine.language}


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def text_edit(request: HttpRequest, pk: int) -> HttpResponse:
    mine = _text(request, pk)
    if mine.published_at is not None:
        messages.warning(request, _("This version is published and stays as it is. Make a new version from it."))
        return redirect("consent_text", pk)
    initial = {"channels": mine.channels, "title": mine.title, "body": mine.body}
    form = WordsForm(request.POST or None, initial=initial, named_platform=mine.platform)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_text(person(request), text=mine, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The draft is saved."))
            return redirect("consent_text", pk)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    return render(request, "consent/text_form.html", {"form": form, "text": mine, "title": _("Edit the draft")})


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def text_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The check before the lock: the whole wording once more, and from when it counts."""
    mine, now = _text(request, pk), timezone.now()
    if mine.published_at is not None:
        messages.info(request, _("This version is published already. Nothing was changed."))
        return redirect("consent_text", pk)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.publish_text(person(request), text=mine, valid_from=form.cleaned_data["valid_from"] or now, at=now)
            messages.success(request, _("The wording is published and locked."))
            return redirect("consent_text", pk)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    return render(request, "consent/text_publish.html", {"form": form, "text": mine})


def _text(request: HttpRequest, pk: int) -> ConsentText:
    """The one door to a wording."""
    visible = ConsentText.objects.visible_to(person(request)).select_related("created_by", "published_by")
    return get_object_or_404(visible, pk=pk)


def version_rows(found: Any, at: datetime) -> list[VersionRow]:
    """Versions of all lines, newest first within a line."""
    named = list(found)
    words = states(named, at)
    rows: dict[tuple[str, int], VersionRow] = {}
    for one in named:
        row = rows.setdefault((one.line, one.version), VersionRow(one.line, one.version))
        row.by_language[one.language] = (one, words[one.pk])
    return sorted(rows.values(), key=lambda row: (row.line, -row.version))


def states(found: Any, at: datetime) -> dict[int, str]:
    """`draft`, `later`, `valid` or `replaced` for each version: the newest that has begun is the one people see."""
    newest: dict[tuple[str, str], int] = {}
    named = list(found)
    for one in named:
        if one.valid_from is not None and one.valid_from <= at:
            key = (one.line, one.language)
            newest[key] = max(newest.get(key, 0), one.version)
    return {one.pk: _state(one, newest.get((one.line, one.language), 0), at) for one in named}


def _state(text: ConsentText, newest: int, at: datetime) -> str:
    if text.published_at is None:
        return "draft"
    if text.valid_from is not None and text.valid_from > at:
        return "later"
    return "valid" if text.version == newest else "replaced"
