"""What was kept of errors named receivers: their class is enough. And a house that is upgraded does not find every mail
of the past as not read: what had gone out before read marks existed counts as read."""

from django.db import migrations

ERRORS = """
UPDATE outbox_outboxmessage SET last_error = split_part(last_error, ':', 1) WHERE last_error LIKE '%:%'
"""
READ = """
INSERT INTO outbox_readmark (message_id, at)
SELECT id, done_at FROM outbox_outboxmessage WHERE kind = 'mail' AND done_at IS NOT NULL
ON CONFLICT (message_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0004_bundles_marks_operators")]

    operations = [
        migrations.RunSQL(ERRORS, migrations.RunSQL.noop),
        migrations.RunSQL(READ, migrations.RunSQL.noop),
    ]
