import type { Queries } from '../connection/drizzle-queries.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { isoText } from '../iso-text.ts';

/** The position of the newest event in the statement's snapshot. The statement's answer is exact as of this position. */
export const logPosition = sql`(select coalesce(max(position), 0) from events)`.mapWith(Number);

export type LoggedEvent = {
  position: number;
  type: string;
  payload: unknown;
  at: Date;
  /** The folded text of the event's payment, as in `payments.search_text`. Null for an event without a payment. */
  searchText: string | null;
  /** The folded text before the event, if the event is an update. Otherwise null. */
  previousSearchText: string | null;
};

const foldedText = (payment: 'payment' | 'previous') =>
  sql.raw(`paydeck_fold(
    (payload -> 'payment' ->> 'receiver') || chr(1) || coalesce(payload -> '${payment}' ->> 'description', ''))`);

const logPage = prepareStatement<
  { after: number; limit: number },
  { oldest: number; newest: number; event: LoggedEvent | null }
>(
  (p) => sql`
select bounds.oldest, bounds.newest, e.*
from (
  select coalesce(min(position), 0) as oldest, coalesce(max(position), 0) as newest from events
) bounds
left join lateral (
  select position, type, payload, ${isoText('at')}, ${foldedText('payment')},
         case when payload ? 'previous' then ${foldedText('previous')} end
  from events
  where position > ${p('after', 'bigint')}
  order by position
  limit ${p('limit', 'int')}
) e on true
order by e.position`,
  ([oldest, newest, ...event]) => ({
    oldest: Number(oldest),
    newest: Number(newest),
    event: eventFrom(event),
  }),
  'log',
);

/** Reads an event from its columns. Null when the outer join found no event. */
function eventFrom([
  position,
  type,
  payload,
  at,
  searchText = null,
  previousSearchText = null,
]: readonly unknown[]): LoggedEvent | null {
  if (position === null) return null;
  return {
    position: Number(position),
    type: String(type),
    payload,
    at: new Date(String(at)),
    searchText: textOrNull(searchText),
    previousSearchText: textOrNull(previousSearchText),
  };
}

const textOrNull = (value: unknown) => (value === null ? null : String(value));

/** Events in commit order, and the oldest and newest position in the log when they were read, 0 if it is empty. */
export type LogPage = { events: LoggedEvent[]; oldest: number; newest: number };

/** The next events after a position, and the log's bounds in the same snapshot. Uses the primary key of `events`. */
export async function selectLogPage(db: Database, range: { after: number; limit: number }): Promise<LogPage> {
  const rows = await db.execute(logPage, range);
  const { oldest = 0, newest = 0 } = rows[0] ?? {};
  return { events: rows.flatMap(({ event }) => event ?? []), oldest, newest };
}

/** Events after a position, in commit order. */
export async function selectEvents(
  db: Database,
  range: { after: number; limit: number },
): Promise<LoggedEvent[]> {
  return (await selectLogPage(db, range)).events;
}

const eventsOfTypes = prepareStatement<
  { after: number; types: string },
  { newest: number; event: LoggedEvent | null }
>(
  (p) => sql`
select newest.position, e.position, e.type, e.payload, ${isoText('e.at')}
from (select coalesce(max(position), 0) as position from events) newest
left join events e
  on e.position > ${p('after', 'bigint')} and e.type = any (${p('types', 'text[]')})
order by e.position`,
  ([newest, ...event]) => ({ newest: Number(newest), event: eventFrom(event) }),
  'log',
);

/** All events of some types after a position, without folded texts, and the newest position of the log. */
export async function selectEventsOfTypes(
  db: Database,
  { after, types }: { after: number; types: readonly string[] },
): Promise<{ newest: number; events: LoggedEvent[] }> {
  const rows = await db.execute(eventsOfTypes, { after, types: `{${types.join(',')}}` });
  return { newest: rows[0]?.newest ?? after, events: rows.flatMap(({ event }) => event ?? []) };
}

/** The oldest and newest position in the log, 0 if it is empty. */
export async function selectLogBounds(orm: Queries): Promise<{ oldest: number; newest: number }> {
  const [bounds] = await orm
    .select({
      oldest: sql`(select coalesce(min(position), 0) from events)`.mapWith(Number),
      newest: logPosition,
    })
    .from(sql`(select 1) as one`);
  return bounds ?? { oldest: 0, newest: 0 };
}

const newestPosition = prepareStatement<Record<string, never>, number>(
  () => sql`select ${logPosition}`,
  ([position]) => Number(position),
  'quick',
);

/** The newest position in the log, 0 if it is empty. Every write that was committed before the call is at or before it. */
export async function selectNewestPosition(db: Database): Promise<number> {
  const [position = 0] = await db.execute(newestPosition, {});
  return position;
}

export const logChannel = 'paydeck_log';

const notification = prepareStatement<Record<string, never>, void>(
  // A wake-up may be lost in a crash, so its commit does not wait for the disk.
  () =>
    sql`select set_config('synchronous_commit', 'off', true), pg_notify(${sql.raw(`'${logChannel}'`)}, '')`,
  () => undefined,
  'log',
);

/** Wakes the log readers of every process. Not part of the writing statement, where it would serialize commits. */
export async function notifyLogReaders(db: Database): Promise<void> {
  await db.execute(notification, {});
}
