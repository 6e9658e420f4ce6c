import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from consent import rules

ADDRESS = {
    "blank": True,
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": "customers.contactpoint",
}
# Which address was confirmed before this: the sign-up says so as long as it is there; else the customer's only address.
# Where neither helps the consent reaches only addresses that somebody made sure of.
FIND = """
ALTER TABLE consent_consentevent DISABLE TRIGGER consent_consentevent_append_only;
UPDATE consent_consentevent e SET contact_point_id = p.id
FROM consent_consent c, consent_optin o, customers_contactpoint p
WHERE e.kind = 'confirmed' AND c.id = e.consent_id AND o.id::text = substring(e.evidence FROM '^opt-in ([0-9]+),')
      AND p.customer_id = c.customer_id AND p.channel = 'email' AND p.normalised = o.normalised;
UPDATE consent_consentevent e SET contact_point_id = p.id
FROM consent_consent c, customers_contactpoint p
WHERE e.kind = 'confirmed' AND e.contact_point_id IS NULL AND c.id = e.consent_id
      AND p.customer_id = c.customer_id AND p.channel = 'email'
      AND NOT EXISTS (SELECT 1 FROM customers_contactpoint q
                      WHERE q.customer_id = p.customer_id AND q.channel = 'email' AND q.id <> p.id);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE consent_consentevent ENABLE ALWAYS TRIGGER consent_consentevent_append_only;
"""
EVENT = ("kind", "at", "proof", "ends_on", "text_id", "how", "id", "corrects_id", "about_at", "annuls")


def carry_to_consents(apps, schema_editor):
    consents = apps.get_model("consent", "Consent")
    for consent in consents.objects.filter(events__contact_point__isnull=False).distinct().iterator():
        rows = consent.events.order_by("at", "id").values(*EVENT, "evidence_file_id", "contact_point_id")
        events = [
            rules.Event(
                corrects=row.pop("corrects_id"),
                file_id=row.pop("evidence_file_id"),
                point_id=row.pop("contact_point_id"),
                **row,
            )
            for row in rows
        ]
        consents.objects.filter(pk=consent.pk).update(contact_point_id=rules.resolve(events).point_id)


class Migration(migrations.Migration):
    dependencies = [("consent", "0009_word_alone_proves_nothing"), ("customers", "0005_objection_by_customer")]

    operations = [
        migrations.AddField("consent", "contact_point", models.ForeignKey(editable=False, **ADDRESS)),
        migrations.AddField("consentevent", "contact_point", models.ForeignKey(verbose_name="address", **ADDRESS)),
        RunSQL(sql=FIND, reverse_sql=RunSQL.noop),
        migrations.RunPython(carry_to_consents, migrations.RunPython.noop),
    ]
