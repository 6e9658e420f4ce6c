"""What employees have learned may go when its time is over (storage limitation, Art. 5(1)(e) GDPR)."""

from django.db import migrations

from portal.database import lets_go

CHANGE = "portal_refuse_change()"
# One year to its end is the shortest time that the company may choose.
CERTIFICATE = "retention_year_end_passed(greatest({0}.recorded_at, ({0}.valid_until + 1)::timestamptz), 1)"
# Until the course is passed, as before; of a quiz that was never passed the answers may go a day after the submission,
# the shortest time that the company may choose.
SUBMITTED = (
    "EXISTS (SELECT FROM training_attempt a WHERE a.id = old.attempt_id AND a.submitted_at < now() - interval '1 day')"
)


class Migration(migrations.Migration):
    dependencies = [("training", "0011_one_open_attempt_per_way"), ("retention", "0002_guards")]

    operations = [
        lets_go(
            "training_certificate",
            "training_certificate_append_only",
            CHANGE,
            over=CERTIFICATE.format("old"),
        ),
        lets_go(
            "training_certificaterevocation",
            "training_certificaterevocation_append_only",
            CHANGE,
            over=f"(SELECT {CERTIFICATE.format('c')} FROM training_certificate c WHERE c.id = old.certificate_id)",
        ),
        lets_go(
            "training_attempt",
            "training_attempt_kept",
            "training_attempt_kept()",
            over="retention_year_end_passed(old.submitted_at, 1)"
            " AND NOT EXISTS (SELECT FROM training_certificate c WHERE c.attempt_id = old.id)",
        ),
        lets_go(
            "training_answer",
            "training_answer_kept",
            "training_answer_kept()",
            over=SUBMITTED,
            others="INSERT OR UPDATE",
        ),
        lets_go(
            "training_reminded",
            "training_reminded_append_only",
            CHANGE,
            over="retention_year_end_passed(old.at, 3)",
        ),
    ]
