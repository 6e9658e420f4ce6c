"""The lists: messages, webhooks, keys of systems, imports, checked lists, people. Each act is a verb of its room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import action, display
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from contacts.customers.import_models import ImportRun
from contacts.screening.models import Screening
from portal.access.person import person
from portal.access.roles import Role
from portal.desk.operator.site import site
from portal.machines.models import ApiToken
from portal.machines.services import revoke_token
from portal.outbox import operating, standing
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from portal.webhooks.models import Delivery
from portal.webhooks.services import send_again


class Listed(ModelAdmin):
    """A list to look at, with acts: no form writes past the services, nothing is deleted, rows lead nowhere here."""

    title: str | Promise = ""
    list_display_links = None
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = False

    @property
    def media(self) -> Media:
        """What marks rows; jQuery and the rest of the admin's scripts serve forms, of which there are none here."""
        return Media(js=["admin/js/actions.js"])

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [path("", self.admin_site.admin_view(self.changelist_view), name=name)]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "title": self.title})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def carry_out(self, request: HttpRequest, rows: QuerySet, act: Callable[[Any, datetime], Any]) -> None:
        """One act for each marked row, each in a transaction of its own; a refusal is told and stops no other."""
        done = 0
        for row in rows:
            try:
                act(row, timezone.now())
                done += 1
            except ValidationError as refusal:
                messages.warning(request, f"{row}: {refusal.messages[0]}")
        if done:
            words = ngettext("Done for %(number)d row.", "Done for %(number)d rows.", done)
            messages.success(request, words % {"number": done})


class Messages(Listed):
    """What is parked, late or was put off. What a message says, and to whom, is not read here: the kind of a message
    beside a name would tell who reported an incident."""

    title = _("Messages in trouble")
    list_display = ("topic", "kind", "state", "attempts", "error", "created_at")
    list_filter = ("kind",)
    actions = ("try_again",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return standing.troubled(at=timezone.now())

    @display(description=_("state"))
    def state(self, message: OutboxMessage) -> str:
        return str(_("Parked") if message.parked_at else _("Tried again later"))

    @display(description=_("error"))
    def error(self, message: OutboxMessage) -> str:
        return standing.error_class(message) or "–"

    @action(description=_("Try again"))
    def try_again(self, request: HttpRequest, rows: QuerySet) -> None:
        self.carry_out(request, rows, lambda row, at: operating.try_again(person(request), message=row, at=at))


class Deliveries(Listed):
    """Events for other systems."""

    title = _("Events for other systems")
    list_display = ("endpoint_id", "event_id", "state", "tries", "due_at", "done_at")
    list_filter = ("state",)
    actions = ("again",)
    ordering = ("-pk",)

    @action(description=_("Send again"))
    def again(self, request: HttpRequest, rows: QuerySet) -> None:
        self.carry_out(request, rows, lambda row, at: send_again(person(request), delivery=row, at=at))


class Keys(Listed):
    """Keys of other systems. A new one is made on the portal's own page, which shows it once."""

    title = _("Keys of systems")
    list_display = ("name", "for_whom", "may", "created_at", "expires_at", "revoked_at", "last_used_at")
    actions = ("revoke",)
    search_fields = ("name",)
    ordering = ("name", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return ApiToken.objects.visible_to(person(request)).select_related("acts_for")

    @display(description=_("asks for"))
    def for_whom(self, token: ApiToken) -> str:
        return str(token.acts_for or "–")

    @display(description=_("what it may do"))
    def may(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @action(description=_("Revoke"))
    def revoke(self, request: HttpRequest, rows: QuerySet) -> None:
        self.carry_out(request, rows, lambda row, at: revoke_token(person(request), token=row, at=at))


class Imports(Listed):
    """How far the lists of the consent officers have got. Names of files, and what is in them, are theirs."""

    title = _("Imports")
    list_display = ("pk", "kind", "state", "rows", "rows_done", "created_at", "finished_at")
    list_filter = ("state", "kind")


class CheckedLists(Listed):
    """How far lists that somebody had checked have got."""

    title = _("Checked lists")
    list_display = ("number", "state", "at")
    list_filter = ("state",)
    ordering = ("-pk",)


class People(Listed):
    """Who has an account; a row leads to the page where roles and departments are changed."""

    title = _("People")
    list_display = ("name", "department", "held", "is_active", "edit")
    list_filter = ("is_active", "department")
    search_fields = ("first_name", "last_name", "email")
    ordering = ("last_name", "first_name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return User.objects.visible_to(person(request)).select_related("department")

    @display(description=_("name"), ordering="last_name")
    def name(self, member: User) -> str:
        return str(member)

    @display(description=_("roles"))
    def held(self, member: User) -> str:
        return ", ".join(str(Role(role).label) for role in member.roles)

    @display(description=_("change"))
    def edit(self, member: User) -> str:
        return format_html('<a href="{}">{}</a>', reverse("person_edit", args=[member.pk]), _("Edit"))


for model, listed in (
    (OutboxMessage, Messages),
    (Delivery, Deliveries),
    (ApiToken, Keys),
    (ImportRun, Imports),
    (Screening, CheckedLists),
    (User, People),
):
    site.register(model, listed)
