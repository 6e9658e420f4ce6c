"""Before an author presses, the page says whom the press concerns."""

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.people.models import User
from tests.training import courses
from tests.training.quiz import take
from training.models import Course
from training.selectors import effects
from training.services.publishing import publish, retire_course, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client, cast):
    client.force_login(cast.tom)
    return client


def page(client, name, version):
    return client.get(reverse(name, args=[version.course.slug, version.number])).content.decode()


def first_draft(kind, **fields):
    return courses.draft(Course.objects.create(slug=kind, kind=kind), **fields)


def test_the_first_licence_is_published_with_the_number_of_people_it_stops(author, cast, now):
    everybody = User.objects.filter(is_active=True).count()
    assert f"{everybody} people have no valid certificate, and permits" in page(
        author, "author_publish", first_draft("messenger")
    )
    assert "3 managers and data protection officers have no valid" in page(
        author, "author_publish", first_draft("approver")
    )


def test_who_has_the_certificate_already_is_not_counted(cast, now):
    other = courses.course(now, kind="approver", slug="other")
    take(cast.mona, other, now)
    retire_course(cast.tom, course=other.course, at=now)
    assert effects.stopped_by_publishing(first_draft("approver"), today=now.date()) == 2


def test_the_next_version_and_the_basic_training_stop_nobody(author, cast, now):
    licence = courses.course(now, kind="messenger")
    second = courses.draft(licence.course, number=2)
    for version in (second, first_draft("basic")):
        assert effects.stopped_by_publishing(version, today=now.date()) is None
        assert "This is the first course for this licence" not in page(author, "author_publish", version)
    withdraw(cast.tom, version=licence, at=now)
    assert effects.stopped_by_publishing(second, today=now.date()) is None


def test_withdrawing_says_who_cannot_get_a_certificate_and_what_ends_with_it(author, cast, now):
    first = courses.course(now, kind="approver")
    take(cast.mona, first, now)
    by = now.date() + timedelta(days=20)
    second = publish(cast.tom, version=courses.draft(first.course, number=2), recertify_by=by, at=now)
    found = effects.of_withdrawing(second, today=now.date())
    assert (found.closes, found.people, found.asked_by) == (True, 2, by)
    shown = page(author, "author_version", second)
    assert "2 people without a valid certificate cannot get one meanwhile" in shown
    assert "which ends with it" in shown
    assert "cannot get one meanwhile" not in page(author, "author_version", first)


def test_withdrawing_one_of_two_courses_closes_nothing(cast, now):
    one = courses.course(now)
    courses.course(now, slug="other")
    assert effects.of_withdrawing(one, today=now.date()).closes is False
