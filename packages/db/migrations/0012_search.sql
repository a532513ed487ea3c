-- Keeps out writes before anything is locked, since they take this lock first (docs/adr/0001).
SELECT pg_advisory_xact_lock(7239478161);
--> statement-breakpoint
CREATE INDEX "payments_failure_code_idx" ON "payments" USING btree ("failure_code","created_at","id") WHERE status = 'failed';
--> statement-breakpoint
-- Folds text for search by Unicode's full case folding, as ICU's root rules have it: STRASSE is Straße, and ﬁ is fi. Lower case
-- comes first, since the capital ẞ is its own upper case. The i keeps no second dot, so İSTANBUL is istanbul.
CREATE OR REPLACE FUNCTION paydeck_fold(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN normalize(translate(replace(
    lower(upper(lower(normalize(value, NFC) COLLATE "und-x-icu") COLLATE "und-x-icu") COLLATE "und-x-icu"),
    U&'i\0307', 'i'), 'ς', 'σ'), NFC) COLLATE "C";
--> statement-breakpoint
-- The stored texts that were folded by the old rules. An update of `receiver` computes them again.
UPDATE payments SET receiver = receiver
WHERE search_text <> paydeck_fold(receiver || chr(1) || coalesce(description, ''));
