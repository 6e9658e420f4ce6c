"""`manage.py screen FILE --purpose P --channel C -o OUT`: may these customers be contacted? One answer for each row.

FILE `-` reads what comes in, OUT `-` writes the answers out and the counts to the error output.

Exit code 0 = every row has an answer, 3 = some were refused (they say why), 1 = nothing was written.
"""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contacts.customers.importing.reading import FileRefused
from contacts.screening.asking import Asked
from contacts.screening.running import REFUSED, screen
from contacts.screening.services.receiving import KINDS
from portal.desk.screening import sender_for
from portal.people.models import User
from portal.vocabulary import PLATFORM_CHANNELS, Channel, Platform, Purpose

SOME_REFUSED = 3
STREAM = Path("-")


class Command(BaseCommand):
    help = "Answer for a whole list of customers (CSV, .xlsx or JSON lines) whether they may be contacted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            help="CSV, .xlsx (column ID, Kundennummer, E-Mail or Telefon) or JSON lines; - for stdin",
        )
        parser.add_argument("--by", default="", choices=["", *KINDS], help="the column that names the customers")
        parser.add_argument("--purpose", required=True, choices=Purpose.values)
        parser.add_argument("--channel", required=True, choices=Channel.values)
        parser.add_argument("--platform", default="", choices=["", *Platform.values])
        parser.add_argument("--account", default="", help="name of the company account (default: the best open one)")
        parser.add_argument("--acting", required=True, help="e-mail of the person who would make the contacts")
        parser.add_argument("--at", type=_instant, help="like 2026-12-01T10:00+01:00 (default: now)")
        parser.add_argument("--promotion", action="store_true", help="the text promotes sales")
        parser.add_argument("--similar-products", action="store_true", help="only own products like those bought")
        parser.add_argument("--opt-out", action="store_true", help="the text says how to object")
        parser.add_argument("--language", default="de", choices=["de", "en"], help="language of the reasons")
        parser.add_argument("-o", "--out", required=True, type=Path, help="the result (CSV); - for stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = _asked(options)
        if (asked.channel in PLATFORM_CHANNELS) != bool(asked.platform):
            raise CommandError("A messenger or social network needs --platform, and no other channel has one.")
        try:
            user = _person(options["acting"])
            asked = _asked(options, department=str(user.department or ""))
            sender_on = sender_for(user, asked=asked, account=options["account"])
            at = options["at"] or timezone.now()
            with _files(options["file"], options["out"]) as (source, out):
                counts = screen(
                    source,
                    out,
                    asked=asked,
                    sender_on=sender_on,
                    at=at,
                    language=options["language"],
                    by=KINDS.get(options["by"], ""),
                )
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read or written: {error.strerror}.") from error
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        counted = self.stderr if options["out"] == STREAM else self.stdout
        counted.write(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())) or "no rows")
        if counts[REFUSED]:
            sys.exit(SOME_REFUSED)


@contextmanager
def _files(source: Path, out: Path) -> Iterator[tuple[Path, Path]]:
    """The files themselves; what streams in or out goes through files of their own, because a list is read twice and a
    result is there as a whole or not at all."""
    with TemporaryDirectory(prefix="screening-") as folder:
        read, written = Path(folder, "list"), Path(folder, "result")
        if source == STREAM:
            with read.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
        yield read if source == STREAM else source, written if out == STREAM else out
        if out == STREAM:
            with written.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def _asked(options: dict[str, Any], department: str = "") -> Asked:
    return Asked(
        purpose=options["purpose"],
        channel=options["channel"],
        platform=options["platform"],
        contains_promotion=options["promotion"],
        own_similar_products=options["similar_products"],
        opt_out_included=options["opt_out"],
        department=department,
    )


def _person(email: str) -> User:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active person with the e-mail address {email}.")
    return user


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no instant. Write it like 2026-12-01T10:00+01:00.") from error
    if at.tzinfo is None:
        raise ArgumentTypeError(f"{text} has no time zone. Write it like 2026-12-01T10:00+01:00.")
    return at
