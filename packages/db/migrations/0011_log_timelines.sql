-- The timelines of the log. A failover to a replica that was behind, or a restore beneath running servers, takes the log back to
-- an earlier position. The positions after it were given out, and their events are lost. Each row is the life of the log at one
-- place; the newest row is the present one. `kept_until` is the last position that it has in common with the one before, and its
-- own events come after `resumes_after`. So no position between the two is ever given out again (docs/adr/0031).
CREATE TABLE "log_timelines" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "log_timelines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"place" text NOT NULL,
	"kept_until" bigint NOT NULL,
	"resumes_after" bigint NOT NULL,
	"began_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
-- Where the log is: the cluster, its timeline, the database and the table. It changes with a failover, a restore of a backup, and
-- a copy of the database. Some hosted databases have no timeline to show. There, each restart counts as another place. A session
-- never moves to another cluster, so it remembers the cluster, which is read from a file.
CREATE FUNCTION paydeck_log_place() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  cluster text := nullif(current_setting('paydeck.cluster', true), '');
BEGIN
  IF cluster IS NULL THEN
    BEGIN
      PERFORM pg_walfile_name(pg_current_wal_lsn());
      cluster := (SELECT system_identifier FROM pg_control_system());
    EXCEPTION WHEN OTHERS THEN
      cluster := 'started ' || pg_postmaster_start_time();
    END;
    PERFORM set_config('paydeck.cluster', cluster, false);
  END IF;
  IF NOT starts_with(cluster, 'started ') THEN
    cluster := cluster || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
  END IF;
  RETURN cluster || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || 'events'::regclass::oid;
END $$;
--> statement-breakpoint
-- Begins a timeline. The next position is greater than any that can have been given out since the newest event that is left: more
-- than 100,000 events a second are not possible. The caller has the log's lock.
CREATE FUNCTION paydeck_begin_timeline(here text, kept bigint, lost bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  newest bigint;
  newest_at timestamptz;
  resumes bigint;
BEGIN
  SELECT position, at INTO newest, newest_at FROM events ORDER BY position DESC LIMIT 1;
  IF newest IS NULL AND lost = 0 THEN
    -- No position has been given out.
    INSERT INTO log_timelines (place, kept_until, resumes_after) VALUES (here, 0, 0);
    RETURN;
  END IF;
  resumes := greatest(newest, lost, (SELECT last_value FROM events_position)) + 1000000
    + 100000 * greatest(0, ceil(extract(epoch FROM clock_timestamp() - coalesce(newest_at, clock_timestamp()))))::bigint;
  PERFORM setval('events_position', resumes);
  INSERT INTO log_timelines (place, kept_until, resumes_after) VALUES (here, coalesce(kept, newest, 0), resumes);
END $$;
--> statement-breakpoint
-- Runs before each statement that writes events, and before it draws a position. It runs in whichever way they are written.
CREATE FUNCTION paydeck_watch_log() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  here text := paydeck_log_place();
BEGIN
  PERFORM pg_advisory_xact_lock(7239478161);
  IF here IS DISTINCT FROM (SELECT place FROM log_timelines ORDER BY id DESC LIMIT 1) THEN
    PERFORM paydeck_begin_timeline(here, NULL, 0);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- A server has read an event at `lost` of the time `lost_at`, and does not find it any more. Begins a timeline, unless the
-- event is there, or the lost position is known.
CREATE FUNCTION paydeck_report_lost_event(lost bigint, lost_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  newest bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(7239478161);
  IF EXISTS (SELECT FROM events WHERE position = lost AND at = lost_at) THEN RETURN; END IF;
  IF EXISTS (SELECT FROM log_timelines WHERE kept_until < lost AND lost <= resumes_after) THEN RETURN; END IF;
  newest := (SELECT max(position) FROM events);
  IF newest IS NULL OR newest < lost THEN
    PERFORM paydeck_begin_timeline(paydeck_log_place(), NULL, lost);
  ELSE
    -- The log has grown past the position, and nobody knows which of its positions were given out before. With an event after
    -- all of them, its newest position is a valid one.
    PERFORM paydeck_begin_timeline(paydeck_log_place(), 0, lost);
    INSERT INTO events (position, type, payload, at)
    VALUES (nextval('events_position'), 'log_restarted', '{}', date_trunc('milliseconds', clock_timestamp()));
  END IF;
END $$;
--> statement-breakpoint
INSERT INTO log_timelines (place, kept_until, resumes_after) VALUES (paydeck_log_place(), 0, 0);
--> statement-breakpoint
CREATE TRIGGER events_watch_log BEFORE INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION paydeck_watch_log();
