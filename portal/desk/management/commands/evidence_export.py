"""`manage.py evidence_export --customer N -o FILE.zip`: an evidence pack; also --request R, --calls N, --from and --to.

It holds what the reader may see (--acting, a data protection officer or an auditor), and goes on record like one from
the page. Exit code 0 = written, 1 = nothing was written.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from contacts.evidence.forms import FORMS
from contacts.evidence.pack import MOST_BY_COMMAND, Kind
from contacts.evidence.services import READERS, HandedOut
from contacts.evidence.views import VERBS
from portal.audit.services import Job
from portal.people.models import User

JOB = Job("evidence_export")


class Command(BaseCommand):
    help = "Write an evidence pack (ZIP) about a customer, a request, consents to calls, or a period."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customer", metavar="NUMBER", help="everything on record about a customer")
        parser.add_argument("--request", metavar="NUMBER", help="the life of a request, like R-1042")
        parser.add_argument("--calls", metavar="NUMBER", help="section 7a UWG: customer number or telephone number")
        parser.add_argument("--from", dest="first", type=_day, metavar="DAY", help="first day, like 2026-12-01")
        parser.add_argument("--to", dest="last", type=_day, metavar="DAY", help="last day")
        parser.add_argument("--acting", default="", metavar="EMAIL", help="who reads (default: the only DPO)")
        parser.add_argument("--language", default="de", choices=["de", "en"], help="language of the PDF")
        parser.add_argument("-o", "--out", required=True, type=Path, help="the ZIP; must not be there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, asked = _asked(options)
        if options["out"].exists():
            raise CommandError(f"{options['out']} is there already. Name another file; nothing was made.")
        reader = _reader(options["acting"])
        with translation.override("en"):
            form = FORMS[kind](asked, reader=reader)
            if not form.is_valid():
                raise CommandError(" ".join(str(error) for errors in form.errors.values() for error in errors))
        with translation.override(options["language"]):
            made = _made(kind, reader, form.given)
        try:
            options["out"].write_bytes(made.content)
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{options['out']}: {len(made.content)} bytes. Unpacked, it checks itself: python3 verify.py")


def _made(kind: Kind, reader: User, given: dict[str, Any]) -> HandedOut:
    try:
        made: HandedOut = VERBS[kind](reader, at=timezone.now(), most=MOST_BY_COMMAND, job=JOB, **given)
    except ValidationError as refusal:
        raise CommandError(" ".join(refusal.messages)) from refusal
    except PermissionDenied as refusal:
        raise CommandError(f"{reader.email} is no data protection officer or auditor. Nothing was made.") from refusal
    return made


def _asked(options: dict[str, Any]) -> tuple[Kind, dict[str, Any]]:
    """Which pack, and what its form is given. Exactly one may be asked for."""
    single = {Kind(name): {"number": options[name]} for name in ("customer", "request", "calls") if options[name]}
    if options["first"] or options["last"]:
        single[Kind.PERIOD] = {"first": options["first"], "last": options["last"]}
    if len(single) != 1:
        raise CommandError("Name one of --customer, --request, --calls, or a period by --from and --to.")
    return next(iter(single.items()))


def _reader(email: str) -> User:
    rows = User.objects.filter(is_active=True).order_by("pk")
    if email:
        found = rows.filter(email__iexact=email).first()
        if found is None:
            raise CommandError(f"There is no active person with the e-mail address {email}.")
        return found
    officers = list(User.objects.with_role(READERS[0])[:2])
    if len(officers) != 1:
        raise CommandError("Name by --acting the data protection officer or auditor who reads the pack.")
    return officers[0]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no day. Write it like 2026-12-01.") from error
