"""What authors enter: courses, the rules of a quiz, lessons, pictures, files of questions."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.models import BankImport, Course, CourseVersion, Lesson, LessonPicture
from training.services.authoring import Existing

DRAWS = ("draw", "refresher_draw")
MOST_DRAWN = 100
LANGUAGES = [("de", gettext_lazy("German")), ("en", gettext_lazy("English"))]


class CourseForm(forms.ModelForm):
    """A new course: what it is good for, and what it is called."""

    needed_at_times = ("title_de", "title_en")

    title_de = forms.CharField(label=gettext_lazy("Title (German)"), max_length=120, required=False)
    title_en = forms.CharField(label=gettext_lazy("Title (English)"), max_length=120, required=False)

    class Meta:
        model = Course
        fields = ["slug", "kind"]
        help_texts = {
            "slug": gettext_lazy("Small letters, digits and hyphens; it stands in the address and stays."),
            "kind": gettext_lazy("What a certificate of this course is good for."),
        }


class VersionForm(forms.ModelForm):
    """Titles and the rules of the quiz of a draft, and for each category how many questions are drawn from it."""

    needed_at_times = ("title_de", "title_en")

    class Meta:
        model = CourseVersion
        fields = [
            "title_de",
            "title_en",
            "summary_de",
            "summary_en",
            "minutes",
            "pass_mark",
            "validity_kind",
            "validity_months",
            "recert_window_days",
            "attempts_allowed",
            "waiting_hours",
            "time_limit_minutes",
        ]
        widgets = {"summary_de": forms.Textarea(attrs={"rows": 2}), "summary_en": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Counter(self.instance.questions.values_list("category", flat=True))
        drawn = {name: getattr(self.instance, name) for name in DRAWS}
        self.categories = sorted({*there, *drawn["draw"], *drawn["refresher_draw"]})
        labels = {
            "draw": gettext_lazy("Quiz: questions from “%(category)s” (%(there)s there)"),
            "refresher_draw": gettext_lazy("Refresher: questions from “%(category)s” (%(there)s there)"),
        }
        for name in DRAWS:
            for category in self.categories:
                words = {"category": category, "there": there[category]}
                self.fields[f"{name}-{category}"] = forms.IntegerField(
                    label=labels[name] % words,
                    min_value=0,
                    max_value=MOST_DRAWN,
                    required=False,
                    initial=drawn[name].get(category, 0),
                )

    def values(self) -> dict[str, Any]:
        """The cleaned fields of the version, the draws as mappings without zeros."""
        found = {name: self.cleaned_data[name] for name in self.Meta.fields}
        for name in DRAWS:
            counts = {category: self.cleaned_data.get(f"{name}-{category}") or 0 for category in self.categories}
            found[name] = {category: count for category, count in counts.items() if count}
        return found

    def _post_clean(self) -> None:
        """The service validates the whole row."""


class LessonForm(forms.ModelForm):
    """A lesson in both languages. `seen` is what the form had shown, so that a second author is noticed."""

    needed_at_times = ("title_de", "title_en", "body_de", "body_en")

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Lesson
        fields = ["title_de", "title_en", "body_de", "body_en", "refresher"]
        widgets = {
            "body_de": forms.Textarea(attrs={"rows": 18, "lang": "de"}),
            "body_en": forms.Textarea(attrs={"rows": 18, "lang": "en"}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("title_de") or cleaned.get("title_en")):
            self.add_error("title_de", _("Give the lesson a title in at least one language."))
        return cleaned

    def _post_clean(self) -> None:
        """The service validates the whole row."""


class PictureForm(forms.ModelForm):
    """A picture with its words in both languages."""

    file = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 2 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    class Meta:
        model = LessonPicture
        fields = ["alt_de", "alt_en"]
        help_texts = {
            "alt_de": gettext_lazy("Whoever cannot see the picture reads this instead. Say what matters in it.")
        }


class PublishForm(forms.Form):
    """Whether people must certify again, asked at every publication; nothing is chosen beforehand."""

    needed_at_times = ("recertify_by",)

    KEEP, AGAIN = "keep", "again"
    certificates = forms.ChoiceField(
        label=gettext_lazy("Must people certify again?"),
        choices=[
            (KEEP, gettext_lazy("No. Certificates of earlier versions count until they end.")),
            (AGAIN, gettext_lazy("Yes. Certificates of earlier versions count only until the day below.")),
        ],
        widget=forms.RadioSelect,
    )
    recertify_by = forms.DateField(
        label=gettext_lazy("Certify again by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        again, by = cleaned.get("certificates") == self.AGAIN, cleaned.get("recertify_by")
        if again and by is None and "recertify_by" not in self.errors:
            self.add_error("recertify_by", _("Say by which day people certify again. Give them some weeks."))
        if again and by is not None and by < timezone.localdate():
            self.add_error(
                "recertify_by", _("The day by which people certify again lies in the past. Give them some weeks.")
            )
        return cleaned

    def day(self) -> date | None:
        return self.cleaned_data["recertify_by"] if self.cleaned_data["certificates"] == self.AGAIN else None


class ImportForm(forms.Form):
    """A file of questions; nothing is taken over before the author has read the report."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("GIFT (.txt, .gift) or Moodle XML (.xml), at most 5 MB."),
        validators=[FileExtensionValidator(["txt", "gift", "xml"])],
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of texts without a mark"),
        choices=LANGUAGES,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 5_000_000:
            raise forms.ValidationError(_("The file is larger than 5 MB. Split it and import the parts one by one."))
        return file

    def format(self) -> str:
        is_xml = self.cleaned_data["file"].name.lower().endswith(".xml")
        return BankImport.Format.XML if is_xml else BankImport.Format.GIFT


class TakeForm(forms.Form):
    """What becomes of questions whose short name the bank has already."""

    existing = forms.ChoiceField(
        label=gettext_lazy("Questions that are here already with other words"),
        choices=[
            (Existing.KEEP, gettext_lazy("Keep what is here")),
            (Existing.REPLACE, gettext_lazy("Replace what is here")),
            (Existing.BOTH, gettext_lazy("Keep both; the new one gets a short name of its own")),
        ],
        initial=Existing.KEEP,
        widget=forms.RadioSelect,
    )
