"""An MCP server on standard input and output, for one person's AI assistant (docs/mcp.md)."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from portal import env
from portal.assistant.server import make_server
from portal.machines.services import PREFIX

NO_KEY = (
    "There is no key. Put one that acts for a person into a file and name the file in KONTAKTKLAR_KEY_FILE, or put it "
    "into KONTAKTKLAR_KEY. An administrator makes it under Machines."
)


class Command(BaseCommand):
    help = (
        "Answer an AI assistant over MCP on standard input and output, for one person and with that person's rights. "
        "The key is read from KONTAKTKLAR_KEY or from the file that KONTAKTKLAR_KEY_FILE names."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", default="", help="E-mail address of the person: the key must act for them.")

    def handle(self, *args: Any, **options: Any) -> None:
        if PREFIX in options["user"]:
            raise CommandError("A key does not belong on the command line, where others can read it. Revoke this one.")
        asyncio.run(_serve(_key(), options["user"]))


def _key() -> str:
    try:
        key = env.text("KONTAKTKLAR_KEY").strip()
    except ImproperlyConfigured as trouble:
        raise CommandError(str(trouble)) from trouble
    if not key:
        raise CommandError(NO_KEY)
    return key


async def _serve(key: str, expected: str) -> None:
    from mcp.server.stdio import stdio_server

    server = make_server(key, expected=expected, version=settings.VERSION)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
