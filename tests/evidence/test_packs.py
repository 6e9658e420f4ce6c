"""What goes into a pack, for whom, and that it is on record."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pypdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from contacts.customers import services as customers
from contacts.evidence.packing import zip_of
from contacts.evidence.services import (
    hand_out_calls,
    hand_out_customer,
    hand_out_period,
    hand_out_request,
)
from portal.audit.models import AuditEntry
from tests.evidence.conftest import agreed_to_calls
from tests.requests.scenes import service_by_mail

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(content):
    return json.loads(zipfile.ZipFile(io.BytesIO(content)).read("evidence.json"))


# --- what the verifier says


def test_the_program_in_the_pack_accepts_it(cast, story, unpack, now):
    pack = unpack(hand_out_customer(cast.dora, customer=story.customer, at=now).content)
    code, said = pack.check()
    assert code == 0, said
    assert "entries stand in the trail as they are shown here" in said
    assert "wording werbung-phone-1-de is the text that was put on record." in said
    assert "2 submissions" not in said and "1 submissions of requests are as they were handed in" in said
