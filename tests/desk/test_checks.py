"""Wrong combinations of settings stop the start, each with its id; good ones find nothing."""

from pathlib import Path

import pytest
from django.core import checks

from portal.checks import CHECKS, combinations

GOOD = {
    "DEBUG": False,
    "HTTPS": True,
    "SECRET_KEY": "k" * 50,
    "SUPPRESSION_KEY": "s" * 50,
    "ALLOWED_HOSTS": ["kontakt.firma.example"],
    "SITE_URL": "https://kontakt.firma.example",
    "MAIL_FOLDER": "",
    "EMAIL_HOST_USER": "",
    "EMAIL_HOST_PASSWORD": "",
    "DPO_CONTACT": "Durchwahl 30",
    "COMPANY_NAME": "Firma GmbH",
    "HOLIDAY_COUNTRY": "DE",
    "HOLIDAY_STATE": "NW",
    "PHONE_REGION": "DE",
    "MEDIA_ROOT": Path("/var/lib/kontaktklar/media"),
    "OPT_IN_FRAME_ANCESTORS": ["https://www.firma.example"],
}


def ids(settings, **changes):
    for name, value in (GOOD | changes).items():
        setattr(settings, name, value)
    return [finding.id for finding in combinations()]


def test_a_house_set_up_well_hears_nothing(settings):
    assert ids(settings) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SECRET_KEY": "short"}, "E001"),
        ({"SUPPRESSION_KEY": ""}, "E002"),
        ({"SUPPRESSION_KEY": "k" * 50}, "E003"),
        ({"ALLOWED_HOSTS": []}, "E004"),
        ({"ALLOWED_HOSTS": ["*"]}, "E004"),
        ({"SITE_URL": "kontakt.firma.example"}, "E005"),
        ({"SITE_URL": "http://kontakt.firma.example"}, "E005"),
        ({"MAIL_FOLDER": "/tmp/mails"}, "E006"),
        ({"EMAIL_HOST_PASSWORD": "secret"}, "E007"),
        ({"HOLIDAY_STATE": "XX"}, "E010"),
        ({"HOLIDAY_COUNTRY": "XX"}, "E010"),
        ({"PHONE_REGION": "Köln"}, "E010"),
        ({"OPT_IN_FRAME_ANCESTORS": ["www.firma.example"]}, "E011"),
        ({"OPT_IN_FRAME_ANCESTORS": ["https://www.firma.example/shop"]}, "E011"),
        ({"OPT_IN_FRAME_ANCESTORS": ["*"]}, "E011"),
        ({"HTTPS": False, "SITE_URL": "http://kontakt.firma.example"}, "W001"),
        ({"DPO_CONTACT": ""}, "W002"),
        ({"COMPANY_NAME": "Kontaktklar"}, "W003"),
    ],
)
def test_each_wrong_combination_has_its_id(settings, changes, expected):
    assert ids(settings, **changes) == [f"kontaktklar.{expected}"]


def test_uploaded_lists_never_lie_where_files_are_served(settings):
    assert ids(settings, MEDIA_ROOT=Path(settings.STATIC_ROOT) / "media") == ["kontaktklar.E009"]


def test_another_database_is_refused(settings):
    settings.DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
    try:
        assert ids(settings) == ["kontaktklar.E008"]
    finally:
        settings.DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"


def test_every_finding_says_what_to_do(settings):
    for name, value in (GOOD | {"SECRET_KEY": "x", "SUPPRESSION_KEY": "", "SITE_URL": ""}).items():
        setattr(settings, name, value)
    assert all(finding.hint for finding in combinations())


def test_the_checks_belong_to_every_start():
    assert combinations in checks.registry.registry.get_checks()
    assert len(CHECKS) == len(set(CHECKS))
