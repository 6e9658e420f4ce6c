"""The annex to the works agreement says what is configured, in both languages, and changes with it."""

from io import BytesIO

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from portal.people.groups import may_be_told, total_may_be_told
from portal.retention.agreement import parts, pdf
from portal.retention.declared import rules
from portal.retention.lengths import set_period
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db


def words(at) -> str:
    told = [word for part in parts(at) for word in (part.title, *part.sentences, *sum(part.rows, ()))]
    return "\n".join(told)


def test_every_kind_of_data_about_employees_is_in_it_and_no_other(now):
    said = {row[0] for row in parts(now)[0].rows}
    assert said == {rule.data for rule in rules().values() if rule.about != "customer"}


def test_it_follows_roles_periods_and_the_mode(cast, now, settings):
    before = words(now)
    assert "Auditor or works council" in before and "no ranking of employees" in before
    assert "fewer than 5 people" in before and "for at most 72 hours" in before
    assert "read the names of employees" in before
    settings.WORKS_COUNCIL_MODE = True
    set_period(cast.dora, rule="training.read", length=7, reason="Länger.", at=now)
    after = words(now)
    assert "read pseudonyms of employees" in after
    assert "7 years, to the end of the year" in after and "7 years, to the end of the year" not in before


def test_sources_of_law_have_their_german_names_in_german(now):
    assert "GDPR" in words(now)
    with override("de"):
        assert "DSGVO" in words(now) and "GDPR" not in words(now)


def test_columns_of_employees_are_named_and_those_about_nobody_are_not(now):
    columns = dict(parts(now)[-1].rows)
    assert "person_number" in columns["people_user"] and "customers_customer" not in columns
    assert columns["machines_apitoken"].split(", ").count("digest") == 0


def test_it_is_a_pdf_that_can_be_read_aloud_in_both_languages(now):
    for language in ("de", "en"):
        with override(language):
            made = PdfReader(BytesIO(pdf(language, now)))
        text = "".join(page.extract_text() for page in made.pages)
        assert made.trailer["/Root"]["/Lang"] == language and "/StructTreeRoot" in made.trailer["/Root"]
        assert "people_user" in text and len(text) > 5000


def test_the_page_shows_it_and_leads_to_both_documents(cast):
    page = as_(cast.rita).get("/works-agreement/").text
    assert 'href="/works-agreement/de.pdf"' in page and 'href="/works-agreement/en.pdf"' in page
    assert "no ranking of employees" in page
    assert as_(cast.rita).get("/works-agreement/fr.pdf").status_code == 404


def test_one_function_decides_about_small_groups():
    assert [may_be_told(people) for people in (0, 4, 5)] == [False, False, True]
    assert total_may_be_told([9, 7]) and total_may_be_told([9, 3, 2])
    assert not total_may_be_told([9, 4])


def test_nothing_else_knows_the_smallest_group():
    """Whoever tells a number about people asks that function; a five of one's own would not follow a change."""
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    own = [
        str(path.relative_to(root))
        for house in ("portal", "contacts", "consent", "training")
        for path in (root / house).rglob("*.py")
        if "FEWEST_PEOPLE" in path.read_text(encoding="utf-8")
    ]
    assert sorted(own) == [
        "contacts/reports/report.py",
        "contacts/reports/views.py",
        "contacts/screening/campaigns.py",
        "portal/people/groups.py",
        "portal/retention/agreement.py",
        "training/views/author/statistics.py",
    ]
