DROP FUNCTION paydeck_fold(text);
--> statement-breakpoint
DROP EXTENSION pg_trgm;
