import type { Queries } from '../connection/drizzle-queries.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { isoText } from '../iso-text.ts';

/** The position of the newest event this statement's snapshot sees: what its answer is true as of. */
export const logPosition = sql`(select coalesce(max(position), 0) from events)`.mapWith(Number);

export type LoggedEvent = {
  position: number;
  type: string;
  payload: unknown;
  at: Date;
  /** The folded text of a payment inside an event, as `payments.search_text` holds it; null where it has none. */
  searchText: string | null;
  /** The text before the event, where it was an update. */
  previousSearchText: string | null;
};

const folded = (description: string) =>
  sql.raw(`paydeck_fold(
    (payload -> 'payment' ->> 'receiver') || chr(1) || coalesce(payload -> '${description}' ->> 'description', ''))`);

const page = prepareStatement<
  { after: number; limit: number },
  { oldest: number; newest: number; event: LoggedEvent | null }
>(
  (p) => sql`
select bounds.oldest, bounds.newest, e.*
from (
  select coalesce(min(position), 0) as oldest, coalesce(max(position), 0) as newest from events
) bounds
left join lateral (
  select position, type, payload, ${isoText('at')}, ${folded('payment')},
         case when payload ? 'previous' then ${folded('previous')} end
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
);

/** An event from its columns; null for those of an outer join that found none. */
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

/** Events in commit order, and the positions that the log kept when they were read; both 0 while it is empty. */
export type LogPage = { events: LoggedEvent[]; oldest: number; newest: number };

/** The next events after a position, from one snapshot with the log's bounds. Reads `events`'s primary key. */
export async function selectLogPage(db: Database, range: { after: number; limit: number }): Promise<LogPage> {
  const rows = await db.execute(page, range);
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

const skim = prepareStatement<
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
);

/** The events of some types after a position, without folded texts, and the newest position of all. */
export async function selectEventsOfTypes(
  db: Database,
  { after, types }: { after: number; types: readonly string[] },
): Promise<{ newest: number; events: LoggedEvent[] }> {
  const rows = await db.execute(skim, { after, types: `{${types.join(',')}}` });
  return { newest: rows[0]?.newest ?? after, events: rows.flatMap(({ event }) => event ?? []) };
}

/** The oldest and newest position kept; both 0 while the log is empty. */
export async function selectLogBounds(orm: Queries): Promise<{ oldest: number; newest: number }> {
  const [bounds] = await orm
    .select({
      oldest: sql`(select coalesce(min(position), 0) from events)`.mapWith(Number),
      newest: logPosition,
    })
    .from(sql`(select 1) as one`);
  return bounds ?? { oldest: 0, newest: 0 };
}

export const logChannel = 'paydeck_log';

const notification = prepareStatement<Record<string, never>, void>(
  // A wake-up need not survive a crash, so its commit does not wait for the disk.
  () =>
    sql`select set_config('synchronous_commit', 'off', true), pg_notify(${sql.raw(`'${logChannel}'`)}, '')`,
  () => undefined,
);

/** Wakes the log readers of every process. Sent outside the writing statement, where it would serialize commits. */
export async function notifyLogReaders(db: Database): Promise<void> {
  await db.execute(notification, {});
}
