"""One version: what it says and what differs; its draft, its golden cases, what it would change."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts import policy
from contacts.rulebook import services, what_if
from contacts.rulebook.checking import cases_of, differing, milder, replaced
from contacts.rulebook.forms import CasesForm, ReleaseForm, SettingsForm
from contacts.rulebook.models import READERS, SHIPPED, WRITERS, RuleSetVersion
from contacts.rulebook.presenting import changes, history
from contacts.rulebook.selectors import rule_set_in_force, rule_set_of_version
from portal.access.person import person
from portal.access.roles import Role, require_role, role_required


def _version(request: HttpRequest, number: int) -> RuleSetVersion:
    related = ("drafted_by", "released_by")
    found = RuleSetVersion.objects.visible_to(person(request)).select_related(*related)
    return get_object_or_404(found, number=number)


def _draft(request: HttpRequest, number: int) -> RuleSetVersion:
    version = _version(request, number)
    if not version.is_draft:
        raise Http404
    return version


def _settings_before(version: RuleSetVersion) -> policy.Settings:
    """Those of the version that this one follows."""
    if version.based_on == SHIPPED:
        return policy.Settings()
    return policy.settings_from_json(RuleSetVersion.objects.get(number=version.based_on).settings)


@require_GET
@role_required(*READERS)
def versions(request: HttpRequest) -> HttpResponse:
    """Every version, drafts as well."""
    user, now = person(request), timezone.now()
    rows = list(RuleSetVersion.objects.visible_to(user).select_related("drafted_by", "released_by")[:100])
    context = {"rows": history(rows, now), "may_write": user.has_role(*WRITERS)}
    return render(request, "rulebook/versions.html", context)


@require_POST
@role_required(*WRITERS)
def version_draft(request: HttpRequest) -> HttpResponse:
    return redirect("rule_set", services.draft_rule_set(person(request), at=timezone.now()).number)


@require_GET
@role_required(*READERS)
def version(request: HttpRequest, number: int) -> HttpResponse:
    found, user = _version(request, number), person(request)
    said = policy.settings_from_json(found.settings)
    context = {
        "version": found,
        "changes": changes(_settings_before(found), said),
        "from_shipped": changes(policy.Settings(), said),
        "rules": rule_set_of_version(found),
        "replaced": replaced(found),
        "may_write": found.is_draft and user.has_role(*WRITERS),
        "may_release": found.is_draft and user.has_role(Role.DPO),
    }
    return render(request, "rulebook/version.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def version_edit(request: HttpRequest, number: int) -> HttpResponse:
    """What a draft says; the rules themselves check what was entered."""
    found = _draft(request, number)
    form = SettingsForm(request.POST or None, settings=policy.settings_from_json(found.settings))
    if request.method == "POST" and form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            services.save_rule_set(person(request), version=found, settings=form.said(), at=timezone.now(), seen=seen)
            messages.success(request, _("The draft is saved. It decides nothing until somebody releases it."))
            return redirect("rule_set", found.number)
        except services.NotNow as refusal:
            return _gone(request, found, refusal)
        except ValidationError as refusal:
            form.refuse(refusal)
    seen = services.fingerprint_of(found, "settings")
    return render(request, "rulebook/edit.html", {"version": found, "form": form, "seen": seen})


def _gone(request: HttpRequest, version: RuleSetVersion, refusal: ValidationError) -> HttpResponse:
    messages.warning(request, refusal.messages[0])
    return redirect("rule_set", version.number)


@require_GET
@role_required(*READERS)
def version_what_if(request: HttpRequest, number: int) -> HttpResponse:
    """How many of the latest decisions would be other ones, and which. Nothing is changed by looking."""
    found = _version(request, number)
    asked = request.GET.get("size", "")
    size = next((one for one in what_if.SIZES if str(one) == asked), what_if.SIZES[1])
    in_force = rule_set_in_force(timezone.now())
    effect = what_if.effect_of(rule_set_of_version(found), in_force, what_if.latest(size))
    context = {"version": found, "effect": effect, "size": size, "sizes": what_if.SIZES, "in_force": in_force}
    return render(request, "rulebook/what_if.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*READERS)
def version_cases(request: HttpRequest, number: int) -> HttpResponse:
    """The golden cases of a version, and those that it answers another way than expected."""
    found, user = _version(request, number), person(request)
    if request.method == "POST":
        require_role(user, *WRITERS)
    form = CasesForm(request.POST or None, initial={"document": _document(found)})
    if request.method == "POST" and form.is_valid():
        document = form.cleaned_data["document"] or "[]"
        try:
            seen = request.POST.get("seen", "")
            services.save_cases(user, version=found, document=document, at=timezone.now(), seen=seen)
            messages.success(request, _("The golden cases are saved with the draft."))
            return redirect("rule_set_cases", found.number)
        except services.NotNow as refusal:
            return _gone(request, found, refusal)
        except ValidationError as refusal:
            form.add_error(None if hasattr(refusal, "error_dict") else "document", refusal)
    return render(request, "rulebook/cases.html", _cases(found, form, may_write=user.has_role(*WRITERS)))


def _document(version: RuleSetVersion) -> str:
    return json.dumps(version.cases, ensure_ascii=False, indent=2) if version.cases else ""


def _cases(version: RuleSetVersion, form: CasesForm, *, may_write: bool) -> dict[str, Any]:
    return {
        "version": version,
        "form": form,
        "differing": differing(version),
        "count": len(cases_of(version)),
        "may_write": may_write and version.is_draft,
        "seen": services.fingerprint_of(version, "cases"),
    }


@require_POST
@role_required(*WRITERS)
def version_expect(request: HttpRequest, number: int) -> HttpResponse:
    """One golden case is meant to be answered as the draft answers it."""
    found, case = _version(request, number), request.POST.get("case", "")
    try:
        services.expect_answer(person(request), version=found, case=case, at=timezone.now())
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("rule_set_cases", found.number)


@require_POST
@role_required(*WRITERS)
def version_discard(request: HttpRequest, number: int) -> HttpResponse:
    found = _version(request, number)
    try:
        services.discard_rule_set(person(request), version=found, at=timezone.now())
        messages.success(request, _("The draft is discarded."))
    except services.NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("rule_sets")


@require_http_methods(["GET", "POST"])
@role_required(Role.DPO)
def version_release(request: HttpRequest, number: int) -> HttpResponse:
    """Everything that must be right before a release, and the release."""
    found, user, now = _draft(request, number), person(request), timezone.now()
    said = policy.settings_from_json(found.settings)
    form = ReleaseForm(request.POST or None, laxer=milder(found))
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        try:
            services.release_rule_set(user, version=found, at=now, seen=seen, **form.cleaned_data)
            messages.success(request, _("The rule set is released. It stays as it is from now on."))
            return redirect("rule_set", found.number)
        except services.NotNow as refusal:
            return _gone(request, found, refusal)
        except ValidationError as refusal:
            form.refuse(refusal)
    context = {"version": found, "form": form, "differing": differing(found)}
    context |= {
        "replaced": replaced(found),
        "changes": changes(_settings_before(found), said),
        "wrote": user.pk in found.writers,
        "seen": services.fingerprint_of(found),
    }
    return render(request, "rulebook/release.html", context)
