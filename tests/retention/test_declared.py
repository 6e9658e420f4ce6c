"""Every column has a rule or is about nobody; the document says the same; the arithmetic of periods."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.translation import override

from portal.desk.retention import ROOF
from portal.retention import declared
from portal.retention.documents import document
from portal.retention.rules import STORAGE_LIMITATION, About, Period, Retention, Unit, table

ROOT = Path(__file__).resolve().parents[2]


def roof_with(change) -> declared.Roof:
    """The roof whose tables are changed."""
    parts = (Retention(part.rules, tuple(change(one) for one in part.tables)) for part in ROOF.parts)
    return replace(ROOF, parts=tuple(parts))


def test_every_column_of_every_table_is_declared():
    assert declared.faults() == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("people_user", "people_user.theme is declared neither personal, with a rule, nor about nobody."),
        ("django_session", "django_session.expire_date is declared neither personal"),
        ("account_emailaddress", "account_emailaddress.email is declared neither personal"),
    ],
)
def test_a_column_that_nobody_declared_is_named(monkeypatch, name, said):
    def forget(one):
        lost = {"theme", "expire_date", "email"}
        personal = {key: columns - lost for key, columns in one.personal.items()}
        return replace(one, personal=personal) if one.name == name else one

    monkeypatch.setattr("portal.desk.retention.ROOF", roof_with(forget))
    assert [fault for fault in declared.faults() if said in fault]


def test_a_column_that_is_gone_and_a_rule_that_is_not_there_are_named(monkeypatch):
    def more(one):
        return table("people_department", "id name floor", no__rule="head") if one.name == "people_department" else one

    monkeypatch.setattr("portal.desk.retention.ROOF", roof_with(more))
    assert declared.faults() == [
        "people_department.floor is declared, but there is no such column.",
        "people_department.head is declared, but there is no such column.",
        "people_department names the rule no.rule, which is not there.",
    ]


def test_a_column_cannot_be_personal_and_about_nobody():
    with pytest.raises(ValueError, match="personal and about nobody"):
        table("people_department", "id name", people__account="name")


def test_the_document_is_current():
    with override("en"):
        assert (ROOT / "docs" / "retention.md").read_text(encoding="utf-8") == document()


def test_the_company_chooses_only_where_no_statute_stands():
    for rule in declared.rules().values():
        assert rule.period.bounds is None or rule.basis == STORAGE_LIMITATION, rule.key
        assert rule.data and rule.begins and rule.basis, rule.key


def test_every_key_to_an_employee_or_customer_is_under_a_rule():
    """Whatever a table is about: a key to a person is personal."""
    tables = declared.tables()
    for name, model in declared.models_by_table().items():
        for field in model._meta.local_fields:
            target = field.related_model._meta.label if field.is_relation else ""
            if target in ("people.User", "customers.Customer"):
                assert field.name in frozenset().union(*tables[name].personal.values()), f"{name}.{field.name}"


def test_the_rules_about_employees_are_told_from_those_about_customers():
    kinds = {rule.key: rule.about for rule in declared.rules().values()}
    assert kinds["training.answer"] is About.EMPLOYEE and kinds["consent.call"] is About.CUSTOMER
    assert kinds["requests.request"] is About.BOTH


AT = datetime(2020, 2, 29, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "cut"),
    [
        (Period(Unit.ALWAYS), None),
        (Period(Unit.DAYS, 30), "2020-01-30T12:00:00+00:00"),
        # The day before where the earlier year has no 29 February: it is kept longer, never shorter.
        (Period(Unit.YEARS, 5), "2015-02-28T00:00:00+01:00"),
        (Period(Unit.YEAR_END, 3), "2017-01-01T00:00:00+01:00"),
    ],
)
def test_what_began_before_this_instant_is_over(period, cut):
    found = period.cut(AT)
    assert (found.isoformat() if found else None) == cut


def test_a_year_ends_at_midnight_of_the_company():
    late = datetime(2019, 12, 31, 22, 59, tzinfo=UTC)
    new = datetime(2019, 12, 31, 23, 0, tzinfo=UTC)
    cuts = [Period(Unit.YEAR_END, 3).cut(at).year for at in (late, new)]
    assert cuts == [2016, 2017]


@pytest.mark.django_db
def test_the_report_is_json_and_the_check_is_silent_where_all_is_declared(capsys):
    call_command("retention", "--report", "--json")
    call_command("retention", "--check")
    out = capsys.readouterr().out
    assert '"rule": "consent.call"' in out and "Every column is declared." in out
