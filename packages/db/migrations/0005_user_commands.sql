-- The commands that change users. A command must see every session that was committed before it, but a statement does not
-- see rows that were committed while it waited for the log's lock. So each command is a PL/pgSQL function: after it has
-- the lock, each of its statements sees all rows that were committed before. Every sign-in takes the same lock, so no
-- session is added until the command is committed. The tests are in users-at-once.test.ts.
--
-- Servers of two versions may share a database, so a released function must not change. A new version gets a new name.

-- Takes the log's lock until the end of the transaction, then reads the clock, as commit-order.ts does.
CREATE FUNCTION paydeck_lock_log() RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7239478161);
  RETURN date_trunc('milliseconds', clock_timestamp());
END $$;
--> statement-breakpoint
-- Without a session the event is about all of the user's sessions and API keys.
CREATE FUNCTION paydeck_insert_access_changed(event_at timestamptz, of_user uuid, of_session uuid) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO events (position, type, payload, at)
  VALUES (nextval('events_position'), 'access_changed',
          jsonb_build_object('userId', of_user, 'sessionId', of_session), event_at);
$$;
--> statement-breakpoint
CREATE FUNCTION paydeck_insert_audit_row(
  audited_at timestamptz, actor uuid, audited_action text, subject uuid, audited_details jsonb
) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO audit_log (at, actor_id, action, subject_id, details)
  VALUES (audited_at, actor, audited_action, subject, audited_details);
$$;
--> statement-breakpoint
-- Revokes the sessions of a user, except `kept_session`, and returns their ids. It leaves out sessions that expired more
-- than a day ago, because prune-sessions.ts may be deleting them, in another order. A session that expired later may have
-- been extended by a refresh that is not committed yet.
CREATE FUNCTION paydeck_revoke_sessions(of_user uuid, at timestamptz, reason text, kept_session uuid DEFAULT NULL)
RETURNS SETOF uuid
LANGUAGE sql AS $$
  UPDATE sessions SET revoked_at = at, revoked_reason = reason
  WHERE user_id = of_user AND revoked_at IS NULL AND expires_at > at - interval '1 day'
    AND id IS DISTINCT FROM kept_session
  RETURNING id;
$$;
--> statement-breakpoint
-- Revokes the sessions and API keys of a deactivated user.
CREATE FUNCTION paydeck_revoke_access(of_user uuid, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM paydeck_revoke_sessions(of_user, at, 'user_deactivated');
  UPDATE api_keys SET revoked_at = at WHERE created_by = of_user AND revoked_at IS NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION paydeck_is_last_admin(account users) RETURNS boolean LANGUAGE sql AS $$
  SELECT account.role = 'admin' AND account.active AND NOT EXISTS (
    SELECT 1 FROM users other WHERE other.role = 'admin' AND other.active AND other.id <> account.id
  );
$$;
--> statement-breakpoint
-- Changes a user's role, or whether the user is active. Null leaves it as it is. The outcome is null when there is no such
-- user, otherwise `updated` or `last-admin`.
CREATE FUNCTION paydeck_update_user(
  changed_user uuid, actor uuid, new_role user_role, new_active boolean, OUT outcome text, OUT account users
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
    'to', jsonb_build_object('role', account.role, 'active', account.active)));
  outcome := 'updated';
END $$;
--> statement-breakpoint
-- Erases a user without history, and deactivates any other user. Returns null when there is no such user, otherwise
-- `erased`, `deactivated` or `last-admin`.
CREATE FUNCTION paydeck_delete_or_deactivate_user(deleted_user uuid, actor uuid) RETURNS text
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
    jsonb_build_object('username', account.username, 'outcome', outcome));
  RETURN outcome;
END $$;
--> statement-breakpoint
-- Sets a user's password and revokes all of the user's sessions. Returns false when there is no such user.
CREATE FUNCTION paydeck_reset_password(changed_user uuid, actor uuid, new_hash text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
BEGIN
  UPDATE users SET password_hash = new_hash, updated_at = now WHERE id = changed_user;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM paydeck_revoke_sessions(changed_user, now, 'password_reset');
  PERFORM paydeck_insert_access_changed(now, changed_user, NULL);
  PERFORM paydeck_insert_audit_row(now, actor, 'user.reset_password', changed_user, '{}');
  RETURN true;
END $$;
--> statement-breakpoint
-- Sets the user's own password and revokes the user's other sessions. Returns false when there is no such user, or the
-- password was changed after it was checked.
CREATE FUNCTION paydeck_change_own_password(changed_user uuid, own_session uuid, checked_hash text, new_hash text)
RETURNS boolean
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
  PERFORM paydeck_insert_audit_row(now, changed_user, 'user.change_password', changed_user, '{}');
  RETURN true;
END $$;
