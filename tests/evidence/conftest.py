"""A person with a story, and packs about her that are unpacked and checked as somebody outside would."""

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consent.services import draft_text, give_consent, publish_text, withdraw_consent
from consent.services.evidence import keep_evidence
from contacts.customers import services as customers
from contacts.requests.services import permits
from tests.incidents.scenes import reported
from tests.requests.scenes import given_to_a_system, permit_for, reminder_by_sms

DAY = timedelta(days=1)


def published(cast, now, purpose="marketing", channel="phone"):
    """A wording that was put on record through the verbs, so that the trail vouches for it."""
    about = {"line": f"werbung-{channel}", "language": "de", "purpose": purpose, "channels": [channel]}
    words = {"title": "Werbung am Telefon", "body": "Ja, rufen Sie mich an. Das kann ich jederzeit widerrufen."}
    text = draft_text(cast.clara, at=now - 90 * DAY, **about, **words)
    return publish_text(cast.clara, text=text, valid_from=now - 90 * DAY, at=now - 90 * DAY)


def agreed_to_calls(cast, customer, now, *, with_file=True, **fields):
    file = None
    if with_file:
        upload = SimpleUploadedFile("formular.pdf", b"%PDF-1.7 unterschrieben", "application/pdf")
        file = keep_evidence(cast.clara, upload=upload, at=now)
    values = {"how": "paper", "evidence": "Formular 12/2026", "recipient_code": "MA-7"} | fields
    about = {"customer": customer, "purpose": "marketing", "channel": "phone", "evidence_file": file}
    values.setdefault("text", published(cast, now))
    return give_consent(cast.clara, **about, **values, given_at=now - 30 * DAY, at=now)


@dataclass(frozen=True)
class Story:
    """Erika, who agreed to calls, took it back and objected; Anna, who wrote to her; a system that asked; an
    incident that Anna reported."""

    customer: Any
    consent: Any
    permit: Any
    given: Any
    incident: Any

    @property
    def request(self):
        return self.permit.request


@pytest.fixture
def story(cast, customer, accounts, now):
    consent = agreed_to_calls(cast, customer, now)
    permit = permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    use = permits.redeem(cast.anna, permit=permit, at=now).use
    permits.log_contact(cast.anna, use=use, result="reached", note="Zahlt nächste Woche", at=now)
    given = given_to_a_system(cast, customer, now)
    incident = reported(cast, now, customer=customer)
    withdraw_consent(cast.clara, consent=consent, how="written", at=now)
    customers.record_objection(
        cast.anna, customer=customer, scope="marketing_objection", channel="", how="spoken", at=now
    )
    customer.refresh_from_db()
    return Story(customer, consent, permit, given, incident)


@dataclass(frozen=True)
class Unpacked:
    """A pack in a folder, and what its own program says of it."""

    folder: Path

    def read(self, name="evidence.json"):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def check(self, *arguments):
        """Exit code and words of `python3 verify.py`, without anything of this project on its path."""
        command = [sys.executable, "-I", "verify.py", *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout


@pytest.fixture
def unpack(tmp_path):
    def unpack(content, name="pack"):
        folder = tmp_path / name
        with zipfile.ZipFile(BytesIO(content)) as packed:
            packed.extractall(folder)
        return Unpacked(folder)

    return unpack
