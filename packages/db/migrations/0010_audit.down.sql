DROP FUNCTION paydeck_change_own_password(uuid, uuid, text, text, text, text);
--> statement-breakpoint
DROP FUNCTION paydeck_reset_password(uuid, uuid, text, text, text);
--> statement-breakpoint
DROP FUNCTION paydeck_delete_or_deactivate_user(uuid, uuid, text, text);
--> statement-breakpoint
DROP FUNCTION paydeck_update_user(uuid, uuid, user_role, boolean, text, text);
--> statement-breakpoint
DROP FUNCTION paydeck_insert_audit_row(timestamptz, uuid, text, uuid, jsonb, text, text);
--> statement-breakpoint
DROP TRIGGER audit_log_chain ON audit_log;
--> statement-breakpoint
DROP TRIGGER audit_log_move_head ON audit_log;
--> statement-breakpoint
DROP TRIGGER audit_log_append_only ON audit_log;
--> statement-breakpoint
-- What the migration itself wrote.
DELETE FROM audit_log WHERE action = 'audit.sealed';
--> statement-breakpoint
DROP TABLE audit_head;
--> statement-breakpoint
DROP FUNCTION paydeck_refuse_audit_change;
--> statement-breakpoint
DROP FUNCTION paydeck_move_audit_head;
--> statement-breakpoint
DROP FUNCTION paydeck_chain_audit_row;
--> statement-breakpoint
DROP FUNCTION paydeck_audit_text;
--> statement-breakpoint
DROP INDEX "audit_log_action_at_idx";
--> statement-breakpoint
DROP INDEX "audit_log_actor_id_at_idx";
--> statement-breakpoint
DROP INDEX "audit_log_at_idx";
--> statement-breakpoint
CREATE INDEX "audit_log_actor_id_idx" ON "audit_log" USING btree ("actor_id");
--> statement-breakpoint
ALTER TABLE "audit_log" DROP COLUMN "hash";
--> statement-breakpoint
ALTER TABLE "audit_log" DROP COLUMN "user_agent";
--> statement-breakpoint
ALTER TABLE "audit_log" DROP COLUMN "address";
