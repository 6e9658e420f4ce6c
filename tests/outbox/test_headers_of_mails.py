"""What people write into names and texts adds no header and no receiver to any mail, and costs no mail."""

import email
import email.policy
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from portal.outbox import delivery, services
from portal.outbox.models import OutboxMessage

ROOT = Path(__file__).resolve().parents[2]
KINDS = sorted(path.name.removesuffix(".subject.txt") for path in (ROOT / "templates" / "emails").glob("*.subject.txt"))
BREAKS = (
    "\n", "\r", "\r\n", "\n\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\u0a0d", "\u560a",
    "%0a", "%0d%0a", "\\n", "\\r\\n", "=0D=0A", "=?utf-8?q?=0A?=", "&#10;", "\x00\n", "\t\n ", "\n\t",
)  # fmt: skip
PAYLOADS = [
    *(f"Anna{sign}Bcc: boese@evil.example" for sign in BREAKS),
    *(f"Anna{sign}{sign}<script>alert(1)</script>" for sign in BREAKS),
    "Anna\r\nContent-Type: text/html\r\n\r\n<b>", "Anna\r\n.\r\nMAIL FROM:<a@evil.example>", "\r\n\r\n",
    "\nTo: x@y.example", "a" * 2000, "=?utf-8?b?QmNjOiBib2VzZUBldmlsLmV4YW1wbGU=?=", "\U0001f600 Anna",
    "\u202eelpmaxe.live", "漢字\nCc: x@y.z",
]  # fmt: skip
#: Headers of a mail of the portal; any other would be somebody's.
OURS = {
    "content-type", "mime-version", "subject", "from", "to", "date", "message-id", "auto-submitted", "list-unsubscribe",
    "list-unsubscribe-post", "content-transfer-encoding",
}  # fmt: skip


#: What templates take for numbers and days: nobody's text.
GIVEN = {"left": 3, "days": 3, "total": 3, "count": 3, "valid_until": "2027-01-01T00:00:00+00:00"}


class Hostile(dict):
    """Every word that a template asks for is the payload."""

    def __init__(self, payload: str) -> None:
        super().__init__()
        self.payload = payload

    def __getitem__(self, name):
        return GIVEN.get(name, self.payload)

    def __contains__(self, name):
        return True


def test_the_tables_are_large_enough():
    assert len(PAYLOADS) >= 50 and len(KINDS) >= 30


def judge(raw: bytes, receiver: str) -> email.message.EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert {name.lower() for name in found} <= OURS, set(found)
    assert len(found.keys()) == len({name.lower() for name in found}), "a header stands twice"
    assert found["To"] == receiver and found["Bcc"] is None and found["Cc"] is None
    assert len(str(make_header(decode_header(found["Subject"]))).splitlines()) <= 1
    assert [part.get_content_type() for part in found.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_no_subject_of_any_kind_of_mail_breaks_its_line(kind):
    """Each subject is put together as for a real mail, with the payload in the place of every word."""
    from django.template import engines

    source = (ROOT / "templates" / "emails" / f"{kind}.subject.txt").read_text(encoding="utf-8")
    template = engines["django"].get_template(f"emails/{kind}.subject.txt").template
    assert source.strip()
    for payload in PAYLOADS:
        words = _words(template, payload)
        mail = EmailMultiAlternatives(delivery.one_line(words), "x", to=["mona@firma.example"])
        mail.attach_alternative("<p>x</p>", "text/html")
        judge(mail.message().as_bytes(), "mona@firma.example")


def _words(template, payload: str) -> str:
    from django.template import Context

    context = Context(autoescape=False)
    context.dicts.append(Hostile(payload))
    try:
        return template.render(context)
    except (TypeError, ValueError):  # a day is asked for where the text stands: then the text itself is the subject
        return payload


@pytest.mark.django_db
def test_no_payload_adds_a_header_or_a_receiver_and_no_mail_is_lost(cast, now, mail_folder):
    """Through the outbox to the mail server's door: as many mails as payloads, each for its one receiver."""
    base = {"requester": "Anna", "purpose": "service", "channel": "email", "platform": ""}
    kept = [payload.replace("\x00", "") for payload in PAYLOADS]
    for number, payload in enumerate(kept):
        with transaction.atomic():
            context = base | {"number": payload, "requester": payload}
            services.mail(to=cast.mona, template="decision_needed", context=context, at=now, key=f"n{number}")
    assert delivery.deliver_due(at=now, limit=1000) == len(kept)
    assert not OutboxMessage.objects.filter(done_at__isnull=True).exists()
    files = list(mail_folder.glob("*.eml"))
    assert len(files) == len(kept)
    for path in files:
        judge(path.read_bytes(), "mona@firma.example")


@pytest.mark.django_db
def test_names_of_receivers_and_companies_are_no_way_in(cast, now, mail_folder, settings):
    """The name of a colleague and of the company stand in mails too."""
    cast.mona.first_name = "Mona\r\nBcc: boese@evil.example"
    cast.mona.save(update_fields=["first_name"])
    settings.COMPANY_NAME = "Firma\nX-Evil: 1"
    context = {"number": "R-1", "requester": "Anna", "purpose": "service", "channel": "email", "platform": ""}
    with transaction.atomic():
        services.mail(to=cast.mona, template="decision_needed", context=context, at=now)
    assert delivery.deliver_due(at=now) == 1
    (path,) = mail_folder.glob("*.eml")
    judge(path.read_bytes(), "mona@firma.example")
