"""`manage.py openapi > docs/openapi.json`: the description of the API as the code has it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from portal.api.document import as_text


class Command(BaseCommand):
    help = "Print the OpenAPI 3.1 document of the API."

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            self.stdout.write(as_text(), ending="")
