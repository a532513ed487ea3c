-- Substring search is served by trigrams. A trusted extension: the database's owner may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
-- How text is folded for search, on rows and on needles alike: composed form, Unicode lower case by ICU's root
-- rules (so the same on every database, whatever its locale), and one small sigma. Its body never changes once
-- released: a stored column is made of it.
CREATE FUNCTION paydeck_fold(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN translate(lower(normalize(value, NFC) COLLATE "und-x-icu"), 'ς', 'σ') COLLATE "C";
