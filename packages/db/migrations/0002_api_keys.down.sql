DELETE FROM "idempotency_keys" WHERE "api_key_id" IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "idempotency_keys" DROP CONSTRAINT "idempotency_keys_scope_key";
--> statement-breakpoint
ALTER TABLE "idempotency_keys" DROP COLUMN "api_key_id";
--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_procedure_key_pk" PRIMARY KEY("user_id","procedure","key");
--> statement-breakpoint
ALTER TABLE "audit_log" DROP COLUMN "api_key_id";
--> statement-breakpoint
ALTER TABLE "payments" DROP COLUMN "api_key_id";
--> statement-breakpoint
DROP TABLE "api_keys" CASCADE;
