CREATE INDEX "events_at_idx" ON "events" USING brin ("at");
--> statement-breakpoint
ALTER TABLE "events" RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
