import { type SQL, sql } from '../drizzle.ts';

/** Besides these, a trigger of the audit log writes `user_changed` (migrations/0013_password_links.sql). */
export type EventType =
  | 'access_changed'
  | 'payment_created'
  | 'payment_updated'
  | 'rollups_repaired'
  | 'user_activity';

/**
 * The step of a statement that writes an event for each row of `from`, in that order. `payload` and `at` are expressions of
 * the columns of `from`. The statement must hold the log's lock (commit-order.ts).
 */
export const insertEvents = ({
  type,
  payload,
  at,
  from,
}: {
  type: EventType;
  payload: SQL;
  at: SQL;
  from: SQL;
}): SQL => sql`
  insert into events (position, type, payload, at)
  select nextval('events_position'), ${sql.raw(`'${type}'`)}, ${payload}, ${at}
  from ${from}`;
