"""A file of questions: read, reported line by line, and taken over on the author's word, once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.desk.reading import nothing_written
from tests.training import courses
from training.models import BankImport, CourseVersion, Question
from training.questions import Case, from_json, to_json
from training.services import authoring, publishing
from training.services.common import NotNow
from training.services.loading import load_courses

pytestmark = pytest.mark.django_db

GIFT = """// [id:new-one]
::new-one::Is it new?{TRUE}

// [id:q01]
::q01::Other words?{FALSE}

An essay{}

Never closed {
"""


@pytest.fixture
def edition(cast, now):
    return courses.draft(courses.course(now).course, number=2)


def upload(client, cast, edition, content, name="bank.txt", language="en"):
    client.force_login(cast.tom)
    address = reverse("author_import", args=[edition.course.slug, edition.number])
    content = content.encode() if isinstance(content, str) else content
    return client.post(address, {"file": SimpleUploadedFile(name, content), "language": language})


def bank(edition):
    return dict(edition.questions.values_list("key", "body"))


def test_the_dry_run_says_line_by_line_what_would_happen_and_changes_nothing(client, cast, edition):
    before = bank(edition)
    response = upload(client, cast, edition, GIFT)
    with nothing_written():
        report = client.get(response.url)
    text = report.content.decode()
    assert [one.key for one in report.context["new"]] == ["new-one"]
    assert [one.key for one in report.context["other"]] == ["q01"]
    assert [line for line, *_told in report.context["problems"]] == [7, 9]
    assert "Nothing has been changed yet." in text and "free text as its answer" in text
    assert bank(edition) == before


@pytest.mark.parametrize(
    ("existing", "keys", "taken"),
    [("keep", 11, 1), ("replace", 11, 2), ("both", 12, 2)],
    ids=["keep", "replace", "both"],
)
def test_what_is_here_already_is_the_authors_word(client, cast, edition, existing, keys, taken):
    old = bank(edition)["q01"]
    response = upload(client, cast, edition, GIFT)
    assert client.post(response.url, {"existing": existing}).status_code == 302
    now_there = bank(edition)
    assert len(now_there) == keys and (now_there["q01"] == old) == (existing != "replace")
    assert BankImport.objects.get().taken == taken
    assert bytes(BankImport.objects.get().content) == b"", "the file is gone once it is taken"


def test_a_second_press_changes_nothing(client, cast, edition, now):
    response = upload(client, cast, edition, GIFT)
    run = BankImport.objects.get()
    client.post(response.url, {"existing": "both"})
    after = bank(edition)
    client.post(response.url, {"existing": "both"})
    assert bank(edition) == after
    with pytest.raises(NotNow, match="already"):
        authoring.take_bank(cast.tom, run=run, existing=authoring.Existing.BOTH, at=now)
    assert client.get(response.url).status_code == 302


def test_a_draft_that_was_published_meanwhile_takes_nothing(client, cast, edition, now):
    response = upload(client, cast, edition, GIFT)
    publishing.publish(cast.tom, version=edition, at=now)
    answer = client.post(response.url, {"existing": "keep"}, follow=True)
    assert "has been published meanwhile" in answer.content.decode()
    assert len(bank(edition)) == 10 and not BankImport.objects.exists(), "the file goes with the draft"


@pytest.mark.parametrize("kind", ["gift", "xml"])
def test_a_bank_goes_out_and_comes_back_equal(client, cast, now, kind):
    """Every question of the shipped courses but the cases, exported by one page and imported by the other."""
    load_courses(at=now)
    client.force_login(cast.dora)
    for published in CourseVersion.objects.current():
        file = client.get(reverse("author_export", args=[published.course.slug, 1, kind]))
        assert "attachment" in file["Content-Disposition"]
        draft = authoring.new_draft(cast.tom, course=published.course, at=now)
        wanted = {key: body for key, body in bank(draft).items() if body["kind"] != Case.kind}
        Question.objects.filter(version=draft).delete()
        response = upload(client, cast, draft, file.content, name=f"a.{'xml' if kind == 'xml' else 'txt'}")
        client.post(response.url, {"existing": "keep"})
        assert bank(draft) == wanted
        client.force_login(cast.dora)


def test_the_same_file_again_is_the_same(client, cast, edition):
    client.force_login(cast.tom)
    file = client.get(reverse("author_export", args=[edition.course.slug, 2, "xml"])).content
    response = upload(client, cast, edition, file, name="a.xml")
    report = client.get(response.url)
    assert (report.context["same"], report.context["new"], report.context["other"]) == (10, [], [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xml", b'<!DOCTYPE q [<!ENTITY a "aaa">]><quiz>&a;</quiz>'),
        ("a.xml", b"\x00\x01<quiz"),
        ("a.txt", b"\xff\xfe{{{{~=~=}}"),
        ("a.txt", b"{" * 50_000),
        ("a.gift", b""),
    ],
)
def test_a_hostile_file_gives_a_report_or_a_sentence(client, cast, edition, name, content):
    response = upload(client, cast, edition, content, name=name)
    if response.status_code == 302:
        report = client.get(response.url)
        assert report.context["problems"] and not report.context["new"]
    else:
        assert "Error:" in response.content.decode()
    assert len(bank(edition)) == 10


def test_only_known_endings_are_read(client, cast, edition):
    assert upload(client, cast, edition, GIFT, name="bank.exe").status_code == 200
    assert not BankImport.objects.exists()


def test_the_language_of_unmarked_texts_is_the_authors_word(client, cast, edition):
    response = upload(client, cast, edition, "::neu::Stimmt das?{TRUE}", language="de")
    client.post(response.url, {"existing": "keep"})
    made = from_json(bank(edition)["neu"])
    assert (made.text.de, made.text.en) == ("Stimmt das?", "")
    assert to_json(made) == bank(edition)["neu"]


def test_a_file_of_another_version_is_not_found(client, cast, edition, now):
    upload(client, cast, edition, GIFT)
    other = courses.draft(courses.course(now, slug="other").course, number=2)
    run = BankImport.objects.get()
    assert client.get(reverse("author_import_report", args=["other", other.number, run.pk])).status_code == 404
