"""`manage.py import_customers FILE`: exit code 0 = all rows taken, 3 = some refused, 1 = file refused."""

from contacts.customers.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Import a customer list (CSV as German Excel writes it, or .xlsx). See docs/import.md."
    kind = "customers"
