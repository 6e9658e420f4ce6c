"""A restriction may go three years after the end of the year in which it ended (Art. 5(2) GDPR, BGB §§ 195, 199). That
of somebody who was erased ends with the erasure: nothing is left that it could restrict."""

from django.db import migrations

from portal.database import lets_go

ENDED = "coalesce(old.until, (SELECT c.anonymised_at FROM customers_customer c WHERE c.id = old.customer_id))"


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_holds_stop_erasure"), ("retention", "0002_guards")]

    operations = [
        lets_go(
            "customers_restriction",
            "customers_restriction_only_ends",
            "customers_restriction_only_ends()",
            over=f"retention_year_end_passed({ENDED}, 3) AND NOT retention_held(old.customer_id, NULL)",
        ),
    ]
