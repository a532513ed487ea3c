DROP INDEX "refresh_tokens_replaced_at_idx";
--> statement-breakpoint
ALTER TABLE "sessions"
  DROP COLUMN "last_used_at",
  DROP COLUMN "address",
  DROP COLUMN "user_agent",
  DROP COLUMN "password_confirmed_at",
  DROP COLUMN "newest_token_hash",
  DROP COLUMN "refresh_attempt",
  DROP COLUMN "is_refresh_repeated",
  DROP COLUMN "repeated_refreshes",
  DROP COLUMN "refreshes_counted_to";
