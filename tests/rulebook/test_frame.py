"""What stands around the pages of rule sets."""

import pytest
from django.conf import settings
from django.test import Client

from tests.rulebook.sets import STRICTER, drafted

pytestmark = pytest.mark.django_db


def test_the_foot_names_the_version_of_the_portal_not_that_of_the_rule_set(cast, now):
    draft = drafted(cast, now, STRICTER)
    client = Client()
    client.force_login(cast.dora)
    for page in ("", "what-if/", "cases/", "release/"):
        html = client.get(f"/rules/versions/{draft.number}/{page}").content.decode()
        assert f"Kontaktklar {settings.VERSION}" in html, page
