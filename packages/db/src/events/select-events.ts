import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { isoText } from '../iso-text.ts';
import { type LogState, logState, newestEvent, readLogState, stateColumns } from './log-state.ts';

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

/** Updates that were logged before receivers could be corrected have no receiver in `previous`. */
const foldedText = (payment: 'payment' | 'previous') =>
  sql.raw(`paydeck_fold(
    coalesce(payload -> '${payment}' ->> 'receiver', payload -> 'payment' ->> 'receiver') || chr(1) || coalesce(payload -> '${payment}' ->> 'description', ''))`);

const logPage = prepareStatement<
  { after: number; limit: number },
  { state: LogState; event: LoggedEvent | null }
>(
  (p) => sql`
select ${logState(p('after', 'bigint'))}, e.*
from ${newestEvent}
left join lateral (
  select position, type, payload, ${isoText('at')}, ${foldedText('payment')},
         case when payload ? 'previous' then ${foldedText('previous')} end
  from events
  where position > ${p('after', 'bigint')}
  order by position
  limit ${p('limit', 'int')}
) e on true
order by e.position`,
  stateAndEvent,
  'log',
);

function stateAndEvent(row: readonly unknown[]): { state: LogState; event: LoggedEvent | null } {
  return { state: readLogState(row), event: eventFrom(row.slice(stateColumns)) };
}

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

/** Events in commit order, and what the log looked like in the same snapshot. */
export type LogPage = { events: LoggedEvent[]; state: LogState };

const pageOf = (rows: readonly { state: LogState; event: LoggedEvent | null }[]): LogPage => {
  const [first] = rows;
  if (first === undefined) throw new Error('A read of the log must have at least one row.');
  return { events: rows.flatMap(({ event }) => event ?? []), state: first.state };
};

/** The next events after a position. Uses the primary key of `events`. */
export async function selectLogPage(db: Database, range: { after: number; limit: number }): Promise<LogPage> {
  return pageOf(await db.execute(logPage, range));
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
  { state: LogState; event: LoggedEvent | null }
>(
  (p) => sql`
select ${logState(p('after', 'bigint'))}, e.position, e.type, e.payload, ${isoText('e.at')}
from ${newestEvent}
left join events e
  on e.position > ${p('after', 'bigint')} and e.type = any (${p('types', 'text[]')})
order by e.position`,
  stateAndEvent,
  'log',
);

/** All events of some types after a position, without folded texts. */
export async function selectEventsOfTypes(
  db: Database,
  { after, types }: { after: number; types: readonly string[] },
): Promise<LogPage> {
  return pageOf(await db.execute(eventsOfTypes, { after, types: `{${types.join(',')}}` }));
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
