"""What the database itself refuses about the rights of people. Triggers are ENABLE ALWAYS (see portal/database.py)."""

from django.db import migrations

from portal.database import GONE, append_only, only_of_the_forgotten

WORDS = ("person", "words", "identity_note", "extension_reason", "proposal_reason", "outcome")

# What came in stays; the row moves only along `rules.TRANSITIONS` and never away from an end. Words give way to the
# mark, at the end of the transaction only of somebody who was erased.
REQUEST_KEPT = f"""
CREATE FUNCTION rights_datarequest_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words text[] := ARRAY{list(WORDS)};
    movable text[] := words || ARRAY['state', 'due_on', 'customer_id', 'extended_at', 'identified_at',
        'identified_by_id', 'identified_how', 'proposed_at', 'proposed_by_id', 'closed_at', 'closed_by_id'];
    ways text[] := ARRAY['received open', 'received refused', 'received withdrawn', 'open proposed', 'open answered',
        'open refused', 'open withdrawn', 'proposed open', 'proposed answered', 'proposed withdrawn'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'received' THEN
            RAISE EXCEPTION 'a request begins as received' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - movable <> to_jsonb(OLD) - movable
       OR NEW.words NOT IN (OLD.words, '{GONE}') OR NEW.person NOT IN (OLD.person, '{GONE}')
       OR (OLD.customer_id IS DISTINCT FROM NEW.customer_id AND OLD.state <> 'received') THEN
        RAISE EXCEPTION 'what came in is kept: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.closed_at IS NOT NULL AND to_jsonb(NEW) - words <> to_jsonb(OLD) - words THEN
        RAISE EXCEPTION 'what was closed is kept: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state || ' ' || NEW.state) = ANY (ways) THEN
        RAISE EXCEPTION 'no way leads from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'erasure' AND NEW.state = 'answered' AND OLD.state <> 'answered'
       AND (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.closed_by_id)
         = (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.proposed_by_id) THEN
        RAISE EXCEPTION 'nobody carries out an erasure that the same person proposed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rights_datarequest_kept BEFORE INSERT OR UPDATE OR DELETE ON rights_datarequest
    FOR EACH ROW EXECUTE FUNCTION rights_datarequest_kept();
ALTER TABLE rights_datarequest ENABLE ALWAYS TRIGGER rights_datarequest_kept;
"""

# A question about names is decided once, by somebody else than who asked.
RELEASE_KEPT = f"""
CREATE FUNCTION rights_namerelease_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE deciding text[] := ARRAY['decided_by_id', 'decided_at', 'agreed', 'decision_reason'];
        words text[] := ARRAY['reason', 'decision_reason'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.reason IN (OLD.reason, '{GONE}') AND NEW.decision_reason IN (OLD.decision_reason, '{GONE}')
           AND to_jsonb(NEW) - words = to_jsonb(OLD) - words THEN
            RETURN NEW;
        END IF;
        IF OLD.agreed IS NULL AND to_jsonb(NEW) - deciding = to_jsonb(OLD) - deciding THEN
            IF (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.decided_by_id)
             = (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.asked_by_id) THEN
                RAISE EXCEPTION 'nobody agrees to their own question' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a release is decided once: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rights_namerelease_kept BEFORE UPDATE OR DELETE ON rights_namerelease
    FOR EACH ROW EXECUTE FUNCTION rights_namerelease_kept();
ALTER TABLE rights_namerelease ENABLE ALWAYS TRIGGER rights_namerelease_kept;
"""

ENTRY_KEPT = """
CREATE FUNCTION rights_erasureentry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.written_at IS NULL AND to_jsonb(NEW) - 'written_at' = to_jsonb(OLD) - 'written_at' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the ledger of erasures is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rights_erasureentry_kept BEFORE UPDATE OR DELETE ON rights_erasureentry
    FOR EACH ROW EXECUTE FUNCTION rights_erasureentry_kept();
ALTER TABLE rights_erasureentry ENABLE ALWAYS TRIGGER rights_erasureentry_kept;
"""

GUARDED = ("rights_datarequest", "rights_namerelease", "rights_erasureentry")
NO_TRUNCATE = "\n".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();"
    f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;"
    for table in GUARDED
)
TRUNCATE_AGAIN = "\n".join(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in GUARDED)


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial"), ("customers", "0008_words_of_the_erased")]

    operations = [
        append_only("rights_letter"),
        migrations.RunSQL(REQUEST_KEPT, "DROP FUNCTION rights_datarequest_kept CASCADE;"),
        migrations.RunSQL(RELEASE_KEPT, "DROP FUNCTION rights_namerelease_kept CASCADE;"),
        migrations.RunSQL(ENTRY_KEPT, "DROP FUNCTION rights_erasureentry_kept CASCADE;"),
        only_of_the_forgotten("rights_datarequest", "SELECT ($1).customer_id", "person", "words"),
        migrations.RunSQL(NO_TRUNCATE, TRUNCATE_AGAIN),
    ]
