"""Certificates recorded by hand have an end like those of a pass, and what was wrong can be taken back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.cast import person
from tests.training import courses
from tests.training.quiz import take
from training.models import Certificate, CertificateRevocation
from training.selectors import check_number, may_review, team_of, training_of
from training.selectors.completions import completions
from training.selectors.courses import last_end
from training.selectors.duties import duties_of
from training.services import assigning, record_certificate, revoke_certificate
from training.services.common import NotNow
from training.services.reminding import items_due

pytestmark = pytest.mark.django_db


# --- how long at most


@pytest.mark.parametrize("kind", ["basic", "approver"])
def test_without_a_course_a_certificate_by_hand_counts_two_years_at_most(cast, now, kind):
    values = {"person": cast.anna, "course": "X", "kind": kind, "passed_on": date(2026, 11, 1), "at": now}
    for day in (date(2028, 11, 2), date(9999, 12, 31)):
        with pytest.raises(ValidationError, match="counts until 1 Nov 2028 at most"):
            record_certificate(cast.tom, valid_until=day, **values)
    record_certificate(cast.tom, valid_until=date(2028, 11, 1), **values)


@pytest.mark.parametrize(
    ("terms", "last"),
    [({"validity_months": 6}, date(2027, 5, 1)), ({"validity_kind": "calendar"}, date(2027, 12, 31))],
    ids=["rolling", "calendar"],
)
def test_where_there_is_a_course_no_longer_than_a_pass_of_that_day(cast, now, terms, last):
    courses.course(now, **terms)
    values = {"person": cast.anna, "course": "X", "passed_on": date(2026, 11, 1), "at": now}
    with pytest.raises(ValidationError, match="at most"):
        record_certificate(cast.tom, valid_until=last + timedelta(days=1), **values)
    assert record_certificate(cast.tom, valid_until=last, **values).valid_until == last


def test_the_form_says_it_at_the_field(client, cast, now):
    client.force_login(cast.tom)
    data = {"person": cast.anna.pk, "course": "X", "kind": "approver", "passed_on": "1950-01-01"}
    page = client.post(reverse("certificate_create"), data | {"valid_until": "9999-12-31"})
    assert page.status_code == 200 and "counts until 1 Jan 1952 at most" in page.content.decode()
    assert not Certificate.objects.filter(kind="approver").exists()


# --- taking back


def revoke(cast, certificate, now, reason="Issued to the wrong person"):
    return revoke_certificate(cast.tom, certificate=certificate, reason=reason, at=now)


def test_what_was_revoked_counts_nowhere(cast, now):
    version = courses.course(now, kind="approver")
    assigning.assign(cast.tom, course=version.course, person=cast.mona, due_days=5, at=now)
    certificate = take(cast.mona, version, now).certificate
    today = now.date()
    assert may_review(cast.mona.pk, today=today) and duties_of([cast.mona], today=today)[cast.mona.pk] == []
    revoke(cast, certificate, now)
    assert not may_review(cast.mona.pk, today=today)
    assert last_end(cast.mona.pk, version.course, today=today) is None
    assert len(duties_of([cast.mona], today=today)[cast.mona.pk]) == 1
    assert certificate.number not in [one.number for one in completions()]
    assert not [one for one in items_due(certificate.valid_until) if one.thing == f"certificate:{certificate.pk}"]
    found = check_number(certificate.number, today=today)
    assert found.word == "revoked"


def test_the_basic_certificate_too(cast, now):
    revoke(cast, cast.anna.certificates.get(), now)
    assert training_of(cast.anna.pk, today=now.date()).basic == "none"
    (member,) = [one for one in team_of(cast.mona, today=now.date()) if one.person == cast.anna]
    assert [line.standing.word for line in member.lines] == ["none"]


def test_the_certificate_stays_the_person_is_told_and_the_trail_says_why(cast, now):
    certificate = cast.anna.certificates.get()
    revoke(cast, certificate, now)
    assert Certificate.objects.filter(pk=certificate.pk).exists()
    mail = OutboxMessage.objects.get(topic="certificate_revoked")
    assert (mail.recipient, mail.payload["because"]) == (cast.anna, "Issued to the wrong person")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.actor, entry.subject_id) == ("certificate.revoked", cast.tom, certificate.number)
    with pytest.raises(NotNow, match="already"):
        revoke(cast, certificate, now)


def test_who_revokes_and_never_without_a_reason(cast, now):
    certificate = cast.anna.certificates.get()
    for user in (cast.mona, cast.anna, cast.rita, cast.adam):
        with pytest.raises(PermissionDenied):
            revoke_certificate(user, certificate=certificate, reason="x", at=now)
    with pytest.raises(ValidationError):
        revoke(cast, certificate, now, reason=" ")
    assert not CertificateRevocation.objects.exists()


def test_a_revocation_is_kept(cast, now):
    made = revoke(cast, cast.anna.certificates.get(), now)
    for act in (made.delete, lambda: CertificateRevocation.objects.update(reason="x")):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()


def test_the_pages(client, cast, now):
    certificate = cast.anna.certificates.get()
    address = reverse("certificate_revoke", args=[certificate.number])
    client.force_login(cast.dora)
    assert address in client.get(reverse("certificates")).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "Falsche Person"}).status_code == 302
    listed = client.get(reverse("certificates")).content.decode()
    assert "Falsche Person" in listed and address not in listed
    assert client.get(address).status_code == 404
    client.force_login(cast.anna)
    own = client.get(reverse("training")).content.decode()
    document = reverse("certificate", args=[certificate.number])
    assert "Falsche Person" in own and document not in own and client.get(document).status_code == 404
    checked = client.get(reverse("verify_number", args=[certificate.number])).content.decode()
    assert "Not valid" in checked and "revoked" in checked and "Falsche" not in checked


def test_somebody_whose_certificate_was_revoked_may_pass_again(cast, now):
    version = courses.course(now)
    someone = person("neu", "employee")
    revoke(cast, take(someone, version, now).certificate, now)
    again = take(someone, version, now + timedelta(days=1)).certificate
    assert again.valid_until == date(2027, 11, 25), "the revoked one gives no days"
