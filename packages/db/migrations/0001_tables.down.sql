DROP TABLE "audit_log" CASCADE;
--> statement-breakpoint
DROP TABLE "events" CASCADE;
--> statement-breakpoint
DROP TABLE "idempotency_keys" CASCADE;
--> statement-breakpoint
DROP TABLE "payments" CASCADE;
--> statement-breakpoint
DROP TABLE "refresh_tokens" CASCADE;
--> statement-breakpoint
DROP TABLE "rollup_days" CASCADE;
--> statement-breakpoint
DROP TABLE "rollup_quarter_hours" CASCADE;
--> statement-breakpoint
DROP TABLE "sessions" CASCADE;
--> statement-breakpoint
DROP TABLE "users" CASCADE;
--> statement-breakpoint
DROP TYPE "public"."payment_method";
--> statement-breakpoint
DROP TYPE "public"."payment_status";
--> statement-breakpoint
DROP TYPE "public"."user_role";
--> statement-breakpoint
DROP SEQUENCE "public"."events_position";
