"""The company's sign-in service and its directory, each a real process with a folder of its own."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from django.core.cache import cache
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
RETURN = "http://127.0.0.1:8000/login/company/return/"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@dataclass
class Provider:
    issuer: str
    folder: Path

    def tell(
        self, *, email: str = "anna@firma.example", sub: str = "7f1c", misbehave: str = "", **claims: object
    ) -> None:
        """Who signs in next, and how the provider lies about it."""
        said = {"email": email, "email_verified": True, **claims}
        (self.folder / "told.json").write_text(json.dumps({"sub": sub, "claims": said, "misbehave": misbehave}))

    def visit(self, address: str) -> str:
        """A browser at the provider: signs in there and is sent back; returns where to."""
        with requests.Session() as browser:
            answer = browser.get(address, allow_redirects=False, timeout=20)
            while answer.headers.get("Location", "").startswith("/"):
                answer = browser.get(self.issuer[:-2] + answer.headers["Location"], allow_redirects=False, timeout=20)
            assert answer.status_code == 302, answer.text[:500]
            return answer.headers["Location"]


@pytest.fixture(scope="session")
def running_provider(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("provider"), free_port()
    issuer = f"http://127.0.0.1:{port}/o"
    environment = {**os.environ, "PROVIDER_FOLDER": str(folder), "PROVIDER_ISSUER": issuer}
    command = [sys.executable, "-m", "tests.directory.provider", str(port), RETURN]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log)
        try:
            assert process.stdout.readline() == b"ready\n", (folder / "log").read_text()[-2000:]
            yield Provider(issuer, folder)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


@pytest.fixture
def provider(running_provider, settings):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = (
        running_provider.issuer,
        "portal",
        "portal-secret",
    )
    settings.SITE_URL = "http://127.0.0.1:8000"
    running_provider.tell()
    cache.clear()
    yield running_provider
    cache.clear()


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def go(client: Client, provider: Provider, **posted: str):
    """From the button of the sign-in page over the provider and back."""
    out = client.post("/login/company/", posted)
    assert out.status_code == 302, out.content.decode()
    back = provider.visit(out["Location"])
    return client.get(back.removeprefix("http://127.0.0.1:8000"))
