import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { isoText } from '../iso-text.ts';

/** Positions that were given out in an earlier life of the log, and whose events are lost: `keptUntil < position <= resumesAfter`. */
export type LostRange = { keptUntil: number; resumesAfter: number };

/** The whole log, as a read after a position sees it. */
export type LogState = {
  /** The oldest and newest position, 0 if the log is empty. */
  oldest: number;
  newest: number;
  /** The times of the newest event, and of the event at the position. Null if there is none. */
  newestAt: string | null;
  afterAt: string | null;
  lostRanges: readonly LostRange[];
  /** The clock of the database, in milliseconds since 1970. */
  clockMs: number;
};

/** The newest event, in one row that is there even if the log is empty. */
export const newestEvent = sql`
  (select 1) always
  left join (select position, ${isoText('at')} as at from events order by position desc limit 1) newest on true`;

/** The columns of a `LogState`, of a statement that reads from `newestEvent`. Uses the primary key of `events`. */
export const logState = (after: SQL): SQL => sql`
  coalesce((select min(position) from events), 0), coalesce(newest.position, 0), newest.at,
  (select ${isoText('at')} from events where position = ${after}),
  (select json_agg(json_build_object('keptUntil', kept_until, 'resumesAfter', resumes_after))
     from log_timelines
     where kept_until < resumes_after and resumes_after >= coalesce((select min(position) from events), 0)),
  (extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** The number of the columns of `logState`. */
export const stateColumns = 6;

/** Reads a `LogState` from the first columns of a row. */
export function readLogState([
  oldest,
  newest,
  newestAt,
  afterAt,
  lostRanges,
  clockMs,
]: readonly unknown[]): LogState {
  return {
    oldest: Number(oldest),
    newest: Number(newest),
    newestAt: newestAt === null ? null : String(newestAt),
    afterAt: afterAt === null ? null : String(afterAt),
    lostRanges: rangesFrom(lostRanges),
    clockMs: Number(clockMs),
  };
}

/** The statement itself makes this JSON. */
const rangesFrom = (json: unknown) => (json ?? []) as readonly LostRange[];

const presentState = prepareStatement<Record<string, never>, LogState>(
  () => sql`select ${logState(sql`0`)} from ${newestEvent}`,
  readLogState,
  'control',
);

/** The log as it is now. */
export async function selectLogState(db: Database): Promise<LogState> {
  const [state] = await db.execute(presentState, {});
  if (state === undefined) throw new Error('A read of the log must have at least one row.');
  return state;
}

const lostEvent = prepareStatement<{ position: number; at: string }, void>(
  (p) => sql`select paydeck_report_lost_event(${p('position', 'bigint')}, ${p('at', 'timestamptz')})`,
  () => undefined,
  'write',
);

/**
 * Records that an event that was read has been lost, so that every process recognizes the positions after the last one that is
 * left. Does nothing if the event is there, or if the loss is known.
 */
export async function reportLostEvent(db: Database, event: { position: number; at: string }): Promise<void> {
  await db.execute(lostEvent, event);
}
