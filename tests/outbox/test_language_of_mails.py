"""Mails speak the receiver's language, whoever caused them: every template, and every word of it."""

import re

import pytest
from django.db import transaction
from django.template import Context, engines
from django.template.loader import get_template
from django.utils import translation

from portal.outbox import delivery, services
from portal.people.models import User
from tests.outbox.test_headers_of_mails import KINDS, ROOT
from tests.ui import pseudo

DAY, MOMENT = "2027-03-31", "2027-03-31T10:00:00+00:00"
#: What templates take for more than a word.
ROW = {"title": "DATA", "body": "DATA", "name": "DATA", "valid_until": MOMENT, "left": 3}
GIVEN = {
    "left": 3,
    "days": 3,
    "total": 3,
    "count": 3,
    "site_url": "",
    "company": "",
    "template": "",
    "purpose": "contract_performance",
    "channel": "email",
    "platform": "",
    "courses": [ROW],
    "people": [ROW],
    "text": ROW,
    "finding": "gone",
    "values": {"entry": 7},
    "most_uses": 3,
}
NAMES = {"iso_date": DAY, "iso_day": MOMENT, "iso_moment": MOMENT}
#: Names, and what stands in every language.
LEFT_OUT = re.compile(r"Kontaktklar|<[^>]+>|&\w+;|https?:\S+|[0-9./:+-]*\d[T0-9./:+-]*|\bR-|SHA-256|DATA|/\S+")


class Given(dict):
    """Every word that a template asks for is DATA, a day where it wants a day."""

    def __init__(self, source: str, recipient: User) -> None:
        super().__init__()
        self.days = {name: NAMES[f] for name, f in re.findall(r"([\w]+)\|(iso_\w+)", source)}
        self.recipient = recipient

    def __getitem__(self, name):
        if name == "recipient":
            return self.recipient
        return GIVEN.get(name, self.days.get(name, "DATA"))

    def __contains__(self, name):
        return name not in ("True", "False", "None", "forloop")


@pytest.fixture
def german(settings, tmp_path):
    pseudo.speak(settings, tmp_path / "locale")
    return User(first_name="", last_name="", email="DATA", language="de")


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_a_mail_is_in_the_language_of_whoever_caused_it(german, kind):
    """German is the marked pseudo-locale here, and English speaks whoever causes the mail."""
    left = {}
    for part in ("subject.txt", "txt", "html"):
        name = f"emails/{kind}.{part}"
        source = (ROOT / "templates" / name).read_text(encoding="utf-8")
        with translation.override("en"):
            text = _in_german(name, Given(source, german))
        left[part] = pseudo.unmarked(LEFT_OUT.sub(" ", text))
        assert "⟦" in text, (part, text)
    assert {part: text for part, text in left.items() if re.search(r"[^\W\d_]{2,}", text)} == {}


def _in_german(name: str, given: Given) -> str:
    template = engines["django"].get_template(name).template
    context = Context(autoescape=False)
    context.dicts.append(given)
    with translation.override(given.recipient.language):
        return template.render(context)


@pytest.mark.django_db
def test_one_event_is_told_to_each_in_their_own_language(cast, now, mail_folder):
    User.objects.filter(pk=cast.mona.pk).update(language="de")
    for user in (User.objects.get(pk=cast.mona.pk), cast.max):
        with transaction.atomic():
            services.mail(to=user, template="accessibility_feedback", context={"words": "x"}, at=now)
    assert delivery.deliver_due(at=now) == 2
    told = {"mona": "", "max": ""}
    for path in mail_folder.glob("*.eml"):
        text = path.read_text("utf-8")
        told["mona" if "mona@" in text else "max"] = text
    assert "Guten Tag, Mona Beispiel," in told["mona"] and '<html lang="de">' in told["mona"]
    assert "Good day Max Beispiel," in told["max"] and '<html lang="en">' in told["max"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_has_a_subject_a_text_and_a_page(kind):
    for part in ("subject.txt", "txt", "html"):
        assert get_template(f"emails/{kind}.{part}")
