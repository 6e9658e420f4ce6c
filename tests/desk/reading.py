"""A page that is only looked at must write nothing."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


@contextmanager
def nothing_written():
    with CaptureQueriesContext(connection) as captured:
        yield
    written = [query["sql"] for query in captured if query["sql"].lstrip().upper().startswith(WRITES)]
    assert not written, written
