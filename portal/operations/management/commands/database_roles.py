"""Give the role that runs the portal its rights, or show them, or check that it has no more."""

from __future__ import annotations

from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError, connection, transaction

from portal.operations.postgres import told
from portal.operations.roles import demand_little, statements
from portal.operations.trouble import Unverified


class Command(BaseCommand):
    help = (
        "Print the GRANTs of the role that runs the portal; --apply carries them out (as the migrating role, after each"
        " migration); --check fails where the role of DATABASE_URL may do more than the portal needs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", default="kontaktklar_app", help="the role that runs web, worker, beat and relay")
        parser.add_argument("--apply", action="store_true")
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if options["check"]:
            self._check()
        elif options["apply"]:
            self._apply(role)
        else:
            self._print(role)

    def _check(self) -> None:
        try:
            demand_little()
        except Unverified as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The role owns nothing, and may change no ledger.")

    def _apply(self, role: str) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                given = list(statements(role))
                for statement in given:
                    cursor.execute(statement)
        except ProgrammingError as error:
            if isinstance(error.__cause__, psycopg.errors.UndefinedObject):
                words = f"There is no role {role}: a superuser makes it with CREATE ROLE, as printed without --apply."
                raise CommandError(words) from error
            raise CommandError(f"The rights were not changed: {told(error)}.") from error
        self.stdout.write(f"{len(given)} statements: {role} has its rights.")

    def _print(self, role: str) -> None:
        connection.ensure_connection()
        self.stdout.write("-- Once, as a superuser; give each a password with \\password:")
        self.stdout.write(f'-- CREATE ROLE "{role}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;')
        self.stdout.write("-- After each migration, as the role that migrates and owns the tables:")
        self.stdout.write("BEGIN;")
        for statement in statements(role):
            self.stdout.write(f"{statement.as_string(connection.connection)};")
        self.stdout.write("COMMIT;")
