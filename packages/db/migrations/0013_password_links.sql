CREATE TABLE "password_links" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"hash" "bytea" NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "password_links" ADD CONSTRAINT "password_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_links" ADD CONSTRAINT "password_links_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "password_links_hash_key" ON "password_links" USING btree ("hash");--> statement-breakpoint
-- A new password and a deactivation end the link of the user, also if a server of an older version makes the change.
CREATE FUNCTION paydeck_end_password_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM password_links WHERE user_id = NEW.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER users_end_password_link AFTER UPDATE OF password_hash, active ON users
FOR EACH ROW WHEN (NEW.password_hash <> OLD.password_hash OR NOT NEW.active)
EXECUTE FUNCTION paydeck_end_password_link();
--> statement-breakpoint
-- The commands about links are functions for the reason that 0005_user_commands.sql gives.
--
-- Gives a user a link in place of an earlier one, and returns when it expires. Returns null when there is no such active user.
CREATE FUNCTION paydeck_create_password_link(
  of_user uuid, actor uuid, link_hash bytea, lifetime_seconds int, caller_address text, caller_user_agent text
) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
  ends_at timestamptz := now + lifetime_seconds * interval '1 second';
BEGIN
  PERFORM 1 FROM users WHERE id = of_user AND active FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO password_links (user_id, hash, created_by, created_at, expires_at)
  VALUES (of_user, link_hash, actor, now, ends_at)
  ON CONFLICT (user_id) DO UPDATE
  SET hash = excluded.hash, created_by = excluded.created_by, created_at = excluded.created_at, expires_at = excluded.expires_at;
  PERFORM paydeck_insert_audit_row(now, actor, 'user.create_password_link', of_user,
    jsonb_build_object('expiresAt', to_char(ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
    caller_address, caller_user_agent);
  RETURN ends_at;
END $$;
--> statement-breakpoint
-- Ends the link of a user. Returns false when there was none.
CREATE FUNCTION paydeck_revoke_password_link(
  of_user uuid, actor uuid, caller_address text, caller_user_agent text
) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
BEGIN
  DELETE FROM password_links WHERE user_id = of_user AND expires_at > now;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM paydeck_insert_audit_row(now, actor, 'user.revoke_password_link', of_user, '{}', caller_address, caller_user_agent);
  RETURN true;
END $$;
--> statement-breakpoint
-- Sets the password of the user whose link it is, ends the link and all sessions of the user, and returns the user's id.
-- Returns null when there is no such link.
CREATE FUNCTION paydeck_use_password_link(
  link_hash bytea, new_hash text, caller_address text, caller_user_agent text
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
  changed_user uuid;
BEGIN
  DELETE FROM password_links WHERE hash = link_hash AND expires_at > now RETURNING user_id INTO changed_user;
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE users SET password_hash = new_hash, updated_at = now WHERE id = changed_user;
  PERFORM paydeck_revoke_sessions(changed_user, now, 'password_reset');
  PERFORM paydeck_insert_access_changed(now, changed_user, NULL);
  PERFORM paydeck_insert_audit_row(now, changed_user, 'user.use_password_link', changed_user, '{}', caller_address,
    caller_user_agent);
  RETURN changed_user;
END $$;
--> statement-breakpoint
-- Writes an event for each change of users, so that the page shows it at once; not for the first admin, whom the server creates.
-- Every statement that writes audit rows holds the log's lock, so the positions stay in order.
CREATE FUNCTION paydeck_log_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (position, type, payload, at)
  VALUES (nextval('events_position'), 'user_changed', jsonb_build_object(
    'action', NEW.action,
    'username', coalesce((SELECT username FROM users WHERE id = NEW.subject_id), NEW.details ->> 'username'),
    'by', (SELECT username FROM users WHERE id = NEW.actor_id),
    'timestamp', to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), NEW.at);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_log_user_change AFTER INSERT ON audit_log
FOR EACH ROW WHEN (NEW.action IN (
  'user.create', 'user.update', 'user.delete', 'user.reset_password', 'user.change_password', 'user.remove_second_factor',
  'user.create_password_link', 'user.revoke_password_link', 'user.use_password_link',
  'second_factor.add', 'second_factor.remove')
  AND (NEW.action <> 'user.create' OR NEW.actor_id IS NOT NULL))
EXECUTE FUNCTION paydeck_log_user_change();
