DROP TRIGGER events_watch_log ON events;
--> statement-breakpoint
DROP FUNCTION paydeck_watch_log();
--> statement-breakpoint
DROP FUNCTION paydeck_report_lost_event(bigint, timestamptz);
--> statement-breakpoint
DROP FUNCTION paydeck_begin_timeline(text, bigint, bigint);
--> statement-breakpoint
DROP FUNCTION paydeck_log_place();
--> statement-breakpoint
DROP TABLE "log_timelines";
