"""A key that acts for a person opens nothing until this person has confirmed it; those of before wait for that as well."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

STAYS = """
CREATE FUNCTION machines_token_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.acts_for_id, NEW.created_by_id, NEW.created_at, NEW.scopes)
         IS DISTINCT FROM (OLD.acts_for_id, OLD.created_by_id, OLD.created_at, OLD.scopes)
       OR OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at
       OR OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'a key stays with whom it acts for, who made it and what it may do'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER machines_token_stays BEFORE UPDATE OF acts_for_id, created_by_id, created_at, scopes, confirmed_at,
    revoked_at ON machines_apitoken FOR EACH ROW EXECUTE FUNCTION machines_token_stays();
ALTER TABLE machines_apitoken ENABLE ALWAYS TRIGGER machines_token_stays;
"""
MAY_CHANGE = "DROP TRIGGER machines_token_stays ON machines_apitoken; DROP FUNCTION machines_token_stays();"


class Migration(migrations.Migration):
    dependencies = [
        ("machines", "0003_idempotency_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "apitoken", "confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed")
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=Q(("confirmed_at__isnull", True))
                | Q(("acts_for__isnull", False), ("confirmed_at__gte", F("created_at"))),
                name="api_token_confirmed_by_somebody",
            ),
        ),
        migrations.RunSQL(STAYS, MAY_CHANGE),
    ]
