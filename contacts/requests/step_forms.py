"""One thing of a question on a page of its own: what it asks, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BoundField
from django.forms.utils import ErrorList
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.requests.context import Context
from contacts.requests.forms import QuestionForm
from contacts.requests.models import ContactRequest
from contacts.requests.ways import still_planned


@dataclass(frozen=True, slots=True)
class Step:
    """`fields` of the question, asked together because they mean something only together."""

    title: str | Promise
    why: str | Promise
    fields: tuple[str, ...]


STEPS = {
    "reason": Step(
        _("What is the contact for?"),
        _("The law asks first what a contact is for. What one reason allows, another forbids."),
        ("purpose",),
    ),
    "address": Step(
        _("Over which address, and from which account?"),
        _("Each way has its own rules. It also counts where the address comes from, and who seems to write."),
        ("contact_point", "account_choice"),
    ),
    "text": Step(
        _("What do you want to say?"),
        _("One sentence that advertises makes the whole message advertising. A permit is for this text only."),
        ("draft_text", "contains_promotion", "opt_out_included", "special_category"),
    ),
    "time": Step(
        _("When, and how often?"),
        _("Some ways rest at night and on Sundays. A permit is for so many contacts and no more."),
        ("planned_at", "uses_wanted", "urgency"),
    ),
    "details": Step(
        _("What else matters?"),
        _("Some exceptions count only if this is true. Whoever decides reads what you say here."),
        ("own_similar_products", "presumed_consent", "sender_clear", "caller_id_shown", "automated_call"),
    ),
}


class StepForm(QuestionForm):
    """The whole question with one step to fill in; everything else stays as it is kept."""

    def __init__(
        self, posted: Mapping[str, Any] | None, *, step: str, context: Context, instance: ContactRequest
    ) -> None:
        self.step = STEPS[step]
        data = None if posted is None else self._whole(posted, context, instance)
        super().__init__(data, context=context, instance=instance)

    def _whole(self, posted: Mapping[str, Any], context: Context, asked: ContactRequest) -> dict[str, Any]:
        kept = self.repeated(asked, context) | {"planned_at": still_planned(asked.planned_at, at=context.at)}
        others = {name: value for name, value in kept.items() if name not in self.step.fields}
        return others | {name: posted[name] for name in self.step.fields if name in posted}

    @property
    def shown(self) -> list[BoundField]:
        return [self[name] for name in self.step.fields]

    def refuse(self, error: ValidationError) -> None:
        super().refuse(error)
        self._gather()

    def _post_clean(self) -> None:
        super()._post_clean()
        self._gather()

    def _gather(self) -> None:
        """What is wrong with a field that is not on this page is said above, where it can be read."""
        elsewhere = [name for name in self.errors_so_far if name not in (*self.step.fields, NON_FIELD_ERRORS)]
        for name in elsewhere:
            self.errors_so_far.setdefault(NON_FIELD_ERRORS, ErrorList()).extend(self.errors_so_far.pop(name).data)

    @property
    def errors_so_far(self) -> dict[str, Any]:
        """`errors` without asking the form to check itself, which is what is going on."""
        return self._errors if self._errors is not None else {}  # type: ignore[return-value]
