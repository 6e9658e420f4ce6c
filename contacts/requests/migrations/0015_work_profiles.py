"""Who is responsible for an account, and personal profiles that are registered for work."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

PROFILES = """
CREATE FUNCTION requests_profile_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.holder_id IS DISTINCT FROM OLD.holder_id OR OLD.holder_id IS NOT NULL AND (
           (NEW.name, NEW.channel, NEW.platform, NEW.kind, NEW.valid_from, NEW.valid_until)
             IS DISTINCT FROM (OLD.name, OLD.channel, OLD.platform, OLD.kind, OLD.valid_from, OLD.valid_until)
           OR NEW.owner_id IS DISTINCT FROM OLD.owner_id
           OR OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)) THEN
        RAISE EXCEPTION 'a registered profile stays as it was confirmed, and with its holder'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.holder_id IS NOT NULL AND NEW.approved_by_id IS NOT NULL
       AND (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.approved_by_id)
         = (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.holder_id) THEN
        RAISE EXCEPTION 'nobody confirms a profile of their own' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_profile_guard BEFORE INSERT OR UPDATE ON requests_companyaccount
    FOR EACH ROW EXECUTE FUNCTION requests_profile_guard();
ALTER TABLE requests_companyaccount ENABLE ALWAYS TRIGGER requests_profile_guard;

CREATE FUNCTION requests_permit_own_profile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM requests_companyaccount a WHERE a.id = NEW.account_id AND a.holder_id <> NEW.holder_id) THEN
        RAISE EXCEPTION 'from a personal profile only its holder writes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_permit_own_profile BEFORE INSERT ON requests_permit
    FOR EACH ROW EXECUTE FUNCTION requests_permit_own_profile();
ALTER TABLE requests_permit ENABLE ALWAYS TRIGGER requests_permit_own_profile;
"""
BEFORE = """
DROP FUNCTION requests_permit_own_profile CASCADE;
DROP FUNCTION requests_profile_guard CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0013_given_latest"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="companyaccount",
            name="holder",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="personal profile of",
            ),
        ),
        migrations.AddField(
            model_name="companyaccount",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="responsible person",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyaccount",
            constraint=models.CheckConstraint(
                condition=Q(holder__isnull=True)
                | Q(
                    kind="company_shared_device",
                    channel="social_dm",
                    platform__in=["linkedin", "xing"],
                    address_book_isolated=True,
                    valid_until__isnull=False,
                    valid_until__lte=F("valid_from") + datetime.timedelta(days=366),
                ),
                name="account_profile_of_a_network",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyaccount",
            constraint=models.UniqueConstraint(
                condition=Q(holder__isnull=False, approved_at__isnull=True, closed_at__isnull=True),
                fields=("holder", "platform"),
                name="account_one_profile_waits",
            ),
        ),
        migrations.RunSQL(PROFILES, BEFORE),
    ]
