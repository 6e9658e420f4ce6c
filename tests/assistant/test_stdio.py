"""The real process, spoken to by the real client of the SDK over standard input and output."""

import asyncio
import os
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest
from django.db import connection
from django.utils import timezone
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from contacts.requests.models import ContactRequest, GivenDecision
from portal.machines.services import revoke_token
from tests import cast as players
from tests.assistant.conftest import WAY, key_for, said
from tests.journeys.conftest import ROOT, worker_environment


def environment(mail_folder, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in worker_environment(mail_folder).items() if "KONTAKTKLAR_KEY" not in name}
    return kept | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | more


@asynccontextmanager
async def session(mail_folder, *arguments: str, **more: str):
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["manage.py", "mcp", *arguments],
        env=environment(mail_folder, **more),
        cwd=str(ROOT),
    )
    with open(os.devnull, "w") as nowhere:
        async with (
            stdio_client(parameters, errlog=nowhere) as (read, write),
            ClientSession(read, write) as found,
        ):
            yield found, await found.initialize()


@pytest.mark.django_db(transaction=True)
def test_an_assistant_asks_finds_and_drafts_until_its_key_is_revoked(mail_folder, tmp_path):
    now = timezone.now()
    cast = players.make_cast(now)
    customer = players.make_customer(now)
    players.make_accounts(cast, now)
    secret, token = key_for(cast, now)
    file = tmp_path / "key"
    file.write_text(secret + "\n")

    def revoke():
        revoke_token(cast.adam, token=token, at=timezone.now())
        connection.close()

    async def talk():
        async with session(mail_folder, "--user", cast.anna.email, KONTAKTKLAR_KEY_FILE=str(file)) as (client, hello):
            assert "material" in hello.instructions and hello.serverInfo.name == "kontaktklar"
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == ["may_i_contact", "find_customer", "draft_request"]
            found = await client.call_tool("find_customer", {"words": customer.last_name})
            number = found.structuredContent["customers"][0]["number"]
            may = await client.call_tool("may_i_contact", WAY | {"customer": number})
            assert not may.isError and may.structuredContent["reasons"], said(may)
            drafted = await client.call_tool("draft_request", WAY | {"customer": number, "draft_text": "Guten Tag."})
            assert drafted.structuredContent["link"], said(drafted)
            wrong = await client.call_tool("may_i_contact", {"customer": 7})
            assert wrong.isError and "must be a text" in said(wrong)
            missing = await client.call_tool("redeem_permit", {"number": "P-1"})
            assert missing.isError
            await asyncio.to_thread(revoke)
            last = await client.call_tool("may_i_contact", WAY)
            assert last.isError

    asyncio.run(asyncio.wait_for(talk(), 60))
    assert GivenDecision.objects.count() == 1
    assert ContactRequest.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("arguments", "more", "words"),
    [
        ([], {}, "There is no key."),
        ([], {"KONTAKTKLAR_KEY_FILE": "/nowhere/key"}, "cannot be read"),
        (["--user", "kontaktklar_abc"], {"KONTAKTKLAR_KEY": "x"}, "does not belong on the command line"),
    ],
)
def test_without_a_key_in_its_place_the_server_does_not_start(mail_folder, arguments, more, words, monkeypatch):
    from django.core.management import CommandError, call_command

    for name in ("KONTAKTKLAR_KEY", "KONTAKTKLAR_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CommandError, match=words):
        call_command("mcp", *arguments)


@pytest.mark.django_db(transaction=True)
def test_what_is_no_message_does_not_end_the_server(mail_folder):
    """Each line is one message; nothing but messages is written to standard output."""
    hello = (
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},'
        '"clientInfo":{"name":"t","version":"1"}}}'
    )
    lines = ["this is no message", "{", '{"jsonrpc":"2.0","method":"notifications/initialized"}', hello]
    done = subprocess.run(
        [sys.executable, "manage.py", "mcp"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env=environment(mail_folder, KONTAKTKLAR_KEY="kontaktklar_wrong"),
        check=False,
    )
    said_lines = done.stdout.splitlines()
    assert any('"id":1' in line and "kontaktklar" in line for line in said_lines)
    assert all(line.startswith('{"') for line in said_lines if line)
