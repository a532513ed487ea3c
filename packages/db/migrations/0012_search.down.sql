-- Keeps out writes before anything is locked, since they take this lock first (docs/adr/0001).
SELECT pg_advisory_xact_lock(7239478161);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION paydeck_fold(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN translate(lower(normalize(value, NFC) COLLATE "und-x-icu"), 'ς', 'σ') COLLATE "C";
--> statement-breakpoint
UPDATE payments SET receiver = receiver
WHERE search_text <> paydeck_fold(receiver || chr(1) || coalesce(description, ''));
--> statement-breakpoint
DROP INDEX "payments_failure_code_idx";
