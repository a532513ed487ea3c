-- New columns are null for sessions that began before, and for those that a server of an older version opens.
ALTER TABLE "sessions"
  ADD COLUMN "last_used_at" timestamp (3) with time zone,
  ADD COLUMN "address" text,
  ADD COLUMN "user_agent" text,
  ADD COLUMN "password_confirmed_at" timestamp (3) with time zone,
  ADD COLUMN "newest_token_hash" bytea,
  ADD COLUMN "refresh_attempt" text,
  ADD COLUMN "is_refresh_repeated" boolean DEFAULT false NOT NULL,
  ADD COLUMN "repeated_refreshes" smallint DEFAULT 0 NOT NULL,
  ADD COLUMN "refreshes_counted_to" timestamp (3) with time zone;
--> statement-breakpoint
CREATE INDEX "refresh_tokens_replaced_at_idx" ON "refresh_tokens" USING btree ("replaced_at");
