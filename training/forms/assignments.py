"""What is entered about assignments and about more time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.roles import Role
from portal.people.models import Department, User
from training.models import Assignment, Course, CourseVersion, TimeExtension

TARGETS = ("person", "department", "role", "rule")


class AssignmentForm(forms.ModelForm):
    """Who takes which course; exactly one of person, department, role and rule."""

    needed_at_times = ("department", "role", "rule", "person")

    class Meta:
        model = Assignment
        fields = ["course", "department", "role", "rule", "person", "due_days", "refresher"]
        help_texts = {
            "department": gettext_lazy("Choose one of department, role, rule and person."),
            "due_days": gettext_lazy("Counted from today; for people who join later from their first day."),
            "refresher": gettext_lazy("Only for people who hold a certificate already."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = _offered()  # type: ignore[attr-defined]
        self.fields["course"].label_from_instance = _course_words  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.all()  # type: ignore[attr-defined]
        self.fields["person"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", "---------"), *Role.choices]  # type: ignore[attr-defined]
        self.fields["due_days"].min_value = 1  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if sum(bool(cleaned.get(name)) for name in TARGETS) != 1:
            self.add_error("department", _("Choose exactly one: a department, a role, a rule or a person."))
        if cleaned.get("due_days") == 0:
            self.add_error("due_days", _("Give people at least one day."))
        return cleaned

    def _post_clean(self) -> None:
        """The service validates the whole row."""


def _offered() -> models.QuerySet[Course]:
    """What can be taken now, with the version that gives each its title."""
    current = CourseVersion.objects.current()
    rows = Course.objects.filter(pk__in=current.values("course"))
    return rows.prefetch_related(models.Prefetch("versions", current, to_attr="published"))


def _course_words(course: Course) -> str:
    return f"{course.published[0].title} ({course.get_kind_display()})"  # type: ignore[attr-defined]


class MoreTimeForm(forms.ModelForm):
    """More time for one person; people are offered without the one who gives it."""

    class Meta:
        model = TimeExtension
        fields = ["person", "percent"]
        help_texts = {"percent": gettext_lazy("50 means half as much again; 0 ends it. Nobody asks why.")}

    def __init__(self, *args: Any, acting_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.filter(is_active=True).apart_from(acting_user)
        self.fields["person"].queryset = others  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The service validates the whole row."""
