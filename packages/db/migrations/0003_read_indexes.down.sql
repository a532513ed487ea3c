DROP INDEX "payments_amount_minor_idx";
--> statement-breakpoint
DROP INDEX "payments_failures_idx";
