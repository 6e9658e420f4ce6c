"""Permits that were granted before they said what they rest on: from their decisions, five thousand at a time, so that
nobody waits long for a row. May be broken off and begun again."""

from django.db import migrations

SOME = 5000
FILL = """
UPDATE requests_permit p SET legal_basis = d.legal_basis
FROM (SELECT o.id, (SELECT legal_basis FROM requests_decisionrecord
                    WHERE request_id = o.request_id AND stage IN ('submit', 'review') ORDER BY id DESC LIMIT 1)
      FROM requests_permit o WHERE o.id > %(after)s AND o.id <= %(upto)s AND o.legal_basis = '') AS d (id, legal_basis)
WHERE p.id = d.id AND d.legal_basis <> ''
"""


def say(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 1) - 1, coalesce(max(id), 0) FROM requests_permit")
        first, last = cursor.fetchone()
        for after in range(first, last, SOME):
            cursor.execute(FILL, {"after": after, "upto": min(after + SOME, last)})


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("requests", "0021_permit_legal_basis")]

    operations = [migrations.RunPython(say, migrations.RunPython.noop)]
