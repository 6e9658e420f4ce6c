"""Forms mark what may be left empty, and nothing else: no asterisks, as at GOV.UK."""

import re
from pathlib import Path

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template
from django.urls import reverse
from django.utils.translation import override

ROOT = Path(__file__).resolve().parents[2]


class Sample(forms.Form):
    needed_at_times = ("why",)

    name = forms.CharField(label="Name")
    nickname = forms.CharField(label="Nickname", required=False)
    why = forms.CharField(label="Why", required=False)
    proof = forms.FileField(label="Proof", required=False)
    days = forms.MultipleChoiceField(
        label="Days", choices=[("mo", "Mo")], required=False, widget=forms.CheckboxSelectMultiple
    )
    dashed = forms.ChoiceField(label="Dashed", choices=[("", "---------"), ("a", "A")], required=False)
    spoken = forms.ChoiceField(label="Spoken", choices=[("", "Every channel"), ("a", "A")], required=False)
    number = forms.IntegerField(label="Number", required=False, widget=forms.Select(choices=[(1, "1"), (2, "2")]))
    ticked = forms.BooleanField(label="Ticked", required=False)
    must_tick = forms.BooleanField(label="Must tick")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)


class Filter(Sample):
    marks_optional = False


def drawn(form, language="en"):
    with override(language):
        return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))


def marked(html, word="(optional)"):
    labels = re.findall(r"<(?:label|legend)[^>]*>(.*?)</(?:label|legend)>", html, re.S)
    return [re.sub(r"<[^>]+>", "", one).replace(word, "").strip() for one in labels if word in one]


def test_what_may_be_left_empty_says_so_and_what_is_needed_at_times_does_not():
    assert marked(drawn(Sample())) == ["Nickname", "Proof", "Days", "Dashed"]
    assert marked(drawn(Filter())) == []


def test_the_word_is_german_on_a_german_page():
    assert marked(drawn(Sample(), "de"), "(freiwillig)") == ["Nickname", "Proof", "Days", "Dashed"]


@pytest.mark.parametrize("draw", [drawn, render_crispy_form])
def test_nothing_has_an_asterisk(draw):
    html = draw(Sample({}))
    assert "*" not in html
    assert "asterisk" not in html
    assert html.count('class="invalid-feedback"') == 3, "errors stand at their fields still"


def test_each_field_keeps_its_label_its_error_and_its_help():
    form = Sample({})
    form.fields["nickname"].help_text = "As friends say."
    html = drawn(form)
    for name in ("name", "nickname", "proof", "dashed", "ticked", "must_tick"):
        assert f'for="id_{name}"' in html
    assert html.count("<fieldset") == html.count("</fieldset>") == 2
    assert 'id="id_nickname_helptext"' in html
    assert 'aria-describedby="id_nickname_helptext"' in html


@pytest.mark.django_db
def test_a_page_marks_the_note_and_leaves_the_number_alone(client, cast):
    client.force_login(cast.clara)
    html = client.get(reverse("customer_create")).content.decode()
    assert "Salutation" in marked(html)
    assert not {"Number", "First name", "Company"} & set(marked(html)), "who needs which name, the kind says"


def test_no_template_writes_an_asterisk_of_its_own():
    pack = [path for path in (ROOT / "templates").rglob("*.html") if "asteriskField" in path.read_text("utf-8")]
    assert pack == []


def test_no_label_says_it_twice():
    rooms = [ROOT / one for one in ("portal", "contacts", "consent", "training")]
    said = [
        path for room in rooms for path in room.rglob("*.py") if re.search(r"label=.*\(optional\)", path.read_text())
    ]
    assert said == []
