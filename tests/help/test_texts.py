"""The texts of the help: their links lead somewhere, fields they speak of exist, and sentences are short."""

import re
from importlib import import_module

import pytest
from django import forms
from django.urls import reverse

from contacts.requests.forms import AskedForm, QuestionForm
from contacts.requests.several_forms import SeveralForm
from portal.access.roles import Role
from portal.help import glossary, guides, visits
from portal.help.marking import linked, plain, targets
from portal.help.statement import GAPS
from portal.help.why import WHY, why
from portal.ui.navigation import ENTRIES

REASONS = [(form, field, str(text)) for form, fields in WHY.items() for field, text in fields.items()]
GUIDES = (*guides.QUESTIONS, *guides.ROLES)
SENTENCES = [
    *(str(sentence) for term in glossary.TERMS for sentence in term.meaning),
    *(text for _form, _field, text in REASONS),
    *(str(guide.lead) for guide in GUIDES),
    *(str(sentence) for guide in GUIDES for part in guide.parts for sentence in part.sentences),
    *(str(step.text) for step in visits.STEPS),
    *(str(words) for gap in GAPS for words in (gap.what, gap.instead)),
]


def test_a_link_becomes_one_and_everything_else_is_escaped():
    assert linked("A [permit](#permit) <b>") == '<a href="/help/glossary/#permit">permit</a>'.join(["A ", " &lt;b&gt;"])
    assert linked("[Report it](incident_report).") == '<a href="/incidents/report/">Report it</a>.'
    assert linked("[So](help_guide:decide)") == '<a href="/help/decide/">So</a>'
    assert linked("[x](javascript:alert(1))".replace("javascript:", "<i>")) == "[x](&lt;i&gt;alert(1))"


def test_without_links_the_words_remain():
    assert plain("A [permit](#permit) ends.") == "A permit ends."
    assert targets("[b](#b) and [a](a)") == ["#b", "a"]


def test_every_link_leads_to_a_page_or_to_a_word_of_the_glossary():
    assert len(SENTENCES) > 150
    for sentence in SENTENCES:
        linked(sentence)
    anchors = {target[1:] for sentence in SENTENCES for target in targets(sentence) if target.startswith("#")}
    assert anchors - set(glossary.BY_KEY) == set()


def test_sentences_have_at_most_twenty_words():
    parts = [part for text in SENTENCES for part in re.split(r"(?<=[.?!:;])\s", plain(text))]
    assert [part for part in parts if len(part.split()) > 20] == []


@pytest.mark.parametrize("form", sorted(WHY))
def test_every_form_of_which_the_help_speaks_has_these_fields(form):
    module, name = form.rsplit(".", 1)
    found = getattr(import_module(module), name)
    assert set(WHY[form]) - set(found.base_fields) == set()


def test_a_form_that_builds_on_another_one_asks_for_the_same_reasons():
    class Base(forms.Form):
        purpose = forms.CharField()

    Base.__module__, Base.__qualname__ = "contacts.requests.forms", "AskedForm"
    child = type("Child", (Base,), {})()
    assert "decides most" in why(child, "purpose")
    assert why(child, "nothing") == ""
    assert why(forms.Form(), "purpose") == ""


def test_a_question_about_several_says_why_as_one_about_one_does():
    """All fields that the two have in common, and the way, which stands in the place of an address."""
    base = AskedForm.base_fields.keys()
    asked = {name for name in base if _why(QuestionForm, name)}
    assert len(asked) > 8 and {name for name in base if _why(SeveralForm, name)} == asked
    assert _why(SeveralForm, "way") and _why(SeveralForm, "account_choice") == _why(QuestionForm, "account_choice")


def _why(kind: type, field: str) -> str:
    return why(kind.__new__(kind), field)


def test_keys_and_addresses_of_guides_are_unique():
    assert len(glossary.BY_KEY) == len(glossary.TERMS)
    assert len(guides.BY_SLUG) == len(GUIDES)
    assert set(guides.OF_SECTION.values()) <= set(guides.BY_SLUG)


def test_there_is_a_page_for_every_role():
    assert {guide.of_role for guide in guides.ROLES} == set(Role)


def test_the_first_visit_leads_nobody_to_a_page_that_is_closed_to_them():
    opened = {entry.name: entry.roles for entry in ENTRIES}
    for step in visits.STEPS:
        reverse(step.page)
        roles = opened.get(step.page, ())
        assert not roles or set(step.roles) <= set(roles), step.page
        assert not roles or step.roles, step.page
