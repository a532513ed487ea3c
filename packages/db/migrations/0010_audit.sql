-- The client's address and user agent, in the audit rows of every command.
ALTER TABLE "audit_log" ADD COLUMN "address" text;
--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "user_agent" text;
--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "hash" bytea;
--> statement-breakpoint
DROP INDEX "audit_log_actor_id_idx";
--> statement-breakpoint
CREATE INDEX "audit_log_at_idx" ON "audit_log" USING btree ("at");
--> statement-breakpoint
CREATE INDEX "audit_log_actor_id_at_idx" ON "audit_log" USING btree ("actor_id","at");
--> statement-breakpoint
CREATE INDEX "audit_log_action_at_idx" ON "audit_log" USING btree ("action","at") WHERE action <> 'payment.update';
--> statement-breakpoint
CREATE TABLE "audit_head" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"id" bigint NOT NULL,
	"hash" bytea NOT NULL,
	CONSTRAINT "audit_head_only_row" CHECK ("audit_head"."only_row")
);
--> statement-breakpoint
-- What a row's hash covers, in a text that is the same on every server: jsonb sorts the keys of the details.
CREATE FUNCTION paydeck_audit_text(entry audit_log) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT convert_to(jsonb_build_array(
    entry.id, (extract(epoch FROM entry.at) * 1000)::bigint, entry.actor_id, entry.api_key_id, entry.action,
    entry.subject_id, entry.details, entry.address, entry.user_agent)::text, 'UTF8');
$$;
--> statement-breakpoint
-- Links a new row to the one before: its id is one more, and its hash covers the hash of the one before. The log's lock orders
-- the rows, because it is held until the commit. Statements that write events hold it already. `paydeck.audit_head` has the id
-- and the hash of the last row of this transaction; before the first one it is empty.
CREATE FUNCTION paydeck_chain_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  newest text := current_setting('paydeck.audit_head', true);
  previous_id bigint;
  previous_hash bytea;
BEGIN
  IF newest IS NULL OR newest = '' THEN
    PERFORM pg_advisory_xact_lock(7239478161);
    SELECT id, hash INTO STRICT previous_id, previous_hash FROM audit_head;
  ELSE
    previous_id := split_part(newest, ' ', 1);
    previous_hash := split_part(newest, ' ', 2);
  END IF;
  NEW.id := previous_id + 1;
  NEW.hash := sha256(previous_hash || paydeck_audit_text(NEW));
  PERFORM set_config('paydeck.audit_head', NEW.id || ' ' || NEW.hash, true);
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE FUNCTION paydeck_move_audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  newest text := current_setting('paydeck.audit_head', true);
BEGIN
  IF newest <> '' THEN
    UPDATE audit_head SET id = split_part(newest, ' ', 1)::bigint, hash = split_part(newest, ' ', 2)::bytea;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION paydeck_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A trigger of audit_log moves the head.
  IF TG_TABLE_NAME = 'audit_head' AND TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'The audit log is append-only: % must not % rows.', TG_TABLE_NAME, lower(TG_OP)
    USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
-- The chain begins with 32 zero bytes.
INSERT INTO audit_head (id, hash)
SELECT coalesce(max(id), 0), decode(repeat('00', 32), 'hex') FROM audit_log;
--> statement-breakpoint
CREATE TRIGGER audit_log_chain BEFORE INSERT ON audit_log
FOR EACH ROW EXECUTE FUNCTION paydeck_chain_audit_row();
--> statement-breakpoint
CREATE TRIGGER audit_log_move_head AFTER INSERT ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION paydeck_move_audit_head();
--> statement-breakpoint
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION paydeck_refuse_audit_change();
--> statement-breakpoint
CREATE TRIGGER audit_head_append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION paydeck_refuse_audit_change();
--> statement-breakpoint
-- Also for a session that replaces ordinary triggers (session_replication_role).
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
--> statement-breakpoint
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_append_only;
--> statement-breakpoint
-- The first chained row covers the rows from before this migration, if there are any: blocks of 10,000 ids, each hashed with the
-- hash of the block before.
DO $$
DECLARE
  total bigint := 0;
  last_id bigint;
  digest bytea := decode(repeat('00', 32), 'hex');
  block record;
BEGIN
  FOR block IN
    SELECT count(*) AS rows, max(id) AS last_id,
           string_agg(sha256(paydeck_audit_text(audit_log)), '' ORDER BY id) AS hashes
    FROM audit_log GROUP BY id / 10000 ORDER BY id / 10000
  LOOP
    total := total + block.rows;
    last_id := block.last_id;
    digest := sha256(digest || block.hashes);
  END LOOP;
  IF total > 0 THEN
    INSERT INTO audit_log (action, details)
    VALUES ('audit.sealed', jsonb_build_object('rows', total, 'lastId', last_id, 'digest', encode(digest, 'hex')));
  END IF;
