"""Fields drawn in Python are the fields that Django's and crispy's templates draw."""

import re
from pathlib import Path

import crispy_bootstrap5
import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import engines
from django.template.base import Template
from django.test.html import parse_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from portal.ui.boxes import attributes

THEIRS = Path(crispy_bootstrap5.__file__).parent / "templates" / "bootstrap5" / "field.html"
NUMBERS = [(1, 1), (1234, 1234)]
WORDS = [
    ("", gettext_lazy("Choose a reason")),
    ("a<b", "A & B"),
    ("Group <1>", [("c", "C"), ("d", mark_safe("<i>D</i>"))]),
]


class Everything(forms.Form):
    #: What is optional is marked by us alone (tests/ui/test_optional.py), what is mandatory by crispy alone.
    marks_optional = False

    text = forms.CharField(
        label="Te<xt", help_text="He & lp", widget=forms.TextInput(attrs={"class": "wide textinput"})
    )
    optional = forms.CharField(required=False, max_length=5)
    unnamed = forms.CharField(label="", required=False)
    area = forms.CharField(widget=forms.Textarea(attrs={"rows": 5, "readonly": True, "hidden": False}))
    password = forms.CharField(widget=forms.PasswordInput)
    count = forms.IntegerField(min_value=1234)
    at = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    choice = forms.ChoiceField(choices=WORDS)
    several = forms.MultipleChoiceField(choices=NUMBERS, required=False)
    number = forms.TypedChoiceField(choices=NUMBERS, help_text=gettext_lazy("Empty means now."))
    radio = forms.ChoiceField(choices=WORDS, widget=forms.RadioSelect, help_text="Help")
    boxes = forms.MultipleChoiceField(choices=NUMBERS, widget=forms.CheckboxSelectMultiple(attrs={"class": "x"}))
    nothing = forms.ChoiceField(choices=[], widget=forms.RadioSelect, required=False, label="")
    ticked = forms.BooleanField(label="Ti & ck", help_text="Help")
    may = forms.BooleanField(required=False)
    file = forms.FileField(widget=forms.ClearableFileInput(attrs={"accept": ".csv"}))
    hidden = forms.CharField(widget=forms.HiddenInput, initial="<x>")


GIVEN = {
    "nothing said": {},
    "initial": {
        "initial": {"choice": "c", "several": [1234], "number": 1234, "radio": "d", "boxes": [1], "ticked": True}
    },
    "refused": {"data": {"radio": "other", "text": "<b>", "choice": "x", "optional": "too long"}, "files": {}},
    "taken": {"data": {"radio": "c", "boxes": ["1", "1234"], "several": ["1"], "ticked": "on", "number": "1234"}},
    "other names": {"prefix": "one", "auto_id": "f_%s"},
    "without names": {"auto_id": False},
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_field_is_the_one_that_crispy_draws(given, language):
    theirs = engines["django"].from_string(THEIRS.read_text())
    with override(language):
        for name in Everything.base_fields:
            field = Everything(**given)[name]
            about = {"form_show_errors": True, "form_show_labels": True, "label_class": "", "field_class": ""}
            expected = theirs.render({"field": Everything(**given)[name], **about})
            assert same(as_crispy_field(field), expected), name


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_a_box_is_the_one_that_django_draws(given):
    for name in Everything.base_fields:
        ours, theirs = Everything(**given)[name], Everything(**given, renderer=DjangoTemplates())[name]
        assert same(str(ours).replace(' inputmode="numeric"', ""), str(theirs)), name


def same(ours: str, theirs: str) -> bool:
    """Said of the elements; space between them and the order of attributes say nothing."""
    theirs = theirs.replace('<span class="asteriskField">*</span>', "").replace(" requiredField", "")
    return parse_html(ours) == parse_html(theirs.replace('class=""', ""))


def test_what_somebody_typed_is_escaped():
    form = Everything({"text": '"><script>', "choice": "<script>"})
    drawn = "".join(as_crispy_field(form[name]) for name in Everything.base_fields)
    assert "<script>" not in drawn and "&quot;&gt;&lt;script&gt;" in drawn


def test_no_template_is_rendered_for_a_choice_or_a_box(monkeypatch):
    """Which is what made a list of choices dear."""
    rendered, render = [], Template.render
    monkeypatch.setattr(Template, "render", lambda self, context: rendered.append(self.name) or render(self, context))
    form = Everything()
    for name in Everything.base_fields:
        as_crispy_field(form[name])
    apart = {"django/forms/widgets/clearable_file_input.html", "django/forms/widgets/attrs.html"}
    assert set(rendered) - apart == {"bootstrap5/field.html"} and len(rendered) == len(Everything.base_fields) + 2


def test_a_number_says_which_keys_a_phone_shall_show():
    class Numbers(forms.Form):
        whole = forms.IntegerField()
        broken = forms.FloatField()
        own = forms.IntegerField(widget=forms.NumberInput(attrs={"inputmode": "text"}))

    shown = [re.findall('inputmode="([a-z]+)"', str(field)) for field in Numbers()]
    assert shown == [["numeric"], ["decimal"], ["text"]]


def test_attributes_are_as_django_writes_them():
    template = engines["django"].from_string('{% include "django/forms/widgets/attrs.html" %}')
    for given in (
        {},
        {"required": True},
        {"hidden": False},
        {"class": "a", "required": True, "hidden": False, "rows": 5},
        {"data-{x}": "{y}", "title": '"><script>', "x<y": True},
    ):
        assert attributes(given) == template.render({"widget": {"attrs": given}}), given


def test_nothing_chosen_is_said_in_words_and_not_in_dashes():
    class Choices(forms.Form):
        needed = forms.ChoiceField(choices=[("", "---------"), ("-", "–")])
        free = forms.ChoiceField(choices=[("", "–"), ("a", "---------")], required=False)

    with override("de"):
        assert '<option value="" selected>Bitte wählen</option>' in str(Choices()["needed"])
        assert '<option value="" selected>Keine Angabe</option>' in str(Choices()["free"])
        assert "–</option>" in str(Choices()["needed"]) and "---------</option>" in str(Choices()["free"])
