"""`manage.py load_suppression_list FILE --list NAME`: exit code 0 = loaded, 3 = loaded without its bad lines,
1 = refused, the old list stays."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contacts.customers.suppression.lists import Refreshed, refresh
from contacts.customers.suppression.models import KEEPERS, SuppressionList
from contacts.customers.suppression.reading import ListRefused
from contacts.customers.suppression.standing import KeysMissing
from portal.audit.services import Job
from portal.people.models import User


class Command(BaseCommand):
    help = "Refresh an external suppression list (Robinson) from a file. See docs/suppression.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--list", required=True, help="name of a list that was made on the page")
        parser.add_argument("--may-shrink", action="store_true", help="take it though it is less than half as long")
        parser.add_argument("--acting", default="", help="e-mail of the person who answers for it")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        found = SuppressionList.objects.filter(name__iexact=options["list"]).first()
        if found is None:
            names = ", ".join(SuppressionList.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no list “{options['list']}”. Make it on the page; there are: {names}.")
        actor = _actor(options["acting"])
        try:
            with path.open("rb") as file:
                done = refresh(actor, found=found, file=file, at=timezone.now(), may_shrink=options["may_shrink"])
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except (ListRefused, KeysMissing) as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(found, done, options["json"])
        if done.reading.bad:
            sys.exit(3)

    def _tell(self, found: SuppressionList, done: Refreshed, as_json: bool) -> None:
        counts = {"added": done.added, "removed": done.removed, "size": done.size, "bad_lines": done.reading.bad}
        if as_json:
            self.stdout.write(json.dumps(counts))
            return
        self.stdout.write(f"{found.name}: " + ", ".join(f"{name} {value:,}" for name, value in counts.items()))
        for bad in done.reading.first_bad:
            self.stdout.write(f"line {bad.line}: {bad.text!r}. {bad.reason}")


def _actor(email: str) -> User | Job:
    if not email:
        return Job("load_suppression_list")
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active person with the e-mail address {email}.")
    if not user.has_role(*KEEPERS):
        raise CommandError(f"{email} keeps no suppression lists. Name a consent officer or the DPO.")
    return user
