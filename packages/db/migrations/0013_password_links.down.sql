DROP TRIGGER audit_log_user_change ON audit_log;
--> statement-breakpoint
DROP FUNCTION paydeck_log_user_change();
--> statement-breakpoint
DROP FUNCTION paydeck_use_password_link(bytea, text, text, text);
--> statement-breakpoint
DROP FUNCTION paydeck_revoke_password_link(uuid, uuid, text, text);
--> statement-breakpoint
DROP FUNCTION paydeck_create_password_link(uuid, uuid, bytea, int, text, text);
--> statement-breakpoint
DROP TRIGGER users_end_password_link ON users;
--> statement-breakpoint
DROP FUNCTION paydeck_end_password_link();
--> statement-breakpoint
DROP TABLE "password_links" CASCADE;
