DROP TABLE "guess_limits" CASCADE;
--> statement-breakpoint
DROP TABLE "sign_in_places" CASCADE;
