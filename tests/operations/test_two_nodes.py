"""Two web servers and two workers on one database and one Redis, started by the words of compose.yaml."""

import http.client
import json
import re
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.utils import timezone
from ruamel.yaml import YAML

from portal.celery import app
from portal.embedded.processes import dying_with_us
from portal.outbox import services
from portal.outbox.models import OutboxMessage
from tests.cast import PASSWORD, make_cast
from tests.journeys.conftest import ROOT, worker_environment
from tests.outbox.post import Post, wait

pytestmark = pytest.mark.django_db(transaction=True)
MAILS = 40
CONTEXT = {"requester": "Anna Beispiel", "purpose": "service", "channel": "email", "platform": "", "number": "R-1"}


def words_of(service: str) -> list[str]:
    compose = YAML(typ="safe").load((ROOT / "compose.yaml").read_text())
    return [sys.executable, *compose["services"][service]["command"][1:]]


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path):
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, preexec_fn=dying_with_us()
        )
    try:
        yield log
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Node:
    """One web server, asked by one browser that keeps its cookies wherever it asks."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, cookies: dict[str, str], body: dict[str, str] | None = None):
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        server.request(method, path, body=urlencode(body) if body is not None else None, headers=headers)
        answer = server.getresponse()
        content = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            cookies[name] = value
        server.close()
        return answer.status, content


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def token_in(html: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html).group(1)


def test_two_web_servers_and_two_workers_are_one_portal(mail_folder, tmp_path):
    cast = make_cast(timezone.now())
    queue, ports = f"two-nodes-{free_port()}", (free_port(), free_port())
    with Post(pause=0.02) as post, ExitStack() as stack:
        environment = worker_environment(mail_folder) | post.environment()
        environment |= {"CELERY_QUEUE": queue, "LOG_FORMAT": "json", "LOG_LEVEL": "INFO", "DEBUG": "1"}
        logs = []
        for number, port in enumerate(ports):
            place = {"8000": str(port), "0.0.0.0": "127.0.0.1"}
            web = [place.get(word, word) for word in words_of("web")]
            stack.enter_context(running(web, environment, tmp_path / f"web-{number}.log"))
            worker = [*words_of("worker"), "--hostname", f"two-{number}-{port}@%h"]
            logs.append(stack.enter_context(running(worker, environment, tmp_path / f"worker-{number}.log")))
        one, two = (Node(port) for port in ports)
        assert wait(lambda: all(answers(port) for port in ports), 60)
        _one_session_on_both(one, two, cast)
        _one_effect_of_two_workers(cast, post, queue, logs)


def _one_session_on_both(one: Node, two: Node, cast) -> None:
    """Signed in at one, known at the other, and gone from both at once."""
    cookies: dict[str, str] = {}
    _status, form = one.ask("GET", "/login/", cookies)
    body = {"login": cast.anna.email, "password": PASSWORD, "csrfmiddlewaretoken": token_in(form)}
    assert two.ask("POST", "/login/", cookies, body)[0] == 302, "the form of one node is taken by the other"
    for node in (one, two):
        status, html = node.ask("GET", "/", cookies)
        assert status == 200 and "Anna" in html
    assert two.ask("POST", "/logout/", cookies | {}, {"csrfmiddlewaretoken": token_in(html)})[0] == 302
    assert [node.ask("GET", "/", dict(cookies))[0] for node in (one, two)] == [302, 302]


def _one_effect_of_two_workers(cast, post: Post, queue: str, logs: list[Path]) -> None:
    """Both workers take part, and each mail goes out once."""
    with transaction.atomic():
        for number in range(MAILS):
            context = CONTEXT | {"number": f"R-{number}"}
            services.mail(to=cast.mona, template="decision_needed", context=context, at=timezone.now())
    assert wait(lambda: all("ready" in log.read_text() for log in logs), 60), logs[0].read_text()
    for _turn in range(4):
        app.send_task("outbox.deliver", queue=queue)
    assert wait(lambda: not OutboxMessage.objects.filter(done_at__isnull=True).exists(), 60)
    assert len(post.taken) == MAILS and set(post.times_taken().values()) == {1}
    told = [[json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")] for log in logs]
    received = [[line for line in lines if "outbox.deliver" in line["message"]] for lines in told]
    assert all(received), "both workers must have worked, or this test shows nothing"
    print(f"\n{MAILS} mails by two workers: {[len(lines) for lines in received]} lines about turns")
