"""What is wrong with a form is said on top of it, once, in the words of its fields."""

import re
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client

PAGES = sorted((Path(__file__).resolve().parents[2] / "templates").rglob("*.html"))


class Refused(forms.Form):
    where = forms.CharField(label="Where to?")
    name = forms.CharField(label="Name")

    def clean(self):
        raise forms.ValidationError("All of it is wrong.")


def test_a_label_that_asks_takes_no_colon():
    drawn = Template("{% error_summary form %}").render(Context({"form": Refused({})}))
    assert "Where to? " in drawn and "Name: " in drawn and "?:" not in drawn


def test_what_is_wrong_in_general_is_said_above_the_form_alone():
    source = "{% load crispy_forms_tags %}{% error_summary form %}{{ form|crispy }}"
    drawn = Template(source).render(Context({"form": Refused({"where": "a", "name": "b"})}))
    assert drawn.count("All of it is wrong.") == 1 and "alert-danger" not in drawn


@pytest.mark.parametrize("page", [page for page in PAGES if "|crispy }}" in page.read_text(encoding="utf-8")], ids=str)
def test_a_page_that_draws_a_whole_form_has_the_summary(page):
    """Without it nobody would read what is wrong in general; the note of an incident is sent to a page of its own."""
    words = page.read_text(encoding="utf-8")
    assert "{% error_summary " in words or re.findall(r"{{ (\w+)\|crispy }}", words) == ["note_form"]


@pytest.mark.django_db
def test_a_sign_in_that_fails_says_so_once():
    page = Client(headers={"accept-language": "de"}).post("/login/", {"login": "x@firma.example", "password": "y"})
    assert page.content.decode().count("sind leider falsch") == 1
