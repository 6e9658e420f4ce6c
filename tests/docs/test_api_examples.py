"""Every example of the API guide is typed as it stands there, against a live server, with a key of a system."""

import json
import shutil
from threading import Event, Thread

import pytest
from django.db import connections
from django.utils import timezone

from contacts.screening.services.working import run_waiting
from tests.api.conftest import EVERYTHING, token_for
from tests.cast import make_accounts, make_cast, make_customer
from tests.docs.examples import Reader, examples, missing

PAGES = ("api-guide.md", "api.md")


@pytest.fixture
def worker():
    """Lists are answered in the background, as by the job of the clock."""
    over = Event()

    def work():
        while not over.wait(0.2):
            run_waiting(at=timezone.now())
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_every_example_does_what_its_page_says(live_server, worker, now, time_machine, tmp_path):
    assert shutil.which("curl"), "The examples are typed with curl: install it."
    time_machine.move_to(now, tick=True)
    cast = make_cast(now)
    make_customer(now)
    make_accounts(cast, now)
    ran = 0
    for page in PAGES:
        folder = tmp_path / page.removesuffix(".md")
        folder.mkdir()
        (folder / "list.csv").write_text("E-Mail\nerika.4711@kundin.example\n")
        reader = Reader(folder, live_server.url, token_for(cast, now, folder.name, EVERYTHING, acts_for=cast.clara))
        for example in examples(page):
            said = reader.run(example)
            faults = missing(example.printed, json.loads(said)) if example.printed is not None else []
            assert not faults, f"{page}\n{example.text}\n{said}\n{faults}"
            assert '"status": 4' not in said or example.printed is not None, f"{page}\n{example.text}\n{said}"
            ran += 1
    assert ran >= 20
