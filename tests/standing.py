"""A scene that a whole module shares: made once, and every test takes back what it did to it.

Each test runs in a savepoint of its own within the module's transaction, so it must neither commit nor change the rows
that it holds in its hands.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import transaction
from django.utils import translation

Made = TypeVar("Made")


def standing(make: Callable[[], Made], blocker) -> Iterator[Made]:
    """For a fixture of scope "module": `yield from standing(make, django_db_blocker)`."""
    with blocker.unblock(), transaction.atomic():
        with translation.override("en"):
            made = make()
        yield made
        transaction.set_rollback(True)
