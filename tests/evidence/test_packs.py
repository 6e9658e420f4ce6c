"""What goes into a pack, for whom, and that it is on record."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from contacts.evidence.services import (
    hand_out_customer,
)

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
