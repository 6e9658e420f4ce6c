"""That a list was screened is part of the decision log: three years to the end of the year (law.md section 7)."""

from django.db import migrations

from portal.database import lets_go


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_patience"), ("retention", "0002_guards")]

    operations = [
        lets_go(
            "screening_screening",
            "screening_screening_kept",
            "screening_screening_kept()",
            over="old.deleted_at IS NOT NULL AND retention_year_end_passed("
            "greatest(old.created_at, old.finished_at, old.deleted_at), 3)",
        ),
    ]
