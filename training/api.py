"""The API of certificates (docs/api.md): valid, yes or no, and nothing else about anybody."""

from __future__ import annotations

from typing import Literal

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from portal.access.roles import Role
from portal.machines.models import Scope
from portal.machines.paging import demand_known
from portal.machines.rest import READABLE, Key, caller_of, person_of, told
from portal.people.models import User
from training.questions.fields import UNPRINTABLE
from training.rules import training_state
from training.selectors.certificates import check_number
from training.selectors.licences import ends_by_kind

router = Router(tags=["certificates"])
READ = Key(Scope.CERTIFICATES_READ)


class Whose(Schema):
    """Whose training, and which."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    person: str = Field(min_length=3, max_length=254, description="The person's e-mail address.")
    kind: Literal["basic", "messenger", "approver"] = "basic"


class Valid(Schema):
    """Whether it is valid today."""

    valid: bool


@router.get(
    "",
    auth=READ,
    response={200: Valid, **READABLE},
    url_name="api_certificates",
    summary="Ask whether a person's training is valid",
)
def of_person(request: HttpRequest, whose: Query[Whose]) -> JsonResponse:
    """For oneself, for one's own reports, and for whoever looks after the training; 404 for everybody else."""
    demand_known(request, whose)
    who = get_object_or_404(_asked_about(person_of(request)), email__iexact=whose.person.replace("\x00", ""))
    today = timezone.localdate(caller_of(request).at)
    return told({"valid": training_state(ends_by_kind([who.pk], today=today)[who.pk][whose.kind], today) == "valid"})


def _asked_about(user: User):
    """The people whose certificates this person sees on the pages (`Certificate.objects.visible_to`)."""
    if user.has_role(Role.DPO, Role.TRAINING_AUTHOR, Role.AUDITOR):
        return User.objects.all()
    return User.objects.filter(Q(pk=user.pk) | Q(manager=user))


@router.get(
    "/{str:number}",
    auth=READ,
    response={200: Valid, **READABLE},
    url_name="api_certificate",
    summary="Ask whether a certificate is valid",
)
def by_number(request: HttpRequest, number: str) -> JsonResponse:
    """By its number, as the page that anybody may open does. What is no number is not valid either."""
    typed = UNPRINTABLE.sub("", number).strip().upper()[:20]
    found = check_number(typed, today=timezone.localdate(caller_of(request).at))
    return told({"valid": found.word == "valid"})
