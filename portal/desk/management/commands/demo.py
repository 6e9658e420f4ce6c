"""`manage.py demo`: a company to try the portal with; `--logins` tells only who may sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.access.roles import Role
from portal.desk.demo.company import PASSWORD, PEOPLE
from portal.desk.demo.loading import is_loaded, load


class Command(BaseCommand):
    help = "Load the demo company into an empty portal, once. A second call changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print the logins")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["logins"]:
            if not is_loaded():
                raise CommandError("The demo company is not here. Load it into an empty portal with: manage.py demo")
            self._logins()
            return
        if load(now=timezone.now()):
            self.stdout.write("The demo company Nordlicht Haustechnik GmbH is loaded.")
        elif is_loaded():
            self.stdout.write("The demo company is here already; nothing was changed.")
        else:
            self.stdout.write("People are here already, so the demo company was not loaded; nothing was changed.")
            return
        self._logins()

    def _logins(self) -> None:
        self.stdout.write(f"Everybody signs in with the password {PASSWORD}")
        if not settings.MFA_REQUIRED_ROLES:
            self.stdout.write("Nobody is asked for a second factor here (MFA_REQUIRED_ROLES=none).")
        for someone in PEOPLE:
            roles = ", ".join(role.value for role in someone.roles)
            self.stdout.write(f"  {someone.email:28} {roles:26} {_training(someone.trained_until)}".rstrip())


def _training(trained_until: int | None) -> str:
    if trained_until is None:
        return "never trained"
    if trained_until < 0:
        return "training has ended"
    return "training ends soon" if trained_until <= 30 else ""


assert {role for someone in PEOPLE for role in someone.roles} == set(Role)
