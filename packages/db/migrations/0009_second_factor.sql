CREATE TABLE "recovery_codes" (
	"user_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "recovery_codes_user_id_hash_pk" PRIMARY KEY("user_id","hash")
);
--> statement-breakpoint
CREATE TABLE "second_factor_challenges" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"password_hash" text NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "totp_factors" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"secret" "bytea",
	"pending_secret" "bytea",
	"added_at" timestamp (3) with time zone,
	"last_step" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "second_factor_challenges" ADD CONSTRAINT "second_factor_challenges_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "totp_factors" ADD CONSTRAINT "totp_factors_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "second_factor_challenges_user_id_idx" ON "second_factor_challenges" USING btree ("user_id");--> statement-breakpoint
-- Volatile, and in PL/pgSQL, so that it sees what was committed while the calling statement waited for the log's lock.
CREATE FUNCTION paydeck_has_second_factor(of_user uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM totp_factors WHERE user_id = of_user AND secret IS NOT NULL);
END $$;
--> statement-breakpoint
-- Called under the log's lock before a second factor is added. If it is the user's first one, the user's other sessions
-- end: a password alone has opened them.
CREATE FUNCTION paydeck_end_sessions_by_password(of_user uuid, own_session uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT paydeck_has_second_factor(of_user) THEN
    PERFORM paydeck_revoke_sessions(of_user, at, 'second_factor_added', own_session);
  END IF;
  PERFORM paydeck_insert_access_changed(at, of_user, NULL);
END $$;
--> statement-breakpoint
-- Replaces the recovery codes of a user. Hashes are SHA-256 in hexadecimal.
CREATE FUNCTION paydeck_replace_recovery_codes(of_user uuid, hashes text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM recovery_codes WHERE user_id = of_user;
  INSERT INTO recovery_codes (user_id, hash) SELECT of_user, decode(hash, 'hex') FROM unnest(hashes) AS hash;
END $$;
--> statement-breakpoint
-- Makes the pending authenticator the user's authenticator, after its first code was checked. Returns false when another
-- one is pending by now.
CREATE FUNCTION paydeck_add_totp(
  of_user uuid, own_session uuid, checked_secret bytea, step bigint, code_hashes text[]
) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
BEGIN
  PERFORM 1 FROM totp_factors WHERE user_id = of_user AND pending_secret = checked_secret FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM paydeck_end_sessions_by_password(of_user, own_session, now);
  UPDATE totp_factors
  SET secret = pending_secret, pending_secret = NULL, added_at = now, last_step = step
  WHERE user_id = of_user;
  PERFORM paydeck_replace_recovery_codes(of_user, code_hashes);
  RETURN true;
END $$;
--> statement-breakpoint
-- Removes the authenticator of a user, and the recovery codes. Returns false when the user has none.
CREATE FUNCTION paydeck_remove_totp(of_user uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
BEGIN
  DELETE FROM totp_factors WHERE user_id = of_user AND secret IS NOT NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  DELETE FROM recovery_codes WHERE user_id = of_user;
  PERFORM paydeck_insert_access_changed(now, of_user, NULL);
  RETURN true;
END $$;
--> statement-breakpoint
-- Removes every second factor of a user, and ends all sessions of the user. Returns null when there is no such user, and
-- false when the user has no second factor.
CREATE FUNCTION paydeck_reset_second_factor(of_user uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := paydeck_lock_log();
BEGIN
  PERFORM 1 FROM users WHERE id = of_user FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF NOT paydeck_has_second_factor(of_user) THEN RETURN false; END IF;
  DELETE FROM totp_factors WHERE user_id = of_user;
  DELETE FROM recovery_codes WHERE user_id = of_user;
  PERFORM paydeck_revoke_sessions(of_user, now, 'second_factor_reset');
  PERFORM paydeck_insert_access_changed(now, of_user, NULL);
  RETURN true;
END $$;
