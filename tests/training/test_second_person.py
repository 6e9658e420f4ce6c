"""Two people answer for a licence: who wrote in its course does not publish it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.cast import person
from tests.training import courses
from training.models import Course, CourseVersion
from training.services import authoring, publishing
from training.services.common import NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["messenger", "approver"])
def licence(request, cast, now):
    """A draft by Tom that lacks nothing."""
    published = courses.course(now, kind=request.param)
    return authoring.new_draft(cast.tom, course=published.course, at=now)


def test_the_writer_is_refused_and_a_second_author_is_not(cast, licence, now):
    with pytest.raises(NotNow, match="nobody publishes a licence of their own making"):
        publishing.publish(cast.tom, version=licence, at=now)
    other = person("tina", "training_author")
    authoring.change_version(other, version=licence, at=now, minutes=9)
    with pytest.raises(NotNow):
        publishing.publish(other, version=licence, at=now)
    third = person("theo", "training_author")
    assert publishing.publish(third, version=licence, at=now).published_by == third


def test_the_data_protection_officer_may_publish_and_nobody_else(cast, licence, now):
    for user in (cast.mona, cast.rita, cast.adam, cast.anna):
        with pytest.raises(PermissionDenied):
            publishing.publish(user, version=licence, at=now)
    assert publishing.publish(cast.dora, version=licence, at=now).state == "published"


def test_a_second_account_is_no_second_person(cast, licence, now):
    twin = person("tomzwei", "training_author")
    twin.person_number = f" {cast.tom.person_number.lower()} "
    twin.save()
    with pytest.raises(NotNow):
        publishing.publish(twin, version=licence, at=now)
    fields = {"state": "published", "published_at": now, "published_by": twin}
    CourseVersion.objects.filter(course=licence.course, state="published").update(state="retired", retired_at=now)
    with pytest.raises(IntegrityError, match="by a second person"), transaction.atomic():
        CourseVersion.objects.filter(pk=licence.pk).update(**fields)
    CourseVersion.objects.filter(pk=licence.pk).update(**fields | {"published_by": cast.dora})


def test_who_wrote_is_kept_with_what_was_published(cast, licence, now):
    publishing.publish(cast.dora, version=licence, at=now)
    for act in (licence.writers.clear, lambda: licence.writers.add(cast.dora)):
        with pytest.raises(IntegrityError, match="writers of a version are kept"), transaction.atomic():
            act()


@pytest.mark.parametrize(
    "change",
    [
        lambda tom, draft, at: authoring.change_version(tom, version=draft, at=at, minutes=9),
        lambda tom, draft, at: authoring.add_lesson(tom, version=draft, at=at, title_de="x"),
        lambda tom, draft, at: authoring.move_lesson(tom, lesson=draft.lessons.first(), up=False, at=at),
        lambda tom, draft, at: authoring.save_question(tom, version=draft, values=courses.question("n"), at=at),
        lambda tom, draft, at: authoring.remove_question(tom, version=draft, key="q01", at=at),
    ],
)
def test_every_change_makes_a_writer(cast, now, change):
    draft = courses.draft(Course.objects.create(slug="m", kind="messenger"))
    assert not publishing.needs_second_person(cast.tom, draft)
    change(cast.tom, draft, now)
    assert publishing.needs_second_person(cast.tom, draft) and not publishing.needs_second_person(cast.dora, draft)


def test_a_draft_from_nothing_has_its_writer_and_can_be_discarded(cast, now):
    made = authoring.create_course(cast.tom, slug="x", kind="approver", title_de="x", title_en="x", at=now)
    assert publishing.needs_second_person(cast.tom, made)
    authoring.discard_draft(cast.tom, version=made, at=now)
    assert not Course.objects.filter(slug="x").exists()


def test_the_basic_training_may_be_published_by_its_writer(cast, now):
    draft = authoring.new_draft(cast.tom, course=courses.course(now).course, at=now)
    assert publishing.publish(cast.tom, version=draft, at=now).state == "published"


def test_the_page_says_so_before_the_press_and_the_officer_gets_the_form(client, cast, licence):
    address = reverse("author_publish", args=[licence.course.slug, licence.number])
    client.force_login(cast.tom)
    page = client.get(address).content.decode()
    assert "ask another training author or the data protection officer" in page and "Publish version 2" not in page
    assert client.post(address, {"certificates": "keep"}).status_code == 200
    client.force_login(cast.dora)
    assert address in client.get(reverse("author_version", args=[licence.course.slug, 2])).content.decode()
    assert "Publish version 2" in client.get(address).content.decode()
    assert client.post(address, {"certificates": "keep"}).status_code == 302
    licence.refresh_from_db()
    assert licence.published_by == cast.dora
