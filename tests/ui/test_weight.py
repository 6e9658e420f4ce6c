"""What the frame costs the line: styles, scripts and icons that every page loads, compressed as they are served."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

FRAME_AT_MOST = 60 * 1024
PAGE_AT_MOST = 150 * 1024  # ux.md 2.4


def compressed(content):
    return len(gzip.compress(content, 9))


@pytest.mark.django_db
def test_the_frame_leaves_a_page_more_than_half_of_its_weight(cast, client):
    client.force_login(cast.dora)
    page = client.get("/").content
    names = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page.decode()))
    files = {name: compressed(Path(finders.find(name)).read_bytes()) for name in names}
    assert {"vendor/bootstrap/bootstrap.min.css", "css/tokens.css", "vendor/bootstrap-icons/icons.svg"} <= set(files)
    assert sum(files.values()) < FRAME_AT_MOST
    assert sum(files.values()) + compressed(page) < PAGE_AT_MOST
