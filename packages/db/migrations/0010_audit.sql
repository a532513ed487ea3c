-- The client's address and user agent, in the audit rows of every command.
ALTER TABLE "audit_log" ADD COLUMN "address" text;
--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "user_agent" text;
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
