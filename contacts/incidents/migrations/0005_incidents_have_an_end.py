"""An incident may go three years after the end of the year in which it was closed (Art. 5(1)(e) GDPR)."""

from django.db import migrations

from portal.database import lets_go

#: As migration 0004 guards them: words may give way to a mark, nothing else may change.
WORDS = {
    "entry": "portal_only_words_go('text')",
    "assessment": "portal_only_words_go('reason', 'nature', 'people', 'records', 'consequences', 'measures')",
    "decision": "portal_only_words_go('reason', 'exception', 'reference', 'delay_reason')",
}
OVER = "retention_year_end_passed({0}.closed_at, 3) AND NOT coalesce(retention_held({0}.customer_id, {0}.request_id), FALSE)"
OF_INCIDENT = f"(SELECT {OVER.format('i')} FROM incidents_incident i WHERE i.id = old.incident_id)"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_words_of_the_erased"), ("retention", "0002_guards")]

    operations = [
        lets_go(
            "incidents_incident",
            "incidents_incident_kept",
            "incidents_incident_kept()",
            over=OVER.format("old"),
            others="INSERT OR UPDATE",
        ),
        lets_go("incidents_order", "incidents_order_kept", "incidents_order_kept()", over=OF_INCIDENT),
        *(
            lets_go(f"incidents_{name}", f"incidents_{name}_append_only", change, over=OF_INCIDENT)
            for name, change in WORDS.items()
        ),
    ]
