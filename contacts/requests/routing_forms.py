"""Forms about who decides: rules of the routing table, absences, handing on, comments, looking afterwards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.requests.models.absence import REVIEWERS
from contacts.requests.models.routing import GROUPS, RoutingRule
from contacts.requests.routing.table import MOST_STEPS, NEEDS_DPO, NEEDS_MANAGER, Quorum, Step, Who
from contacts.requests.services.routing_tables import CONDITIONS, RuleInput
from portal.access.roles import Role
from portal.people.models import Department, User
from portal.vocabulary import Channel, Outcome, Purpose

NOBODY = ""
WHO = (
    (NOBODY, _("no stage")),
    (Who.LINE_MANAGER.value, _("Line manager")),
    (Who.NAMED.value, _("One person")),
    (Who.DPO.value, _("Data protection officer")),
    (Who.ROLE.value, _("Everybody with a role")),
)
QUORUM = (
    (Quorum.ANY.value, _("One of them is enough")),
    (Quorum.ALL.value, _("All of them")),
    (Quorum.COUNT.value, _("So many of them")),
)
ROLES = ((NOBODY, "-"), (Role.MANAGER.value, Role.MANAGER.label), (Role.DPO.value, Role.DPO.label))
STAGES = range(1, MOST_STEPS + 1)
STAGE = ("who", "person", "role", "quorum", "count")


def reviewers() -> Any:
    """Active people who may decide about requests."""
    return User.objects.filter(is_active=True, roles__overlap=list(REVIEWERS))


def show_refusal(form: forms.Form, refusal: ValidationError) -> None:
    """The sentences of a service beside the fields they are about."""
    found = refusal.message_dict if hasattr(refusal, "error_dict") else {None: refusal.messages}
    for name, sentences in found.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


def _several(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class RuleForm(forms.Form):
    """One rule: for which requests, and up to four stages. Nothing ticked means every one."""

    needed_at_times = tuple(f"{part}_{place}" for part in STAGE for place in STAGES)

    outcomes = _several(
        _("Answer of the rules"), [(value, Outcome(value).label) for value in (NEEDS_MANAGER, NEEDS_DPO)]
    )
    departments = _several(_("Department of the person who asks"), ())
    groups = _several(_("Kind of customer"), GROUPS)
    purposes = _several(_("Reason"), Purpose.choices)
    channels = _several(_("Channel"), Channel.choices)

    def __init__(self, *args: Any, rule: RoutingRule | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(rule))
        super().__init__(*args, **kwargs)
        departments = [(str(one.pk), one.name) for one in Department.objects.all()]
        self.fields["departments"].choices = departments  # type: ignore[attr-defined]
        for place in STAGES:
            self.fields |= _stage_fields(place)

    def rule(self) -> RuleInput:
        """Conditions and steps for the service. Stages without anybody are left out."""
        values = self.cleaned_data
        conditions: dict[str, list[Any]] = {name: values[name] for name in CONDITIONS}
        conditions["departments"] = [int(pk) for pk in values["departments"]]
        return RuleInput(conditions, tuple(_step(values, place) for place in STAGES if values[f"who_{place}"]))


def _stage_fields(place: int) -> dict[str, forms.Field]:
    number = {"place": place}
    return {
        f"who_{place}": forms.ChoiceField(label=_("Stage %(place)d: who") % number, choices=WHO, required=False),
        f"person_{place}": forms.ModelChoiceField(
            label=_("Stage %(place)d: the person") % number, queryset=reviewers(), required=False
        ),
        f"role_{place}": forms.ChoiceField(
            label=_("Stage %(place)d: the role") % number, choices=ROLES, required=False
        ),
        f"quorum_{place}": forms.ChoiceField(
            label=_("Stage %(place)d: how many approve") % number, choices=QUORUM, required=False
        ),
        f"count_{place}": forms.IntegerField(
            label=_("Stage %(place)d: number") % number, required=False, min_value=1, max_value=20
        ),
    }


def _step(values: dict[str, Any], place: int) -> Step:
    who = Who(values[f"who_{place}"])
    person = values[f"person_{place}"]
    quorum = Quorum(values[f"quorum_{place}"] or Quorum.ANY)
    count = values[f"count_{place}"] or 1
    named = person.pk if person is not None and who == Who.NAMED else None
    return Step(who, named, values[f"role_{place}"] if who == Who.ROLE else "", quorum, count)


def _initial(rule: RoutingRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    found: dict[str, Any] = {name: getattr(rule, name) for name in CONDITIONS}
    for place, step in enumerate(rule.line().steps, 1):
        found |= {f"who_{place}": step.who.value, f"person_{place}": step.person, f"role_{place}": step.role}
        found |= {f"quorum_{place}": step.quorum.value, f"count_{place}": step.count}
    return found


class PublishForm(forms.Form):
    valid_from = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        help_text=_("Empty means now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class AbsenceForm(forms.Form):
    """An own absence; the DPO may enter somebody else's."""

    person = forms.ModelChoiceField(label=_("Who is away"), queryset=User.objects.none(), required=False)
    deputy = forms.ModelChoiceField(
        label=_("Who decides instead"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody: the level above decides"),
    )
    starts = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = reviewers().exclude(pk=user.pk)  # type: ignore[attr-defined]
        if user.has_role(Role.DPO):
            self.fields["person"].queryset = reviewers()  # type: ignore[attr-defined]
            self.fields["person"].empty_label = _("Myself")  # type: ignore[attr-defined]
        else:
            del self.fields["person"]


class ReassignForm(forms.Form):
    instead_of = forms.ModelChoiceField(label=_("Whose decision"), queryset=User.objects.none())
    to = forms.ModelChoiceField(label=_("Who decides instead"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, deciding: list[User], possible: list[User], mine: bool, **kwargs: Any) -> None:
        """`deciding`: whose decision it can be, only oneself where it is `mine`. The form always says whose: what was
        shown is handed on, whoever decides by then."""
        if len(deciding) == 1:
            kwargs["initial"] = {"instead_of": deciding[0].pk} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        people, whose = User.objects.all(), self.fields["instead_of"]
        self.fields["to"].queryset = people.filter(pk__in=[one.pk for one in possible])  # type: ignore[attr-defined]
        whose.queryset = people.filter(pk__in=[one.pk for one in deciding])  # type: ignore[attr-defined]
        if mine:
            whose.widget = forms.HiddenInput()


class CommentForm(forms.Form):
    text = forms.CharField(label=_("Your comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class AfterReviewForm(forms.Form):
    needed_at_times = ("reason",)

    verdict = forms.ChoiceField(choices=[("approved", "approved"), ("not_justified", "not_justified")])
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when you say that it was not justified."),
    )
