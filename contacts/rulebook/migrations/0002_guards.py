"""What the database itself refuses about rule sets. Triggers are ENABLE ALWAYS (see portal/database.py)."""

from django.db import migrations

# A draft is released or discarded by whoever may; from then on its row stays. Who drafted, when, and after which
# version never changes. The release is the act of somebody else than everybody who wrote the draft, by whatever
# account, and follows a version that was released (or the shipped one, number 1).
KEPT = """
CREATE FUNCTION rulebook_version_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE begun text[] := ARRAY['id', 'number', 'based_on', 'drafted_by_id', 'drafted_at'];
BEGIN
    IF TG_OP = 'TRUNCATE' OR TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a rule set is kept: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a rule set begins as a draft' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'a rule set that is no draft any more stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(begun) AS name WHERE to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name)
       OR NOT NEW.writers @> OLD.writers THEN
        RAISE EXCEPTION 'who began and wrote a rule set is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'released' THEN
        PERFORM rulebook_demand_release(NEW);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION rulebook_demand_release(made rulebook_rulesetversion) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM people_user writer JOIN people_user judge
          ON upper(trim(judge.person_number)) = upper(trim(writer.person_number))
        WHERE judge.id = made.released_by_id AND writer.id = ANY (made.writers || made.drafted_by_id::bigint)
    ) THEN
        RAISE EXCEPTION 'nobody releases a rule set of their own' USING ERRCODE = 'check_violation';
    END IF;
    IF made.based_on <> 1 AND NOT EXISTS (
        SELECT 1 FROM rulebook_rulesetversion WHERE number = made.based_on AND state = 'released'
    ) THEN
        RAISE EXCEPTION 'a rule set follows a released one' USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE TRIGGER rulebook_version_kept BEFORE INSERT OR UPDATE OR DELETE ON rulebook_rulesetversion
    FOR EACH ROW EXECUTE FUNCTION rulebook_version_kept();
CREATE TRIGGER rulebook_version_no_truncate BEFORE TRUNCATE ON rulebook_rulesetversion
    FOR EACH STATEMENT EXECUTE FUNCTION rulebook_version_kept();
ALTER TABLE rulebook_rulesetversion ENABLE ALWAYS TRIGGER rulebook_version_kept;
ALTER TABLE rulebook_rulesetversion ENABLE ALWAYS TRIGGER rulebook_version_no_truncate;
"""
AWAY = "DROP FUNCTION rulebook_version_kept CASCADE; DROP FUNCTION rulebook_demand_release CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0001_initial"), ("people", "__first__")]

    operations = [migrations.RunSQL(KEPT, AWAY)]
