import type { Queries } from '../connection/open-database.ts';
import { asc, gt, type SQL, sql } from '../drizzle.ts';
import { events } from '../schema.ts';

/** The position of the newest event this statement's snapshot sees: what its answer is true as of. */
export const logPosition = sql`(select coalesce(max(position), 0) from events)`.mapWith(Number);

/** The folded text of a payment inside an event, as `payments.search_text` holds it; null where it has none. */
const foldedText = (receiver: SQL, description: SQL) =>
  sql<string | null>`paydeck_fold(${receiver} || chr(1) || coalesce(${description}, ''))`;

const receiver = sql`${events.payload} -> 'payment' ->> 'receiver'`;

export type LoggedEvent = {
  position: number;
  type: string;
  payload: unknown;
  at: Date;
  searchText: string | null;
  /** The text before the event, where it was an update. */
  previousSearchText: string | null;
};

/** Events after a position, in commit order. Reads `events`'s primary key. */
export function readEvents(
  orm: Queries,
  { after, limit }: { after: number; limit: number },
): Promise<LoggedEvent[]> {
  return orm
    .select({
      position: events.position,
      type: events.type,
      payload: events.payload,
      at: events.at,
      searchText: foldedText(receiver, sql`${events.payload} -> 'payment' ->> 'description'`),
      previousSearchText: sql<string | null>`case when ${events.payload} ? 'previous' then ${foldedText(
        receiver,
        sql`${events.payload} -> 'previous' ->> 'description'`,
      )} end`,
    })
    .from(events)
    .where(gt(events.position, after))
    .orderBy(asc(events.position))
    .limit(limit);
}

/** The oldest and newest position kept; both 0 while the log is empty. */
export async function readLogBounds(orm: Queries): Promise<{ oldest: number; newest: number }> {
  const [bounds] = await orm
    .select({
      oldest: sql`(select coalesce(min(position), 0) from events)`.mapWith(Number),
      newest: logPosition,
    })
    .from(sql`(select 1) as one`);
  return bounds ?? { oldest: 0, newest: 0 };
}

/** Wakes the log readers of every process. Sent outside the writing statement, where it would serialize commits. */
export async function notifyReaders(orm: Queries): Promise<void> {
  await orm.execute(sql`select pg_notify(${logChannel}, '')`);
}

export const logChannel = 'paydeck_log';
