"""A request of a person may go three years after the end of the year in which it was closed (Art. 5(2) GDPR, BGB
§§ 195, 199), with its letters and the questions about names. The ledger of erasures stays as it is."""

from django.db import migrations

from portal.database import lets_go

OVER = "retention_year_end_passed({0}.closed_at, 3) AND NOT coalesce(retention_held({0}.customer_id, NULL), FALSE)"
OF_REQUEST = f"(SELECT {OVER.format('r')} FROM rights_datarequest r WHERE r.id = old.request_id)"


class Migration(migrations.Migration):
    dependencies = [("rights", "0002_guards"), ("retention", "0002_guards")]

    operations = [
        lets_go(
            "rights_datarequest",
            "rights_datarequest_kept",
            "rights_datarequest_kept()",
            over=OVER.format("old"),
            others="INSERT OR UPDATE",
        ),
        lets_go("rights_letter", "rights_letter_append_only", "portal_refuse_change()", over=OF_REQUEST),
        lets_go("rights_namerelease", "rights_namerelease_kept", "rights_namerelease_kept()", over=OF_REQUEST),
    ]
