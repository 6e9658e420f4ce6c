"""A right that is taken away is gone with the very next answer, and one that is given is there (ASVS 5.0, 8.3.2)."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.access.roles import Role
from portal.people.models import User

pytestmark = pytest.mark.django_db
#: For each role a page that only it opens to this person; the rest of the roles is in the permission matrix.
PAGES = {
    Role.EMPLOYEE: ("anna", "check"),
    Role.MANAGER: ("mona", "inbox"),
    Role.DPO: ("dora", "suppression"),
    Role.CONSENT_OFFICER: ("clara", "imports"),
    Role.TRAINING_AUTHOR: ("tom", "author_courses"),
    Role.AUDITOR: ("rita", "audit"),
    Role.ADMINISTRATOR: ("adam", "people"),
}


def test_every_right_that_goes_is_gone_with_the_next_answer(cast):
    assert set(PAGES) == set(Role)
    for role, (name, page) in PAGES.items():
        browser, someone = Client(), getattr(cast, name)
        browser.force_login(someone)
        assert browser.get(reverse(page)).status_code == 200, role
        User.objects.filter(pk=someone.pk).update(roles=[one for one in someone.roles if one != role])
        assert browser.get(reverse(page)).status_code == 403, role
        User.objects.filter(pk=someone.pk).update(roles=someone.roles)
        assert browser.get(reverse(page)).status_code == 200, role


def test_a_person_who_was_switched_off_gets_no_further_answer(cast):
    browser = Client()
    browser.force_login(cast.anna)
    assert browser.get("/requests/").status_code == 200
    User.objects.filter(pk=cast.anna.pk).update(is_active=False)
    assert browser.get("/requests/").headers["Location"].startswith("/login/")


def test_another_manager_sees_the_team_from_the_next_answer_on(cast, customer, accounts, now):
    from contacts.requests.services import submitting
    from tests.requests.scenes import reminder_by_sms

    number = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now).number
    mona, max_ = Client(), Client()
    mona.force_login(cast.mona)
    max_.force_login(cast.max)
    path = reverse("request", args=[number])
    assert (mona.get(path).status_code, max_.get(path).status_code) == (200, 404)
    User.objects.filter(pk=cast.anna.pk).update(manager=cast.max)
    assert max_.get(path).status_code == 200
