DROP FUNCTION paydeck_reset_second_factor;
--> statement-breakpoint
DROP FUNCTION paydeck_remove_totp;
--> statement-breakpoint
DROP FUNCTION paydeck_add_totp;
--> statement-breakpoint
DROP FUNCTION paydeck_replace_recovery_codes;
--> statement-breakpoint
DROP FUNCTION paydeck_end_sessions_by_password;
--> statement-breakpoint
DROP FUNCTION paydeck_has_second_factor;
--> statement-breakpoint
DROP TABLE "recovery_codes" CASCADE;
--> statement-breakpoint
DROP TABLE "second_factor_challenges" CASCADE;
--> statement-breakpoint
DROP TABLE "totp_factors" CASCADE;
