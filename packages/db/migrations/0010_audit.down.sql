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
ALTER TABLE "audit_log" DROP COLUMN "user_agent";
--> statement-breakpoint
ALTER TABLE "audit_log" DROP COLUMN "address";
