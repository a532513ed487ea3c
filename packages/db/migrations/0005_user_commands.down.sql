DROP FUNCTION paydeck_change_own_password;
--> statement-breakpoint
DROP FUNCTION paydeck_reset_password;
--> statement-breakpoint
DROP FUNCTION paydeck_delete_or_deactivate_user;
--> statement-breakpoint
DROP FUNCTION paydeck_update_user;
--> statement-breakpoint
DROP FUNCTION paydeck_is_last_admin;
--> statement-breakpoint
DROP FUNCTION paydeck_revoke_access;
--> statement-breakpoint
DROP FUNCTION paydeck_revoke_sessions;
--> statement-breakpoint
DROP FUNCTION paydeck_insert_audit_row;
--> statement-breakpoint
DROP FUNCTION paydeck_insert_access_changed;
--> statement-breakpoint
DROP FUNCTION paydeck_lock_log;
