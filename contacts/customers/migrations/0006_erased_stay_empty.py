from django.db import migrations, models
from django.db.migrations.operations import RunSQL

# What was written back into erased rows before the database refused it: nothing allowed it, so it goes.
EMPTY = """
UPDATE customers_customer SET salutation = '', first_name = '', last_name = '', company = '', birth_date = NULL
    WHERE anonymised_at IS NOT NULL;
UPDATE customers_contactpoint p
    SET value = '', normalised = 'erased-' || p.id, digest = '', label = '', source_note = '',
        retired_at = coalesce(p.retired_at, c.anonymised_at)
    FROM customers_customer c WHERE c.id = p.customer_id AND c.anonymised_at IS NOT NULL;
"""

# An address of somebody who was erased says nothing, in whatever order the two rows are written.
GUARD = """
CREATE OR REPLACE FUNCTION customers_refuse_address_of_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.value, NEW.digest, NEW.label, NEW.source_note) IS DISTINCT FROM ('', '', '', '')
       OR NEW.normalised NOT LIKE 'erased-%' OR NEW.retired_at IS NULL THEN
        IF EXISTS (SELECT FROM customers_customer WHERE id = NEW.customer_id AND anonymised_at IS NOT NULL) THEN
            RAISE EXCEPTION 'customer % was erased and gets no address', NEW.customer_id
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER customers_address_of_nobody BEFORE INSERT OR UPDATE ON customers_contactpoint
    FOR EACH ROW EXECUTE FUNCTION customers_refuse_address_of_nobody();
ALTER TABLE customers_contactpoint ENABLE ALWAYS TRIGGER customers_address_of_nobody;

CREATE OR REPLACE FUNCTION customers_refuse_half_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.anonymised_at IS NULL THEN
        IF TG_OP = 'UPDATE' AND OLD.anonymised_at IS NOT NULL THEN
            RAISE EXCEPTION 'customer % was erased and stays so', NEW.id USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF EXISTS (SELECT FROM customers_contactpoint WHERE customer_id = NEW.id AND (value <> '' OR digest <> '')) THEN
        RAISE EXCEPTION 'customer % cannot be erased before their addresses', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER customers_whole_erasure BEFORE INSERT OR UPDATE OF anonymised_at ON customers_customer
    FOR EACH ROW EXECUTE FUNCTION customers_refuse_half_erasure();
ALTER TABLE customers_customer ENABLE ALWAYS TRIGGER customers_whole_erasure;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_suppression_rings")]

    operations = [
        RunSQL(sql=EMPTY, reverse_sql=RunSQL.noop),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("anonymised_at__isnull", True),
                    models.Q(
                        ("birth_date__isnull", True),
                        ("company", ""),
                        ("first_name", ""),
                        ("last_name", ""),
                        ("salutation", ""),
                    ),
                    _connector="OR",
                ),
                name="customer_erased_is_nobody",
            ),
        ),
        RunSQL(
            sql=GUARD,
            reverse_sql="""
            DROP FUNCTION customers_refuse_address_of_nobody CASCADE;
            DROP FUNCTION customers_refuse_half_erasure CASCADE;
            """,
        ),
    ]