END $$;
--> statement-breakpoint
-- The functions of 0005_user_commands.sql with two more parameters: where the call comes from. The old ones stay for servers of
-- the old version, which may share the database.
CREATE FUNCTION paydeck_insert_audit_row(
  audited_at timestamptz, actor uuid, audited_action text, subject uuid, audited_details jsonb,
  caller_address text, caller_user_agent text
) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO audit_log (at, actor_id, action, subject_id, details, address, user_agent)
  VALUES (audited_at, actor, audited_action, subject, audited_details, caller_address, caller_user_agent);
$$;
--> statement-breakpoint
CREATE FUNCTION paydeck_update_user(
  changed_user uuid, actor uuid, new_role user_role, new_active boolean,
  caller_address text, caller_user_agent text, OUT outcome text, OUT account users
)
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
  before users;
BEGIN
  SELECT * INTO before FROM users WHERE id = changed_user FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;

  account := before;
  account.role := coalesce(new_role, before.role);
  account.active := coalesce(new_active, before.active);
  IF account = before THEN
    outcome := 'updated';
    RETURN;
  END IF;
  IF paydeck_is_last_admin(before) THEN
    outcome := 'last-admin';
    RETURN;
  END IF;

  UPDATE users SET role = account.role, active = account.active, updated_at = now
  WHERE id = changed_user RETURNING * INTO account;
  IF NOT account.active THEN PERFORM paydeck_revoke_access(changed_user, now); END IF;
  PERFORM paydeck_insert_access_changed(now, changed_user, NULL);
  PERFORM paydeck_insert_audit_row(now, actor, 'user.update', changed_user, jsonb_build_object(
    'from', jsonb_build_object('role', before.role, 'active', before.active),
    'to', jsonb_build_object('role', account.role, 'active', account.active)),
    caller_address, caller_user_agent);
  outcome := 'updated';
END $$;
--> statement-breakpoint
CREATE FUNCTION paydeck_delete_or_deactivate_user(
  deleted_user uuid, actor uuid, caller_address text, caller_user_agent text
) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
  account users;
  outcome text;
BEGIN
  SELECT * INTO account FROM users WHERE id = deleted_user FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF paydeck_is_last_admin(account) THEN RETURN 'last-admin'; END IF;

  IF EXISTS (SELECT 1 FROM audit_log WHERE actor_id = deleted_user)
     OR EXISTS (SELECT 1 FROM payments WHERE created_by = deleted_user) THEN
    outcome := 'deactivated';
    IF NOT account.active THEN RETURN outcome; END IF;
    UPDATE users SET active = false, updated_at = now WHERE id = deleted_user;
    PERFORM paydeck_revoke_access(deleted_user, now);
  ELSE
    outcome := 'erased';
    DELETE FROM users WHERE id = deleted_user;
  END IF;
  PERFORM paydeck_insert_access_changed(now, deleted_user, NULL);
  PERFORM paydeck_insert_audit_row(now, actor, 'user.delete', deleted_user,
    jsonb_build_object('username', account.username, 'outcome', outcome), caller_address, caller_user_agent);
  RETURN outcome;
END $$;
--> statement-breakpoint
CREATE FUNCTION paydeck_reset_password(
  changed_user uuid, actor uuid, new_hash text, caller_address text, caller_user_agent text
) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
BEGIN
  UPDATE users SET password_hash = new_hash, updated_at = now WHERE id = changed_user;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM paydeck_revoke_sessions(changed_user, now, 'password_reset');
  PERFORM paydeck_insert_access_changed(now, changed_user, NULL);
  PERFORM paydeck_insert_audit_row(now, actor, 'user.reset_password', changed_user, '{}', caller_address, caller_user_agent);
  RETURN true;
END $$;
--> statement-breakpoint
CREATE FUNCTION paydeck_change_own_password(
  changed_user uuid, own_session uuid, checked_hash text, new_hash text, caller_address text, caller_user_agent text
) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
  revoked_session uuid;
BEGIN
  UPDATE users SET password_hash = new_hash, updated_at = now
  WHERE id = changed_user AND password_hash = checked_hash;
  IF NOT FOUND THEN RETURN false; END IF;
  FOR revoked_session IN SELECT paydeck_revoke_sessions(changed_user, now, 'password_changed', own_session) LOOP
    PERFORM paydeck_insert_access_changed(now, changed_user, revoked_session);
  END LOOP;
  PERFORM paydeck_insert_audit_row(now, changed_user, 'user.change_password', changed_user, '{}', caller_address,
    caller_user_agent);
  RETURN true;
END $$;
