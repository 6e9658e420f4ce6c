"""Keeping filters under a name, renaming and deleting them. A taste of one's own, so the trail does not keep it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers.models import READERS
from contacts.requests.list_forms import query_of
from contacts.requests.models import SavedView
from contacts.requests.models.saved_view import MOST
from portal.access.roles import require_role
from portal.people.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping


@transaction.atomic
def save_view(acting_user: User, *, name: str, filters: Mapping[str, str], at: datetime) -> SavedView:
    """Keep the filters; of these only the names that the list knows. Raises ValidationError where there is none of
    them, for a name that one has used, and for the twenty-first."""
    require_role(acting_user, *READERS)
    query = query_of(dict(filters))
    if not query:
        raise ValidationError(_("Nothing is filtered here. Choose a filter in the list first, then keep it."))
    mine = _own_under_lock(acting_user)
    _demand_free(name, mine)
    free = [place for place in range(1, MOST + 1) if place not in {view.place for view in mine}]
    if not free:
        raise ValidationError(
            _("You keep %(most)d views, and there is no room for more. Delete one first.") % {"most": MOST}
        )
    return SavedView.objects.create(person=acting_user, name=name, query=query, place=free[0], created_at=at)


@transaction.atomic
def rename_view(acting_user: User, *, view: SavedView, name: str) -> SavedView:
    """Raises ValidationError for the name of another view, PermissionDenied for somebody else's."""
    require_role(acting_user, *READERS)
    mine = _own_under_lock(acting_user)
    locked = next((one for one in mine if one.pk == view.pk), None)
    if locked is None:
        raise PermissionDenied
    _demand_free(name, [one for one in mine if one.pk != view.pk])
    locked.name = name
    locked.save(update_fields=["name"])
    return locked


@transaction.atomic
def delete_view(acting_user: User, *, view: SavedView) -> None:
    """One that has gone already stays gone. Raises PermissionDenied for somebody else's."""
    require_role(acting_user, *READERS)
    if view.person_id != acting_user.pk:
        raise PermissionDenied
    SavedView.objects.filter(pk=view.pk).delete()


def _own_under_lock(user: User) -> list[SavedView]:
    """The person's views, which nobody changes meanwhile."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    return list(SavedView.objects.filter(person=user))


def _demand_free(name: str, others: list[SavedView]) -> None:
    if name.upper() in {one.name.upper() for one in others}:
        raise ValidationError({"name": _("You keep a view with this name already. Choose another name.")})
