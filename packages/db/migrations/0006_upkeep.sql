-- By default PostgreSQL vacuums a table when a fifth of its rows are dead. Each read of the log looks for the oldest event, and skips
-- the deleted ones before it: 100,000 of them make that five times as slow (docs/scaling.md).
ALTER TABLE "events" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
--> statement-breakpoint
-- Old events are found by the primary key.
DROP INDEX "events_at_idx";
