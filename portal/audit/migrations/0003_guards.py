"""What seals the trail is append-only, its places have no gaps, and of an entry only private values may go: with an
entry in the same trail that says so."""

from django.db import migrations

from portal.database import append_only

# An update may only put {"erased": true} in the place of values: no field goes, none comes, nothing else changes.
ENTRY_GUARD = """
CREATE FUNCTION audit_only_blanked(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (SELECT count(*) FROM jsonb_object_keys(was)) = (SELECT count(*) FROM jsonb_object_keys(becomes))
       AND NOT EXISTS (
           SELECT FROM jsonb_each(was) o
           WHERE becomes -> o.key IS DISTINCT FROM o.value AND becomes -> o.key IS DISTINCT FROM '{"erased": true}'
       )
$$;
CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - 'before' - 'after' = to_jsonb(OLD) - 'before' - 'after'
       AND audit_only_blanked(OLD.before, NEW.before) AND audit_only_blanked(OLD.after, NEW.after) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION audit_erasure_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_auditentry WHERE customer_id = NEW.customer_id AND verb LIKE '%.erased'
    ) AND NOT EXISTS (
        SELECT FROM audit_auditentry
        WHERE subject_type = NEW.subject_type AND subject_id = NEW.subject_id AND verb LIKE '%.erased'
    ) THEN
        RAISE EXCEPTION 'audit_auditentry is append-only: entry % was blanked without an entry that tells of an erasure',
            NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER audit_auditentry_append_only ON audit_auditentry;
CREATE TRIGGER audit_auditentry_append_only BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_guard();
CREATE CONSTRAINT TRIGGER audit_auditentry_told AFTER UPDATE ON audit_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_erasure_is_told();
ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_auditentry_append_only;
ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_auditentry_told;
"""
ENTRY_UNGUARD = """
DROP TRIGGER audit_auditentry_told ON audit_auditentry;
DROP TRIGGER audit_auditentry_append_only ON audit_auditentry;
CREATE TRIGGER audit_auditentry_append_only BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION portal_refuse_change();
ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_auditentry_append_only;
DROP FUNCTION audit_erasure_is_told(), audit_entry_guard(), audit_only_blanked(jsonb, jsonb);
"""
# Gapless within the statement, and from the row before it; the key keeps two from one place.
SEAL_GUARD = """
CREATE FUNCTION audit_seals_are_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first bigint; last bigint; many bigint;
BEGIN
    SELECT min(index), max(index), count(*) INTO first, last, many FROM added;
    IF many > 0 AND (last - first + 1 <> many OR first < 0
       OR first > 0 AND NOT EXISTS (SELECT FROM audit_seal WHERE index = first - 1)) THEN
        RAISE EXCEPTION 'audit_seal has no gaps: seals must follow the last one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_seal_gapless AFTER INSERT ON audit_seal REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_seals_are_gapless();
ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_seal_gapless;
ALTER TABLE audit_seal ADD CONSTRAINT audit_seal_hash CHECK (octet_length(leaf_hash) = 32);
ALTER TABLE audit_tile ADD CONSTRAINT audit_tile_hash CHECK (octet_length(hash) = 32);
ALTER TABLE audit_signedhead ADD CONSTRAINT audit_head_sizes CHECK (
    octet_length(root) = 32 AND octet_length(key) = 32 AND octet_length(signature) = 64 AND tree_size >= 0);
"""
SEAL_UNGUARD = """
ALTER TABLE audit_signedhead DROP CONSTRAINT audit_head_sizes;
ALTER TABLE audit_tile DROP CONSTRAINT audit_tile_hash;
ALTER TABLE audit_seal DROP CONSTRAINT audit_seal_hash;
DROP TRIGGER audit_seal_gapless ON audit_seal;
DROP FUNCTION audit_seals_are_gapless();
"""
# A key of commitments goes with its person; it never becomes another one.
KEY_GUARD = """
CREATE TRIGGER audit_privatekey_kept BEFORE UPDATE ON audit_privatekey
    FOR EACH ROW EXECUTE FUNCTION portal_refuse_change();
CREATE TRIGGER audit_privatekey_no_truncate BEFORE TRUNCATE ON audit_privatekey
    FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
ALTER TABLE audit_privatekey ENABLE ALWAYS TRIGGER audit_privatekey_kept;
ALTER TABLE audit_privatekey ENABLE ALWAYS TRIGGER audit_privatekey_no_truncate;
"""
KEY_UNGUARD = """
DROP TRIGGER audit_privatekey_no_truncate ON audit_privatekey;
DROP TRIGGER audit_privatekey_kept ON audit_privatekey;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_seals")]

    operations = [
        migrations.RunSQL(ENTRY_GUARD, ENTRY_UNGUARD),
        append_only("audit_seal"),
        append_only("audit_tile"),
        append_only("audit_signedhead"),
        append_only("audit_anchor"),
        append_only("audit_verification"),
        migrations.RunSQL(SEAL_GUARD, SEAL_UNGUARD),
        migrations.RunSQL(KEY_GUARD, KEY_UNGUARD),
    ]
