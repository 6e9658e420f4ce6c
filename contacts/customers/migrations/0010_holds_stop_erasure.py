"""While a legal hold stands nobody is erased, whoever asks: the database looks too."""

from django.db import migrations

HELD = """
CREATE FUNCTION customers_refuse_erasure_under_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM retention_hold h WHERE h.ended_at IS NULL AND h.customer_id = NEW.id) THEN
        RAISE EXCEPTION 'a legal hold on customer % stands: nothing is erased', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER customers_no_erasure_under_hold BEFORE UPDATE OF anonymised_at ON customers_customer
    FOR EACH ROW WHEN (NEW.anonymised_at IS NOT NULL AND OLD.anonymised_at IS NULL)
    EXECUTE FUNCTION customers_refuse_erasure_under_hold();
ALTER TABLE customers_customer ENABLE ALWAYS TRIGGER customers_no_erasure_under_hold;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_words_of_the_erased"), ("retention", "0002_guards")]

    operations = [
        migrations.RunSQL(HELD, "DROP FUNCTION customers_refuse_erasure_under_hold() CASCADE;"),
    ]
