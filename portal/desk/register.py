"""The register of the data protection officer: all permits and all consents, by reason, basis, source, state and age;
and the same as a file, of which the trail tells."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models import Consent, ConsentEvent
from contacts.requests.models import Permit
from contacts.requests.rules import PermitState
from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.cells import Table
from portal.vocabulary import ConsentState, ContactSource, Outcome, Purpose

if TYPE_CHECKING:
    from portal.people.models import User

READERS = (Role.DPO, Role.AUDITOR)
KINDS = ("permits", "consents")
AGES = (("30", _("30 days")), ("365", _("one year")), ("1095", _("three years")))
#: A file of more rows is no reading; narrow the filters then.
MOST_ROWS = 100_000
Choices = list[tuple[Any, Any]]
BASES: dict[str, Choices] = {
    "permits": [("consent", _("Consent of the person")), *[(value, label) for value, label in Outcome.choices[:-1]]],
    "consents": list(ConsentEvent.How.choices),
}
STATES: dict[str, Choices] = {
    "permits": [
        (PermitState.ACTIVE, _("Valid")),
        (PermitState.USED, _("Used up")),
        (PermitState.REVOKED, _("Revoked")),
    ],
    "consents": list(ConsentState.choices),
}


class RegisterForm(forms.Form):
    """The filters; the address of the page is their only state."""

    marks_optional = False

    purpose = forms.ChoiceField(label=_("Reason"), required=False)
    basis = forms.ChoiceField(label=_("Basis"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    source = forms.ChoiceField(label=_("Source of the address"), required=False)
    older = forms.ChoiceField(label=_("Older than"), required=False)
    number = forms.CharField(label=_("Customer number"), required=False, max_length=40)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("All"))
        self.fields["purpose"].choices = [everything, *Purpose.choices]  # type: ignore[attr-defined]
        self.fields["basis"].choices = [everything, *BASES[kind]]  # type: ignore[attr-defined]
        self.fields["state"].choices = [everything, *STATES[kind]]  # type: ignore[attr-defined]
        self.fields["source"].choices = [everything, *ContactSource.choices]  # type: ignore[attr-defined]
        self.fields["older"].choices = [("", _("Any age")), *AGES]  # type: ignore[attr-defined]


def rows_of(user: User, kind: str, wanted: dict[str, str], *, at: datetime) -> QuerySet[Any]:
    """What this person may read of permits or consents, narrowed by the filters that are filled in."""
    if not user.has_role(*READERS):
        return Permit.objects.none()
    rows: QuerySet[Any] = _permits(wanted, at) if kind == "permits" else _consents(wanted)
    if wanted.get("purpose"):
        rows = rows.filter(purpose=wanted["purpose"])
    if wanted.get("source"):
        rows = rows.filter(contact_point__source=wanted["source"])
    if wanted.get("number"):
        rows = rows.filter(customer__number__iexact=wanted["number"].replace("\x00", ""))
    if wanted.get("older"):
        since = "valid_from__lt" if kind == "permits" else "given_at__lt"
        rows = rows.filter(**{since: at - timedelta(days=int(wanted["older"]))})
    return rows.select_related("customer", "contact_point")


def _permits(wanted: dict[str, str], at: datetime) -> QuerySet[Permit]:
    rows = Permit.objects.select_related("holder", "request")
    match wanted.get("basis"):
        case "consent":
            rows = rows.filter(rests_on_consent=True)
        case str(basis) if basis:
            rows = rows.filter(released=basis, rests_on_consent=False)
    match wanted.get("state"):
        case PermitState.ACTIVE:
            rows = rows.filter(state=PermitState.ACTIVE, valid_until__gt=at)
        case str(state) if state:
            rows = rows.filter(state=state)
    return rows


def _consents(wanted: dict[str, str]) -> QuerySet[Consent]:
    """What was ever asked for or given; the recorded state is that of the last passage that the jobs have seen."""
    rows = Consent.objects.filter(Q(requested_at__isnull=False) | Q(given_at__isnull=False))
    if wanted.get("basis"):
        rows = rows.filter(given_how=wanted["basis"])
    return rows.filter(recorded_state=wanted["state"]) if wanted.get("state") else rows


@transaction.atomic
def export_register(acting_user: User, *, kind: str, wanted: dict[str, str], at: datetime) -> str:
    """The filtered register as CSV, at most MOST_ROWS lines. The trail tells who took how many."""
    require_role(acting_user, Role.DPO)
    out = io.StringIO(newline="")
    table, count = Table(out), 0
    table.row([str(word) for word in HEADS[kind]])
    for row in rows_of(acting_user, kind, wanted, at=at).order_by("-pk")[:MOST_ROWS]:
        table.row(_cells(kind, row))
        count += 1
    record(acting_user, "register.exported", "register", kind, at=at, after={"rows": count})
    return out.getvalue()


HEADS = {
    "permits": (
        _("Permit"),
        _("Customer number"),
        _("Holder"),
        _("Reason"),
        _("Way"),
        _("Source"),
        _("Basis"),
        _("Valid from"),
        _("Valid until"),
        _("State"),
    ),
    "consents": (
        _("Customer number"),
        _("Reason"),
        _("Way"),
        _("Basis"),
        _("Given"),
        _("Withdrawn"),
        _("Proof"),
        _("State"),
    ),
}


def _cells(kind: str, row: Any) -> list[str]:
    if kind == "permits":
        point = row.contact_point
        told = [row.number, row.customer.number, str(row.holder), row.get_purpose_display(), point.get_way_display()]
        return [
            *told,
            point.get_source_display(),
            basis_words(row),
            _time(row.valid_from),
            _time(row.valid_until),
            row.state,
        ]
    told = [row.customer.number, row.get_purpose_display(), row.get_way_display(), basis_words(row)]
    proof = str(_("Yes") if row.proof else _("No"))
    return [*told, _time(row.given_at), _time(row.withdrawn_at), proof, str(row.get_recorded_state_display())]


def basis_words(row: Permit | Consent) -> str:
    """On what a permit rests, or how a consent was given."""
    if isinstance(row, Consent):
        return str(ConsentEvent.How(row.given_how).label) if row.given_how else ""
    return str(_("Consent of the person")) if row.rests_on_consent else str(Outcome(row.released).label)


def _time(moment: datetime | None) -> str:
    """As spreadsheets sort it, in the portal's zone."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment is not None else ""
