"""`manage.py import_consents FILE`: exit code 0 = all rows taken, 3 = some refused, 1 = file refused."""

from contacts.customers.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Import consents from an earlier system (CSV or .xlsx). A stop is never overturned. See docs/import.md."
    kind = "consents"
