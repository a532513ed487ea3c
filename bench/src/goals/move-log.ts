import type { Sql } from 'postgres';

/**
 * Adds an event that changes no number. The server then computes its next answers, instead of sharing those that it has.
 */
export async function moveLog(client: Sql): Promise<void> {
  await client`
    with locked as materialized (select paydeck_lock_log())
    insert into events (position, type, payload, at)
    select nextval('events_position'), 'benchmark', '{}', now() from locked`;
}
