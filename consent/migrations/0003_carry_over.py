from zoneinfo import ZoneInfo

from django.db import migrations

from consent import rules

# Consents of the first version rested on evidence, but nobody kept the wording. They get one that says so, for each
# purpose and channel, so that what could be proven before can be proven still; the clock gets its name.
CARRY = """
ALTER TABLE consent_consentevent DISABLE TRIGGER consent_consentevent_append_only;
UPDATE consent_consentevent SET job = 'consent.record_passage' WHERE recorded_by_id IS NULL;
INSERT INTO consent_consenttext (line, version, language, purpose, channels, platform, title, body, valid_from,
                                 created_at, published_at, published_by_id, sha256)
SELECT 'on-the-evidence-' || replace(c.purpose, '_', '-') || '-' || replace(c.channel, '_', '-'), 1, 'de', c.purpose,
       ARRAY[c.channel], '', 'Wortlaut wie auf dem Nachweis', 'Der Wortlaut steht auf dem Nachweis der Einwilligung.',
       min(e.at), now(), now(), min(e.recorded_by_id), encode(sha256(convert_to(c.purpose || c.channel, 'UTF8')), 'hex')
FROM consent_consentevent e JOIN consent_consent c ON c.id = e.consent_id
WHERE e.proof AND e.recorded_by_id IS NOT NULL
GROUP BY c.purpose, c.channel;
UPDATE consent_consentevent e SET text_id = t.id
FROM consent_consent c, consent_consenttext t
WHERE c.id = e.consent_id AND e.proof AND t.purpose = c.purpose AND t.channels = ARRAY[c.channel];
UPDATE consent_consent c SET text_id = t.id
FROM consent_consenttext t
WHERE c.proof AND t.purpose = c.purpose AND t.channels = ARRAY[c.channel];
UPDATE consent_consent SET last_used_at = NULL WHERE last_used_at = given_at;
ALTER TABLE consent_consentevent ENABLE ALWAYS TRIGGER consent_consentevent_append_only;
"""


def compute_instants(apps, schema_editor):
    consents = apps.get_model("consent", "Consent").objects.filter(given_at__isnull=False)
    for consent in consents.select_related("customer").iterator():
        zone = ZoneInfo(consent.customer.timezone)
        dates = rules.ConsentDates(
            given_at=consent.given_at,
            last_used_at=consent.last_used_at,
            ends_on=consent.ends_on,
            withdrawn_at=consent.withdrawn_at,
        )
        call = consent.channel == "phone" and consent.purpose in rules.ADVERTISING
        is_consumer_call = call and consent.customer.kind == "consumer"
        given = consent.events.filter(kind__in=rules.folding.GIVING).order_by("-at", "-pk").first()
        consent.given_how = given.how if given else ""
        consent.ends_at = rules.ends_at(dates, zone)
        consent.stale_at = rules.stale_at(dates, zone, rules.Thresholds())
        consent.expires_at = rules.expires_at(dates, zone, rules.Thresholds())
        consent.keep_until = rules.keep_until(dates, zone, consumer_call=is_consumer_call)
        consent.save(update_fields=["given_how", "ends_at", "stale_at", "expires_at", "keep_until"])


class Migration(migrations.Migration):
    dependencies = [("consent", "0002_wordings")]

    operations = [
        migrations.RunSQL(sql=CARRY, reverse_sql=migrations.RunSQL.noop),
        migrations.RunPython(compute_instants, migrations.RunPython.noop),
    ]
